"""What a text in the settings has to look like; each check answers what it expected, or None where all is well."""

import re
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from stdnum.pl import nip as nip_number

from gateway.mail import is_one_address

Check = Callable[[str], str | None]

_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_SECRET_CHARACTERS = 32


def filled(value: str) -> str | None:
    """Something that can be read."""
    return None if value.strip() else "text that is not empty"


def filled_up_to(most: int) -> Check:
    """Something that can be read, of so many characters at most."""
    return lambda value: None if value.strip() and len(value) <= most else f"1 to {most} characters"


def secret_key(value: str) -> str | None:
    """A key that was not taken from the example."""
    own = len(value.strip()) >= _SECRET_CHARACTERS and not value.startswith("change-me")
    return None if own else f"at least {_SECRET_CHARACTERS} random characters of your own"


def former_key(value: str) -> str | None:
    """A key as long as one has to be."""
    return None if len(value.strip()) >= _SECRET_CHARACTERS else f"at least {_SECRET_CHARACTERS} characters each"


def bearer(value: str) -> str | None:
    """Nothing, or what can stand in a header as it is."""
    return None if value.isascii() and value == value.strip() else "ASCII text without spaces around it"


def ip(value: str) -> str | None:
    """An address of this machine; the server takes no names."""
    try:
        ip_address(value)
    except ValueError:
        return "an IP address to listen on, such as 127.0.0.1, 0.0.0.0 or ::1"
    return None


def host_or_nothing(value: str) -> str | None:
    """A server's name or address."""
    return None if not value or _is_host(value) else "the name or the IP address of a server"


def email(value: str) -> str | None:
    """Where mail can go to."""
    return None if is_one_address(value) else "one e-mail address"


def email_or_nothing(value: str) -> str | None:
    """Where mail can go to, or nothing."""
    return email(value) if value else None


def web_address(value: str) -> str | None:
    """An address that begins with its scheme, with neither a user nor a query."""
    expected = "an address that begins with https:// or http://, without user, query or fragment"
    try:
        parts = urlsplit(value)
        right = parts.scheme in ("http", "https") and _is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        return expected
    plain = "@" not in parts.netloc and "?" not in value and "#" not in value and " " not in value
    return None if right and plain else expected


def web_address_or_nothing(value: str) -> str | None:
    """The same, or nothing."""
    return web_address(value) if value else None


def _is_host(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        try:
            labels = value.removesuffix(".").encode("idna").decode().split(".")
        except UnicodeError:
            return False
        # What ends in a number is meant to be an IP address, and is none.
        return all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdecimal()
    return True


def recipient(value: str) -> str | None:
    """At most what a bank's 2D code holds, and none of its separators."""
    short = len(value) <= 20 and "|" not in value and value.isprintable()
    return None if short else "at most 20 printable characters without |"


def nip_or_nothing(value: str) -> str | None:
    return None if not value or (nip_number.is_valid(value) and value.isdigit()) else "ten digits of a NIP"
