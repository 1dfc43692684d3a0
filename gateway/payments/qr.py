"""The 2D code of the Polish bank association (ZBP) for a transfer: its text, and the picture that banks' apps read.

``NIP|PL|NRB|grosze|name|title|reserve 1|reserve 2|reserve 3``, at most 160 characters, in UTF-8: "Standard 2D polskich
bankow", the ZBP's recommendation v1.0 of 3 December 2013. Lengths are counted in characters, as there.
"""

import io
import re
import unicodedata
from decimal import Decimal
from typing import Any

import segno

from schemas import values

NAME, TITLE = 20, 32
"""So many characters of the recipient's name and of the title fit."""
LARGEST = Decimal("9999.99")
"""The amount has six digits of grosze. Readers disagree on more, so there is no code for it."""
_RESERVED = (20, 12, 24)
_NIP = re.compile("[0-9]{10}", re.ASCII)
_LEAST_PIXELS = 250
_BORDER = 4


class NoCode(Exception):
    """There is no code for this transfer; ``reason`` is a word of ``Transfer.why_no_qr``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def text(
    payment_account: str | None,
    *,
    amount: Decimal,
    currency: str = "PLN",
    recipient: str,
    title: str,
    nip: str = "",
    reserved: tuple[str, str, str] = ("", "", ""),
) -> str:
    """What the code says. ``amount`` is in zlotys, 0 where the payer enters it; ``nip`` is empty for a private person.

    Raises ``NoCode``, and ``ValueError`` for an account, an amount or a NIP that cannot be one.
    """
    if currency != "PLN":
        raise NoCode("currency")
    if payment_account is None:
        raise NoCode("no-account")
    if not fitting(recipient, NAME):
        raise NoCode("no-recipient")
    if nip and not _NIP.fullmatch(nip):
        raise ValueError("expected a NIP of ten digits, or none")
    fields = (
        nip,
        "PL",
        values.nrb(payment_account),
        _grosze(amount),
        fitting(recipient, NAME),
        fitting(title, TITLE),
        *(fitting(each, length) for each, length in zip(reserved, _RESERVED, strict=True)),
    )
    return "|".join(fields)


def fitting(words: str, length: int) -> str:
    """``words`` as a field can hold them: no separator, nothing that cannot be seen, at most ``length`` characters."""
    composed = unicodedata.normalize("NFC", words).replace("|", "/")  # an accent apart would count as a character
    seen = "".join(each if each.isprintable() else " " for each in composed)
    return " ".join(seen.split())[:length].rstrip()


def svg(code: str, *, title: str) -> bytes:
    """The picture as SVG, at least 250 pixels wide, with its quiet zone; ``title`` is read out in its place."""
    made, out = _made(code), io.BytesIO()
    looks = _looks(made)
    made.save(out, kind="svg", title=title, lineclass=None, svgclass=None, omitsize=True, **looks)
    side = made.symbol_size(looks["scale"], _BORDER)[0]
    # With its size and its view box, so that it can be shown smaller as well, and without the blur of its edges.
    more = f'<svg role="img" width="{side}" height="{side}" shape-rendering="crispEdges" '
    return out.getvalue().replace(b"<svg ", more.encode(), 1)


def png_uri(code: str) -> str:
    """The same as a PNG's ``data:`` address, for a picture that a phone's gallery keeps; they show no SVG."""
    made = _made(code)
    return made.png_data_uri(**_looks(made))


def _made(code: str) -> segno.QRCode:
    return segno.make_qr(code, error="l", boost_error=False, encoding="utf-8")  # never a Micro QR code


def _looks(made: segno.QRCode) -> dict[str, Any]:
    modules = made.symbol_size(border=0)[0]
    return {"scale": -(-_LEAST_PIXELS // modules), "border": _BORDER, "dark": "#000", "light": "#fff"}


def _grosze(amount: Decimal) -> str:
    if values.money(amount) < 0:
        raise ValueError("expected an amount that is not negative")
    if amount > LARGEST:
        raise NoCode("too-much")
    return f"{int(amount * 100):06d}"
