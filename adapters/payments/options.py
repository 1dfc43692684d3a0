"""Checks the tables ``[payments.p24]`` and ``[payments.payu]``, naming every mistake at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from adapters.http_target import origin
from adapters.mapping import Mistakes
from adapters.payments.pages import origin_text

# Where an operator's page is not where its API is. The browser is sent on from the API's host, and a content security
# policy that names only that one would stop it half-way.
_PAGES: Mapping[str, frozenset[str]] = {
    "https://secure.przelewy24.pl": frozenset({"https://go.przelewy24.pl"}),
    "https://sandbox.przelewy24.pl": frozenset({"https://sandbox-go.przelewy24.pl"}),
    "https://secure.snd.payu.com": frozenset({"https://merch-prod.snd.payu.com"}),
}
_ALSO = ("url", "pages", "proxy")


@dataclass(frozen=True, slots=True)
class Known:
    """What an operator's table may hold: ``numbers`` of digits only, ``secrets``, and what stands in for a number."""

    numbers: tuple[str, ...]
    secrets: tuple[str, ...]
    stand_ins: Mapping[str, str]
    url: str


@dataclass(frozen=True, slots=True)
class Options:
    """Who the utility is to its operator, and where the operator is."""

    numbers: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    url: str
    hosts: frozenset[str]
    proxy: str | None = field(default=None, repr=False)


def read_options(options: Mapping[str, Any], name: str, known: Known) -> Options:
    """The options of the table ``payments.<name>``; raises ``Misconfigured`` with all the mistakes."""
    mistakes = Mistakes()
    place = f"payments.{name}"
    mistakes.keys(place, options, (*known.numbers, *known.secrets, *_ALSO))
    numbers = {each: _number(f"{place}.{each}", options.get(each, ""), mistakes) for each in known.numbers}
    for each, other in known.stand_ins.items():
        if options.get(each, "") == "":
            numbers[each] = numbers[other]
    for each in known.numbers:
        if each not in known.stand_ins and options.get(each, "") == "":
            mistakes.add(f"{place}.{each}", "the number that the operator gave, but found nothing")
    secrets = {each: _secret(f"{place}.{each}", options.get(each, ""), mistakes) for each in known.secrets}
    url = options.get("url", "") or known.url
    if not _is_place(url):
        mistakes.add(f"{place}.url", "an https address (http on this machine) without user, query or fragment", url)
    pages = _pages(f"{place}.pages", options.get("pages") or [], mistakes)
    proxy = options.get("proxy") or None
    if proxy is not None and not _is_proxy(proxy):
        mistakes.add(f"{place}.proxy", "an http or https address", proxy, secret=True)
    mistakes.raise_any()
    own = origin_text(url)
    return Options(
        numbers, secrets, own + urlsplit(url).path, frozenset({own}) | _PAGES.get(own, frozenset()) | pages, proxy
    )


def _number(key: str, value: Any, mistakes: Mistakes) -> str:
    """The digits of a number that is there; from the environment it comes as text."""
    if value == "":
        return ""
    written = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(written, str) and written.isascii() and written.isdecimal() and len(written) < 16:
        return written
    mistakes.add(key, "a whole number", value)
    return ""


def _secret(key: str, value: Any, mistakes: Mistakes) -> str:
    if value == "":
        mistakes.add(key, "the key that the operator gave, but found nothing")
    elif isinstance(value, str) and value.strip() and value.isprintable():
        return value
    else:
        mistakes.add(key, "text on one line", value, secret=True)
    return ""


def _pages(key: str, value: Any, mistakes: Mistakes) -> frozenset[str]:
    # from the environment it comes as text
    given = [each.strip() for each in value.split(",")] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(_is_place(each) and urlsplit(each).path in ("", "/") for each in given):
        mistakes.add(key, 'a list of origins such as "https://pay.example.pl"', value)
        return frozenset()
    return frozenset(map(origin_text, given))


def _is_place(url: Any) -> bool:
    """Whether it may be given the utility's keys: encrypted, or on this machine."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        scheme, host, _ = origin(url)
        plain = parts.port != 0 and parts.username is None and not parts.query and not parts.fragment
    except ValueError:
        return False
    return plain and (scheme == "https" or _is_here(host))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_proxy(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(origin(value))
    except ValueError:
        return False
