"""Says on which origins an operator shows its pages; nobody is sent anywhere else, whatever an answer says."""

from collections.abc import Iterable

from adapters.errors import BadData
from adapters.http_target import Origin, link_origin, origin

_PLAIN = {"http": 80, "https": 443}
_LONGEST = 2_000


def origin_text(url: str) -> str:
    """The origin of an address as ``form-action`` and browsers write it; ``ValueError`` where it is no address."""
    return _written(origin(url))


def checked_page(url: object, hosts: Iterable[str], operator: str) -> str:
    """The address, where it lies on one of ``hosts``; ``BadData`` otherwise."""
    try:
        if not isinstance(url, str) or len(url) > _LONGEST or not url.isascii():
            raise ValueError
        lies_on = _written(link_origin(url))
    except ValueError:
        raise BadData(f"{operator}: the address to pay at is none") from None
    # Written as plainly as the host itself, so that nobody after us reads it differently.
    if lies_on not in hosts or not url.startswith((f"{lies_on}/", f"{lies_on}?")):
        raise BadData(f"{operator}: the address to pay at is on a host that is not the operator's")
    return url


def _written(place: Origin) -> str:
    scheme, host, port = place
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" + ("" if _PLAIN[scheme] == port else f":{port}")
