"""What an idempotency key stands for is told by a digest that is kept, so that no version may change it."""

from decimal import Decimal

import pytest

from core.use_cases.once import digest_of

SENT = {"descricao": "Aluguel d'água", "valor": Decimal("10.50"), "liquidado": True}
SAME = (
    SENT,
    {**SENT, "valor": Decimal("10.5"), "juros": Decimal("0.00")},
    {**SENT, "codigo": None, "external_id": " "},
    {**SENT, "valor_total": Decimal("10.50")},
)


@pytest.mark.parametrize("sent", SAME)
def test_it_is_the_same_for_what_means_the_same(sent: dict[str, object]) -> None:
    assert digest_of([sent]) == ("e8f77e4d272bf350daf71d9695fd4ab73a856a8486a7c17e80d194001cfb2a05")


@pytest.mark.parametrize("change", [{"liquidado": False}, {"codigo": "7"}, {"valor": Decimal("10.51")}])
def test_any_change_of_meaning_shows(change: dict[str, object]) -> None:
    assert digest_of([SENT | change]) != digest_of([SENT])
    assert digest_of([SENT], policy="REJECT_ALL") != digest_of([SENT])
