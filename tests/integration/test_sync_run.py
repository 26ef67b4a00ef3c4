"""A sync from its first page to its last, against the demo Omie."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.omie.demo.book import Book
from adapters.omie.demo.records import DemoClient, DemoTitle
from bootstrap import Assembly
from ports.clients import ClientFilter, ClientRecord, ErpLink
from ports.erp import Entity, ErpGateway, IssueCode
from ports.money import CENT, ZERO
from ports.paging import PageRequest
from ports.sync_runs import SyncRunRecord, SyncStatus
from ports.titles import TitleRecord
from ports.work import OpenWork
from tests.integration.records import add_clients, client, synced
from tests.running import TestClock, running_assembly, settings_for

ALL = PageRequest(1000)
PAGE_SIZE = 40
TWICE = "Grupo União (filial Sul)"
"""Registered a second time with the same document."""
MISTYPED = "Mercearia Dígito Trocado Ltda"


Read: TypeAlias = tuple[Assembly, SyncRunRecord]


class WatchingClock(TestClock):
    """Calls back before it sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self.before_sleep: Callable[[], object] = lambda: None

    async def sleep(self, seconds: float) -> None:
        seen = self.before_sleep()
        if asyncio.iscoroutine(seen):
            await seen
        await super().sleep(seconds)


@pytest.fixture
async def paged(database_url: str, clock: TestClock) -> AsyncIterator[Assembly]:
    """Reads the demo in small pages."""
    async with running_assembly(settings_for(omie_page_size=PAGE_SIZE), database_url, clock) as assembly:
        yield assembly


@pytest.fixture(scope="module")
async def read_once(databases: dict[str, str], shared_engine: AsyncEngine) -> AsyncIterator[Read]:
    """One run of the demo for all who only look at it."""
    settings = settings_for(omie_page_size=PAGE_SIZE)
    async with running_assembly(settings, databases["shared"], TestClock()) as assembly:
        yield assembly, await synced(assembly)


def book_of(assembly: Assembly) -> Book:
    assert assembly._demo is not None
    return assembly._demo.book


def kept_clients(book: Book) -> list[DemoClient]:
    customers = [register for register in book.clients.values() if "Cliente" in register.tags]
    return [register for register in customers if register.name not in (TWICE, MISTYPED)]


def kept_titles(book: Book) -> list[DemoTitle]:
    return [title for title in book.titles.values() if title.due_on is not None]


async def all_clients(assembly: Assembly) -> dict[str, ClientRecord]:
    """By their first code."""
    async with assembly.get(OpenWork)() as work:
        return {str(c.omie_codigo): c for c in (await work.clients.page(ClientFilter(), ALL)).items}


async def all_titles(assembly: Assembly) -> dict[str, TitleRecord]:
    async with assembly.get(OpenWork)() as work:
        return dict(await work.titles.by_external_ids([str(code) for code in book_of(assembly).titles]))


def as_kept(title: DemoTitle) -> tuple[object, ...]:
    withheld = sum((tax.quantize(CENT, ROUND_HALF_UP) for tax in title.taxes.values()), ZERO)
    cancelled, settled = title.status == "CANCELADO", title.status in ("RECEBIDO", "LIQUIDADO")
    return (
        *(str(title.client_code), title.document_number, "001/001", title.contract, title.category),
        *(title.amount, withheld, title.due_on, title.issued_on, title.issued_on),
        *(title.status, cancelled, settled, "demo"),
    )


def kept(record: TitleRecord) -> tuple[object, ...]:
    return (
        *(record.client_code, record.document_number, record.installment, record.contract_number),
        *(record.category, record.amount, record.withheld, record.due_on, record.issued_on),
        *(record.registered_on, record.status, record.cancelled, record.settled, record.source),
    )


async def test_a_run_ends_well_and_counts_right(read_once: Read) -> None:
    paged, run = read_once
    clients, titles = kept_clients(book_of(paged)), kept_titles(book_of(paged))
    assert (run.status, run.failure, run.resumes_at) == (SyncStatus.SUCCESS, None, None)
    assert run.finished_at is not None
    assert run.finished_at > run.started_at
    assert (run.clients_created, run.clients_updated) == (len(clients), 0)
    assert (run.receivables_created, run.receivables_updated) == (len(titles), 0)
    assert run.record_count > len(clients) + len(titles)
    assert (run.pass_number, run.pages_kept, run.total_pages) == (len(Entity) - 1, (1,), 1)
    assert not run.moved


async def test_the_mirror_is_the_book(read_once: Read) -> None:
    paged, _ = read_once
    book = book_of(paged)
    clients = await all_clients(paged)
    assert {
        code: (c.name, c.document or "", c.contact_email, c.active, c.source, c.version)
        for code, c in clients.items()
    } == {
        str(r.code): (r.name, r.document, r.email.split(",")[0], r.active, "demo", 1)
        for r in kept_clients(book)
    }
    assert all(client.links == (ErpLink("demo", code),) for code, client in clients.items())
    titles = await all_titles(paged)
    assert {code: kept(title) for code, title in titles.items()} == {
        str(title.code): as_kept(title) for title in kept_titles(book)
    }


async def test_what_could_not_be_kept_is_said(read_once: Read) -> None:
    paged, run = read_once
    book = book_of(paged)
    codes = {register.name: str(register.code) for register in book.clients.values()}
    undated = next(title for title in book.titles.values() if title.due_on is None)
    async with paged.get(OpenWork)() as work:
        issues = (await work.runs.issues(run.id, ALL)).items
    assert [(issue.entity, issue.external_id, issue.code, issue.client_code) for issue in issues] == [
        (Entity.CLIENT, codes[TWICE], IssueCode.DOCUMENT_LINKED_ELSEWHERE, codes[TWICE]),
        (Entity.CLIENT, codes[MISTYPED], IssueCode.DOCUMENT_INVALID, codes[MISTYPED]),
        (Entity.RECEIVABLE, str(undated.code), IssueCode.DUE_DATE_MISSING, str(undated.client_code)),
    ]


async def test_a_second_run_creates_nothing(paged: Assembly) -> None:
    first = await synced(paged)
    clients, titles = await all_clients(paged), await all_titles(paged)
    second = await synced(paged)
    assert (second.status, second.record_count) == (SyncStatus.SUCCESS, first.record_count)
    assert (second.clients_created, second.clients_updated) == (0, 0)
    assert (second.receivables_created, second.receivables_updated) == (0, 0)
    assert await all_clients(paged) == clients
    seen = await all_titles(paged)
    assert {code: kept(title) for code, title in seen.items()} == {c: kept(t) for c, t in titles.items()}
    assert all(seen[code].synced_at > title.synced_at for code, title in titles.items())


async def test_a_second_run_follows_what_changed(paged: Assembly) -> None:
    await synced(paged)
    book = book_of(paged)
    renamed, stays = kept_clients(book)[:2]
    changed = kept_titles(book)[0]
    book.add_client(replace(renamed, name="Outro nome", active=False))
    book.add_client(replace(stays, code=7999999999, document="", name="Nova"))
    book.cancel_title(changed.code)
    book.add_title(replace(changed, code=9999999999, amount=Decimal("0.01")))
    run = await synced(paged)
    assert (run.clients_created, run.clients_updated) == (1, 1)
    assert (run.receivables_created, run.receivables_updated) == (1, 1)
    found = (await all_clients(paged))[str(renamed.code)]
    assert (found.name, found.active, found.version) == ("Outro nome", False, 2)
    titles = await all_titles(paged)
    assert titles[str(changed.code)].cancelled
    assert titles["9999999999"].amount == Decimal("0.01")


async def test_a_client_on_file_is_linked_by_its_document(paged: Assembly) -> None:
    theirs, others = (register for register in kept_clients(book_of(paged))[:2])
    ours = client(name="Nosso nome", document=theirs.document)
    elsewhere = client(name="De outro ERP", document=others.document, links=(ErpLink("omie", "1"),))
    await add_clients(paged.get(OpenWork), ours, elsewhere)
    run = await synced(paged)
    assert (run.clients_created, run.clients_updated) == (len(kept_clients(book_of(paged))) - 2, 2)
    async with paged.get(OpenWork)() as work:
        found = await work.clients.by_codes("demo", [str(theirs.code), str(others.code)])
    linked, twice = found[str(theirs.code)], found[str(others.code)]
    assert (linked.id, linked.name, linked.source, linked.version) == (ours.id, theirs.name, "concilia", 2)
    assert (twice.id, twice.links) == (
        elsewhere.id,
        (ErpLink("omie", "1"), ErpLink("demo", str(others.code))),
    )


async def test_the_erp_was_asked_politely(paged: Assembly) -> None:
    await synced(paged)
    await synced(paged)
    assert paged._demo is not None
    counters = paged._demo.counters
    assert (counters.violations, counters.redundant, counters.blocked, counters.rejected) == (0, 0, 0, 0)


async def test_a_wait_is_shown_while_it_lasts(database_url: str) -> None:
    clock, shown = WatchingClock(), list[tuple[datetime | None, datetime]]()
    settings = settings_for(omie_window_seconds=1)
    async with running_assembly(settings, database_url, clock) as assembly:

        async def look() -> None:
            async with assembly.get(OpenWork)() as work:
                (run,) = await work.runs.running("demo")
            shown.append((run.resumes_at, clock.now()))

        await assembly.get(ErpGateway).clients(1)
        clock.before_sleep = look
        run = await synced(assembly)
    assert len(shown) == len(clock.slept) > 0
    for (resumes_at, seen_at), seconds in zip(shown, clock.slept, strict=True):
        assert resumes_at is not None
        assert timedelta() <= seen_at + timedelta(seconds=seconds) - resumes_at < timedelta(seconds=2)
    assert all(0 < seconds <= 1.02 for seconds in clock.slept)
    assert (run.status, run.resumes_at) == (SyncStatus.SUCCESS, None)
