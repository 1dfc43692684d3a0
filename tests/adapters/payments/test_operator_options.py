"""All the mistakes of the operators' tables at once, and no secret in any of them."""

from typing import Any

import pytest

from adapters.errors import Misconfigured
from adapters.payments.options import Known, read_options
from adapters.payments.registry import operators
from tests.adapters.payments.given import P24, PAYU

URL = "https://secure.przelewy24.pl"


def mistakes(tables: dict[str, Any]) -> list[str]:
    with pytest.raises(Misconfigured) as caught:
        operators(tables)
    return caught.value.mistakes


def test_only_the_operators_with_a_table_are_there() -> None:
    assert operators({"p24": {}, "payu": {}}) == {}
    assert operators({"p24": {"api_key": ""}, "payu": PAYU}).keys() == {"payu"}
    assert operators({"p24": P24, "payu": PAYU}).keys() == {"p24", "payu"}


def test_the_pages_that_browsers_are_sent_on_to_are_among_the_hosts() -> None:
    found = operators({"p24": P24, "payu": {**PAYU, "pages": ["https://pay.example.pl/"]}})
    assert found["p24"].hosts == {"https://secure.przelewy24.pl", "https://go.przelewy24.pl"}
    assert found["payu"].hosts == {"https://secure.payu.com", "https://pay.example.pl"}
    as_text = operators({"payu": {**PAYU, "pages": "https://a.example, https://b.example"}})["payu"]
    assert as_text.hosts == {"https://secure.payu.com", "https://a.example", "https://b.example"}
    shouting = operators({"p24": {**P24, "url": "HTTPS://Secure.Przelewy24.pl:443/"}})
    assert shouting["p24"].hosts == found["p24"].hosts
    here = operators({"p24": {**P24, "url": "http://127.0.0.1:8025/p24"}, "payu": {**PAYU, "url": "http://[::1]:9000"}})
    assert here["p24"].hosts == {"http://127.0.0.1:8025"}
    assert here["payu"].hosts == {"http://[::1]:9000"}


def test_every_mistake_is_named_at_once() -> None:
    tables: dict[str, Any] = {
        "p24": {"merchant_id": "12a", "crc": 7, "url": "http://secure.przelewy24.pl", "apikey": "x"},
        "payu": {"pos_id": True, "second_key": "two\nlines", "pages": ["https://a.example/path"], "proxy": "nowhere"},
        "blik": {"key": "x"},
    }
    found = mistakes(tables)
    keys = [each.partition(":")[0] for each in found]
    assert keys == [
        "payments.blik",
        "payments.p24.apikey",
        "payments.p24.merchant_id",
        "payments.p24.api_key",
        "payments.p24.crc",
        "payments.p24.url",
        "payments.payu.pos_id",
        "payments.payu.second_key",
        "payments.payu.client_secret",
        "payments.payu.pages",
        "payments.payu.proxy",
    ]
    assert "two" not in "".join(found)
    assert "nowhere" not in "".join(found)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://u:p@example.com",
        "https://example.com/?a",
        "https://example.com/#a",
        "ftp://example.com",
        "https://example.com:0",
        "https://",
        "secure.payu.com",
        7,
        ["https://secure.payu.com"],
    ],
)
def test_an_address_that_must_not_have_the_keys_is_a_mistake(url: Any) -> None:
    assert [each.partition(":")[0] for each in mistakes({"payu": {**PAYU, "url": url}})] == ["payments.payu.url"]


@pytest.mark.parametrize("pages", [7, {"a": 1}, ["x"], [7], "https://a.example/b", ["https://a.example", ""], True])
def test_pages_are_origins(pages: Any) -> None:
    assert [each.partition(":")[0] for each in mistakes({"payu": {**PAYU, "pages": pages}})] == ["payments.payu.pages"]


@pytest.mark.parametrize("value", [True, 1.5, "", None, [], {}, "ąć", "-1", "12 3", "٣"])
def test_a_number_is_digits(value: Any) -> None:
    assert mistakes({"p24": {**P24, "merchant_id": value}})


def test_numbers_may_come_as_text_and_secrets_are_not_shown() -> None:
    found = read_options({**P24, "merchant_id": "100001"}, "p24", Known(("merchant_id",), ("api_key", "crc"), {}, URL))
    assert found.numbers == {"merchant_id": "100001"}
    assert found.secrets["crc"] == P24["crc"]
    assert "klucz" not in repr(found)
