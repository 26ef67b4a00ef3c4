"""What a person does on the GraphiQL page, and sees there."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

WIDTH, HEIGHT = 1280, 800
SECONDS = 20
EDITORS = {
    "query": ".graphiql-query-editor .CodeMirror",
    # Variables or headers, whichever is open.
    "below": ".graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror",
    "result": ".result-window .CodeMirror",
}
SHIFTS = """
    const done = arguments[0];
    new PerformanceObserver((list) => done(list.getEntries().length)).observe({
      type: "layout-shift", buffered: true,
    });
    setTimeout(() => done(0), 500);
"""
# GraphiQL looks for the operations of a text a moment after it has changed.
PARSED = """
    const editor = document.querySelector(arguments[0]).CodeMirror;
    const names = (editor.operations ?? []).map((operation) => operation.name.value);
    return names.length > 0 && names.every((name) => editor.getValue().includes(name));
"""
T = TypeVar("T")


class Page:
    def __init__(self, driver: Chrome, address: str) -> None:
        self.driver = driver
        self._address = address
        self._seen: list[dict[str, Any]] = []
        self.open()

    def open(self) -> None:
        self.driver.get(f"{self._address}/graphql")
        self.wait(lambda: "payments" in self.text("query") or self.tabs())

    def wait(self, condition: Callable[[], T | None], seconds: float = SECONDS) -> T:
        """The first answer that is not false."""
        return WebDriverWait(self.driver, seconds, 0.05).until(lambda _driver: condition() or False)

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def button(self, text: str) -> WebElement:
        return self.driver.find_element(By.XPATH, f"//button[normalize-space()='{text}']")

    def press(self, label: str) -> None:
        """One of GraphiQL's buttons, which have a picture instead of a text."""
        self.find(f"button[aria-label='{label}']").click()

    def escape(self) -> None:
        self.driver.switch_to.active_element.send_keys(Keys.ESCAPE)

    # The token and the caller

    def paste_token(self, token: str) -> None:
        field = self.find("#token")
        field.clear()
        field.send_keys(token)

    def sign_in(self, token: str) -> None:
        self.paste_token(token)
        self.wait(lambda: self.login_state() == "in")

    def login_state(self) -> str | None:
        return self.find("#login").get_attribute("data-state")

    def caller(self) -> list[str]:
        """The subject and its roles."""
        return self.find("#caller").text.split()

    # The editors

    def text(self, editor: str) -> str:
        script = "return document.querySelector(arguments[0])?.CodeMirror.getValue() ?? ''"
        return str(self.driver.execute_script(script, EDITORS[editor]))

    def write(self, editor: str, text: str) -> None:
        script = "document.querySelector(arguments[0]).CodeMirror.setValue(arguments[1])"
        self.driver.execute_script(script, EDITORS[editor], text)
        if editor == "query":
            self._wait_until_parsed()

    def variables(self) -> dict[str, Any]:
        return dict(json.loads(self.text("below")))

    def tabs(self) -> list[str]:
        """Their titles, once there is more than one."""
        return [tab.text for tab in self.driver.find_elements(By.CSS_SELECTOR, ".graphiql-tab-button")]

    def choose(self, example: str) -> None:
        button = self.button(example)
        button.click()
        self.wait(lambda: button.get_attribute("aria-pressed") == "true")

    def run(self, operation: str | None = None) -> dict[str, Any]:
        """The answer, after pressing the button and choosing among several operations."""
        self._wait_until_parsed()
        self.write("result", "")
        # GraphiQL has one button for a single operation, another one for several, and a third while one runs.
        kind = "[aria-haspopup]" if operation else ":not([aria-haspopup])"
        self.wait(lambda: self.find(f".graphiql-execute-button[aria-label^='Execute']{kind}")).click()
        if operation:
            self.wait(lambda: self._menu_item(operation)).click()
        return dict(json.loads(self.wait(lambda: self.text("result"))))

    def _wait_until_parsed(self) -> None:
        self.wait(lambda: self.driver.execute_script(PARSED, EDITORS["query"]))

    def _menu_item(self, text: str) -> WebElement | None:
        path = f"//*[@role='menuitem'][normalize-space()='{text}']"
        items = self.driver.find_elements(By.XPATH, path)
        return next((item for item in items if item.is_displayed()), None)

    # What went on meanwhile

    def shifts(self) -> int:
        """How often something that was on the page moved without being asked to."""
        return int(self.driver.execute_async_script(SHIFTS))

    def complaints(self) -> list[str]:
        """What the console has said since it was last read, and every request that failed."""
        console = [str(entry["message"]) for entry in self._log("browser")]
        failed = [str(told) for told in self._network("Network.loadingFailed")]
        return console + failed

    def hosts(self) -> set[str]:
        """Whom anything was asked for so far. What is inside the page's own files is asked of nobody."""
        asked = [str(told["request"]["url"]) for told in self._network("Network.requestWillBeSent")]
        return {"/".join(url.split("/")[:3]) for url in asked if not url.startswith("data:")}

    def _network(self, method: str) -> Iterator[dict[str, Any]]:
        self._seen += [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        return (told["params"] for told in self._seen if told["method"] == method)

    def _log(self, name: str) -> list[dict[str, Any]]:
        """What has been added to one of the driver's logs."""
        return list(self.driver.get_log(name))  # type: ignore[no-untyped-call]

    def shoot(self, name: str) -> None:
        """A picture, for people to look at."""
        if folder := os.environ.get("SCREENSHOTS"):
            # Tooltips and carets settle.
            time.sleep(0.3)
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.driver.save_screenshot(str(Path(folder) / f"{name}.png"))
