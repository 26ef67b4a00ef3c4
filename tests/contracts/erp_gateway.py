"""What every `ErpGateway` keeps to, whatever ERP is behind it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ports.erp import (
    Entity,
    ErpGateway,
    ErpIssue,
    ErpPage,
    ErpRegisterEntry,
    ErpSettlement,
    ErpTitle,
    Side,
    Since,
)
from ports.money import ZERO
from tests.contracts.living_erp import EARLIER, TODAY, Living, a_client, a_title, every

REGISTERS = (Entity.CATEGORY, Entity.DEPARTMENT, Entity.ACCOUNT, Entity.DOCUMENT_TYPE)


async def ids(gateway: ErpGateway, side: Side, since: Since | None = None) -> list[str]:
    return [one.external_id for one in await every(lambda page: gateway.titles(side, page, since))]


async def settled_ids(gateway: ErpGateway, side: Side, since: Since | None = None) -> list[str]:
    return [one.title_id for one in await every(lambda page: gateway.settlements(side, page, since))]


class ErpGatewayContract:
    """Subclasses give the fixture `living`."""

    async def test_an_empty_erp_has_one_page_of_nothing(self, living: Living) -> None:
        gateway = living.gateway
        assert gateway.source
        pages: list[ErpPage[Any]] = [await gateway.clients(1)]
        for side in Side:
            pages += [await gateway.titles(side, 1), await gateway.settlements(side, 1)]
        pages += [await gateway.register(kind, 1) for kind in REGISTERS]
        assert {(page.number, page.last, len(page.items), len(page.issues)) for page in pages} == {
            (1, 1, 0, 0)
        }

    async def test_clients_come_whole_and_once(self, living: Living) -> None:
        put = [
            a_client(1, contact_email="financeiro@exemplo.com.br"),
            a_client(2, document=None, active=False),
            a_client(3, document="11222333000181", is_customer=False, is_supplier=True),
            a_client(4, is_supplier=True),
            a_client(5, name="Coração & Irmãos S/A"),
        ]
        for client in put:
            living.put_client(client, EARLIER)
        assert await every(living.gateway.clients) == put
        first = await living.gateway.clients(1, Since(EARLIER, created=True))
        assert (first.last, first.total, len(first.items)) == (3, 5, 2)

    @pytest.mark.parametrize("side", Side)
    async def test_titles_come_whole_by_code_and_from_one_side(self, living: Living, side: Side) -> None:
        put = [
            a_title(1, amount=Decimal("0.01")),
            a_title(2, amount=Decimal("9999999999999.99"), contract_number="CTR-1"),
            a_title(3, withheld=Decimal("4.65"), category="2.04.01"),
        ]
        for title in reversed(put):
            living.put_title(side, title, EARLIER)
        other = next(one for one in Side if one is not side)
        living.put_title(other, a_title(9), EARLIER)
        assert await every(lambda page: living.gateway.titles(side, page)) == put
        assert await ids(living.gateway, other) == ["8009"]
        assert await settled_ids(living.gateway, side) == ["8001", "8002", "8003"]

    @pytest.mark.parametrize("side", Side)
    async def test_a_cancelled_title_stays_and_a_removed_one_is_gone(
        self, living: Living, side: Side
    ) -> None:
        for number in (1, 2):
            living.put_title(side, a_title(number), EARLIER)
        living.cancel_title(side, "8001", TODAY)
        living.remove_title(side, "8002")
        (left,) = await every(lambda page: living.gateway.titles(side, page))
        assert (left.external_id, left.cancelled, left.amount) == ("8001", True, Decimal("101.00"))
        assert await living.gateway.title(side, "8001") == left
        assert await living.gateway.title(side, "8002") is None
        assert await living.gateway.settlement(side, "8002") is None

    @pytest.mark.parametrize("side", Side)
    async def test_what_was_received_and_what_is_open(self, living: Living, side: Side) -> None:
        for number in (1, 2, 3):
            living.put_title(side, a_title(number, withheld=Decimal("1.00")), EARLIER)
        part = living.settle_title(side, "8001", TODAY, Decimal("40.00"))
        first = living.settle_title(side, "8002", EARLIER, Decimal("40.00"))
        rest = living.settle_title(side, "8002", TODAY)
        assert rest.amount == Decimal("61.00")
        partly = ErpSettlement(
            title_id="8001",
            received=Decimal("40.00"),
            open=Decimal("60.00"),
            settled=False,
            receipts=(part,),
        )
        fully = ErpSettlement(
            title_id="8002", received=Decimal("101.00"), open=ZERO, settled=True, receipts=(first, rest)
        )
        untouched = ErpSettlement(
            title_id="8003", received=ZERO, open=Decimal("102.00"), settled=False, receipts=()
        )
        assert await every(lambda page: living.gateway.settlements(side, page)) == [partly, fully, untouched]
        assert await living.gateway.settlement(side, "8001") == partly
        titles = await every(lambda page: living.gateway.titles(side, page))
        assert [title.settled for title in titles] == [False, True, False]
        living.unsettle_title(side, "8002", rest.external_id, TODAY)
        reopened = await living.gateway.settlement(side, "8002")
        assert isinstance(reopened, ErpSettlement)
        assert (reopened.open, reopened.settled, reopened.receipts) == (Decimal("61.00"), False, (first,))

    @pytest.mark.parametrize("kind", REGISTERS)
    async def test_registers(self, living: Living, kind: Entity) -> None:
        put = [
            ErpRegisterEntry(code=str(number), name=f"Nº {number}", active=True) for number in range(11, 14)
        ]
        for entry in put:
            living.put_entry(kind, entry)
        assert await every(lambda page: living.gateway.register(kind, page)) == put

    @pytest.mark.parametrize("side", Side)
    async def test_since_a_day(self, living: Living, side: Side) -> None:
        """What was changed, and what came to be, are two questions; together they miss nothing."""
        for number in (1, 2, 3, 4):
            living.put_title(side, a_title(number), EARLIER)
        living.cancel_title(side, "8002", TODAY)
        living.settle_title(side, "8003", TODAY, Decimal("1.00"))
        living.put_title(side, a_title(5), TODAY)
        living.remove_title(side, "8004")
        for listed in (ids, settled_ids):
            changed = await listed(living.gateway, side, Since(TODAY))
            made = await listed(living.gateway, side, Since(TODAY, created=True))
            assert set(changed) | set(made) == {"8002", "8003", "8005"}
            assert ("8005" in made, "8002" in made) == (True, False)
            tomorrow = TODAY + timedelta(days=1)
            assert await listed(living.gateway, side, Since(tomorrow)) == []

    async def test_clients_since_a_day(self, living: Living) -> None:
        for number in (1, 2):
            living.put_client(a_client(number), EARLIER)
        living.put_client(a_client(2, name="Outro nome"), TODAY)
        living.put_client(a_client(3), TODAY)
        living.remove_client("7001")
        changed = await every(lambda page: living.gateway.clients(page, Since(TODAY)))
        made = await every(lambda page: living.gateway.clients(page, Since(TODAY, created=True)))
        assert {one.code for one in [*changed, *made]} == {"7002", "7003"}
        assert [one.name for one in changed if one.code == "7002"] == ["Outro nome"]

    async def test_a_single_client(self, living: Living) -> None:
        put = a_client(1)
        living.put_client(put, EARLIER)
        assert await living.gateway.client("7001") == put
        living.remove_client("7001")
        assert await living.gateway.client("7001") is None

    async def test_a_title_of_the_other_side_is_none(self, living: Living) -> None:
        living.put_title(Side.PAYABLE, a_title(1), EARLIER)
        assert isinstance(await living.gateway.title(Side.PAYABLE, "8001"), ErpTitle)
        assert await living.gateway.title(Side.RECEIVABLE, "8001") is None
        assert await living.gateway.settlement(Side.RECEIVABLE, "8001") is None
        assert not isinstance(await living.gateway.settlement(Side.PAYABLE, "8001"), ErpIssue)

    async def test_past_the_end(self, living: Living) -> None:
        for number in (1, 2, 3):
            living.put_client(a_client(number), EARLIER)
        beyond = await living.gateway.clients(3)
        assert (beyond.number, beyond.last, list(beyond.items)) == (3, 2, [])

    async def test_a_title_made_while_paging_comes_last(self, living: Living) -> None:
        for number in (1, 2, 3, 4):
            living.put_title(Side.RECEIVABLE, a_title(number), EARLIER)
        living.between_pages(lambda: living.put_title(Side.RECEIVABLE, a_title(5), TODAY))
        assert await ids(living.gateway, Side.RECEIVABLE) == ["8001", "8002", "8003", "8004", "8005"]

    async def test_a_listing_may_shrink_while_paging(self, living: Living) -> None:
        """The pages shift, so one may be missed; none comes twice, and the end is found."""
        for number in range(1, 7):
            living.put_title(Side.RECEIVABLE, a_title(number), EARLIER)
        living.between_pages(lambda: living.remove_title(Side.RECEIVABLE, "8001"))
        found = await ids(living.gateway, Side.RECEIVABLE)
        assert found == ["8001", "8002", "8004", "8005", "8006"]
