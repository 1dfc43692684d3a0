"""The demo: the portal in front of the sandbox billing system, on this machine, with invented customers."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from adapters.clock import SystemClock
from adapters.errors import Misconfigured
from gateway.accounts import AccountProblem, add_account
from gateway.database import Database
from gateway.settings_file import load
from gateway.staff.people import ADMINISTRATOR, CLERK, StaffProblem, add_staff
from gateway.terms import load_terms

PASSWORD = "demo-ebok-2026"  # noqa: S105 (printed on purpose: the demo's customers are invented)
LOGINS: Mapping[str, list[str]] = {
    "anna": ["100001"],
    "zarzadca": [str(number) for number in range(100101, 100113)],
}
STAFF: Mapping[str, str] = {"bok": CLERK, "szefowa": ADMINISTRATOR}
_READY_SECONDS = 60
_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class BackEnd:
    """A billing system to show: how it is started, when it is ready, and what the portal must know of it."""

    name: str
    command: list[str]
    port: int
    ready_url: str
    settings: str
    """The lines of TOML under [erp] and, where it has a clock of its own, [clock]."""
    smtp_port: int | None = None
    """Where it receives mail, for a mailbox to read it in; without one, mail waits in the queue."""


def run_demo(*, adapter: str, port: int, sandbox_port: int, smtp_port: int, folder: Path) -> None:
    """Run until Ctrl-C; raises ``Misconfigured`` when a port is taken."""
    sandbox = f"http://{_HOST}:{sandbox_port}"
    path = "/soap" if adapter == "soap" else ""
    back_end = BackEnd(
        name="the sandbox billing system",
        command=[
            *(sys.executable, "-m", "adapters.sandbox"),
            *("--port", str(sandbox_port), "--smtp-port", str(smtp_port)),
        ],
        port=sandbox_port,
        smtp_port=smtp_port,
        ready_url=f"{sandbox}/control/clock",
        settings=f"""\
[erp]
adapter = "{adapter}"

[erp.{adapter}]
mapping = "sandbox_{adapter}"
url = "{sandbox}{path}"

[clock]
url = "{sandbox}/control/clock"
""",
    )
    about = f"over {adapter.upper()}; control: {sandbox}/control"
    run(back_end, port=port, folder=folder, logins=LOGINS, about=about, mailbox=f"{sandbox}/mail")


def run(
    back_end: BackEnd, *, port: int, folder: Path, logins: Mapping[str, list[str]], about: str, mailbox: str = ""
) -> None:
    """Start the billing system and the portal, wait for both, print where they are, and end both at Ctrl-C."""
    for wanted, variable in (
        (port, "EBOK_PORT"),
        (back_end.port, "EBOK_SANDBOX_PORT"),
        (back_end.smtp_port, "EBOK_SMTP_PORT"),
    ):
        if wanted is not None and not _is_free(wanted):
            raise Misconfigured(f"port {wanted} is in use; choose another with {variable}")
    config = _prepare(back_end, port=port, folder=folder, logins=logins)
    environment = {**os.environ, "EBOK_CONFIG": str(config), "EBOK_DEMO": "1"}
    portal = f"http://{_HOST}:{port}"
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, _stop)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command in (back_end.command, [sys.executable, "-m", "gateway.cli", "serve"]):
            # A session of its own, so that Ctrl-C reaches this process alone, which ends both in order.
            processes.append(subprocess.Popen(command, env=environment, start_new_session=True))  # noqa: S603
        _wait([back_end.ready_url, f"{portal}/healthz"], processes)
        print(_greeting(portal, back_end.name, about, logins, mailbox), flush=True)  # noqa: T201
        while all(each.poll() is None for each in processes):
            time.sleep(0.3)
        raise Misconfigured("a part of the demo ended by itself; see its message above")
    except KeyboardInterrupt:
        pass
    finally:
        _end(processes)


def _prepare(back_end: BackEnd, *, port: int, folder: Path, logins: Mapping[str, list[str]]) -> Path:
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.toml"
    secret = folder / "secret_key"
    if not secret.exists():
        secret.write_text(secrets.token_urlsafe(48))
        secret.chmod(0o600)
    config.write_text(_config(back_end, port, secret.read_text()), encoding="utf-8")
    settings = load(config, os.environ)
    database = Database(settings.database.url, base=settings.base)
    database.upgrade()
    terms = load_terms(settings).terms
    second_factor = os.environ.get("EBOK_DEMO_2FA") == "1"
    for login, customers in logins.items():
        try:
            add_account(
                database,
                login=login,
                password=PASSWORD,
                customer_nos=customers,
                now=SystemClock().now(),
                email=f"{login}@poczta.example" if second_factor else None,
                accepted=terms,
            )
        except AccountProblem:
            continue  # made by an earlier run
    for login, role in STAFF.items():
        try:
            add_staff(database, login=login, role=role, password=PASSWORD, now=SystemClock().now())
        except StaffProblem:
            continue  # made by an earlier run
    return config


def _config(back_end: BackEnd, port: int, secret: str) -> str:
    return f"""\
# Written by `ebok demo`; `ebok serve` refuses it.
demo = true

[utility]
name = "Wodociągi Przykładowo"
phone = "00 000 00 00"
email = "bok@wodociagi.example"
address = "ul. Źródlana 1, 00-000 Przykładowo"

[web]
port = {port}
secret_key = "{secret}"
secure_cookies = false

[database]
url = "sqlite:///portal.sqlite"

[sessions]
# The demo's clock is moved by hand; a jump of some months should not end every session.
idle_minutes = 5256000
hours = 87600
token_hours = 87600

[security]
staff_second_factor = {"true" if os.environ.get("EBOK_DEMO_2FA") == "1" else "false"}
staff_idle_minutes = 5256000

[log]
format = "plain"
level = "warning"

{back_end.settings}{_mail(back_end, port)}"""


def _mail(back_end: BackEnd, port: int) -> str:
    if back_end.smtp_port is None:
        return ""
    return f"""
[mail]
host = "{_HOST}"
port = {back_end.smtp_port}
security = "none"
sender = "ebok@wodociagi.example"
base_url = "http://{_HOST}:{port}"
"""


def _greeting(portal: str, name: str, about: str, logins: Mapping[str, list[str]], mailbox: str) -> str:
    accounts = "\n".join(
        f"  {login:10} {len(customers)} customer{'s' if len(customers) > 1 else ''}"
        for login, customers in logins.items()
    )
    staff = "\n".join(f"  {login:10} {role}" for login, role in STAFF.items())
    return f"""
eBOK is ready: {portal}
API:           {portal}/api/v1/
Behind it:     {name} ({about})
Mail:          {mailbox or "waits in the queue"}

Log in with the password {PASSWORD} as
{accounts}
and as staff, at {portal}/staff/, with the same password as
{staff}

Ctrl-C ends it."""


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def _wait(urls: list[str], processes: list[subprocess.Popen[bytes]]) -> None:
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + _READY_SECONDS
    waiting = list(urls)
    while waiting:
        if any(each.poll() is not None for each in processes):
            raise Misconfigured("a part of the demo ended before it was ready; see its message above")
        if time.monotonic() > deadline:
            raise Misconfigured(f"not ready after {_READY_SECONDS} seconds: {', '.join(waiting)}")
        try:
            with opener.open(waiting[0], timeout=5):
                waiting.pop(0)
        except HTTPError as refused:
            refused.close()
            if refused.code in (401, 403):  # a billing system that lets nobody look is there all the same
                waiting.pop(0)
            else:
                time.sleep(0.05)
        except (URLError, OSError):
            time.sleep(0.05)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, signal.SIG_IGN)  # a second one must not leave a process behind
    for each in reversed(processes):
        each.terminate()
    for each in processes:
        try:
            each.wait(10)
        except subprocess.TimeoutExpired:
            each.kill()
