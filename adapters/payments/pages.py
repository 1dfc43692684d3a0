"""Says on which origins an operator shows its pages; nobody is sent anywhere else, whatever an answer says."""

from collections.abc import Iterable

from adapters.http_target import Origin, link_origin, origin

_PLAIN = {"http": 80, "https": 443}
_LONGEST = 2_000


def origin_text(url: str) -> str:
    """The origin of an address as ``form-action`` and browsers write it; ``ValueError`` where it is no address."""
    return _written(origin(url))


def lies_on(url: str, hosts: Iterable[str]) -> bool:
    """Whether an address lies on one of ``hosts``."""
    if len(url) > _LONGEST or not url.isascii():
        return False
    try:
        host = _written(link_origin(url))
    except ValueError:
        return False
    # Written as plainly as the host itself, so that nobody after us reads it differently.
    return host in hosts and url.startswith((f"{host}/", f"{host}?"))


def _written(place: Origin) -> str:
    scheme, host, port = place
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" + ("" if _PLAIN[scheme] == port else f":{port}")
