"""Checks the ``[erp.soap]`` or ``[erp.rest]`` table: which mapping, at which address, let in with what."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from adapters.http_target import origin
from adapters.mapping.mistakes import Mistakes, one_of
from adapters.pem import trouble_with_authorities, trouble_with_certificate, trouble_with_key

BUILT_IN = Path(__file__).parent.parent / "erps"

_TEXTS = ("mapping", "url", "username", "password", "token", "ca_file", "proxy")
_SECRET = frozenset({"password", "token", "proxy"})
# What only one kind knows; named here so that the table which is not in use is checked without loading its adapter.
MORE: Mapping[str, tuple[str, ...]] = {
    "soap": ("sign_key", "sign_certificate", "verify_certificate"),
    "rest": (),
}
FILES = frozenset({"mapping", "ca_file", *MORE["soap"]})
"""The options that name a file."""

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2


@dataclass(frozen=True, slots=True)
class Options:
    """Where the ERP is and how it lets us in; ``more`` holds what only one kind of adapter knows.

    ``mapping`` is None only where that was noted as a mistake.
    """

    mapping: Path | None
    url: str
    auth: tuple[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: str | None = None
    proxy: str | None = field(default=None, repr=False)
    more: Mapping[str, Any] = field(default_factory=dict, repr=False)


def read_options(options: Mapping[str, Any], kind: str) -> Options:
    """The options of the table ``erp.<kind>``; raises ``Misconfigured`` with all the mistakes."""
    mistakes = Mistakes()
    found = examine_options(options, kind, mistakes)
    mistakes.raise_any()
    return found


def examine_options(options: Mapping[str, Any], kind: str, mistakes: Mistakes, *, in_use: bool = True) -> Options:
    """The same, noting the mistakes, so that those of the mapping can be named beside them.

    Where the table is not ``in_use``, nothing has to be there; what is there has to be right.
    """
    place = f"erp.{kind}"
    mistakes.keys(place, options, (*_TEXTS, "headers", *MORE[kind]), "key")
    texts = _texts(place, options, (*_TEXTS, *MORE[kind]), mistakes)
    headers = _headers(f"{place}.headers", options.get("headers", {}), mistakes)
    wanted = {name for name in ("mapping", "url") if name in texts or (in_use and options.get(name) in (None, ""))}
    _check_login(place, texts, {name for name in options if options[name] != ""}, mistakes)
    if "url" in wanted:
        _check_address(place, texts.get("url", ""), mistakes)
    if "proxy" in texts and not _is_address(texts["proxy"], user=True):
        mistakes.add(f"{place}.proxy", "an http or https address", texts["proxy"], secret=True)
    if "ca_file" in texts:
        trouble = trouble_with_authorities(Path(texts["ca_file"]))
        if trouble is not None:
            mistakes.add(f"{place}.ca_file", f"a PEM file with certificates, but found {trouble}")
    mapping = _mapping(f"{place}.mapping", texts.get("mapping"), mistakes) if "mapping" in wanted else None
    if "token" in texts:
        headers = {"Authorization": f"Bearer {texts['token']}", **headers}
    found = Options(
        mapping,
        texts.get("url", ""),
        (texts["username"], texts.get("password", "")) if "username" in texts else None,
        headers,
        texts.get("ca_file"),
        texts.get("proxy"),
        {name: texts[name] for name in MORE[kind] if name in texts},
    )
    if not in_use:  # else the mapping says whether they are wanted
        check_files(found, mistakes)
    return found


def check_files(given: Options, mistakes: Mistakes) -> bool:
    """Note what is wrong with the keys and certificates for signing that are named; True where nothing is."""
    right = True
    for name, file in given.more.items():
        trouble = (trouble_with_key if name == "sign_key" else trouble_with_certificate)(Path(file))
        if trouble is not None:
            sort = "private key without a password" if name == "sign_key" else "certificate"
            mistakes.add(f"erp.soap.{name}", f"a PEM file with a {sort}, but found {trouble}")
            right = False
    return right


def built_in() -> list[str]:
    """The names of the mappings that come with the project."""
    return sorted(file.stem for file in BUILT_IN.glob("*.toml"))


def _texts(place: str, options: Mapping[str, Any], names: tuple[str, ...], mistakes: Mistakes) -> dict[str, str]:
    """The options that are there and are text; empty ones count as not there, as from the environment."""
    texts = {}
    for name in names:
        value = options.get(name, "")
        if isinstance(value, str) and not value:
            continue
        if isinstance(value, str) and value.strip() and value.isprintable():
            texts[name] = value
        else:
            mistakes.add(f"{place}.{name}", "text on one line", value, secret=name in _SECRET)
    return texts


def _headers(key: str, headers: Any, mistakes: Mistakes) -> Mapping[str, str]:
    if not isinstance(headers, dict):
        mistakes.add(key, "a table", headers, secret=True)
        return {}
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            mistakes.add(f"{key}.{name}", "a header's name: letters, digits and hyphens")
        if not (isinstance(value, str) and value.isascii() and value.isprintable()):
            mistakes.add(f"{key}.{name}", "ASCII text on one line", value, secret=True)
    return headers


def _mapping(key: str, given: str | None, mistakes: Mistakes) -> Path | None:
    if given is None:
        mistakes.add(key, f"the path of a mapping file, or one of {', '.join(built_in())}; but found nothing")
    elif given.endswith(".toml"):
        if os.path.isfile(given):  # unlike pathlib's, it takes any text
            return Path(given)
        mistakes.add(key, "a mapping file that is there", given)
    elif given not in built_in():
        mistakes.add(key, f"the path of a .toml file, or {one_of(given, built_in(), 'mapping')}", given)
    else:
        return BUILT_IN / f"{given}.toml"
    return None


def _check_address(place: str, url: str, mistakes: Mistakes) -> None:
    if not _is_address(url):
        mistakes.add(f"{place}.url", "an http or https address without user, query or fragment", url)


def _is_address(url: str, *, user: bool = False) -> bool:
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        origin(url)
    except ValueError:
        return False
    return bool(plain and (user or parts.username is None) and not parts.query and not parts.fragment)


def _check_login(place: str, texts: Mapping[str, str], given: set[str], mistakes: Mistakes) -> None:
    for name, other in (("username", "password"), ("password", "username")):
        if other in texts and name not in given:
            mistakes.add(f"{place}.{name}", f"a value beside {place}.{other}, but found nothing")
    if "token" in texts and "username" in texts:
        mistakes.add(f"{place}.token", "a token, or a username and password, not both")
    if not texts.get("token", "").isascii():
        mistakes.add(f"{place}.token", "ASCII text on one line", texts["token"], secret=True)
