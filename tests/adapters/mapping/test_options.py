"""Mistakes in the options of a mapped adapter are named with what was found, and no secret."""

from pathlib import Path
from typing import Any

import pytest

from adapters.errors import Misconfigured
from adapters.limits import Limits
from adapters.mapping import Mistakes
from adapters.mapping.options import BUILT_IN, examine_options, read_options
from adapters.rest import RestAdapter


def test_the_options_name_all_their_mistakes_at_once() -> None:
    options = {
        "mapping": "sandbox_rst",
        "url": "ftp://x",
        "password": "p",
        "urll": 1,
        "headers": {"X": "a\nb"},
        "ca_file": "/nowhere",
        "token": "ł",
    }
    with pytest.raises(Misconfigured) as raised:
        RestAdapter.from_settings(options, limits=Limits())
    keys = {line.split(": expected")[0] for line in raised.value.mistakes}
    wrong = ["mapping", "url", "username", "urll", "headers.X", "ca_file", "token"]
    assert keys == {f"erp.rest.{name}" for name in wrong}
    assert "did you mean" in str(raised.value.mistakes)
    assert not any('"p"' in line or "ł" in line for line in raised.value.mistakes)


def test_the_mistakes_of_the_mapping_stand_beside_those_of_the_options(tmp_path: Path) -> None:
    file = tmp_path / "our.toml"
    file.write_text("[erp]\nname = 1\n")
    with pytest.raises(Misconfigured) as raised:
        RestAdapter.from_settings({"mapping": str(file), "url": "x", "urll": "y"}, limits=Limits())
    said = [line.split(": expected")[0] for line in raised.value.mistakes]
    assert {"erp.rest.url", "erp.rest.urll", "our.toml: erp.name", "our.toml: erp.kind"} <= set(said)


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("url", "https://kto:tajne@erp.example/?key=tajne", 'but found "…@erp.example/?…"'),
        ("url", 5, "text on one line, but found 5"),
        ("url", "   ", "but found only spaces"),
        ("mapping", "nowhere.toml", 'a mapping file that is there, but found "nowhere.toml"'),
        ("mapping", "x" * 5000 + ".toml", f'but found "{"x" * 60}…"'),
        ("username", "ebok", "erp.rest.password: expected a value beside erp.rest.username, but found nothing"),
        ("password", "tajne", "erp.rest.username: expected a value beside erp.rest.password, but found nothing"),
        ("token", ["tajne"], "text on one line, but found a list, which is not shown"),
        ("proxy", "tajne", "an http or https address, but found other text, which is not shown"),
        ("headers", "tajne", "a table, but found other text, which is not shown"),
        ("headers", {"X Y": "tajne"}, "erp.rest.headers.X Y: expected a header's name"),
        ("ca_file", "nowhere.pem", "a PEM file with certificates, but found no such file"),
        ("ca_file", "/", "a PEM file with certificates, but found a folder"),
        ("ca_file", __file__, "but found a file without a certificate that can be read"),
        ("sign_key", "key.pem", "erp.rest.sign_key: expected a known key"),
    ],
)
def test_a_wrong_option_is_named_with_what_was_found_and_no_secret(option: str, value: Any, told: str) -> None:
    right = {"mapping": "sandbox_rest", "url": "https://erp.example"}
    with pytest.raises(Misconfigured) as raised:
        read_options({**right, option: value}, "rest")
    (line,) = raised.value.mistakes
    assert line.startswith("erp.rest.")
    assert told in line
    assert "tajne" not in line


def test_a_table_that_is_not_in_use_may_be_incomplete_but_not_wrong() -> None:
    mistakes = Mistakes()
    examine_options({}, "soap", mistakes, in_use=False)
    examine_options({"url": "http://127.0.0.1:8090"}, "rest", mistakes, in_use=False)
    assert mistakes.found == []
    examine_options({"urll": "x", "url": "x", "sign_key": 5}, "soap", mistakes, in_use=False)
    assert [line.split(": expected")[0] for line in mistakes.found] == [
        "erp.soap.urll",
        "erp.soap.sign_key",
        "erp.soap.url",
    ]


@pytest.mark.parametrize("url", ["", "http://", "http://u:p@x", "http://x/?q", "http://x:99999", "x", "file:///etc"])
def test_an_address_that_cannot_be_asked_is_a_mistake(url: str) -> None:
    with pytest.raises(Misconfigured, match=r"erp\.rest\.url"):
        read_options({"mapping": "sandbox_rest", "url": url}, "rest")


def test_options_may_let_us_in_by_password_or_token_and_never_print_them() -> None:
    given = read_options({"mapping": "sandbox_rest", "url": "https://x/y", "token": "geheim"}, "rest")
    assert given.headers == {"Authorization": "Bearer geheim"}
    assert given.mapping == BUILT_IN / "sandbox_rest.toml"
    assert "geheim" not in repr(given)
    with pytest.raises(Misconfigured, match="not both"):
        read_options({"mapping": "sandbox_rest", "url": "https://x", "token": "t", "username": "u"}, "rest")
