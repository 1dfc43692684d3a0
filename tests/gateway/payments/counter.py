"""The portal on a port of its own, so that the sandbox's Przelewy24 reaches it, and somebody who pays there."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import requests
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from adapters.clock import SetClock
from adapters.sandbox.server import SandboxServer
from gateway.portal import Portal
from tests.stack import NOON, Stack, portal_app, seed

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_BOX = re.compile(r'name="faktura" type="checkbox" value="([^"]+)"')
NUMBER = re.compile(r"P-[0-9]{6}-[0-9A-Z]{4}-[0-9A-Z]{4}")
LOGINS = {"wspolnik": ["100001"]}
"""Somebody else's account that sees the same customer as anna's."""


class Counter(Stack):
    """A stack with an address; ``url`` is where operators and browsers find it."""

    url = ""

    def transactions(self) -> list[dict[str, Any]]:
        """What the operator has, the oldest first."""
        found: list[dict[str, Any]] = self.control("GET", "p24")["transactions"]
        return found

    def payments_in_ledger(self, customer_no: str) -> list[str]:
        """The amounts that the ERP has booked on the day as payments."""
        ledger = self.control("GET", f"customers/{customer_no}/ledger")
        return [each["amount"] for each in ledger if each["kind"] == "payment" and each["posted_on"] >= "2026-03-10"]

    def notify(self, body: bytes | str = b"", **headers: str) -> requests.Response:
        return requests.post(f"{self.url}/hooks/payments/p24", data=body, headers=headers, timeout=30)


class Payer:
    """A browser, at one of the customers that its account sees."""

    def __init__(self, counter: Counter, login: str = "anna", customer_no: str = "100001") -> None:
        self.counter, self.customer_no = counter, customer_no
        self.browser: FlaskClient = counter.browser(login)
        links = counter.api(login).customers
        self.cid = next(each["id"] for each in links if each["customer_no"] == customer_no)
        self.at = f"/o/{self.cid}/platnosci"

    def choosing(self) -> TestResponse:
        return self.browser.get(f"{self.at}/nowa")

    def boxes(self) -> list[str]:
        return _BOX.findall(self.choosing().text)

    def choose(self, *boxes: str, amount: str = "", overdue: bool = False) -> TestResponse:
        """Tick, type and go on to the summary, or to what stands in the way of it."""
        typed = MultiDict([("csrf_token", self._token()), *(("faktura", each) for each in boxes)])
        if amount:
            typed[f"kwota-{self.cid}"] = amount
        if overdue:
            typed["zalegle"] = "1"
        return self.browser.post(f"{self.at}/nowa", data=typed, follow_redirects=True)

    def summary(self, **chosen: Any) -> MultiDict[str, str]:
        """The form of the summary, as a browser would send it."""
        page = self.choose(*chosen.pop("boxes", ()), **chosen)
        assert page.status_code == 200, page.text[-3000:]
        return form_on(page)

    def pay(self, form: MultiDict[str, str]) -> TestResponse:
        return self.browser.post(f"{self.at}/zaplac", data=form)

    def begin(self, **chosen: Any) -> str:
        """Begin a payment; its session at the operator."""
        before = len(self.counter.transactions())
        answer = self.pay(self.summary(**chosen))
        assert answer.status_code == 303, answer.text[-2000:]
        made = self.counter.transactions()[before:]
        assert len(made) == 1
        return str(made[0]["sessionId"])

    def number(self) -> str:
        """The newest payment's."""
        found = NUMBER.search(words(self.browser.get(self.at)))
        assert found is not None
        return found[0]

    def reads(self, number: str) -> str:
        """What stands on a payment's page."""
        return words(self.browser.get(f"/platnosci/{number}"))

    def _token(self) -> str:
        return form_on(self.choosing())["csrf_token"]


def form_on(page: TestResponse) -> MultiDict[str, str]:
    """The hidden fields of the page's last form within its main part."""
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    last = main[main.rindex("<form") :]
    return MultiDict([(name, unescape(value)) for name, value in _HIDDEN.findall(last)])


def words(page: TestResponse) -> str:
    """What a reader reads on it."""
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@contextmanager
def counter(folder: Path, **environment: str) -> Iterator[Counter]:
    """The portal over REST with the sandbox's operator, reachable by it; sessions outlive a moved clock."""
    server = make_server("127.0.0.1", 0, lambda environ, start: [], threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    with SandboxServer(clock=SetClock(NOON)) as sandbox:
        settings = {
            "MAIL__BASE_URL": url,
            "CACHE__SECONDS": "0",
            "GUARD__BREAKER_OPEN_SECONDS": "0",
            "SESSIONS__HOURS": "87600",
            "SESSIONS__IDLE_MINUTES": "5256000",
            "PAYMENTS__RECIPIENT": "Wodociągi Przykład.",
            "PAYMENTS__RECIPIENT_NIP": "1234563218",
            "PAYMENTS__P24__MERCHANT_ID": "100001",
            "PAYMENTS__P24__API_KEY": "sandbox-p24-key",
            "PAYMENTS__P24__CRC": "sandbox-p24-crc",
            "PAYMENTS__P24__URL": f"{sandbox.url}/p24",
        }
        app = portal_app(folder, sandbox, face="rest", **settings | environment)
        seed(app, LOGINS)
        server.app = app
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        made = Counter(sandbox, app)
        made.url = url
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            portal: Portal = app.extensions["ebok"]
            portal.erp.close()
            portal.database.engine.dispose()
