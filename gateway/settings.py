"""What the operator sets: one TOML file and the environment, read strictly into frozen values.

Every key has a default or is required; an unknown key is a mistake. ``load`` reports all mistakes at once.
The dataclasses are also the source of ``config.example.toml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway import settings_checks as checks

_MINUTES, _HOURS, _DAYS = 5_256_000, 87_600, 3_650  # ten years
_LOTS = 1_000_000
_VERSION = checks.filled_up_to(32)  # the width of its columns in the database


def key(
    help_: str,
    default: Any = ...,
    *,
    choices: tuple[str, ...] = (),
    least: float | None = None,
    most: float = _LOTS,
    check: checks.Check | None = None,
    secret: bool = False,
) -> Any:
    """A setting with its explanation; without a default it is required.

    ``least`` and ``most`` bound a number; ``check`` says of a text, or of each in a list, what it should have been. A
    ``secret`` is left out when settings are printed and when it is wrong.
    """
    rules = {"choices": choices, "least": least, "most": most, "check": check, "secret": secret}
    about: dict[str, Any] = {"metadata": {"help": help_, **rules}, "repr": not secret}
    if default is ...:
        return field(**about)
    if isinstance(default, dict):
        return field(default_factory=dict, **about)
    return field(default=default, **about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Utility:
    """Whose office this is."""

    name: str = key("The utility's full name, shown in the header and in titles.", check=checks.filled)
    phone: str = key("Where customers can call; empty shows nothing.", "")
    email: str = key("Where customers can write; empty shows nothing.", "", check=checks.email_or_nothing)
    address: str = key("Where customers can come, in one line; empty shows nothing.", "")
    language: str = key(
        "The language shown when a customer has chosen none and asks for none that we speak.",
        "pl",
        choices=("pl", "en", "uk"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """How the portal is served."""

    host: str = key("The IP address to listen on; put a TLS proxy in front of it.", "127.0.0.1", check=checks.ip)
    port: int = key("The port to listen on.", 8080, least=1, most=65_535)
    threads: int = key("Requests served at the same time in one process.", 64, least=8, most=10_000)
    workers: int = key(
        "Processes; each has its own places at the ERP, and its own cache unless cache.redis_url is set.",
        1,
        least=1,
        most=1_000,
    )
    secret_key: str = key(
        "Signs cookies and hides ids; at least 32 random characters, kept for years.",
        check=checks.secret_key,
        secret=True,
    )
    secret_key_fallbacks: tuple[str, ...] = key(
        "Former secret keys that are still accepted while rotating.", (), check=checks.former_key, secret=True
    )
    secure_cookies: bool = key("False only where the portal is tried out without TLS on one's own machine.", True)
    trusted_hosts: tuple[str, ...] = key(
        "Names under which the portal answers besides that of mail.base_url and this machine's own (127.0.0.1, "
        'localhost); any other is refused. ".ebok.example" stands for all names below it.',
        (),
    )
    proxies: int = key(
        "How many proxies of ours stand in front and set X-Forwarded-For and -Proto.", 0, least=0, most=100
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """The portal's own memory: accounts, links and sessions, no billing data."""

    url: str = key(
        "SQLAlchemy's URL: sqlite:///file.sqlite or postgresql+psycopg://user:password@host/name.", secret=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """How long somebody stays logged in."""

    idle_minutes: int = key(
        "A session on the pages ends after this long without a request.", 30, least=1, most=_MINUTES
    )
    hours: int = key("A session on the pages ends after this long in any case.", 12, least=1, most=_HOURS)
    token_hours: int = key("A token of the API ends after this long.", 12, least=1, most=_HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """Passwords, second factors and how long things stay valid."""

    second_factor: str = key(
        "Customers show a code by e-mail on a new device, unless they chose an app for codes; or not at all.",
        "email",
        choices=("email", "off"),
    )
    staff_second_factor: bool = key("Staff need an app for codes; false only in demos.", True)
    first_password_days: int = key("How long a first password that was mailed works.", 14, least=1, most=_DAYS)
    link_hours: int = key("How long a link in a mail works.", 48, least=1, most=_HOURS)
    registrations_free: int = key(
        "So many registrations a day may come from one network without a wait; then each waits longer.", 10, least=1
    )
    refuse_after_hours: int = key(
        "A registration that agrees with no invoice is refused so long after its address was proved, whether the "
        "customer exists or not; until then a clerk may decide.",
        24,
        least=1,
        most=_HOURS,
    )
    keep_months: int = key(
        "How long the audit log, consents of closed accounts and rows of what is long done are kept.",
        36,
        least=1,
        most=1_200,
    )
    device_days: int = key("How long a browser that showed its second factor is remembered.", 90, least=1, most=_DAYS)
    login_alarm: int = key("So many failed logins in ten minutes, in one process, raise the alarm.", 200, least=1)
    staff_idle_minutes: int = key(
        "A session of staff ends after this long without a request.", 15, least=1, most=_MINUTES
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Figures for monitoring, at /metrics."""

    token: str = key(
        "What monitoring sends as Authorization: Bearer; empty turns /metrics off.",
        "",
        check=checks.bearer,
        secret=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsSettings:
    """The terms that customers accept (regulamin) and the information on personal data, as Markdown files."""

    file: str = key("The terms; empty uses a short sample, which is not for production.", "")
    version: str = key("Their version, such as a date; customers accept again when it changes.", "1", check=_VERSION)
    privacy_file: str = key("The information on personal data; empty uses a short sample.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """How mail leaves: from a durable queue in the portal's database, over SMTP."""

    host: str = key("The SMTP server; empty keeps mail waiting in the queue.", "", check=checks.host_or_nothing)
    port: int = key("Its port.", 587, least=1, most=65_535)
    security: str = key("How the connection is protected.", "starttls", choices=("starttls", "tls", "none"))
    username: str = key("For logging in to it; empty for none.", "")
    password: str = key("For logging in to it.", "", secret=True)
    ca_file: str = key("The certificate authority of its certificate, where that is your own.", "")
    sender: str = key("Whom mail comes from.", "ebok@localhost", check=checks.email)
    base_url: str = key(
        "The portal's own address, such as https://ebok.example: links in mail begin with it, and the portal answers "
        "under its name.",
        "http://127.0.0.1:8080",
        check=checks.web_address,
    )
    templates: str = key("A folder with templates of one's own; what is not in it is taken from ours.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """Who sends mail and checks registrations with the ERP."""

    inside: bool = key("ebok serve does it itself; false where ebok worker runs beside it.", True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSettings:
    """What customers send: how long it is tried, and by when it is answered."""

    reply_days: int = key("An answer is due so many days after the portal accepted a letter.", 14, least=1, most=366)
    reply_on: str = key(
        "Where that day is a Saturday, a Sunday or a public holiday: the next working day, or the day itself.",
        "next_working_day",
        choices=("next_working_day", "same_day"),
    )
    retry_hours: int = key(
        "What certainly was not sent is tried for so long, then a person decides.", 72, least=1, most=8_760
    )
    lease_seconds: float = key(
        "A worker that has not come back after this long has lost its work.", 60.0, least=1, most=86_400
    )
    alarm_email: str = key(
        "Who is told, once a day, that something waits for a person; empty for nobody.",
        "",
        check=checks.email_or_nothing,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesSettings:
    """Files that customers send along."""

    most: int = key("So many with one submission.", 5, least=0, most=50)
    megabytes_each: int = key("The largest file.", 10, least=1, most=100)
    megabytes_together: int = key("The largest sum of one submission.", 25, least=1, most=500)
    megapixels: int = key("The largest picture, by its header.", 100, least=1, most=1_000)
    clamav: str = key("ClamAV's clamd, as host:port or a socket's path; empty scans nothing.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSettings:
    """The operator's own texts, as folders of Markdown files."""

    offers: str = key("Products and promotions, where the ERP has none; empty shows nothing.", "")
    outages: str = key("Notices of known outages; empty shows nothing.", "")
    e_invoice_consent: str = key("The text of the consent to e-invoices; empty uses a short sample.", "")
    e_invoice_consent_version: str = key("Its version, such as a date.", "1", check=_VERSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsSettings:
    """Paying without cash: at payment operators, and by bank transfer with a code for the bank's app."""

    recipient: str = key(
        "Whom a transfer is made to, at most 20 characters, as banks' apps show it; empty gives utility.name and no "
        "QR code.",
        "",
        check=checks.recipient,
    )
    recipient_nip: str = key(
        "The recipient's NIP, which banks' apps want of a company.", "", check=checks.nip_or_nothing
    )
    valid_minutes: int = key(
        "A customer may pay at the operator for so long; then the invoices can be chosen anew.", 20, least=5, most=1_440
    )
    booked_days: int = key(
        "A paid payment that the ERP does not show after so many days waits for a person.", 10, least=1, most=366
    )
    p24: dict[str, Any] = key(
        "Przelewy24: merchant_id, pos_id, api_key, crc, url; empty does not offer it.", {}, secret=True
    )
    payu: dict[str, Any] = key(
        "PayU: pos_id, second_key, client_id, client_secret, url; empty does not offer it.", {}, secret=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Erp:
    """Which billing system, and the rule that the balance keeps."""

    adapter: str = key('soap, rest, the name of an installed adapter, or "package.module:Class".', check=checks.filled)
    refresh: str = key(
        "When a balance is updated: on the next calendar day, or on the next business day in Poland.",
        "calendar_day",
        choices=("calendar_day", "business_day"),
    )
    allow_live_balance: bool = key(
        "Allow an ERP that can give only the balance of this moment; it is then labelled so.", False
    )
    soap: dict[str, Any] = key(
        "What the soap adapter needs: mapping (a built-in name or a file), url, username, password, ca_file.",
        {},
        secret=True,
    )
    rest: dict[str, Any] = key(
        "What the rest adapter needs: mapping, url, username, password or token, ca_file.", {}, secret=True
    )
    options: dict[str, Any] = key("What any other adapter needs.", {}, secret=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """How long and how much the ERP may take before the portal goes on without it."""

    connect_seconds: float = key("To open a connection.", 2.0, least=0.05, most=3_600)
    read_seconds: float = key("Between two pieces of an answer.", 3.0, least=0.05, most=3_600)
    total_seconds: float = key("For one whole call.", 4.0, least=0.1, most=3_600)
    document_seconds: float = key(
        "For one whole document, which streams at the customer's pace.", 120.0, least=1, most=86_400
    )
    answer_megabytes: int = key("The largest answer that is read.", 32, least=1, most=100_000)
    document_megabytes: int = key("The largest document that is passed on.", 100, least=1, most=100_000)
    reads: int = key("Calls to the ERP at the same time.", 16, least=1, most=10_000)
    submission_seconds: float = key("For handing one thing that a customer sent to the ERP.", 15.0, least=1, most=3_600)
    submissions: int = key("Submissions handed over at the same time.", 4, least=1, most=1_000)
    documents: int = key("Documents at the same time; at most half of web.threads.", 16, least=1, most=10_000)
    breaker_open_seconds: float = key(
        "How long a failing ERP is left alone before it is tried again; 0 turns this off.",
        15.0,
        least=0,
        most=86_400,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """Answers of the ERP are kept for a short time, never past local midnight."""

    seconds: float = key("How long; 0 asks the ERP every time.", 15.0, least=0, most=86_400)
    redis_url: str = key(
        "A Redis where all processes keep and forget them together, sealed: redis://user:password@host:6379/0, "
        "rediss:// with TLS, or unix:///path. Empty keeps them in each process's memory. Needs ebok-gateway[redis].",
        "",
        secret=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSettings:
    """Where the time comes from."""

    url: str = key(
        "A sandbox's /control/clock, for demos; empty is the machine's clock.", "", check=checks.web_address_or_nothing
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What is written to standard error."""

    format: str = key("One JSON object a line, or lines for a person.", "json", choices=("json", "plain"))
    level: str = key("The least that is written.", "info", choices=("debug", "info", "warning", "error"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the operator sets."""

    utility: Utility
    web: Web
    database: Database
    sessions: Sessions
    security: Security
    terms: TermsSettings
    mail: MailSettings
    worker: WorkerSettings
    outbox: OutboxSettings
    files: FilesSettings
    content: ContentSettings
    payments: PaymentsSettings
    metrics: Metrics
    erp: Erp
    guard: Guard
    cache: Cache
    clock: ClockSettings
    log: Log
    demo: bool = key("True only in the demo's own file: ebok serve refuses it.", False)
    base: Path = field(default=Path())
    """The folder of the file, which relative paths in it start from; not a key."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Keys that came from the environment, and the variables they came from; not a key."""
