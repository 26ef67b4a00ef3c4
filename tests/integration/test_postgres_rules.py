"""Tolerance rules: every change is a new version."""

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from core.use_cases.set_tolerance_rule import SetToleranceRule
from ports.errors import Refused
from ports.ids import new_id
from ports.paging import PageRequest
from ports.tolerance_rules import ToleranceRuleRecord
from ports.work import OpenWork
from tests.integration.records import NOW, PERSON, sql
from tests.running import TestClock


async def add(open_work: OpenWork, percent: str, minimum: str, by: str = "somebody") -> ToleranceRuleRecord:
    async with open_work() as work:
        rule = await work.rules.add(Decimal(percent), Decimal(minimum), None, NOW, by)
        await work.commit()
    return rule


async def versions(open_work: OpenWork) -> list[int]:
    async with open_work() as work:
        return [rule.version for rule in (await work.rules.page(None, PageRequest(1000))).items]


async def test_what_goes_in_comes_out(open_work: OpenWork) -> None:
    rule = await add(open_work, "99.99", "9999999999999.99", "Ana Conceição")
    assert (rule.version, rule.valid_from, rule.set_by) == (1, NOW, "Ana Conceição")
    async with open_work() as work:
        assert await work.rules.newest() == rule
        assert await work.rules.get(rule.id) == rule
        assert await work.rules.get(new_id()) is None


async def test_the_newest_is_the_last_one_set(open_work: OpenWork) -> None:
    made = [await add(open_work, str(number), "0.00") for number in range(3)]
    async with open_work() as work:
        assert await work.rules.newest() == made[-1]
        assert await work.rules.count(None) == 3
        assert list((await work.rules.page(None, PageRequest())).items) == made[::-1]


async def test_the_first_rule_gives_way(open_work: OpenWork) -> None:
    for percent in ("5", "6"):
        async with open_work() as work:
            await work.rules.add_first(Decimal(percent), Decimal("50.00"), NOW, "configuration")
            await work.commit()
    assert (await add(open_work, "7", "1")).version == 2
    async with open_work() as work:
        await work.rules.add_first(Decimal(8), Decimal(0), NOW, "configuration")
        await work.commit()
        rules = await work.rules.page(None, PageRequest())
    assert [(rule.version, rule.percent) for rule in rules.items] == [(2, Decimal(7)), (1, Decimal(5))]


async def test_ten_first_rules_at_once(open_work: OpenWork) -> None:
    async def first(percent: int) -> None:
        async with open_work() as work:
            await work.rules.add_first(Decimal(percent), Decimal(0), NOW, "configuration")
            await work.commit()

    await asyncio.gather(*(first(percent) for percent in range(10)))
    assert await versions(open_work) == [1]


async def test_ten_setters_at_once_get_ten_consecutive_versions(
    open_work: OpenWork, clock: TestClock
) -> None:
    set_rule = SetToleranceRule(open_work, clock)
    rules = await asyncio.gather(
        *(set_rule(Decimal(percent), Decimal("1.00"), by=PERSON) for percent in range(10))
    )
    assert sorted(rule.version for rule in rules) == list(range(1, 11))
    assert await versions(open_work) == list(range(10, 0, -1))
    assert {rule.set_by for rule in rules} == {PERSON.subject}


async def test_a_rule_that_was_rolled_back_leaves_no_gap(open_work: OpenWork) -> None:
    await add(open_work, "1", "1")
    async with open_work() as work:
        assert (await work.rules.add(Decimal(2), Decimal(2), None, NOW, "nobody")).version == 2
    await add(open_work, "3", "3")
    assert await versions(open_work) == [2, 1]


async def test_a_senseless_rule_is_refused(open_work: OpenWork, clock: TestClock) -> None:
    with pytest.raises(Refused):
        await SetToleranceRule(open_work, clock)(Decimal(101), Decimal(-1), by=PERSON)
    assert await versions(open_work) == []


@pytest.mark.parametrize("change", ["percent = 100.01", "percent = -0.01", "minimum = -0.01"])
async def test_the_database_refuses_by_itself(
    shared_work: OpenWork, shared_engine: AsyncEngine, change: str
) -> None:
    await add(shared_work, "5.00", "50.00")
    with pytest.raises(IntegrityError, match="tolerance_rules_range"):
        await sql(shared_engine, f"UPDATE tolerance_rules SET {change}")
