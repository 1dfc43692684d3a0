"""The configuration is read strictly: every mistake is named with its key, all of them at once."""

import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

import pytest
from click.testing import CliRunner

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
    assert mistakes(render(), {}, tmp_path) == ["web.secret_key: expected at least 32 random characters of your own"]
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


def test_what_is_not_toml_is_said_with_its_line(tmp_path: Path) -> None:
    assert any("line 2" in each for each in mistakes("[web]\nport = = 1", GOOD, tmp_path))


@pytest.mark.parametrize("command", [["serve"], ["config", "check"], ["db", "upgrade"]])
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
