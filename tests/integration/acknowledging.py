"""Lines with a divergence that needs no sync: contracts of clients whom nobody billed."""

from decimal import Decimal

from bootstrap import Assembly
from core.use_cases.acknowledge_divergence import AcknowledgeDivergence, Seen
from ports.acknowledgements import AcknowledgementReason, AcknowledgementRecord, acknowledgement_id
from ports.clients import ClientRecord
from ports.ids import new_id
from ports.reconciliations import LineRef, PartyKey
from ports.titles import BillingBasis
from ports.work import OpenWork
from tests.integration.records import NOVEMBER, PERSON, add_clients, client, contract

UNBILLED = Decimal("-100.00")
SOURCE = "demo"


def ref_of(owner: ClientRecord) -> LineRef:
    return LineRef(NOVEMBER, BillingBasis.DUE_DATE, PartyKey(owner.id))


async def unbilled(app: Assembly, number: int) -> list[ClientRecord]:
    """So many clients, each with a contract of 100.00 a month."""
    owners = [client(id=new_id(), name=f"Client {n}") for n in range(number)]
    await add_clients(app.get(OpenWork), *owners)
    async with app.get(OpenWork)() as work:
        for owner in owners:
            await work.contracts.add(contract(client_id=owner.id))
        await work.commit()
    return owners


async def acknowledge(app: Assembly, *owners: ClientRecord, note: str | None = None) -> None:
    seen = [Seen(ref_of(owner), UNBILLED) for owner in owners]
    await app.get(AcknowledgeDivergence)(seen, AcknowledgementReason.TIMING, note, by=PERSON)


async def of(app: Assembly, *owners: ClientRecord) -> list[AcknowledgementRecord | None]:
    ids = [acknowledgement_id(SOURCE, ref_of(owner)) for owner in owners]
    async with app.get(OpenWork)() as work:
        found = await work.acknowledgements.by_ids(ids)
    return [found.get(key) for key in ids]
