"""The GraphiQL page, as a person uses it. `SCREENSHOTS=folder` keeps pictures of it."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.browser.conftest import Site
from tests.browser.page import HEIGHT, WIDTH, Page

EXAMPLES = ["List payments", "Create a payment", "Settle a payment", "Sync the ERP", "Reconcile a month"]


@pytest.fixture(autouse=True)
def _alone_and_quiet(site: Site, page: Page) -> Iterator[None]:
    """Whatever a test does: no other host is asked, and nothing is left to complain about."""
    yield
    assert page.hosts() == {site.address}
    assert page.complaints() == []


def today() -> str:
    return datetime.now(ZoneInfo("America/Sao_Paulo")).date().isoformat()


def newest_run(page: Page) -> dict[str, Any]:
    return dict(page.run("SyncRuns")["data"]["syncRuns"]["nodes"][0])


def is_over(page: Page, seen: set[int]) -> bool:
    """Whether the run that is being watched has ended; how far it has come is added to `seen`."""
    run = json.loads(page.text("result"))["data"]["syncProgress"]
    seen.add(run["progress"]["percent"])
    return bool(run["status"] == "SUCCESS")


def test_first_sight(page: Page) -> None:
    page.shoot("first-sight")
    assert page.shifts() == 0
    ground = page.find(".graphiql-container").rect
    assert (ground["x"], ground["width"]) == (0, WIDTH)
    assert ground["y"] + ground["height"] == HEIGHT
    script = "return [document.body.scrollWidth, document.body.scrollHeight]"
    assert page.driver.execute_script(script) == [WIDTH, HEIGHT]
    assert page.login_state() == "out"
    assert [button.text for button in page.find("#examples").find_elements("tag name", "button")] == EXAMPLES
    assert page.run()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_payments(page: Page, site: Site) -> None:
    page.sign_in(site.tokens["CFO"])
    assert page.caller() == ["dev-cfo", "CFO"]
    assert len(page.run()["data"]["payments"]["nodes"]) >= 9
    page.shoot("list-payments")

    page.choose("Create a payment")
    created = page.run()["data"]["createPayment"]
    assert (created["valorTotal"], created["situacao"]) == ("1600.99", "VENCE_HOJE")
    assert page.run()["data"]["createPayment"]["id"] == created["id"]
    page.shoot("create-payment")

    page.choose("Settle a payment")
    assert page.variables() == {"id": created["id"], "day": today(), "version": 1}
    settled = page.run()["data"]["settlePayment"]
    assert (settled["id"], settled["situacao"]) == (created["id"], "LIQUIDADO")
    page.shoot("settle-payment")
    assert page.run()["data"]["settlePayment"]["code"] == "STALE_VERSION"


def test_sync_and_reconciliation(page: Page, site: Site) -> None:
    page.sign_in(site.tokens["CFO"])
    page.choose("Sync the ERP")
    started = page.run("SyncErp")["data"]["syncErp"]
    assert started["status"] == "RUNNING"
    page.shoot("sync-started")
    # The run that has just begun is filled in.
    page.wait(lambda: page.variables() == {"id": started["id"]})
    seen = {page.run("WatchSync")["data"]["syncProgress"]["progress"]["percent"]}
    page.shoot("sync-watched")
    page.wait(lambda: is_over(page, seen), 60)
    # It went on by itself, and stopped.
    assert len(seen) > 3
    assert max(seen) == 100
    page.wait(lambda: page.find(".graphiql-execute-button[aria-label^='Execute']"))
    page.shoot("sync-seen")
    done = newest_run(page)
    assert done["id"] == started["id"]
    assert done["receivablesCreated"] > 0
    page.shoot("sync-done")

    page.choose("Reconcile a month")
    assert page.variables()["period"] == today()[:7]
    month = page.run()["data"]["reconciliation"]
    assert month["fresh"] is True
    assert {line["verdict"] for line in month["lines"]["nodes"]} >= {"OK", "DIVERGENT"}
    page.shoot("reconciliation")

    # Omie refuses the same question within a minute: the second run waits, or has got through.
    page.choose("Sync the ERP")
    assert page.run("SyncErp")["data"]["syncErp"]["id"] != started["id"]
    page.wait(lambda: _waits_or_is_done(newest_run(page)), 60)
    page.shoot("sync-again")


def _waits_or_is_done(run: dict[str, Any]) -> bool:
    return run["status"] == "SUCCESS" or run["progress"]["resumesAt"] is not None


def test_viewer_may_not_sync(page: Page, site: Site) -> None:
    page.sign_in(f"Bearer {site.tokens['VIEWER']}")
    assert page.caller() == ["dev-viewer", "VIEWER"]
    page.choose("Sync the ERP")
    assert page.run("SyncErp")["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert "ADMIN, CFO" in page.run("WatchSync")["errors"][0]["message"]
    page.shoot("viewer")


def test_docs_are_read_again_after_a_wrong_token(page: Page, site: Site) -> None:
    page.press("Show Documentation Explorer")
    page.paste_token("nonsense")
    page.wait(lambda: page.login_state() == "refused")
    page.wait(lambda: "Error fetching schema" in page.find(".graphiql-plugin").text)
    page.shoot("wrong-token")
    assert all("401" in complaint for complaint in page.complaints())

    page.sign_in(site.tokens["FINANCE"])
    page.wait(lambda: "PaymentFilter" in page.find(".graphiql-plugin").text)
    assert page.text("result") == ""
    page.shoot("docs")


def test_what_outlives_a_reload(page: Page, site: Site) -> None:
    page.sign_in(site.tokens["FINANCE"])
    page.choose("Reconcile a month")
    page.button("Headers").click()
    page.write("below", '{"Accept-Language": "pt-BR"}')
    page.wait(lambda: "pt-BR" in kept(page))

    page.open()
    page.wait(lambda: page.caller() == ["dev-finance", "FINANCE"])
    assert page.tabs() == ["ListPayments", "Reconcile"]
    page.button("Sign out").click()
    assert page.login_state() == "out"
    # The header is still sent along.
    assert "É preciso" in page.run()["errors"][0]["message"]
    assert "Bearer" not in kept(page)
    assert page.driver.execute_script("return localStorage.length") == 0


def kept(page: Page) -> str:
    """All that the browser keeps for this tab."""
    return str(page.driver.execute_script("return JSON.stringify(sessionStorage)"))


def test_an_example_never_replaces_a_text_of_ones_own(page: Page, site: Site) -> None:
    page.sign_in(site.tokens["VIEWER"])
    page.write("query", "query Mine { me { subject } }")
    page.choose("List payments")
    assert page.tabs() == ["Mine", "ListPayments"]
    page.choose("List payments")
    assert page.tabs() == ["Mine", "ListPayments"]


def test_explorer(page: Page, site: Site) -> None:
    page.sign_in(site.tokens["VIEWER"])
    page.press("Show GraphiQL Explorer")
    field = "//*[contains(@class, 'graphiql-explorer-root')]//span[text()='codigo']"
    page.wait(lambda: page.driver.find_elements("xpath", field))[0].click()
    page.wait(lambda: "codigo" in page.text("query"))
    page.shoot("explorer")
    assert "codigo" in page.run()["data"]["payments"]["nodes"][0]


def test_dialogs_and_theme_keep_to_the_policy(page: Page) -> None:
    page.press("Open settings dialog")
    page.wait(lambda: page.button("Dark")).click()
    page.shoot("settings")
    page.escape()
    page.press("Open short keys dialog")
    page.wait(lambda: page.find("reach-portal, [role=dialog]"))
    page.escape()
    page.shoot("dark")
    assert "graphiql-dark" in str(page.find("body").get_attribute("class"))
