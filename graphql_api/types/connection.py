"""Relay connections: `edges`, `nodes`, `pageInfo`, and a `totalCount` that costs nothing unless asked."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graphql_api.context import Context, Info
from graphql_api.errors import bad_input
from graphql_api.fields import plain, resolved
from graphql_api.texts import Text
from ports.identity import Role
from ports.paging import DEFAULT_SIZE, LARGEST_SIZE, Page, PageRequest
from ports.work import Work

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

BOTH_WAYS = Text("Use first/after ou last/before.", "Use first with after, or last with before.")
BAD_SIZE = Text(f"Peça de 0 a {LARGEST_SIZE} itens por página.", f"Ask for 0 to {LARGEST_SIZE} items a page.")


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A record and its cursor."""

    cursor: str
    node: T


@dataclass(frozen=True, slots=True)
class Listing(Generic[T_co]):
    """A page, and how to count all that it is a page of."""

    page: Page[T_co]
    count: Callable[[], Awaitable[int]]


class Pages(Protocol[T_co]):
    """What a list is of."""

    async def listing(self, context: Context, page: PageRequest) -> Listing[T_co]: ...


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """A list that a store holds: how to read a page of it, and how to count it.

    Where each row of another list has such a list, `first_page` reads the first or last of all together.
    """

    page: Callable[[Work, PageRequest], Awaitable[Page[T]]]
    count: Callable[[Work], Awaitable[int]]
    first_page: Callable[[Context, PageRequest], Awaitable[Page[T]]] | None = None

    async def listing(self, context: Context, page: PageRequest) -> Listing[T]:
        async def count() -> int:
            async with context.open_work() as work:
                return await self.count(work)

        if self.first_page and page.after is None and page.before is None:
            return Listing(await self.first_page(context, page), count)
        async with context.open_work() as work:
            return Listing(await self.page(work, page), count)


def _argument(name: str, kind: Any, description: str) -> StrawberryArgument:
    return StrawberryArgument(name, None, StrawberryAnnotation(kind | None), description=description)


PAGING = (
    _argument(
        "first", int, f"At most so many rows from the start, up to {LARGEST_SIZE}; {DEFAULT_SIZE} by default."
    ),
    _argument("after", str, "Only rows after this cursor."),
    _argument("last", int, f"At most so many rows from the end, up to {LARGEST_SIZE}."),
    _argument("before", str, "Only rows before this cursor."),
)


@strawberry.type(description="Where the page lies in the list.")
class PageInfo:
    has_next_page: bool = plain("Whether there is more after this page.")
    has_previous_page: bool = plain("Whether there is more before this page.")
    start_cursor: str | None = plain("Cursor of the first row; null when the page is empty.")
    end_cursor: str | None = plain("Cursor of the last row; null when the page is empty.")


@strawberry.type(description="A row of a list and its place in it.")
class Edge(Generic[T]):
    cursor: str = plain("Names this row's place; pass it as `after` or `before`.")
    node: T = plain("The row.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    @resolved()
    def edges(self, root: strawberry.Parent[Listing[Any]]) -> list[Edge[T]]:
        """The rows of the page, each with its cursor."""
        pairs = zip(root.page.cursors, root.page.items, strict=True)
        return [Placed(cursor, item) for cursor, item in pairs]  # type: ignore[misc]

    @resolved()
    def nodes(self, root: strawberry.Parent[Listing[Any]]) -> list[T]:
        """The rows of the page."""
        return list(root.page.items)

    @resolved()
    def page_info(self, root: strawberry.Parent[Listing[Any]]) -> PageInfo:
        """Where the page lies in the list."""
        cursors = root.page.cursors
        return PageInfo(
            has_next_page=root.page.has_next,
            has_previous_page=root.page.has_previous,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )

    @resolved()
    async def total_count(self, root: strawberry.Parent[Listing[Any]]) -> int:
        """How many rows the whole list has. Counted only when asked for."""
        return await root.count()


class _Paged(FieldExtension):
    """Gives a field the four paging arguments and turns its `Pages` into the one they ask for."""

    def apply(self, field: StrawberryField) -> None:
        field.arguments = [*field.arguments, *PAGING]

    async def resolve_async(
        self,
        next_: Callable[..., Awaitable[Pages[Any]]],
        source: Any,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        **kwargs: Any,
    ) -> Listing[Any]:
        page = page_request(first, after, last, before)
        pages = await next_(source, info, **kwargs)
        return await pages.listing(info.context, page)


def connection(
    of: Any, *, roles: Sequence[Role] = (), nullable: bool = False
) -> Callable[[Callable[..., Any]], Any]:
    """A paged list; its resolver tells, as `Pages`, what it is a list of."""
    shown = Connection[of]
    return resolved(shown | None if nullable else shown, roles=roles, extensions=[_Paged()])


def page_request(first: int | None, after: str | None, last: int | None, before: str | None) -> PageRequest:
    """The page that the four arguments ask for; BAD_USER_INPUT when they contradict each other."""
    backward = last is not None
    if backward and first is not None:
        raise bad_input(BOTH_WAYS)
    size = last if last is not None else first if first is not None else DEFAULT_SIZE
    if not 0 <= size <= LARGEST_SIZE:
        raise bad_input(BAD_SIZE)
    return PageRequest(size, backward, after, before)
