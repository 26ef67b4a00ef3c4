"""How much billed may differ from contracted before somebody is told."""

from decimal import ROUND_DOWN, Decimal

from ports.errors import Fault, RefusalCode, Refused
from ports.money import CENT, ZERO, Money, fits
from ports.tolerance_rules import ToleranceRuleRecord


def tolerance(rule: ToleranceRuleRecord, expected: Money) -> Money:
    """The larger of the rule's percent of what is expected, rounded down to the cent, and its minimum."""
    share = (expected * rule.percent / 100).quantize(CENT, ROUND_DOWN)
    return max(share, rule.minimum)


def check_rule(percent: Decimal, minimum: Money) -> None:
    """Refuse a rule that makes no sense; `percent` may have two decimals."""
    found = []
    if not fits(percent) or not 0 <= percent <= 100:
        found.append(Fault(RefusalCode.INVALID, ("percent",)))
    if not fits(minimum) or minimum < ZERO:
        found.append(Fault(RefusalCode.INVALID, ("minimum",)))
    if found:
        raise Refused(found)
