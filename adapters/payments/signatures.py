"""How the operators sign, to the byte, in code of our own: published libraries go wrong at Polish letters or spaces."""

import hmac
import json
from collections.abc import Mapping
from hashlib import md5, sha256, sha384

_PAYU_HASHES = {"MD5": md5, "SHA-256": sha256, "SHA256": sha256}


def p24_sign(fields: Mapping[str, str | int], crc: str) -> str:
    """Przelewy24's ``sign`` over ``fields``, in the order that its documentation gives, and the CRC key.

    It is SHA-384 over JSON as PHP writes it with JSON_UNESCAPED_UNICODE and JSON_UNESCAPED_SLASHES: nothing escaped
    but what must be, and no spaces. ``ValueError`` where a text is no Unicode.
    """
    written = json.dumps({**fields, "crc": crc}, ensure_ascii=False, separators=(",", ":"))
    # PHP escapes these two all the same, because JavaScript once took them for the ends of lines.
    written = written.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return sha384(written.encode()).hexdigest()


def payu_signature(body: bytes, second_key: str, algorithm: str) -> str:
    """PayU's signature: the hash of the body's bytes with the second key behind them; ``KeyError`` for another hash.

    MD5 is what PayU signs with as long as nobody asks it for SHA-256, so both are taken. The key stands at the end and
    PayU writes the body, which leaves a forger nothing but to find a preimage; and what a notification says is never
    believed anyhow, but asked.
    """
    return _PAYU_HASHES[algorithm](body + second_key.encode()).hexdigest()


def same(given: str, right: str) -> bool:
    """Whether two signatures are the same, in a time that tells nothing."""
    return hmac.compare_digest(given.lower().encode("utf-8", "replace"), right.encode())
