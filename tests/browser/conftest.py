"""The program as `make run` starts it, and a real Chromium in front of it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.browser.page import HEIGHT, WIDTH, Page

START_SECONDS = 60
DRIVER = "/usr/bin/chromedriver"
BROWSER = "/usr/bin/chromium"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No other host can be found, whoever asks for it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--lang=en-US",
)
# Instead of the new tab's page, which would be fetched from outside.
PREFERENCES = {"session.restore_on_startup": 4, "session.startup_urls": ["about:blank"]}
# Fourteen hours ahead of UTC: what is today in the browser is often not today in São Paulo.
FAR_ZONE = "Pacific/Kiritimati"


@dataclass(frozen=True, slots=True)
class Site:
    """The running program."""

    address: str
    tokens: dict[str, str]
    """By role, as printed in the terminal."""


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="concilia-browser-"))
    # As root, Postgres runs as another user, who has to reach the folder.
    folder.chmod(0o755)
    address = f"http://127.0.0.1:{_free_port()}"
    terminal = folder / "terminal.log"
    with terminal.open("wb") as written:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "concilia", "serve"],
            cwd=folder,
            # Small pages: there is something to watch.
            env={**os.environ, "PORT": address.rpartition(":")[2], "OMIE_PAGE_SIZE": "3"},
            stdout=written,
            stderr=written,
        )
    try:
        _wait_until_ready(process, address, terminal)
        yield Site(address, dict(re.findall(r"token of (\w+):\n(\S+)", terminal.read_text())))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(START_SECONDS)
    shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, terminal: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"The program did not start:\n{terminal.read_text()}")


@pytest.fixture
def page(site: Site, tmp_path: Path) -> Iterator[Page]:
    """GraphiQL in a browser that nobody has used before."""
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*FLAGS, f"--user-data-dir={tmp_path}"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", PREFERENCES)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    # Naming the driver keeps Selenium from looking for one elsewhere.
    driver = webdriver.Chrome(options, Service(DRIVER))
    try:
        metrics = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": FAR_ZONE})
        yield Page(driver, site.address)
    finally:
        driver.quit()
