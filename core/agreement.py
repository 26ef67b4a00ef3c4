"""What a contract wants billed in which month."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP

from ports.calendar import Period
from ports.contracts import Cadence, ContractTerms
from ports.money import CENT, ZERO, Money

LATEST = 31
"""The billing day after which none comes."""


def due_by(period: Period, billing_day: int, grace: timedelta) -> date:
    due = period.day(billing_day)
    return due + min(grace, date.max - due)


class Agreement:
    """Wraps the terms of one contract."""

    def __init__(self, record: ContractTerms) -> None:
        self.record = record

    def is_in_force(self, period: Period) -> bool:
        """Whether on some day of the month."""
        return self.record.is_in_force(period.first_day, period.last_day)

    def mrr_in(self, period: Period) -> Money:
        """The monthly figure of that month, whether in force or not."""
        prices = self.record.prices
        for price in reversed(prices):
            if price.since <= period:
                return price.mrr
        return prices[0].mrr

    def expected_in(self, period: Period) -> Money:
        """What is to be billed in a month in which the contract is in force."""
        if self.record.cadence is Cadence.MONTHLY:
            return self.by_days_in(period) if self.record.pro_rata else self.mrr_in(period)
        months: int = self.record.cadence.value
        if period.months_after(Period.of(self.record.starts_on)) % months:
            return ZERO
        return self.mrr_in(period) * months

    def due_by(self, period: Period, grace: timedelta) -> date:
        """The last day on which it is no fault that the month is not billed yet."""
        return due_by(period, self.record.billing_day or LATEST, grace)

    def by_days_in(self, period: Period) -> Money:
        """The monthly figure for the days in force, half up to the cent; also where it is billed whole."""
        first = max(self.record.starts_on, period.first_day)
        last = min(self.record.ends_on or period.last_day, period.last_day)
        share = self.mrr_in(period) * ((last - first).days + 1) / period.days
        return share.quantize(CENT, ROUND_HALF_UP)
