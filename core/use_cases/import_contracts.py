from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from core.contract import Contract
from core.text import is_absent
from core.use_cases.import_one_by_one import Outcome, keep_one_by_one, together_with
from core.use_cases.import_rows import Write, import_rows
from ports.audit import Act
from ports.clients import ClientRecord
from ports.clock import Clock
from ports.contracts import Cadence, ContractFilter, ContractRecord
from ports.errors import Fault, RefusalCode, refused
from ports.ids import OURS
from ports.imports import FileRow, KeysSeen, RefusedRows, RowFile, Tally, Tell
from ports.paging import PageRequest
from ports.work import OpenWork, Work


class ImportContracts:
    """Keep the contracts of a file, by external id. What a row leaves out stays."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(
        self, file: RowFile, seen: KeysSeen, refusals: RefusedRows, tell: Tell, *, by: str
    ) -> Tally:
        def judge(row: FileRow) -> FileRow:
            key = row.values.get("external_id")
            if not is_absent(key) and not seen.take(row.values["external_id"]):
                raise refused(RefusalCode.DUPLICATE_EXTERNAL_ID, "external_id")
            return row

        async def keep(sound: Sequence[tuple[FileRow, FileRow]]) -> Write:
            rows = [row for row, _ in sound]
            return partial(keep_one_by_one, self._open_work, Act(by, "importContracts"), rows, self._keep)

        return await import_rows(file, refusals, tell, judge, keep)

    async def _keep(self, work: Work, row: FileRow) -> Outcome:
        now, owners = self._clock.now(), await _owners(work, row.values)
        known = await _on_file(work, row.values.get("external_id"))
        if known is None:
            with together_with([*row.unread, *_faults_of_new(row.values, owners)]):
                stated = {"cadence": Cadence.MONTHLY, **row.values, "client_id": _first(owners)}
                contract = Contract.create(stated, now=now, source=OURS)
            await work.contracts.add(contract.record)
            return Outcome.CREATED
        contract = Contract(await work.contracts.for_update(known.id))
        with together_with([*row.unread, *_owner_faults(owners, known.client_id)]):
            changed = contract.restate(row.values, now)
        if changed:
            await work.contracts.save(contract.record)
        return Outcome.UPDATED if changed else Outcome.UNCHANGED


async def _on_file(work: Work, external_id: str | None) -> ContractRecord | None:
    if external_id is None:
        return None
    found = await work.contracts.page(ContractFilter(external_id=[external_id]), PageRequest(1))
    return found.items[0] if found.items else None


async def _owners(work: Work, values: Mapping[str, Any]) -> dict[str, ClientRecord | None]:
    """The client on file behind each field that names one."""
    found: dict[str, ClientRecord | None] = {}
    if key := values.get("client_id"):
        found["client_id"] = (await work.clients.by_ids([key])).get(key)
    if document := values.get("client_document"):
        found["client_document"] = (await work.clients.by_documents([document])).get(document)
    if code := values.get("client_omie_codigo"):
        found["client_omie_codigo"] = (await work.clients.by_any_code([code])).get(code)
    return found


def _first(owners: Mapping[str, ClientRecord | None]) -> UUID | None:
    return next((owner.id for owner in owners.values() if owner), None)


def _faults_of_new(values: Mapping[str, Any], owners: Mapping[str, ClientRecord | None]) -> Iterator[Fault]:
    if is_absent(values.get("external_id")):
        yield Fault(RefusalCode.MISSING, ("external_id",))
    if not owners:
        yield Fault(RefusalCode.MISSING, ("client_id",))
    yield from _owner_faults(owners, _first(owners))


def _owner_faults(owners: Mapping[str, ClientRecord | None], owner: UUID | None) -> Iterator[Fault]:
    """Every field that names a client names the same one, and it is on file; a contract keeps its client."""
    for name, named in owners.items():
        if named is None:
            yield Fault(RefusalCode.NOT_FOUND, (name,))
        elif named.id != owner:
            yield Fault(RefusalCode.WRONG_PARTY, (name,))
