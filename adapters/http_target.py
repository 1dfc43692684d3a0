"""Says to which host an address leads, so that a link out of an answer never takes our password to another one."""

from urllib.parse import urlsplit

from requests import PreparedRequest
from urllib3.util import parse_url

Origin = tuple[str, str, int]
_PORTS = {"http": 80, "https": 443}


def origin(url: str) -> Origin:
    """Scheme, host and port of an address as requests will write it; ``ValueError`` where it is none."""
    request = PreparedRequest()
    request.prepare_url(url, None)
    return origin_of_prepared(request.url)


def origin_of_prepared(url: str | None) -> Origin:
    """The same for the address of a prepared request.

    requests asks one parser and urllib3 another; an address that they read differently leads nowhere.
    """
    parts, seconds = parse_url(url or ""), urlsplit(url or "")
    scheme = (parts.scheme or "").lower()
    host = (parts.host or "").strip("[]").lower()
    if (
        scheme not in _PORTS
        or not host
        or (scheme, host, parts.port)
        != (
            seconds.scheme,
            seconds.hostname,
            seconds.port,
        )
    ):
        raise ValueError("expected an http or https address")
    return scheme, host, parts.port or _PORTS[scheme]


def link_origin(link: str) -> Origin:
    """The origin of a link that somebody else wrote; ``ValueError`` also where it tries to look like another."""
    if (
        "\\" in link
        or not link.isprintable()
        or parse_url(link).auth is not None
        or urlsplit(link).username is not None
    ):
        raise ValueError("expected a plain link")
    return origin(link)
