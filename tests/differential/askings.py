"""What a document is asked with: variables, and who asks."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import GraphQLArgument, GraphQLNonNull
from hypothesis import strategies as st

from ports.identity import Role
from tests.differential.values import WRONG, literal

ROLES = [*[Role.CFO] * 6, *[Role.ADMIN] * 2, *[Role.FINANCE] * 4, *[Role.VIEWER] * 3, None]
KINDS = ["application/json", "application/json", "application/graphql-response+json"]


class Dice:
    """Hypothesis' choices, as they are mostly needed."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def once_in(self, times: int) -> bool:
        return self.draw(st.integers(1, times)) == times

    def one(self, of: Any) -> Any:
        return self.draw(st.sampled_from(of))

    def some(self, of: Any, least: int, most: int) -> list[Any]:
        return self.draw(st.lists(st.sampled_from(of), min_size=least, max_size=most))


class Asked(NamedTuple):
    """How a document is asked once."""

    variables: dict[str, Any]
    role: Role | None
    language: str
    accept: str


class Variable(NamedTuple):
    kind: Any
    default: str
    values: st.SearchStrategy[Any]


CHOICES: Mapping[str, Variable] = {
    "yes": Variable("Boolean!", "", st.booleans()),
    "no": Variable("Boolean", " = false", st.booleans()),
    "maybe": Variable("Boolean!", " = true", st.booleans()),
}


class Variables:
    """Those of one document."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._known: dict[str, Variable] = {}

    def choice(self, name: str) -> str:
        """One of the conditions, to be used in a directive."""
        self._known[name] = CHOICES[name]
        return f"${name}"

    def value(self, argument: str, one: GraphQLArgument, values: st.SearchStrategy[Any]) -> str:
        """A variable, or what stands there itself."""
        if self._dice.once_in(2):
            odd = self._dice.draw(st.integers(1, 60))
            return literal(
                one.type,
                None if odd == 60 else self._dice.one(WRONG) if odd == 59 else self._dice.draw(values),
            )
        told = f"{argument}{len(self._known)}"
        of_kind = [name for name, known in self._known.items() if known.kind == one.type]
        if of_kind and argument not in ("after", "before") and self._dice.once_in(3):
            return f"${of_kind[0]}"
        default = f" = {literal(one.type, self._dice.draw(values))}" if self._dice.once_in(6) else ""
        self._known[told] = Variable(one.type, default, values)
        return f"${told}"

    def declared(self) -> str:
        told = [f"${name}: {self._declaration(one)}" for name, one in self._known.items()]
        return f"({', '.join(told)})" if told else ""

    def _declaration(self, one: Variable) -> str:
        odd = self._dice.draw(st.integers(1, 40))
        kind = str(one.kind)
        if odd == 40:
            return f"String{one.default}"
        stricter = odd > 36 and not kind.endswith("!")
        return f"{kind}{'!' if stricter else ''}{one.default}"

    def asking(self) -> Asked:
        variables: dict[str, Any] = {}
        for name, one in self._known.items():
            odd = self._dice.draw(st.integers(1, 60))
            if odd == 60:
                variables[name] = self._dice.one(WRONG)
            elif odd == 59:
                variables[name] = None
            elif odd <= (56 if isinstance(one.kind, GraphQLNonNull) else 46):
                variables[name] = self._dice.draw(one.values)
        return Asked(variables, self._dice.one(ROLES), self._dice.one(["en", "pt"]), self._dice.one(KINDS))
