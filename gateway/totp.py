"""Codes of an app (RFC 6238): a secret, the QR code that hands it over, and which time step a code belongs to."""

import hmac
from datetime import datetime

import pyotp
import segno

SECONDS = 30


def new_secret() -> str:
    """A secret for an app, in base32."""
    return pyotp.random_base32()


def app_link(secret: str, *, login: str, issuer: str) -> str:
    """What the QR code says: the address that apps for codes understand."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def qr_image(text: str) -> str:
    """A QR code as the address of an image (SVG) that needs no request and no inline style."""
    return segno.make(text, error="m").svg_data_uri(scale=5, border=3, light="#fff")


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code belongs to: this one, the one before or the next; None for a wrong code."""
    code = "".join(code.split())
    step = int(now.timestamp()) // SECONDS
    totp = pyotp.TOTP(secret)
    found = None
    for each in (step - 1, step, step + 1):
        if hmac.compare_digest(totp.generate_otp(each).encode(), code.encode()):
            found = each
    return found
