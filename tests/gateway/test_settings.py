"""The configuration is read strictly: every mistake is named with its key, all of them at once."""

import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

import pytest
from click.testing import CliRunner, Result

from adapters.errors import Misconfigured
from gateway.cli import main
from gateway.config_example import render
from gateway.settings import Settings
from gateway.settings_file import load

ROOT = Path(__file__).parents[2]
OLD = "a former key; a former key; a former key"
GOOD = {
    "EBOK_UTILITY__NAME": "Wodociągi Przykładowo",
    "EBOK_WEB__SECRET_KEY": "x" * 40,
    "EBOK_DATABASE__URL": "sqlite:///x.sqlite",
    "EBOK_ERP__ADAPTER": "soap",
}


def mistakes(text: str, environ: dict[str, str], folder: Path) -> list[str]:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured) as refused:
        load(file, environ)
    return refused.value.mistakes


def test_the_committed_example_is_what_the_settings_say() -> None:
    assert (ROOT / "config.example.toml").read_text(encoding="utf-8") == render()


def test_the_example_holds_every_key() -> None:
    example = tomllib.loads(render())
    for name, kind in get_type_hints(Settings).items():
        if is_dataclass(kind):
            assert {each.name for each in fields(kind)} == set(example[name]), name


def test_the_example_is_right_but_for_the_secret_that_one_must_choose(tmp_path: Path) -> None:
    (mistake,) = mistakes(render(), {}, tmp_path)
    assert mistake.startswith("web.secret_key: expected at least 32 random characters of your own, but found")
    assert "change-me" not in mistake
    assert load(tmp_path / "config.toml", {"EBOK_WEB__SECRET_KEY": "x" * 40}).web.port == 8080


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    text = """
        [utility]
        nme = "W"
        language = "de"
        [web]
        port = "8080"
        threads = 2
        secure_cookies = "yes"
        secret_key = "short"
        secret_key_fallbacks = "x"
        [database]
        [guard]
        reads = true
        total_seconds = -1
        [cach]
        seconds = 1
    """
    said = mistakes(text, {"EBOK_CACHE__SECOND": "0", "EBOK_LOG__LEVEL": "loud"}, tmp_path)
    for key in (
        *("utility.nme", "did you mean utility.name", "utility.name: required", "utility.language", "web.port"),
        *("web.threads", "web.secure_cookies", "web.secret_key_fallbacks", "database.url: required"),
        *("guard.reads", "guard.total_seconds", "cach: unknown", "EBOK_CACHE__SECOND", "did you mean cache.seconds"),
        *("EBOK_LOG__LEVEL (log.level)", "erp.adapter: required"),
    ):
        assert any(key in each for each in said), key


@pytest.mark.parametrize(
    ("variable", "value", "at"),
    [
        ("EBOK_CACHE__SECONDS", "0", ("cache", "seconds", 0.0)),
        ("EBOK_GUARD__BREAKER_OPEN_SECONDS", "0", ("guard", "breaker_open_seconds", 0.0)),
        ("EBOK_WEB__SECURE_COOKIES", "false", ("web", "secure_cookies", False)),
        (
            "EBOK_WEB__SECRET_KEY_FALLBACKS",
            f"{'a' * 32},{'b' * 32}",
            ("web", "secret_key_fallbacks", ("a" * 32, "b" * 32)),
        ),
        ("EBOK_ERP__SOAP__USERNAME", "ebok", ("erp", "soap", {"username": "ebok"})),
    ],
)
def test_any_key_can_come_from_the_environment(variable: str, value: str, at: tuple[str, str, object]) -> None:
    section, key, expected = at
    assert getattr(getattr(load(None, {**GOOD, variable: value}), section), key) == expected


def test_a_secret_can_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("y" * 40 + "\n")
    environ = {**GOOD, "EBOK_WEB__SECRET_KEY_FILE": str(secret), "EBOK_ERP__SOAP__PASSWORD_FILE": str(secret)}
    settings = load(None, environ)
    assert settings.web.secret_key == "y" * 40 == settings.erp.soap["password"]
    with pytest.raises(Misconfigured, match="EBOK_WEB__SECRET_KEY_FILE"):
        load(None, {**GOOD, "EBOK_WEB__SECRET_KEY_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        *(
            ("EBOK_WEB__TRUSTED_HOSTS", each, "web.trusted_hosts")
            for each in ("https://", "a b", "..", "ebok.example:8080", "*.ebok.example", "ebok.example/x")
        ),
        *(
            ("EBOK_MAIL__BASE_URL", each, "mail.base_url")
            for each in ("", "ebok.example", "ftp://ebok.example", "https://", "https://a b/", "https://[::1")
        ),
    ],
)
def test_a_name_of_the_portals_that_is_none_is_named(variable: str, value: str, key: str) -> None:
    with pytest.raises(Misconfigured, match=key):
        load(None, {**GOOD, variable: value})


def test_other_variables_with_our_prefix_are_left_alone() -> None:
    assert load(None, {**GOOD, "EBOK_PORT": "1", "EBOK_DEMO_ADAPTER": "rest", "EBOK_CONFIG": "x"})


@pytest.mark.parametrize("command", [["serve"], ["config", "check"], ["db", "upgrade"], ["registrations"]])
def test_the_command_lists_the_mistakes_and_fails(command: list[str], tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[web]\nport = 0\n")
    answer = CliRunner().invoke(main, ["--config", str(file), *command], env={"EBOK_CONFIG": ""})
    assert answer.exit_code == 1
    assert "web.port" in answer.output
    assert "utility.name" in answer.output


def test_the_demos_configuration_is_refused_in_production(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("demo = true\n")
    answer = CliRunner().invoke(main, ["--config", str(file), "serve"], env=GOOD)
    assert answer.exit_code == 1
    assert "not for production" in answer.output


def checked(file: Path, *command: str, **environ: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(file), *(command or ("config", "check"))], env=environ)


MANY = """
colour = "blue"
[utility]
name = " "
[web]
port = 70000
threads = 8
host = "localhost"
secret_key = "geheim-7f3a"
[database]
url = "sqlite:///no-such-folder/ebok.sqlite"
[terms]
file = "no-such-terms.md"
[mail]
username = "ebok"
ca_file = "config.toml"
[erp]
adapter = "rest"
[erp.rest]
mapping = "our.toml"
url = "erp.example"
tokn = "geheim-7f3a"
[erp.soap]
urll = "http://erp.example"
[erp.options]
url = "http://erp.example"
[guard]
total_seconds = -1
[log]
level = "loud"
"""


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A configuration with mistakes of each sort, also in its mapping."""
    (tmp_path / "our.toml").write_text('[erp]\nname = "Ours"\nkind = "rest"\nbasis = "live"\n[operations.nothing]\n')
    file = tmp_path / "config.toml"
    file.write_text(MANY)
    return file


@pytest.mark.parametrize("command", [("config", "check"), ("adapter", "ping"), ("serve",), ("worker",)])
def test_mistakes_of_the_mapping_the_files_and_the_database_come_with_all_others(
    many: Path, command: tuple[str, ...]
) -> None:
    answer = checked(many, *command, EBOK_NOSUCH__X="1", EBOK_CACHE__REDIS_URL_FILE="/no/such/secret")
    assert answer.exit_code == 1
    said = [line.removeprefix("  - ").partition(": ")[::2] for line in answer.output.splitlines()[1:]]
    assert sorted(key for key, _ in said if key != "our.toml") == sorted(
        [
            *("EBOK_NOSUCH__X (nosuch.x)", "EBOK_CACHE__REDIS_URL_FILE (cache.redis_url)", "colour", "utility.name"),
            *("web.port", "web.host", "web.secret_key", "database.url", "terms.file", "mail.password", "mail.ca_file"),
            *("erp.rest.url", "erp.rest.tokn", "erp.soap.urll", "erp.options.url", "guard.total_seconds", "log.level"),
            "guard.documents",
        ]
    )
    in_mapping = {told.partition(": ")[0] for key, told in said if key == "our.toml"}
    assert {"operations.nothing", "operations.invoices"} <= in_mapping
    assert "geheim" not in answer.output
    assert "Traceback" not in answer.output


def test_mistakes_that_only_the_parts_see_name_their_variable_too(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(render())
    wrong = {"EBOK_ERP__SOAP__URL": "erp.example", "EBOK_DATABASE__URL": "sqlite:////no-such-folder/x"}
    answer = checked(file, EBOK_WEB__SECRET_KEY="x" * 40, **wrong)
    assert [line.partition(": ")[0] for line in answer.output.splitlines()[1:]] == [
        "  - EBOK_DATABASE__URL (database.url)",
        "  - EBOK_ERP__SOAP__URL (erp.soap.url)",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[web]\nport = = 1", "line 2, column 8: expected TOML: Invalid value"),
        (b'[web]\nhost = "a', "line 2, column 10: expected TOML: Unterminated string"),
        (b'[web]\nhost = "\xb3"', "line 2, column 9: expected UTF-8"),
        (b"[web]\n[web]\n", "line 2, column 5: expected TOML: Cannot declare ('web',) twice"),
        (b"x = " + b"[" * 5000, "expected TOML; there are too many brackets in each other"),
        (b"x = " + b"9" * 5000, "expected TOML; a number in it is too long"),
    ],
)
def test_of_what_is_not_toml_only_the_place_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    answer = checked(file, EBOK_WEB__PORT="x")
    assert answer.exit_code == 1
    assert answer.output.splitlines()[1:] == [f"  - config.toml: {said}"]


def test_a_file_that_cannot_be_read_is_all_that_is_said(tmp_path: Path) -> None:
    assert checked(tmp_path / "none.toml").output.splitlines()[1:] == [
        "  - none.toml: there is no such file; copy config.example.toml and fill it in"
    ]


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("EBOK_NOSUCH__X", "(nosuch.x): unknown key; known are cache, clock"),
        ("EBOK_WBE__PORT", "(wbe.port): unknown key; did you mean web?"),
        ("EBOK_WEB__PROT", "(web.prot): unknown key; did you mean web.port?"),
        ("EBOK_WEB__PORT__X", "(web.port.x): unknown key"),
        ("EBOK_ERP__SOAP", "(erp.soap): unknown key"),
        ("EBOK_WEB__", "(web.): unknown key"),
        ("EBOK_WEB__BASE", "(web.base): unknown key"),
        ("EBOK_WEB__SECRET_KEY_FILE", "(web.secret_key): expected the name of a file that can be read, but: No such"),
        ("EBOK_ERP__SOAP__PASSWORD_FILE", "(erp.soap.password): expected the name of a file that can be read, but"),
        ("EBOK_TERMS__FILE", "(terms.file): expected a file that can be read"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, variable: str, said: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(render())
    environ = {"EBOK_WEB__SECRET_KEY": "x" * 40, variable: "/geheim-7f3a"}
    answer = checked(file, **environ)
    (mistake,) = answer.output.splitlines()[1:]
    assert mistake.startswith(f"  - {variable} {said}")
    assert ("geheim" in mistake) == (variable == "EBOK_TERMS__FILE")


OWN = """
from adapters.base import Adapter
class Own(Adapter):
    _customer = _contracts = _invoices = _invoice = ping = None
class Stumbles(Own):
    @classmethod
    def from_settings(cls, options, *, limits):
        raise KeyError(options["password"])
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [("Own", "has no from_settings"), ("Stumbles", "cannot be built: KeyError in its from_settings")],
)
def test_ones_own_adapter_that_cannot_be_built_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    (tmp_path / "own_adapter.py").write_text(OWN)
    monkeypatch.syspath_prepend(str(tmp_path))
    environ = {**GOOD, "EBOK_ERP__ADAPTER": f"own_adapter:{name}", "EBOK_ERP__OPTIONS__PASSWORD": "geheim-7f3a"}
    for command in (["config", "check"], ["adapter", "ping"]):
        answer = CliRunner().invoke(main, command, env={**environ, "EBOK_CONFIG": ""})
        assert answer.output.splitlines()[1:] == [f'  - EBOK_ERP__ADAPTER (erp.adapter): "own_adapter:{name}" {said}']
