"""Every title finds its place: what it covers, or what it is instead. The first rule that applies has it.

Each rule goes over all months, whichever is explained, so that no two months tell a title differently.
"""

from core.bridge.across_months import cover_across_months, cover_as_dated
from core.bridge.cancelled import charge_the_dead
from core.bridge.ledger import Ledger
from core.bridge.leftovers import cover_by_days, cover_the_rest
from core.bridge.splits import cover_by_marked_parts, cover_by_monthly_parts, cover_by_running_parts
from core.bridge.surplus import mark_duplicates, mark_outsiders
from core.bridge.within_month import cover_within_months

RULES = (
    cover_within_months,
    mark_outsiders,
    cover_as_dated,
    cover_by_marked_parts,
    mark_duplicates,
    cover_across_months,
    cover_by_running_parts,
    cover_by_monthly_parts,
    cover_by_days,
    cover_the_rest,
    charge_the_dead,
)


def place(ledger: Ledger) -> None:
    for rule in RULES:
        rule(ledger)
