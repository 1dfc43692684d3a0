"""Who is calling, as little of it as is needed: the network for throttles and the audit log, the browser's family."""

from flask import request

from gateway.throttle import network_of

# The narrower names stand before those that every browser says of itself.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def network() -> str:
    """The caller's network: an IPv4 address or the first 64 bits of an IPv6 one; empty where there is none."""
    return network_of(request.remote_addr)


def device() -> str:
    """The browser's family and system, such as ``Firefox, Linux``, without versions; empty where it says neither."""
    said = request.headers.get("User-Agent", "")
    return ", ".join(filter(None, (_first(said, _BROWSERS), _first(said, _SYSTEMS))))


def _first(said: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in said), "")
