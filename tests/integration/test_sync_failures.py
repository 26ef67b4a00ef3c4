"""What goes wrong with the ERP ends a run, or makes it wait; it never stops anything else."""

import json
import logging
from datetime import timedelta

import pytest

from adapters.omie.credentials import OmieCredentials
from adapters.omie.demo.app import DEMO_CREDENTIALS, DemoOmie
from adapters.omie.demo.police import Asked
from bootstrap import Assembly
from core.use_cases.read_pages import FAILURES_IN_A_ROW
from ports.erp import Entity, ErpGateway, ErpOutOfReach
from ports.sync_runs import SyncFailure, SyncStatus
from tests.integration.fake_erp import FakeErp, QuickClock
from tests.integration.records import assert_failed, sql, synced
from tests.running import TestClock, running_assembly, settings_for

BLOCKED = {"faultcode": "MISUSE_API_PROCESS", "faultstring": "API bloqueada. Tente novamente em 1 segundos."}


def demo_of(assembly: Assembly) -> DemoOmie:
    assert assembly._demo is not None
    return assembly._demo


async def test_rejected_credentials_end_the_run_and_are_shown_to_nobody(
    assembly: Assembly, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    demo_of(assembly).police.credentials = OmieCredentials("another", "one")
    record = await synced(assembly)
    assert_failed(record, SyncFailure.CREDENTIALS_REJECTED)
    assert demo_of(assembly).counters.rejected == 1
    tables = ("erp_sync_log", "erp_sync_issues", "erp_requests", "procrastinate_jobs")
    rows = [await sql(assembly.engine, f"SELECT {table}::text FROM {table}") for table in tables]
    shown = "".join([caplog.text, *capfd.readouterr(), str(rows), repr(record), repr(assembly.settings)])
    assert DEMO_CREDENTIALS.app_key not in shown
    assert DEMO_CREDENTIALS.app_secret not in shown


ANSWERS: dict[str, tuple[int, bytes]] = {
    "a fault that is not known": (500, b'{"faultcode":"SOAP-ENV:Client-9999","faultstring":"ERROR: Tag"}'),
    "another answer than the one asked for": (200, b'{"conta_pagar_cadastro": []}'),
    "no object": (200, b"[]"),
    "a redirect": (302, b""),
}


@pytest.mark.parametrize(("status", "body"), ANSWERS.values(), ids=ANSWERS)
async def test_a_broken_answer_ends_the_run(assembly: Assembly, status: int, body: bytes) -> None:
    demo_of(assembly).fail_next(status, body)
    assert_failed(await synced(assembly), SyncFailure.BROKEN_ANSWER)


async def test_another_run_can_follow_a_failed_one(assembly: Assembly) -> None:
    demo_of(assembly).fail_next(404)
    assert_failed(await synced(assembly), SyncFailure.BROKEN_ANSWER)
    assert (await synced(assembly)).status is SyncStatus.SUCCESS


async def test_what_passes_by_is_tried_again(assembly: Assembly, clock: TestClock) -> None:
    demo_of(assembly).fail_next(503, times=2)
    demo_of(assembly).fail_next(200, b'{"clientes')
    record = await synced(assembly)
    assert record.status is SyncStatus.SUCCESS
    # Ten seconds after each, looking twice whether it was cancelled.
    assert [seconds for seconds in clock.slept if seconds >= 5] == [5] * 6
    assert record.receivables_created > 0


async def test_omie_gone_for_good(assembly: Assembly) -> None:
    demo_of(assembly).fail_next(503, json.dumps({"faultcode": "SOAP-ENV:Server"}).encode(), times=20)
    assert_failed(await synced(assembly), SyncFailure.UNAVAILABLE)
    assert demo_of(assembly).counters.requests == {"ListarClientes": FAILURES_IN_A_ROW}
    assert demo_of(assembly).counters.blocked == 0


async def test_an_outage_that_meets_all_that_are_in_flight(database_url: str, clock: TestClock) -> None:
    """Those that were still to be sent stay at home, and the others are one failure."""
    async with running_assembly(settings_for(omie_page_size=20), database_url, clock) as assembly:
        demo = demo_of(assembly)
        demo.latency = 0.05

        def strike(asked: Asked) -> None:
            if asked.method == "ListarContasReceber":
                demo.fail_next(425, json.dumps(BLOCKED).encode(), times=FAILURES_IN_A_ROW)
                demo.after_each = lambda _asked: None

        demo.after_each = strike
        assert (await synced(assembly)).status is SyncStatus.SUCCESS


class PassingClock(QuickClock):
    """Who sleeps loses the time, but on this clock alone."""

    async def sleep(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)
        await super().sleep(seconds)


@pytest.mark.parametrize(("minutes", "failure"), [(4, None), (6, SyncFailure.UNAVAILABLE)])
async def test_a_network_that_is_away_for(
    database_url: str, erp: FakeErp, minutes: int, failure: SyncFailure | None
) -> None:
    faults: list[Exception] = [ErpOutOfReach(5, failed=True) for _ in range(minutes * 12)]
    erp.fail_before = {(Entity.RECEIVABLE, 2): faults}
    clock = PassingClock()
    async with running_assembly(settings_for(), database_url, clock, {ErpGateway: erp}) as assembly:
        assert (await synced(assembly)).failure is failure
    assert bool(faults) is bool(failure)
