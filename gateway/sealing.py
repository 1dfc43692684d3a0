"""Seals an ERP's own reference into an opaque text that opens only in the context it was made for."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


class Sealer:
    """AES-SIV (RFC 5297) with the context as associated data; the first secret seals, all of them open."""

    def __init__(self, secrets: list[str]) -> None:
        self._marks = [hashlib.sha512(b"ebok marks\0" + each.encode()).digest() for each in secrets]
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

    def seal_json(self, values: dict[str, Any], *context: str) -> bytes:
        """A sealed JSON object for a column of the database; ``context`` names the row."""
        return self.seal(json.dumps(values, ensure_ascii=False), *context).encode()

    def open_json(self, sealed: bytes | None, *context: str) -> dict[str, Any] | None:
        """What ``seal_json`` sealed; None where it was wiped or belongs to another row."""
        text = self.open(sealed.decode(), *context) if sealed else None
        return None if text is None else json.loads(text)

    def seal_bytes(self, content: bytes, *context: str) -> bytes:
        """Sealed bytes for a column of the database; ``context`` names the row and the piece."""
        return self._keys[0].encrypt(content, [part.encode() for part in context])

    def open_bytes(self, sealed: bytes, *context: str) -> bytes | None:
        """What ``seal_bytes`` sealed; None where it belongs to another row or was sealed with another secret."""
        for key in self._keys:
            try:
                return key.decrypt(sealed, [part.encode() for part in context])
            except InvalidTag:
                continue
        return None

    def mark(self, text: str, purpose: str) -> bytes:
        """A keyed hash, by which the same text is recognised and nothing can be read."""
        return hmac.digest(self._marks[0], f"{purpose}\0{text}".encode(), "sha256")

    def marks(self, text: str, purpose: str) -> list[bytes]:
        """The marks under every accepted secret, for looking up across a rotation."""
        return [hmac.digest(key, f"{purpose}\0{text}".encode(), "sha256") for key in self._marks]

    def is_mark(self, found: str, text: str, purpose: str) -> bool:
        """Whether this is the text's mark, or a beginning of it, in hexadecimal, under any accepted secret."""
        known = [each.hex()[: len(found)] for each in self.marks(text, purpose)]
        return len(found) >= 32 and any(hmac.compare_digest(found, each) for each in known)
