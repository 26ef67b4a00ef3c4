"""Both sides brought together: every contract and every title on one line, whatever the order."""

from datetime import date
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.reconciliation import parties, reconcile
from ports.clients import ClientRecord, ErpLink
from ports.contracts import ContractRecord
from ports.reconciliations import Billing, Party
from tests.builders import ERP, a_bench, a_billing, a_client, a_contract

ANA, BIA = a_client("7001", "7002", name="Ana"), a_client("7003", name="Bia")
FREE = a_client(name="Free")
ELSEWHERE = a_client(name="Elsewhere", links=(ErpLink("another-account", "7001"), ErpLink(ERP, "7004")))


def owned(client: ClientRecord, mrr: str = "1000.00") -> ContractRecord:
    return a_contract(mrr, client_id=client.id)


OF_ANA, ALSO_OF_ANA, OF_BIA, OF_FREE = owned(ANA), owned(ANA, "500.00"), owned(BIA), owned(FREE)
B1, B2, B3, B4 = (a_billing(str(code), "1.00") for code in (7001, 7002, 7003, 7004))


def side(
    client: ClientRecord | None,
    codes: tuple[str, ...],
    contracts: tuple[ContractRecord, ...] = (),
    billing: tuple[Billing, ...] = (),
) -> Party:
    return Party(client=client, codes=codes, contracts=contracts, billing=billing)


@pytest.mark.parametrize(
    ("source", "clients", "contracts", "billing", "expected"),
    [
        pytest.param(ERP, [], [], [], [], id="nobody"),
        pytest.param(ERP, [BIA], [], [], [], id="a client with neither"),
        pytest.param(ERP, [BIA], [OF_BIA], [B3], [side(BIA, ("7003",), (OF_BIA,), (B3,))], id="both"),
        pytest.param(ERP, [FREE], [OF_FREE], [], [side(FREE, (), (OF_FREE,))], id="a contract and no link"),
        pytest.param(ERP, [BIA], [OF_BIA], [], [side(BIA, ("7003",), (OF_BIA,))], id="nothing billed"),
        pytest.param(ERP, [BIA], [], [B3], [side(BIA, ("7003",), (), (B3,))], id="billed without a contract"),
        pytest.param(ERP, [], [], [B4], [side(None, ("7004",), (), (B4,))], id="an unknown code"),
        pytest.param(
            ERP, [ANA], [], [B2, B1], [side(ANA, ("7001", "7002"), (), (B1, B2))], id="several codes of one"
        ),
        pytest.param(
            ERP, [ANA], [], [B2], [side(ANA, ("7001", "7002"), (), (B2,))], id="billed under the second code"
        ),
        pytest.param(
            ERP,
            [ANA, BIA],
            [OF_ANA, OF_BIA, ALSO_OF_ANA],
            [],
            [side(ANA, ("7001", "7002"), (OF_ANA, ALSO_OF_ANA)), side(BIA, ("7003",), (OF_BIA,))],
            id="contracts of several",
        ),
        pytest.param(
            ERP,
            [ELSEWHERE],
            [],
            [B1, B4],
            [side(ELSEWHERE, ("7004",), (), (B4,)), side(None, ("7001",), (), (B1,))],
            id="a code means nothing without its source",
        ),
        pytest.param(None, [BIA], [OF_BIA], [], [side(BIA, (), (OF_BIA,))], id="no ERP"),
    ],
)
def test_parties(
    source: str | None,
    clients: list[ClientRecord],
    contracts: list[ContractRecord],
    billing: list[Billing],
    expected: list[Party],
) -> None:
    assert parties(source, clients, contracts, billing) == expected


World = tuple[list[ClientRecord], list[ContractRecord], list[Billing]]


def a_world(amounts: list[int]) -> World:
    """Clients with up to three contracts and up to two codes, all of one name; two codes of nobody."""
    clients = [
        a_client(*map(str, (7000 + n, 8000 + n)[: n % 3]), id=UUID(int=n + 1), name="Same")
        for n in range(len(amounts))
    ]
    contracts = [
        a_contract(
            f"{cents}E-2", client_id=client.id, starts_on=date(2026, 1 + cents % 11, 15), pro_rata=True
        )
        for client, cents in zip(clients, amounts, strict=True)
        for _ in range(cents % 4)
    ]
    codes = [*(link.code for client in clients for link in client.links), "9998", "9999"]
    billing = [
        a_billing(code, f"{amounts[n % len(amounts)]}E-2", incomplete=n % 7 == 6)
        for n, code in enumerate(codes)
    ]
    return clients, contracts, billing


WORLDS = st.lists(st.integers(0, 10**7), min_size=1, max_size=6).map(a_world)


@settings(max_examples=50, deadline=None)
@given(world=WORLDS, chance=st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(world: World, chance: Random) -> None:
    clients, contracts, billing = world
    bench = a_bench(today=date(2026, 11, 30))
    in_order = reconcile(bench, parties(ERP, clients, contracts, billing))
    for rows in world:
        chance.shuffle(rows)
    assert reconcile(bench, parties(ERP, clients, contracts, billing)) == in_order


@settings(max_examples=50, deadline=None)
@given(world=WORLDS)
def test_every_cent_of_both_sides_is_on_one_line(world: World) -> None:
    clients, contracts, billing = world
    lines = reconcile(a_bench(), parties(ERP, clients, contracts, billing))
    assert sum((line.billed for line in lines), Decimal()) == sum(
        (bill.billed for bill in billing), Decimal()
    )
    assert sum(line.mrr for line in lines) == sum(contract.prices[0].mrr for contract in contracts)
    assert all(line.divergence == line.billed - line.expected for line in lines)
    assert len({line.key for line in lines}) == len(lines)
