"""Exact amounts in BRL: `Decimal` with two decimals, never a float."""

from decimal import Decimal
from typing import TypeAlias

Money: TypeAlias = Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LARGEST = Decimal("9999999999999.99")
"""What `numeric(15,2)` holds."""


def fits(amount: Decimal) -> bool:
    """Whether the amount is finite, has at most two decimals and at most thirteen digits before them."""
    return amount.is_finite() and abs(amount) <= LARGEST and amount == amount.quantize(CENT)
