"""Every key of config.example.toml, and every option of the mapped adapters, with wrong values of each sort."""

import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.mapping.options import MORE
from gateway.cli import main
from gateway.config_example import render

WHOLE = "EBOK_FUZZ" in os.environ
"""All wrong values of each key; else a few of each, others for the next key."""
MARK = "geheim-7f3a"
"""Stands in every wrong value of a secret, and must not be repeated."""

_TEXT = (5, 2.5, True, ["a"], "two\nlines", "\x1b[31m")
_FLAG = ("true", 1, 0, "", [])
_NAME = ("", "   ", *_TEXT)
_HOST = ("a b", "http://host", "host:25", "256.1.1.1", "a..b", "-a.pl", " ", *_TEXT)
_EMAIL = ("bok", "a@b@c", "a@example.pl, b@example.pl", "Bok <bok@example.pl>", "bok@", " ", *_TEXT)
_URL = (
    "localhost",
    "localhost:80",
    "//host",
    "ftp://host",
    "http://",
    "http://a b",
    "http://host:99999",
    "http://[::1",
)
_URL = (*_URL, f"http://kto:{MARK}@host", f"https://host/?key={MARK}", "https://host#x", " ", *_TEXT)
_FILE = ("no-such-file", "folder", " ", *_TEXT)
_FOLDER = ("no-such-folder", "no-pem", " ", *_TEXT)
_SECRET = (5, [MARK], {"a": MARK}, f"{MARK}\n")


def _choice(*more: object) -> tuple[object, ...]:
    return ("", " ", "PL", 5, True, [], *more)


def _whole(least: int, most: int) -> tuple[object, ...]:
    return (least - 1, most + 1, -1, 10**9, 10**30, 1.5, float(least), True, False, "8", "", "x", [1], {"a": 1})


def _number(least: float, most: float) -> tuple[object, ...]:
    return (least - 0.01, most + 1, -1, 1e9, float("nan"), float("inf"), True, "8", "", [1])


WRONG: dict[str, tuple[object, ...]] = {
    "demo": _FLAG,
    "utility.name": _NAME,
    "utility.phone": _TEXT,
    "utility.email": _EMAIL,
    "utility.address": _TEXT,
    "utility.language": _choice("de"),
    "web.host": ("", "localhost", "http://127.0.0.1", "127.0.0.1:80", "256.1.1.1", "1.2.3", "[::1]", "*", *_TEXT),
    "web.port": _whole(1, 65_535),
    "web.threads": _whole(8, 10_000),
    "web.workers": _whole(1, 1_000),
    "web.secret_key": ("", " " * 40, MARK, f"change-me{MARK}" * 9, *_SECRET),
    "web.secret_key_fallbacks": ([MARK], ["x" * 40, MARK], [""], [5], MARK, 5, {"a": MARK}),
    "web.secure_cookies": _FLAG,
    "web.trusted_hosts": (["https://"], ["a b"], ["host:8080"], [""], [5], "host", 5),
    "web.proxies": _whole(0, 100),
    "database.url": (
        *("", "ebok.sqlite", "sqlite://", "sqlite:///:memory:", "sqlite:///no-such-folder/x", "sqlite:///folder"),
        *("sqlite:///no-database", "sqlite:////proc/sys/x", f"mysql://u:{MARK}@h/n", f"nosql://u:{MARK}@h/n", *_SECRET),
    ),
    "sessions.idle_minutes": _whole(1, 5_256_000),
    "sessions.hours": _whole(1, 87_600),
    "sessions.token_hours": _whole(1, 87_600),
    "security.second_factor": _choice("sms"),
    "security.staff_second_factor": _FLAG,
    "security.first_password_days": _whole(1, 3_650),
    "security.link_hours": _whole(1, 87_600),
    "security.registrations_free": _whole(1, 1_000_000),
    "security.refuse_after_hours": _whole(1, 87_600),
    "security.keep_months": _whole(1, 1_200),
    "security.device_days": _whole(1, 3_650),
    "security.login_alarm": _whole(1, 1_000_000),
    "security.staff_idle_minutes": _whole(1, 5_256_000),
    "outbox.reply_days": _whole(1, 366),
    "outbox.reply_on": _choice("monday"),
    "outbox.retry_hours": _whole(1, 8_760),
    "outbox.lease_seconds": _number(1, 86_400),
    "outbox.alarm_email": _EMAIL,
    "files.most": _whole(0, 50),
    "files.megabytes_each": _whole(1, 100),
    "files.megabytes_together": _whole(1, 500),
    "files.megapixels": _whole(1, 1_000),
    "files.clamav": _TEXT,
    "content.offers": (*_FOLDER, "wrong-offers"),
    "content.outages": (*_FOLDER, "wrong-outages"),
    "content.e_invoice_consent": _TEXT,
    "content.e_invoice_consent_version": _TEXT,
    "guard.submission_seconds": _number(1, 3_600),
    "guard.submissions": _whole(1, 1_000),
    "terms.file": (*_FILE, "no-text"),
    "terms.version": ("", "  ", "v" * 33, *_TEXT),
    "terms.privacy_file": (*_FILE, "no-text"),
    "mail.host": _HOST,
    "mail.port": _whole(1, 65_535),
    "mail.security": _choice("ssl"),
    "mail.username": ("ebok", *_TEXT),
    "mail.password": (MARK, *_SECRET),
    "mail.ca_file": (*_FILE, "no-pem"),
    "mail.sender": ("", *_EMAIL),
    "mail.base_url": ("", *_URL),
    "mail.templates": _FOLDER,
    "worker.inside": _FLAG,
    "payments.recipient": ("x" * 21, "A|B", "A\nB", 5),
    "payments.recipient_nip": ("1234567890", "PL5260250274", "526-025-02-74", *_TEXT),
    "payments.valid_minutes": _whole(5, 1_440),
    "payments.booked_days": _whole(1, 366),
    **{
        f"payments.{operator}{option}": values
        for operator, numbers, secrets in (
            ("p24", ("merchant_id", "pos_id"), ("api_key", "crc")),
            ("payu", ("pos_id", "client_id"), ("second_key", "client_secret")),
        )
        for option, values in {
            "": (5, "x", [1], {"urll": MARK}),
            **{f".{each}": ("x", "1.5", -1, [1]) for each in numbers},
            **{f".{each}": (f"ł{MARK}\n", *_SECRET) for each in secrets},
            ".url": ("http://shop.example", f"https://u:{MARK}@h", "nowhere", 5),
        }.items()
    },
    "metrics.token": (f"ł{MARK}", f" {MARK}", " ", *_SECRET),
    "erp.adapter": (
        *("", " ", "soup", ":", "nowhere:Thing", "adapters.clock:SystemClock", "adapters.base:Adapter", *_TEXT),
    ),
    "erp.refresh": _choice("next_day"),
    "erp.allow_live_balance": _FLAG,
    "guard.connect_seconds": _number(0.05, 3_600),
    "guard.read_seconds": _number(0.05, 3_600),
    "guard.total_seconds": _number(0.1, 3_600),
    "guard.document_seconds": _number(1, 86_400),
    "guard.answer_megabytes": _whole(1, 100_000),
    "guard.document_megabytes": _whole(1, 100_000),
    "guard.reads": _whole(1, 10_000),
    "guard.documents": (33, *_whole(1, 10_000)),
    "guard.breaker_open_seconds": _number(0, 86_400),
    "cache.seconds": _number(0, 86_400),
    "cache.redis_url": (MARK, f"http://:{MARK}@host", "redis://host:x", f"redis://h?no_such={MARK}", " ", *_SECRET),
    "clock.url": _URL,
    "log.format": _choice("xml"),
    "log.level": _choice("loud", "INFO", "trace"),
    "erp.options": (5, "x", [1], {"url": MARK}),
    **{
        f"erp.{kind}{option}": values
        for kind in MORE
        for option, values in {
            "": (5, "x", [1], {"urll": MARK}, {"password_fil": MARK}),
            ".mapping": ("no-such", "no-such.toml", "folder", " ", *_TEXT),
            ".url": _URL,
            ".username": ("ebok", *_TEXT),
            ".password": (MARK, *_SECRET),
            ".token": (f"ł{MARK}", *_SECRET),
            ".ca_file": (*_FILE, "no-pem"),
            ".proxy": (MARK, f"ftp://{MARK}@host", *_SECRET),
            ".headers": (5, MARK, [MARK], {"X": f"ł{MARK}"}, {"X": 5}, {"X Y": "1"}, {"X": f"{MARK}\n"}),
            ".sign_key": (*_FILE, "no-pem"),
            ".sign_certificate": (*_FILE, "no-pem"),
            ".verify_certificate": (*_FILE, "no-pem"),
        }.items()
        if option.removeprefix(".") not in {*MORE["soap"]} - {*MORE[kind]}
    },
}

_MOST = {"erp.soap": 3, "erp.rest": 3, "payments.p24": 5, "payments.payu": 5}
"""How many mistakes one wrong value may make, where that is more than one."""

_OPTIONS = ("mapping", "url", "username", "password", "token", "ca_file", "proxy", "headers")
_NONSENSE = "\x1b[31m"
"""Wrong as text, as a number, as a choice and as anything else."""


def _keys(table: dict[str, Any], at: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict) and f"{at}{name}" != "erp.options":
            yield from _keys(value, f"{at}{name}.")
        else:
            yield f"{at}{name}"


def test_every_key_has_a_row_here() -> None:
    options = {f"erp.{kind}.{name}" for kind, more in MORE.items() for name in (*_OPTIONS, *more)}
    options |= {key for key in WRONG if key.startswith(("payments.p24.", "payments.payu."))}
    tables = {f"erp.{kind}" for kind in MORE} | {"payments.p24", "payments.payu"}
    assert {*_keys(tomllib.loads(render()))} | options | tables == WRONG.keys()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a configuration finds what it names: a folder, and files of the wrong sort."""
    made = tmp_path_factory.mktemp("settings")
    (made / "folder").mkdir()
    (made / "no-pem").write_text("-----BEGIN NOTHING-----")
    (made / "no-text").write_bytes(b"\xff\xfe\xff")
    for each, text in {"offers": "kind: promotion", "outages": "title: Awaria\n\nTekst"}.items():
        (made / f"wrong-{each}").mkdir()
        (made / f"wrong-{each}" / "jeden.md").write_text(text)
    (made / "no-database").write_text("Kto czyta, nie błądzi.")
    return made


def right(*, adapter: str = "rest") -> dict[str, Any]:
    """The example, with what one has to choose for oneself."""
    tables = tomllib.loads(render())
    tables["web"]["secret_key"] = "x" * 40
    tables["erp"]["adapter"] = adapter
    tables["payments"]["p24"] = {"merchant_id": 1001, "pos_id": 1001, "api_key": "key", "crc": "crc"}
    tables["payments"]["payu"] = {"pos_id": 2002, "client_id": 2002, "second_key": "key", "client_secret": "secret"}
    return tables


def put(tables: dict[str, Any], key: str, value: object) -> None:
    *parents, name = key.split(".")
    for parent in parents:
        tables = tables[parent]
    tables[name] = value


def toml(tables: dict[str, Any]) -> str:
    """Inline tables throughout, which the standard library reads and does not write."""
    return "\n".join(f"{name} = {_toml(value)}" for name, value in tables.items())


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(name)} = {_toml(each)}' for name, each in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value) if isinstance(value, str | bool) else str(value)


def check(folder: Path, tables: dict[str, Any], **environ: str) -> tuple[int, list[str], str]:
    """The status of ``ebok config check``, the mistakes that it lists, and all that it says."""
    file = folder / "config.toml"
    file.write_text(toml(tables), encoding="utf-8")
    answer = CliRunner().invoke(main, ["--config", str(file), "config", "check"], env=environ, catch_exceptions=False)
    return answer.exit_code, [line[4:] for line in answer.output.splitlines() if line[:4] == "  - "], answer.output


@pytest.mark.parametrize("adapter", MORE)
def test_what_is_right_passes(folder: Path, adapter: str) -> None:
    assert check(folder, right(adapter=adapter)) == (0, [], "The configuration is right.\n")


def _some(key: str) -> list[object]:
    """Three of a key's wrong values and every one that holds the mark of a secret."""
    values, turn = WRONG[key], list(WRONG).index(key)
    return [each for at, each in enumerate(values) if (at - turn) % max(1, len(values) // 3) == 0 or MARK in str(each)]


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_value_is_named_with_its_key_and_a_secret_not_told(folder: Path, key: str) -> None:
    for value in WRONG[key] if WHOLE else _some(key):
        tables = right(adapter="soap" if key.startswith("erp.soap") else "rest")
        put(tables, key, value)
        status, said, output = check(folder, tables)
        assert status == 1, value
        assert any(key in line for line in said), (value, output)
        assert len(said) <= _MOST.get(key, 1), (value, output)
        assert MARK not in output, value
        assert "\x1b" not in output, value


@pytest.mark.parametrize("key", [key for key in WRONG if "." in key])
def test_a_wrong_variable_is_named_with_its_key(folder: Path, key: str) -> None:
    variable = f"EBOK_{key.upper().replace('.', '__')}"
    adapter = "soap" if key.startswith("erp.soap") else "rest"
    status, said, output = check(folder, right(adapter=adapter), **{variable: _NONSENSE})
    assert status == 1
    assert any(line.startswith(f"{variable} ({key}): ") for line in said), output


def test_mistakes_in_all_the_keys_at_once_are_all_listed(folder: Path) -> None:
    tables, wrong = right(), [key for key in WRONG if key not in _MOST]
    for key in wrong:
        put(tables, key, WRONG[key][0 if key == "erp.options" else -1])
    status, said, output = check(folder, tables)
    assert status == 1
    assert [key for key in wrong if not any(line.startswith((f"{key}: ", f"{key}.")) for line in said)] == [], output


@pytest.mark.parametrize("key", ["utility.email", "mail.sender"])
def test_our_own_address_is_one_that_the_operator_takes(folder: Path, key: str) -> None:
    tables = right()
    for length, status in ((50, 0), (51, 1)):
        put(tables, key, "@example.pl".rjust(length, "b"))
        answer = check(folder, tables)
        assert answer[0] == status, answer
    assert answer[1] == [f"{key}: expected at most 50 characters, which is all that Przelewy24 takes, but found 51"]
    del tables["payments"]["p24"]
    assert check(folder, tables)[0] == 0, "any, where it is not Przelewy24's business"
