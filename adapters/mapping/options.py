"""Checks the ``[erp.soap]`` or ``[erp.rest]`` table: which mapping, at which address, let in with what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from adapters.http_target import origin
from adapters.mapping.mistakes import Mistakes, one_of

BUILT_IN = Path(__file__).parent.parent / "erps"

_TEXTS = ("mapping", "url", "username", "password", "token", "ca_file", "proxy")


@dataclass(frozen=True, slots=True)
class Options:
    """Where the ERP is and how it lets us in; ``more`` holds what only one kind of adapter knows."""

    mapping: Path
    url: str
    auth: tuple[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: str | None = None
    proxy: str | None = field(default=None, repr=False)
    more: Mapping[str, Any] = field(default_factory=dict, repr=False)


def read_options(options: Mapping[str, Any], kind: str, *, more: tuple[str, ...] = ()) -> Options:
    """The options of the table ``erp.<kind>``; raises ``Misconfigured`` with all the mistakes."""
    mistakes = Mistakes("config")
    place = f"erp.{kind}"
    mistakes.keys(place, options, (*_TEXTS, "headers", *more), "key")
    texts = {
        name: options[name]
        for name in _TEXTS
        if options.get(name) not in (None, "") and mistakes.typed(f"{place}.{name}", options[name], str)
    }
    headers = options.get("headers", {})
    if mistakes.typed(f"{place}.headers", headers, dict):
        for name, value in headers.items():
            if not (isinstance(value, str) and value.isascii() and value.isprintable()):
                mistakes.add(f"{place}.headers.{name}", "ASCII text on one line")
    _check_address(place, texts, mistakes)
    mapping = _mapping(f"{place}.mapping", texts.get("mapping"), mistakes)
    mistakes.raise_any()
    if "token" in texts:
        headers = {"Authorization": f"Bearer {texts['token']}", **headers}
    return Options(
        mapping,
        texts["url"],
        (texts["username"], texts.get("password", "")) if "username" in texts else None,
        headers,
        texts.get("ca_file"),
        texts.get("proxy"),
        {name: options[name] for name in more if name in options},
    )


def built_in() -> list[str]:
    """The names of the mappings that come with the project."""
    return sorted(file.stem for file in BUILT_IN.glob("*.toml"))


def _mapping(key: str, given: str | None, mistakes: Mistakes) -> Path:
    if given is None:
        mistakes.add(key, f"the path of a mapping file, or one of {', '.join(built_in())}")
        return BUILT_IN
    if given.endswith(".toml"):
        file = Path(given)
        if not file.is_file():
            mistakes.add(key, "a mapping file that is there")
        return file
    if given not in built_in():
        mistakes.add(key, f"the path of a .toml file, or {one_of(given, built_in(), 'mapping')}")
    return BUILT_IN / f"{given}.toml"


def _check_address(place: str, texts: Mapping[str, str], mistakes: Mistakes) -> None:
    url = texts.get("url", "")
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        plain = plain and parts.username is None and not parts.query and not parts.fragment
        origin(url)
    except ValueError:
        plain = False
    if not plain:
        mistakes.add(f"{place}.url", "an http or https address without user, query or fragment")
    if "password" in texts and "username" not in texts:
        mistakes.add(f"{place}.username", "a value beside the password")
    if "token" in texts and "username" in texts:
        mistakes.add(f"{place}.token", "a token, or a username and password, not both")
    if not texts.get("token", "").isascii() or not texts.get("token", "a").isprintable():
        mistakes.add(f"{place}.token", "ASCII text on one line")
    if "ca_file" in texts and not Path(texts["ca_file"]).is_file():
        mistakes.add(f"{place}.ca_file", "a PEM file that is there")
