"""The demo: the portal in front of the sandbox billing system, on this machine, with invented customers."""

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from adapters.clock import SystemClock
from gateway.accounts import AccountProblem, add_account
from gateway.database import Database
from gateway.demo_parts import Parts
from gateway.ports import HOST, check_ports
from gateway.settings_file import load
from gateway.staff.people import ADMINISTRATOR, CLERK, StaffProblem, add_staff
from gateway.terms import load_terms

_SAMPLES = Path(__file__).parent / "samples"
PASSWORD = "demo-ebok-2026"  # noqa: S105 (printed on purpose: the demo's customers are invented)
LOGINS: Mapping[str, list[str]] = {
    "anna": ["100001"],
    "zarzadca": [str(number) for number in range(100101, 100113)],
}
STAFF: Mapping[str, str] = {"bok": CLERK, "szefowa": ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class BackEnd:
    """A billing system to show: how it is started, when it is ready, and what the portal must know of it.

    ``module`` is a module and its arguments, as after ``python -m``.
    """

    name: str
    module: list[str]
    port: int
    ready_url: str
    settings: str
    """The lines of TOML under [erp] and, where it has a clock of its own, [clock]."""
    payments: str = ""
    """The lines of TOML under [payments.p24], where it also plays a payment operator."""
    smtp_port: int | None = None
    """Where it receives mail, for a mailbox to read it in; without one, mail waits in the queue."""


def run_demo(*, adapter: str, port: int, sandbox_port: int, smtp_port: int, folder: Path) -> None:
    """Run until Ctrl-C; raises ``NoPort`` before anything is begun."""
    sandbox = f"http://{HOST}:{sandbox_port}"
    path = "/soap" if adapter == "soap" else ""
    back_end = BackEnd(
        name="the sandbox billing system",
        module=["adapters.sandbox", "--port", str(sandbox_port), "--smtp-port", str(smtp_port)],
        port=sandbox_port,
        smtp_port=smtp_port,
        ready_url=f"{sandbox}/control/clock",
        payments=f'''
[payments]
recipient = "Wodociągi Przykład."
recipient_nip = "1234563218"

[payments.p24]
merchant_id = 100001
pos_id = 100001
api_key = "sandbox-p24-key"
crc = "sandbox-p24-crc"
url = "{sandbox}/p24"
''',
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
    check_ports(EBOK_PORT=port, EBOK_SANDBOX_PORT=back_end.port, EBOK_SMTP_PORT=back_end.smtp_port)
    os.umask(0o077)  # whatever the demo writes is for whoever started it
    portal = f"http://{HOST}:{port}"
    with suppress(KeyboardInterrupt):
        config = _prepare(back_end, port=port, folder=folder, logins=logins)
        with Parts({"EBOK_CONFIG": str(config), "EBOK_DEMO": "1"}) as parts:
            parts.start(*back_end.module)
            parts.start("gateway", "serve")
            parts.wait(back_end.ready_url, f"{portal}/healthz")
            print(_greeting(portal, back_end.name, about, logins, mailbox), flush=True)  # noqa: T201
            parts.watch()


def _prepare(back_end: BackEnd, *, port: int, folder: Path, logins: Mapping[str, list[str]]) -> Path:
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.toml"
    secret = folder / "secret_key"
    if not secret.exists():
        secret.write_text(secrets.token_urlsafe(48))
    config.unlink(missing_ok=True)  # an older one may be open to others
    config.write_text(_config(back_end, port, secret.read_text()), encoding="utf-8")
    settings = load(config, os.environ)
    database = Database(settings.database.url, base=settings.base)
    database.upgrade()
    terms = load_terms(settings).terms
    for login, customers in logins.items():
        try:
            add_account(
                database,
                login=login,
                password=PASSWORD,
                customer_nos=customers,
                now=SystemClock().now(),
                email=f"{login}@poczta.example",
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
    second_factor = os.environ.get("EBOK_DEMO_2FA") == "1"
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
second_factor = "{"email" if second_factor else "off"}"
staff_second_factor = {"true" if second_factor else "false"}
staff_idle_minutes = 5256000

[log]
format = "plain"
level = "warning"

[content]
offers = {json.dumps(str(_SAMPLES / "offers"))}
outages = {json.dumps(str(_SAMPLES / "outages"))}

{back_end.settings}{back_end.payments}{_mail(back_end, port)}"""


def _mail(back_end: BackEnd, port: int) -> str:
    if back_end.smtp_port is None:
        return ""
    return f"""
[mail]
host = "{HOST}"
port = {back_end.smtp_port}
security = "none"
sender = "ebok@wodociagi.example"
base_url = "http://{HOST}:{port}"
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
