"""The signatures to the byte; the digests were made by coreutils from the bytes written here, not by this code."""

import json
from decimal import Decimal
from hashlib import sha384
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.payments import Forged
from adapters.payments.amounts import grosze, read_grosze
from adapters.payments.signatures import p24_sign, payu_signature
from tests.adapters.payments.given import P24, PAYU, REFERENCE, p24, payu

NOTICE = {
    "merchantId": 100001,
    "posId": 100001,
    "sessionId": REFERENCE,
    "amount": 12345,
    "originAmount": 12345,
    "currency": "PLN",
    "orderId": 300012345,
    "methodId": 154,
    "statement": 'Opłata za wodę i ścieki / ul. Żółwia 3 "A"',
}
P24_HERE, PAYU_HERE = p24(), payu()
TEXTS = st.text(st.characters(exclude_categories=("Cs",)))


def test_p24_signs_a_registration_as_documented() -> None:
    # {"sessionId":"0b5f…","merchantId":100001,"amount":12345,"currency":"PLN","crc":"sandbox-p24-crc"}
    fields = {"sessionId": REFERENCE, "merchantId": 100001, "amount": 12345, "currency": "PLN"}
    assert p24_sign(fields, "sandbox-p24-crc") == (
        "b92a182a127bfe21f62dcdbe1bd53c82c43e8bb3af5810cc056cde9afdce46752701c07b7e99909491871d53d7d642a8"
    )


def test_p24_signs_a_verification_as_documented() -> None:
    fields = {"sessionId": REFERENCE, "orderId": 300012345, "amount": 12345, "currency": "PLN"}
    assert p24_sign(fields, "sandbox-p24-crc") == (
        "a52aa05c7a7d504553671141dc49ac6fa52d86b5ba828e4ba4270c3348ed92efc7239b6e50113bcca029be5ba6a1fe20"
    )


def test_p24_signs_polish_letters_spaces_slashes_and_quotes_unescaped() -> None:
    assert p24_sign(NOTICE, P24["crc"]) == (
        "eda5d635d6ad667cae4b075f2829f3570636980fe7793f0abbf1b4cae194f688be3a8dace427ef30191b7938597a14b5"
    )


def test_p24_escapes_the_two_line_ends_that_php_escapes() -> None:
    written = '{"statement":"a\\u2028b\\u2029c","crc":"k"}'
    assert p24_sign({"statement": "a\u2028b\u2029c"}, "k") == sha384(written.encode()).hexdigest()


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("MD5", "4948c7044c8d867543ad6e300715c85d"),
        ("SHA-256", "dc76149ed426cb794a5f8bdd13ad0b63ded96179e443b49799dfa437c95e1569"),
        ("SHA256", "dc76149ed426cb794a5f8bdd13ad0b63ded96179e443b49799dfa437c95e1569"),
    ],
)
def test_payu_signs_the_bytes_as_they_came(algorithm: str, digest: str) -> None:
    body = '{ "order": {"extOrderId":"r/1", "description":"Opłata za wodę / ścieki"} }'.encode()
    assert payu_signature(body, "b6ca15b0d1020e8094d9b5f8d163db54", algorithm) == digest


@given(statement=TEXTS, crc=TEXTS, escaped=st.booleans())
def test_a_p24_notification_is_known_again_however_its_json_is_written(statement: str, crc: str, escaped: bool) -> None:
    operator = p24(crc=crc if crc.strip() and crc.isprintable() else "k")
    key = crc if crc.strip() and crc.isprintable() else "k"
    fields = {**NOTICE, "statement": statement}
    body = json.dumps({**fields, "sign": p24_sign(fields, key)}, ensure_ascii=escaped, indent=1).encode()
    notice = operator.notice({}, body)
    assert (notice.reference, notice.operator_ref) == (REFERENCE, "300012345")


@given(description=TEXTS, escaped=st.booleans(), algorithm=st.sampled_from(["MD5", "SHA-256"]), at=st.integers(0))
def test_a_payu_notification_is_known_again_and_one_changed_byte_is_not(
    description: str, escaped: bool, algorithm: str, at: int
) -> None:
    order = {"orderId": "W1", "extOrderId": REFERENCE, "merchantPosId": "145227", "description": description}
    body = json.dumps({"order": order}, ensure_ascii=escaped).encode()
    signature = payu_signature(body, PAYU["second_key"], algorithm)
    headers = {"OpenPayu-Signature": f"sender=checkout;signature={signature};algorithm={algorithm};content=DOCUMENT"}
    assert PAYU_HERE.notice(headers, body).reference == REFERENCE
    changed = bytearray(body)
    changed[at % len(body)] ^= 1
    with pytest.raises(Forged):
        PAYU_HERE.notice(headers, bytes(changed))


@pytest.mark.parametrize("name", sorted(NOTICE))
def test_each_field_of_a_p24_notification_is_signed(name: str) -> None:
    value: Any = NOTICE[name]
    altered = {**NOTICE, name: value + 1 if isinstance(value, int) else value + "x"}
    body = json.dumps({**altered, "sign": p24_sign(NOTICE, P24["crc"])}).encode()
    with pytest.raises(Forged, match="not right"):
        p24().notice({}, body)


@pytest.mark.parametrize("name", ["merchantId", "posId"])
def test_a_p24_notification_for_another_merchant_is_forged(name: str) -> None:
    fields = {**NOTICE, name: 7}
    body = json.dumps({**fields, "sign": p24_sign(fields, P24["crc"])}).encode()
    with pytest.raises(Forged, match="another merchant"):
        p24().notice({}, body)


def test_a_number_in_a_p24_notification_is_no_text_and_no_fraction() -> None:
    for amount in ("12345", 12345.0, True, None):
        fields = {**NOTICE, "amount": amount}
        with pytest.raises(Forged):
            p24().notice({}, json.dumps({**fields, "sign": p24_sign(fields, P24["crc"])}).encode())


def payu_headers(body: bytes, algorithm: str = "MD5") -> dict[str, str]:
    signature = payu_signature(body, PAYU["second_key"], algorithm)
    return {"openpayu-signature": f"sender=checkout;signature={signature.upper()};algorithm={algorithm}"}


def test_a_payu_notification_of_another_point_of_sale_is_forged() -> None:
    body = json.dumps({"order": {"orderId": "W1", "extOrderId": "r", "merchantPosId": "9"}}).encode()
    with pytest.raises(Forged, match="another point of sale"):
        payu().notice(payu_headers(body), body)


def test_a_payu_notification_of_a_refund_gives_both_numbers() -> None:
    body = json.dumps({"orderId": "W1", "extOrderId": REFERENCE, "refund": {"amount": "1"}}).encode()
    notice = payu().notice(payu_headers(body), body)
    assert (notice.reference, notice.operator_ref) == (REFERENCE, "W1")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "signature=;algorithm=MD5",
        "algorithm=MD5",
        "signature={right}",
        "signature={right};algorithm=SHA-1",
        "signature={right};algorithm=",
        "signature=x;signature={right};algorithm=MD5",
        "signature={right};algorithm=SHA-256",
        "signature=é;algorithm=MD5",
    ],
)
def test_a_payu_header_that_does_not_prove_it_is_forged(header: str) -> None:
    body = b'{"order":{"orderId":"W1","extOrderId":"r","merchantPosId":"145227"}}'
    right = payu_signature(body, PAYU["second_key"], "MD5")
    with pytest.raises(Forged):
        payu().notice({"OpenPayu-Signature": header.format(right=right)}, body)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b'{"order":[]}',
        b'{"order":{"merchantPosId":"145227","orderId":7}}',
        b'{"order":{"merchantPosId":"145227","orderId":"../x"}}',
        b'{"order":{"merchantPosId":"145227","merchantPosId":"145227"}}',
        b'{"order":{"merchantPosId":"145227","totalAmount":NaN}}',
        b"\xff",
        b"",
    ],
)
def test_what_payu_signed_and_nobody_can_read_is_forged(body: bytes) -> None:
    with pytest.raises(Forged):
        payu().notice(payu_headers(body), body)


@given(
    body=st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from([*NOTICE, "sign", "order", "orderId", "extOrderId", "merchantPosId"]), inner
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_comes_is_a_notification_or_forged(body: bytes) -> None:
    """Signed or not: the point of sale's own key must not let anything else out either."""
    for operator, headers in ((P24_HERE, {}), (PAYU_HERE, {}), (PAYU_HERE, payu_headers(body))):
        try:
            notice = operator.notice(headers, body)
        except Forged:
            continue
        assert operator.name == "payu"
        assert headers
        assert isinstance(notice.reference, str)


@given(st.integers(1, 10**11))
def test_amounts_come_back_to_the_grosz(whole: int) -> None:
    amount = read_grosze(whole)
    assert grosze(amount) == whole
    assert amount == read_grosze(str(whole)) == Decimal(whole) / 100


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1.005", "NaN", "Infinity", "1e30", "0.00"])
def test_an_amount_that_cannot_be_paid_in_grosze_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        grosze(Decimal(amount))
