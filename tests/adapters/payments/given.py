"""The invented merchants and the order that the tests of the payment operators share."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from adapters.payments import PaymentOrder
from adapters.payments.answers import LIMITS
from adapters.payments.payu import PayU
from adapters.payments.przelewy24 import Przelewy24

REFERENCE = "0b5f5e0c-7c4e-4f6e-9d8a-0123456789ab"
AMOUNT = Decimal("123.45")
P24: Mapping[str, Any] = {"merchant_id": 100001, "api_key": "klucz-API", "crc": "klucz/ąę ż"}
PAYU: Mapping[str, Any] = {"pos_id": "145227", "second_key": "drugi/kłucz ż", "client_secret": "tajne & tajne"}
ORDER = PaymentOrder(
    reference=REFERENCE,
    amount=AMOUNT,
    currency="PLN",
    description="Opłata za wodę i ścieki / FV/2026/11/7",
    email="a@b.example",
    language="uk",
    return_url="https://ebok.example/platnosci/powrot",
    notify_url="https://ebok.example/hooks/payments/x",
    customer_ip="192.0.2.7",
    valid_minutes=20,
)


def p24(**more: Any) -> Przelewy24:
    return Przelewy24.from_settings({**P24, **more}, limits=LIMITS)


def payu(**more: Any) -> PayU:
    return PayU.from_settings({**PAYU, **more}, limits=LIMITS)
