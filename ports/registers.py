"""The registers that payments refer to: plano de contas, centro de custo and the others, all of one shape."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol
from uuid import UUID

from ports.paging import Page, PageRequest


class ReferenceKind(Enum):
    PLANO_CONTAS = "PLANO_CONTAS"
    CENTRO_CUSTO = "CENTRO_CUSTO"
    CONTA_BANCARIA = "CONTA_BANCARIA"
    FORMA_PAGAMENTO = "FORMA_PAGAMENTO"
    FORNECEDOR = "FORNECEDOR"
    TRANSPORTADORA = "TRANSPORTADORA"
    FUNCIONARIO = "FUNCIONARIO"
    LOJA = "LOJA"


class RegisterKey(NamedTuple):
    """`code` is the id by which payments name the entry, such as `plano_contas_id`."""

    kind: ReferenceKind
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRecord:
    """One entry of a register."""

    id: UUID
    kind: ReferenceKind
    code: str
    external_id: str | None = None
    name: str
    active: bool = True
    source: str

    @property
    def key(self) -> RegisterKey:
        return RegisterKey(self.kind, self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFilter:
    """All conditions hold together; None asks nothing."""

    kind: ReferenceKind
    search: str | None = None
    active: bool | None = None


class RegisterStore(Protocol):
    async def known(self, keys: Collection[RegisterKey]) -> Mapping[RegisterKey, ReferenceRecord]: ...

    async def fill(self, entries: Sequence[ReferenceRecord]) -> None:
        """Keep entries that are not known yet. A known one gains an external id if it has none, no more."""
        ...

    async def save(self, entry: ReferenceRecord) -> ReferenceRecord:
        """Keep the entry, or write it over the one with its kind and code; as it stands then."""
        ...

    async def get(self, entry_id: UUID) -> ReferenceRecord | None: ...

    async def page(self, where: ReferenceFilter, page: PageRequest) -> Page[ReferenceRecord]:
        """By name, accents and case aside."""
        ...

    async def count(self, where: ReferenceFilter) -> int: ...
