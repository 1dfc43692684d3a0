"""Answers only under the names that the portal has: absolute addresses, as in redirects, repeat the name asked for."""

import ipaddress
import re
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import SecurityError

from gateway.settings import Settings

_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII)
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# Asked by balancers and monitoring, which know a process by its address; their answers hold none.
_EVERYWHERE = {"health.healthz", "health.readyz", "metrics.metrics"}


def init_app(app: Flask, settings: Settings) -> None:
    """Refuse every other name with 400, before anything else is looked at; any port will do."""
    trusted = {*_LOOPBACK, *map(host_name, settings.web.trusted_hosts), host_name(settings.mail.base_url)}

    @app.before_request
    def _check() -> None:
        if request.endpoint not in _EVERYWHERE and not _is_trusted(request.environ.get("HTTP_HOST", ""), trusted):
            raise SecurityError


def host_name(address: str) -> str:
    """The name in an address of the settings, or the name itself, as browsers send it; ``ValueError`` if it is none.

    A dot before a name stands for all names below it.
    """
    name = urlsplit(address).hostname if "://" in address else address
    try:
        return f"[{ipaddress.IPv6Address((name or '').strip('[]')).compressed}]"
    except ValueError:
        pass
    dot = "." if name and name.startswith(".") else ""
    name = dot + (name or "").removeprefix(".").rstrip(".").lower().encode("idna").decode("ascii")
    if not _NAME.fullmatch(name):
        raise ValueError("expected a name such as ebok.example, without a port")
    return name


def _is_trusted(given: str, trusted: set[str]) -> bool:
    found = _HOST.fullmatch(given)
    if found is None:
        return False
    name = found[1].lower().rstrip(".")
    return name in trusted or any(each.startswith(".") and name.endswith(each) for each in trusted)
