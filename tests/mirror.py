"""A mirror and contracts as a test scripts them, put straight into the stores."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bootstrap import Assembly
from ports.calendar import Period
from ports.clients import ClientRecord, ErpLink
from ports.clock import Clock
from ports.contracts import ContractPrice, ContractRecord
from ports.erp import ErpIssue, ErpSettlement, ErpTitle, Receipt
from ports.ids import OURS, new_id
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus, SyncTrigger
from ports.work import Duty, OpenWork

SOURCE = "demo"


class Mirror:
    def __init__(self, assembly: Assembly) -> None:
        self.open_work = assembly.get(OpenWork)
        self.clock = assembly.get(Clock)
        self._titles = 0

    async def client(self, name: str, *codes: str, source: str = OURS) -> ClientRecord:
        now, links = self.clock.now(), tuple(ErpLink(SOURCE, code) for code in codes)
        record = ClientRecord(
            id=new_id(), name=name, links=links, source=source, created_at=now, updated_at=now
        )
        async with self.open_work() as work:
            await work.clients.add(record)
            await work.commit()
        return record

    async def contract(self, owner: ClientRecord, mrr: str, **changes: Any) -> ContractRecord:
        """Monthly since January 2025, billed on the 10th."""
        now, starts_on = self.clock.now(), changes.get("starts_on", date(2025, 1, 1))
        whole = {
            "title": "Mensalidade",
            "prices": (ContractPrice(Decimal(mrr), Period.of(starts_on)),),
            "starts_on": starts_on,
            "billing_day": 10,
            "source": OURS,
            "created_at": now,
            "updated_at": now,
        }
        record = ContractRecord(id=new_id(), client_id=owner.id, **{**whole, **changes})
        async with self.open_work() as work:
            await work.contracts.add(record)
            await work.commit()
        return record

    async def title(self, code: str, amount: str, due: str, **fields: Any) -> str:
        """Its external id; open unless said otherwise."""
        self._titles += 1
        whole: dict[str, Any] = {
            "external_id": f"T{self._titles:04}",
            "client_code": code,
            "amount": Decimal(amount),
            "withheld": Decimal("0.00"),
            "due_on": date.fromisoformat(due),
            "status": "A VENCER",
            "cancelled": False,
            "settled": False,
        }
        title = ErpTitle(**{**whole, **fields})
        async with self.open_work() as work:
            await work.titles.keep(SOURCE, [title], self.clock.now())
            await work.commit()
        return title.external_id

    async def settle(self, title_id: str, *receipts: tuple[str, str], left: str = "0.00") -> None:
        """Each receipt by its day and the amount that it cleared."""
        made = tuple(
            Receipt(
                external_id=f"{title_id}-{n}",
                on=date.fromisoformat(day),
                amount=Decimal(amount),
                discount=Decimal("0.00"),
                interest=Decimal("0.00"),
                fine=Decimal("0.00"),
            )
            for n, (day, amount) in enumerate(receipts)
        )
        told = ErpSettlement(
            title_id=title_id,
            received=sum((each.amount for each in made), Decimal()),
            open=Decimal(left),
            settled=left == "0.00",
            receipts=made,
        )
        async with self.open_work() as work:
            await work.titles.settle(SOURCE, [told], self.clock.now())
            await work.commit()

    async def gone(self, title_id: str) -> None:
        async with self.open_work() as work:
            await work.titles.mark_gone(SOURCE, title_id, self.clock.now())
            await work.commit()

    async def synced(self, *issues: ErpIssue, ago: timedelta = timedelta(minutes=5)) -> datetime:
        """A whole run that began so long ago and succeeded."""
        started = self.clock.now() - ago
        run = SyncRunRecord(
            id=new_id(),
            source=SOURCE,
            status=SyncStatus.SUCCESS,
            mode=SyncMode.FULL,
            trigger=SyncTrigger.COMMAND,
            started_at=started,
            round_started_at=started,
            finished_at=started + timedelta(minutes=1),
        )
        async with self.open_work(duty=Duty.SYNC) as work:
            await work.runs.start(run)
            await work.runs.set_aside(run.id, issues)
            await work.commit()
        return started
