"""What a mutation answers when the business says no."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.utils.str_converters import to_camel_case

from graphql_api.context import Info
from graphql_api.fields import plain
from graphql_api.texts import Language, explain
from graphql_api.types.node import Node
from ports.errors import Fault, Missing, RefusalCode, Refused, Stale


@strawberry.type(description="One thing wrong with an input.")
class FieldProblem:
    path: list[str] = plain('Path in the input, e.g. ["dataLiquidacao"].')
    code: RefusalCode = plain("What is wrong, for machines.")
    message: str = plain("What is wrong, for people.")


@strawberry.type(description="Why the business said no. Nothing was changed.")
class Refusal:
    code: RefusalCode = plain("The reason, for machines; that of the first problem when there are several.")
    message: str = plain("The reason, for people.")
    fields: list[FieldProblem] = plain("Every faulty field of the input, all at once.")
    current: Node | None = plain("On STALE_VERSION: the record as it stands.")


class AnswersRefusals(FieldExtension):
    """Turns `Refused` and `Missing` into data."""

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info, **kwargs: Any
    ) -> Any:
        try:
            return await next_(source, info, **kwargs)
        except Missing as missing:
            return refusal_of([Fault(RefusalCode.NOT_FOUND, missing.path)], info.context.language)
        except Refused as refused:
            current = refused.current if isinstance(refused, Stale) else None
            return refusal_of(refused.faults, info.context.language, current)


def refusal_of(faults: Sequence[Fault], language: Language, current: Any = None) -> Refusal:
    return Refusal(
        code=faults[0].code,
        message=explain(faults[0], language),
        fields=[_problem(fault, language) for fault in faults if fault.path],
        current=current,
    )


def _problem(fault: Fault, language: Language) -> FieldProblem:
    path = [to_camel_case(part) for part in fault.path]
    return FieldProblem(path=path, code=fault.code, message=explain(fault, language))
