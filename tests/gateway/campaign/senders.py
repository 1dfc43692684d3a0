"""Customers who send over HTTP as programs and browsers do: whatever gets no answer is sent again with its key."""

import random
import re
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Thread
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from adapters.clock import local_day
from tests.gateway.campaign.ground import Ground
from tests.gateway.files.made import jpeg, pdf
from tests.stack import PASSWORD

_NUMBER = re.compile(r"Z-\d{6}-[0-9A-Z]{4}-[0-9A-Z]{4}")
_HIDDEN = re.compile(r'name="(csrf_token|key)" value="([^"]*)"')
_LETTERS = ("complaint", "remark", "petition", "grievance")
_PATIENCE = (2.0, 15.0)
_NO_PATIENCE = (2.0, 0.02)


@dataclass
class Sent:
    """One thing that somebody sent: by which way, and the receipt's number as soon as one came."""

    key: str
    way: str
    kind: str
    customer_no: str | None
    path: str
    fields: dict[str, Any]
    files: list[tuple[str, bytes]] = field(default_factory=list)
    number: str = ""
    tries: int = 0

    @property
    def hashes(self) -> list[str]:
        return [sha256(octets).hexdigest() for _, octets in self.files]


class Refused(Exception):
    """It was not accepted, as another reading of a later day was meanwhile."""


class Sender(Thread):
    """One of several: an account with its customers, over the API or through the pages, or a passer-by.

    ``may_go_on`` says how many of the share may have been begun by now.
    """

    def __init__(self, here: Ground, seed: int, many: int, may_go_on: Callable[[], float]) -> None:
        super().__init__(name=f"sender {seed}", daemon=True)
        self.chance = random.Random(seed)
        self.done: list[Sent] = []
        self.lost: Counter[str] = Counter()
        self.refused = 0
        self.failure: BaseException | None = None
        self._here, self._seed, self._many, self._may_go_on = here, seed, many, may_go_on
        self._login = list(here.logins)[seed % len(here.logins)]
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", _From(f"127.0.1.{seed + 1}"))
        self._customers: dict[str, str] = {}
        self._meters: dict[str, dict[str, Any]] = {}
        self._readings: dict[str, str] = {}

    def run(self) -> None:
        try:
            self._prepare()
            self._send_all()
        except BaseException as error:
            self.failure = error
            raise

    def _prepare(self) -> None:
        answer = self._patiently("POST", "/api/v1/tokens", json={"login": self._login, "password": PASSWORD})
        self.headers = {"Authorization": f"Bearer {answer['token']}"}
        for each in self._patiently("GET", "/api/v1/customers", headers=self.headers):
            self._customers[each["customer_no"]] = each["id"]
        for number, cid in self._customers.items():
            meters = self._patiently("GET", f"/api/v1/customers/{cid}/meters", headers=self.headers)
            if meters:
                self._meters[number] = meters[0]

    def _send_all(self) -> None:
        waiting: deque[Sent] = deque()
        begun = 0
        while begun < self._many or waiting:
            if begun < self._many and begun < self._may_go_on() * self._many and len(waiting) < 20:
                begun += 1
                waiting.append(self._new(begun))
                sending = waiting.pop()
            elif waiting:
                sending = waiting.popleft()
                time.sleep(0.2)
            else:
                time.sleep(0.1)
                continue
            if not self._try(sending):
                waiting.append(sending)

    def _new(self, number: int) -> Sent:
        chance, key = self.chance, f"klucz {self._seed}-{number}"
        customer_no = chance.choice(list(self._customers))
        path = f"/api/v1/customers/{self._customers[customer_no]}/submissions"
        mark = f"Numer {self._seed}-{number}."
        kind = chance.choices(
            [*_LETTERS, "reading", "data_change", "consent", "outage", "visit"], [8] * 4 + [25, 15, 10, 10, 5]
        )[0]
        if kind == "visit":
            fields = {"place": "Rynek 1", "description": mark}
            return Sent(key, "api", "outage", None, "/api/v1/outages", fields)
        if kind in _LETTERS:
            fields = {"kind": kind, "topic": "service", "text": mark}
            way = "page" if chance.random() < 0.3 else "api"
            if way == "page":
                path = f"/o/{self._customers[customer_no]}/sprawy/nowa"
            return Sent(key, way, kind, customer_no, path, fields, self._files(number))
        if kind == "reading":
            return Sent(key, "api", kind, customer_no, path, self._reading(customer_no))
        bodies: dict[str, dict[str, Any]] = {
            "data_change": {"phone": f"600 {number:03} {self._seed:03}", "note": mark},
            "consent": {"given": True, "text_version": "1", "email": f"osoba{number}@poczta.example"},
            "outage": {"place": "Rynek 1", "description": mark},
        }
        return Sent(key, "api", kind, customer_no, path, {"kind": kind, **bodies[kind]})

    def _reading(self, customer_no: str) -> dict[str, Any]:
        meter = self._meters[customer_no]
        least = meter["expected_from"] or (meter["previous"] or {"value": "0"})["value"]
        fields = {"kind": "reading", "meter": meter["id"], "value": str(int(float(least)) + 5), "insisted": True}
        fields["read_on"] = local_day(self._here.now).isoformat()
        fields["serial_no"] = meter["serial_no"]  # so that it is taken while the billing system is away
        if customer_no in self._readings and self.chance.random() < 0.3:
            fields["supersedes"] = self._readings[customer_no]
        return fields

    def _files(self, number: int) -> list[tuple[str, bytes]]:
        made = []
        for place in range(self.chance.choice([0, 0, 0, 1, 1, 2])):
            mark = f"{self._seed}-{number}-{place}".encode()
            if self.chance.random() < 0.5:
                made.append((f"zdjęcie {place}.jpg", jpeg(scan=mark.replace(b"\xff", b"") * 20)))
            else:
                made.append((f"pismo {place}.pdf", pdf(b"(" + mark * self.chance.choice([1, 50, 40_000]) + b")")))
        return made

    def _try(self, sending: Sent) -> bool:
        sending.tries += 1
        patience = _NO_PATIENCE if self.chance.random() < 0.05 else _PATIENCE
        try:
            number = self._page(sending, patience) if sending.way == "page" else self._api(sending, patience)
        except requests.RequestException as error:
            self.lost[type(error).__name__] += 1
            return False
        except Refused:
            if (sending.kind, sending.number) != ("reading", ""):
                raise
            self.refused += 1
            return True
        if number is None:
            return False
        assert sending.number in ("", number), "one key, one receipt"
        again, sending.number = bool(sending.number), number
        if not again:
            self.done.append(sending)
            if sending.kind == "reading" and sending.customer_no:
                self._readings[sending.customer_no] = number
        return again or self.chance.random() > 0.03  # now and then once more, though there was an answer

    def _api(self, sending: Sent, patience: Any) -> str | None:
        headers = {"Idempotency-Key": sending.key, **(self.headers if sending.customer_no else {})}
        body: dict[str, Any] = {"json": sending.fields}
        if sending.files:
            body = {"data": sending.fields, "files": [("files", each) for each in sending.files]}
        answer = self._session.post(self._here.url + sending.path, headers=headers, timeout=patience, **body)
        return self._told(answer, (200, 201), lambda: str(answer.json()["number"]))

    def _page(self, sending: Sent, patience: Any) -> str | None:
        url = self._here.url + sending.path
        form = self._session.get(url, timeout=_PATIENCE, allow_redirects=False)
        if form.is_redirect:
            self._log_in()
            return None
        if form.status_code != 200:
            return self._told(form, (200,), str)
        data = dict(_HIDDEN.findall(form.text)) | sending.fields | {"key": sending.key}
        files = [("files", each) for each in sending.files] or [("files", ("", b""))]
        answer = self._session.post(url, data=data, files=files, timeout=patience, allow_redirects=False)
        if answer.is_redirect:
            return None
        return self._told(answer, (200,), lambda: str(_NUMBER.findall(answer.text)[0]))

    def _log_in(self) -> None:
        url = f"{self._here.url}/logowanie"
        token = dict(_HIDDEN.findall(self._session.get(url, timeout=_PATIENCE).text)).get("csrf_token", "")
        data = {"login": self._login, "password": PASSWORD, "csrf_token": token}
        self._session.post(url, data=data, timeout=_PATIENCE, allow_redirects=False)

    def _told(self, answer: Any, right: tuple[int, ...], number: Callable[[], str]) -> str | None:
        """The number, or None for what says: come again."""
        if answer.status_code in right:
            return number()
        self.lost[str(answer.status_code)] += 1
        if answer.status_code == 422:
            raise Refused(answer.text[:2000])
        assert answer.status_code in (409, 429) or answer.status_code >= 500, answer.text[:2000]
        return None

    def _patiently(self, method: str, path: str, **more: Any) -> Any:
        end = time.monotonic() + 120
        while True:
            try:
                answer = self._session.request(method, self._here.url + path, timeout=_PATIENCE, **more)
                if answer.ok:
                    return answer.json()
            except requests.RequestException as error:
                self.lost[type(error).__name__] += 1
            assert time.monotonic() < end, f"{method} {path}"
            time.sleep(0.3)


class _From(HTTPAdapter):
    """From an address of one's own, so that passers-by are not one crowd."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)  # type: ignore[no-untyped-call]
