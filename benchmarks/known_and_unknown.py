"""Whether an answer betrays who has an account: known and unknown names in turns, by their bytes and by their time.

Status, headers and page must be equal but for what was typed and for tokens; of the times it prints ratios.
``EBOK_TRIES`` is how many of either kind are tried in each part; words after the command choose parts by their titles.
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random
from time import perf_counter, sleep
from typing import Any

import requests

from adapters.clock import SystemClock
from adapters.sandbox.mailbox import Mailbox, MailReceiver
from benchmarks.apart import apart
from benchmarks.running import CUSTOMERS, Running, running
from gateway.accounts import add_account
from gateway.database import Database
from gateway.terms import Document

TRIES = int(os.environ.get("EBOK_TRIES", "1000"))
_SLOWED = 10
"""So many names of either kind are slowed down before it is measured how they are told so."""
_FREE = 10
"""Registrations of one network before it waits, by the default setting."""
_TURNS = 11
"""After so many failures one waits for 64 seconds: long enough to measure in."""
_WRONG = "to nie jest to hasło"
_INVOICE = {"invoice_no": "FV/1/2026", "gross": "123,45", "name": "Jan Przykładny"}
_CHANGING = re.compile(r'(name="(?:csrf_token|once)" value=")[^"]*')
_WAIT = re.compile(r"(?<=ponownie za )\d+(?= s)")


@dataclass(frozen=True)
class Name:
    """Somebody who is tried, and how they look in an answer."""

    known: bool
    login: str
    customer_no: str

    @property
    def email(self) -> str:
        return f"{self.login}@poczta.example"

    def typed(self, number: int) -> str:
        """People log in by name or by address."""
        return self.login if number % 2 else self.email


class Visitor:
    """Sends what a browser or a program would, each time from the network it is told."""

    def __init__(self, portal: Running) -> None:
        self._at = portal.portal
        self._session = requests.Session()
        page = self._session.get(f"{self._at}/logowanie", timeout=30).text
        self._csrf = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]

    def form(self, path: str, network: str, **fields: str) -> tuple[requests.Response, float]:
        return self._send(path, network, data={**fields, "csrf_token": self._csrf})

    def api(self, path: str, network: str, **fields: Any) -> tuple[requests.Response, float]:
        return self._send(f"/api/v1/{path}", network, json=fields)

    def _send(self, path: str, network: str, **body: Any) -> tuple[requests.Response, float]:
        headers = {"X-Forwarded-For": network, "X-Forwarded-Proto": "http"}
        began = perf_counter()
        answer = self._session.post(self._at + path, headers=headers, timeout=60, allow_redirects=False, **body)
        return answer, perf_counter() - began


Try = Callable[[Visitor, Name, int, str], tuple[requests.Response, float]]


def _login(visitor: Visitor, name: Name, number: int, network: str) -> tuple[requests.Response, float]:
    return visitor.form("/logowanie", network, login=name.typed(number), password=_WRONG)


def _token(visitor: Visitor, name: Name, number: int, network: str) -> tuple[requests.Response, float]:
    return visitor.api("tokens", network, login=name.typed(number), password=_WRONG)


def _forgotten(visitor: Visitor, name: Name, number: int, network: str) -> tuple[requests.Response, float]:
    return visitor.form("/haslo", network, login=name.typed(number))


def _registration(visitor: Visitor, name: Name, number: int, network: str) -> tuple[requests.Response, float]:
    about = {"customer_no": name.customer_no, "email": name.email, "once": f"{name.known}{number}{network}"}
    return visitor.form("/rejestracja", network, kind="person", terms="1", privacy="1", **_INVOICE, **about)


def _api_registration(visitor: Visitor, name: Name, number: int, network: str) -> tuple[requests.Response, float]:
    about = {"customer_no": name.customer_no, "email": name.email}
    return visitor.api("registrations", network, accept_terms=True, know_privacy=True, **_INVOICE, **about)


def main() -> None:
    """Print the table."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        mailbox = MailReceiver(Mailbox()).start()
        stack.callback(mailbox.stop)
        url = f"sqlite:///{folder}/portal.sqlite"
        names = {kind: list(_names(kind)) for kind in (True, False)}
        _make(url, names[True])
        mail = {"MAIL__HOST": "127.0.0.1", "MAIL__PORT": str(mailbox.port), "MAIL__SECURITY": "none"}
        portal = stack.enter_context(running("rest", DATABASE__URL=url, WEB__PROXIES="1", **mail))
        print(f"Known and unknown names, {TRIES:,} of each in turns (medians, ms; pages, statuses and headers equal)")
        visitor, networks = Visitor(portal), _Networks()
        for title, send in (
            ("log-in page", _login),
            ("log-in, API", _token),
            ("forgotten password", _forgotten),
            ("registration page", _registration),
            ("registration, API", _api_registration),
        ):
            if _asked(title):
                _compare(title, visitor, send, [(name, networks.fresh) for name in _mixed(names)])
        for part, (title, send) in enumerate(
            (("log-in page, slowed", _login), ("log-in, API, slowed", _token), ("forgotten, slowed", _forgotten))
        ):
            if not _asked(title):
                continue
            few = {kind: names[kind][TRIES + part * _SLOWED :][:_SLOWED] for kind in names}
            _slow_down(visitor, send, few[True] + few[False], networks)
            again = {kind: list(islice(cycle(few[kind]), TRIES)) for kind in few}
            _compare(title, visitor, send, [(name, networks.fresh) for name in _mixed(again)])
        if _asked("registration, slowed"):
            one = networks.fresh()
            _fill_network(visitor, names[False][0], one)
            _compare("registration, slowed", visitor, _registration, [(name, lambda: one) for name in _mixed(names)])


def _asked(title: str) -> bool:
    return not sys.argv[1:] or any(word in title for word in sys.argv[1:])


class _Networks:
    """Each try comes from another address, so that no network is slowed down."""

    def __init__(self) -> None:
        self._count = 0

    def fresh(self) -> str:
        self._count += 1
        return f"10.{self._count >> 16 & 255}.{self._count >> 8 & 255}.{self._count & 255}"


def _names(known: bool) -> Iterator[Name]:
    word = "znana" if known else "obcaa"
    for number in range(TRIES + 3 * _SLOWED):
        yield Name(known, f"{word}-{number:05}", CUSTOMERS[number % len(CUSTOMERS)] if known else f"9{number:05}")


def _make(url: str, names: list[Name]) -> None:
    database = Database(url, base=Path())
    database.upgrade()
    now = SystemClock().now()
    for name in names:
        add_account(
            database,
            login=name.login,
            password=f"{name.login} ma hasło",
            customer_nos=[name.customer_no],
            now=now,
            email=name.email,
            accepted=Document("1", "", ""),
        )
    database.engine.dispose()


def _mixed(names: dict[bool, list[Name]]) -> Iterator[Name]:
    """``TRIES`` of either kind, in pairs; which comes first is left to chance, as it pays for what was left behind."""
    chance = Random(5)
    for pair in zip(names[True][:TRIES], names[False][:TRIES], strict=True):
        yield from chance.sample(pair, 2)


def _slow_down(visitor: Visitor, send: Try, some: list[Name], networks: _Networks) -> None:
    for turn in range(_TURNS):
        for name in some:
            answer, _ = send(visitor, name, 1, networks.fresh())
            if answer.status_code == 429:
                raise SystemExit(f"{name.login}: slowed down too early")
        if 4 <= turn < _TURNS - 1 and send is not _forgotten:  # which only stops mailing, and says the same
            sleep(2 ** (turn - 4) + 0.1)


def _fill_network(visitor: Visitor, name: Name, network: str) -> None:
    for turn in range(_FREE + _TURNS - 5):
        answer, _ = _registration(visitor, name, turn, network)
        if answer.status_code != 303:
            raise SystemExit("registration: slowed down too early")
        if _FREE <= turn + 1 < _FREE + _TURNS - 5:
            sleep(2 ** (turn + 1 - _FREE) + 0.1)


def _compare(title: str, visitor: Visitor, send: Try, tries: list[tuple[Name, Callable[[], str]]]) -> None:
    times: dict[bool, list[float]] = {True: [], False: []}
    seen: dict[bool, set[tuple[Any, ...]]] = {True: set(), False: set()}
    slowed = "slowed" in title
    for number, (name, network) in enumerate(tries):
        answer, took = send(visitor, name, 1 if slowed else number // 2, network())
        if slowed and answer.status_code in (303, 401):  # the wait was over; this try has made it twice as long
            answer, took = send(visitor, name, 1, network())
        times[name.known].append(took)
        seen[name.known].add(_looks(answer, name))
    if seen[True] != seen[False]:
        raise SystemExit(f"{title}: {len(seen[True] ^ seen[False])} answers came to one kind alone")
    statuses = "/".join(sorted({str(each[0]) for each in seen[True]}))
    print(f"  {title:<21} {statuses}  {apart(times[True], times[False])}", flush=True)


def _looks(answer: requests.Response, name: Name) -> tuple[Any, ...]:
    """What anybody can see of an answer, but for what they typed, tokens, and how long one has to wait."""
    headers = {key.lower(): value for key, value in answer.headers.items()}
    del headers["date"]
    headers["set-cookie"] = re.sub(r"=[^;]*", "", headers.get("set-cookie", ""), count=1)
    if "retry-after" in headers:  # the page says it too, and is shorter by a digit later on
        headers["retry-after"] = headers["content-length"] = "soon"
    body = _WAIT.sub("", _CHANGING.sub(r"\1", answer.text)).replace(name.email, "EMAIL").replace(name.login, "LOGIN")
    return answer.status_code, tuple(sorted(headers.items())), body.replace(name.customer_no, "NUMBER")


if __name__ == "__main__":
    main()
