"""Seals an ERP's own reference into an opaque text that opens only in the context it was made for."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


class Sealer:
    """AES-SIV (RFC 5297) with the context as associated data; the first secret seals, all of them open."""

    def __init__(self, secrets: list[str]) -> None:
        self._keys = [AESSIV(hashlib.sha512(b"ebok handles\0" + each.encode()).digest()) for each in secrets]

    def seal(self, text: str, *context: str) -> str:
        """The same text and context always give the same handle."""
        sealed = self._keys[0].encrypt(text.encode(), [part.encode() for part in context])
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, handle: str, *context: str) -> str | None:
        """What was sealed under this context, or None."""
        try:
            sealed = urlsafe_b64decode(handle.encode("ascii") + b"=" * (-len(handle) % 4))
        except (Base64Error, UnicodeEncodeError):
            return None
        if len(sealed) < 16 or urlsafe_b64encode(sealed).rstrip(b"=").decode() != handle:
            return None
        for key in self._keys:
            try:
                return key.decrypt(sealed, [part.encode() for part in context]).decode()
            except InvalidTag:
                continue
        return None
