"""How much one operation may ask for, and how it is told that it asks for more."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from graphql_api.errors import CodedError, ErrorCode
from graphql_api.texts import Text
from ports.identity import Role


class Limit(StrEnum):
    """A figure that is bounded. Fragments count wherever they are spread."""

    LENGTH = "length"
    TOKENS = "tokens"
    FRAGMENTS = "fragments"
    DEPTH = "depth"
    ALIASES = "aliases"
    DIRECTIVES = "directives"
    REPEATS = "repeats"
    ROOT_FIELDS = "rootFields"
    LIST = "list"
    VALUES = "values"
    COST = "cost"
    SECONDS = "seconds"


ALLOWED: Mapping[Limit, int] = {
    Limit.LENGTH: 32_000,
    Limit.TOKENS: 2_000,
    Limit.FRAGMENTS: 100,
    Limit.DEPTH: 20,
    Limit.ALIASES: 50,
    Limit.DIRECTIVES: 100,
    Limit.REPEATS: 50,
    Limit.ROOT_FIELDS: 20,
    Limit.LIST: 1_000,
    Limit.VALUES: 500_000,
    Limit.SECONDS: 60,
}
"""`length` in characters of the document; `list` in members; `values` are those of all variables together."""

LARGEST_BATCH = 6_000
"""Members of a list of objects: somewhat more than one mutation takes, whose own refusal says more."""

BUDGETS: Mapping[Role, int] = {
    Role.VIEWER: 500_000,
    Role.FINANCE: 2_000_000,
    Role.CFO: 2_000_000,
    Role.ADMIN: 3_000_000,
}
"""The cost that each role may ask for, in values of the answer."""

NOBODY = 250_000
"""The same without a token: enough to read the schema."""

TOO_MUCH = Text(
    "A operação passa do limite {limit}: pede {figure}, e o máximo é {allowed}.",
    "The operation is over the limit {limit}: it asks for {figure}, and at most {allowed} is allowed.",
)


def budget_of(roles: Collection[Role]) -> int:
    return max((BUDGETS[role] for role in roles), default=NOBODY)


def too_complex(limit: Limit, figure: int, allowed: int) -> CodedError:
    told = {"limit": limit.value, "figure": figure, "allowed": allowed}
    return CodedError(ErrorCode.QUERY_TOO_COMPLEX, TOO_MUCH, params=told, extensions=dict(told))


def check(limit: Limit, figure: int, allowed: int | None = None) -> None:
    """QUERY_TOO_COMPLEX when the figure is over what is allowed."""
    most = ALLOWED[limit] if allowed is None else allowed
    if figure > most:
        raise too_complex(limit, figure, most)
