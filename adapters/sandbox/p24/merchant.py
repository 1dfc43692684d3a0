"""The one merchant that the simulator knows, and how it and its merchant sign for each other."""

import base64
import hashlib
import json
from collections.abc import Mapping
from hmac import compare_digest

MERCHANT_ID = 100001
POS_ID = 100001
API_KEY = "sandbox-p24-key"
CRC = "sandbox-p24-crc"

_BASIC = "Basic " + base64.b64encode(f"{POS_ID}:{API_KEY}".encode()).decode()


def signed(fields: Mapping[str, str | int]) -> str:
    """SHA-384 over the fields in their order and the CRC key, as JSON without spaces and with nothing escaped."""
    text = json.dumps({**fields, "crc": CRC}, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha384(text.encode()).hexdigest()


def is_signed(fields: Mapping[str, str | int], sign: object) -> bool:
    return isinstance(sign, str) and compare_digest(sign.encode(errors="replace"), signed(fields).encode())


def is_known(authorization: str) -> bool:
    """Whether a request comes from the merchant."""
    return compare_digest(authorization.encode(errors="replace"), _BASIC.encode())
