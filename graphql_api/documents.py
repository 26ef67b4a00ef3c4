"""Documents as they are read: bounded, measured, validated, and remembered when they are sound."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from time import perf_counter, sleep
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    get_operation_ast,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from graphql_api.errors import CodedError, bad_input
from graphql_api.limits.checks import Cost, check_operation
from graphql_api.limits.parsing import parsed, weight
from graphql_api.limits.sizes import weights
from graphql_api.limits.values import check_variables
from graphql_api.request import Operation
from graphql_api.shelf import Shelf
from graphql_api.texts import Text

WHICH_OPERATION = Text("Diga qual operação em operationName.", "Name the operation in operationName.")
REMEMBERED = 25_000
"""Weight of the sound documents that are kept parsed, some hundreds of common ones: whatever is kept the
garbage collector goes over now and again, while everybody waits."""
SEEN = 10_000
"""Documents of which it is known that they were sound once."""
REST, LONG_REST = 4.0, 9.0
"""So many times as long as the reading took: after a sound document, and after one that is refused."""
LONGEST_REST = 0.1
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
"""Those of Strawberry's own types besides GraphQL's."""
MOST_ERRORS = 20
"""Of one document; what is similar is looked for in the whole schema for each."""


class Unsound(Exception):
    """The document cannot be executed."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        self.errors = errors
        super().__init__("; ".join(error.message for error in errors))


class Readable(NamedTuple):
    """A document that can be executed, the operation that was chosen, and what that costs; `kept` when the
    document is remembered, so that what is made of it is worth remembering too."""

    document: DocumentNode
    operation: OperationDefinitionNode
    cost: Cost
    kept: bool = False


@cache
def reader() -> ThreadPoolExecutor:
    """This process's one thread for new documents."""
    return ThreadPoolExecutor(1, "documents")


class Documents:
    """A document that is new is read beside the event loop, one at a time: whoever writes the worst that the
    limits allow makes only others with new documents wait. One that comes again is kept: whoever sends ever
    new ones neither fills the memory nor drives out what others use."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._sound: Shelf[tuple[str, bool], DocumentNode] = Shelf(REMEMBERED)
        self._measured: Shelf[Any, Readable] = Shelf(REMEMBERED)
        self._seen: Shelf[int, bool] = Shelf(SEEN)

    async def read(self, asked: Operation, *, open_schema: bool, budget: int) -> Readable:
        """CodedError or Unsound when the document is not to be executed."""
        key = (asked.query, open_schema)
        if document := self._sound.get(key):
            return self._remembered(document, asked, open_schema, budget)
        loop = asyncio.get_running_loop()
        readable = await loop.run_in_executor(reader(), self._read_fairly, asked, open_schema, budget)
        if self._seen.get(hash(key)):
            self._sound.put(key, readable.document, weight(asked.query))
        self._seen.put(hash(key), True, 1)
        return readable

    def _remembered(
        self, document: DocumentNode, asked: Operation, open_schema: bool, budget: int
    ) -> Readable:
        """Measured once for all variables that make no difference to the measure."""
        variables = asked.variables or {}
        check_variables(variables)
        key = (asked.query, open_schema, asked.name, budget, *weights(variables))
        if (known := self._measured.get(key)) is None:
            known = self._chosen(document, asked, budget)._replace(kept=True)
            self._measured.put(key, known, weight(asked.query))
        return known

    def _read_fairly(self, asked: Operation, open_schema: bool, budget: int) -> Readable:
        """Rests after each document: who sends new ones without end has a small part of the machine, and who
        sends such as are refused waits for the answer too."""
        began = perf_counter()
        try:
            readable = self._read(asked, open_schema, budget)
        except (CodedError, Unsound):
            sleep(min((perf_counter() - began) * LONG_REST, LONGEST_REST))
            raise
        reader().submit(sleep, min((perf_counter() - began) * REST, LONGEST_REST))
        return readable

    def _read(self, asked: Operation, open_schema: bool, budget: int) -> Readable:
        try:
            document = parsed(asked.query)
        except GraphQLSyntaxError as error:
            raise Unsound([error]) from None
        readable = self._chosen(document, asked, budget)
        hidden = () if open_schema else (NoSchemaIntrospectionCustomRule,)
        if errors := validate(self._schema, document, (*RULES, *hidden), max_errors=MOST_ERRORS):
            raise Unsound(errors)
        return readable

    def _chosen(self, document: DocumentNode, asked: Operation, budget: int) -> Readable:
        operation = get_operation_ast(document, asked.name)
        if operation is None:
            raise bad_input(WHICH_OPERATION)
        variables: Mapping[str, Any] = asked.variables or {}
        cost = check_operation(self._schema, document, operation, variables, budget)
        return Readable(document, operation, cost)
