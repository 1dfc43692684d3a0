"""The 2D code of a transfer: the published examples to the byte, and whatever else an independent reader gives back."""

import base64
import xml.etree.ElementTree as ElementTree
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.payments import qr
from tests.gateway.payments.scanning import scanned

BANK = "92124012340001567890123456"
FIELDS = (10, 2, 26, 6, 20, 32, 20, 12, 24)
# Of tests/QrPaymentTest.php in IonBazan/pl-qr-payment (MIT) at e78017a; the first three are named there as the examples
# printed in the ZBP's recommendation v1.0 of 2013-12-03.
PUBLISHED = [
    ("1234567890", BANK, "12.00", "Odbiorca 1", "FV 1234/34/2012", ("", "", "")),
    ("1234567890", BANK, "0.00", "Odbiorca 1", "FV 1234/34/2012", ("", "", "")),
    ("", BANK, "12.00", "Odbiorca 1", "Przelew ekspress", ("", "", "")),
    (
        "5214349636",
        "24160000035175530643314956",
        "123.45",
        "Testowy odbiorca",
        "Tytuł płatności",
        ("11223344", "990066", "reserved"),
    ),
]
VECTORS = [
    "1234567890|PL|92124012340001567890123456|001200|Odbiorca 1|FV 1234/34/2012|||",
    "1234567890|PL|92124012340001567890123456|000000|Odbiorca 1|FV 1234/34/2012|||",
    "|PL|92124012340001567890123456|001200|Odbiorca 1|Przelew ekspress|||",
    "5214349636|PL|24160000035175530643314956|012345|Testowy odbiorca|Tytuł płatności|11223344|990066|reserved",
]


def code(amount: str = "12.00", *, recipient: str = "Wodociągi", title: str = "FV/1", **more: object) -> str:
    given: dict[str, object] = {"payment_account": BANK, "amount": Decimal(amount)} | more
    return qr.text(recipient=recipient, title=title, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("published", "vector"), list(zip(PUBLISHED, VECTORS, strict=True)))
def test_the_published_examples_come_out_to_the_byte(
    published: tuple[str, str, str, str, str, tuple[str, str, str]], vector: str
) -> None:
    nip, account, amount, recipient, title, reserved = published
    made = qr.text(account, amount=Decimal(amount), recipient=recipient, title=title, nip=nip, reserved=reserved)
    assert made.encode() == vector.encode()
    assert scanned(qr.svg(made, title="Kod")) == vector


@settings(max_examples=60, deadline=None)
@given(
    recipient=st.text().filter(lambda each: qr.fitting(each, 20)),
    title=st.text(),
    grosze=st.integers(0, 999_999),
    nip=st.sampled_from(["", "5214349636"]),
    reserved=st.tuples(st.text(), st.text(), st.text()),
)
@example("Ż" * 50, "Ł" * 50, 999_999, "5214349636", ("ą" * 30, "ę" * 30, "ó" * 30))
@example("𝔚" * 50, "𝔚" * 50, 999_999, "5214349636", ("𝔚" * 30, "𝔚" * 30, "𝔚" * 30))  # four bytes each
@example("a|b\r\n\0c", "|", 1, "", ("\ud800", "\u202e", "|"))
def test_any_text_fits_and_an_independent_reader_gives_it_back(
    recipient: str, title: str, grosze: int, nip: str, reserved: tuple[str, str, str]
) -> None:
    amount = Decimal(grosze).scaleb(-2)
    made = qr.text(BANK, amount=amount, recipient=recipient, title=title, nip=nip, reserved=reserved)
    fields = made.split("|")
    assert len(made) <= 160
    assert len(fields) == 9
    assert all(len(field) <= length for field, length in zip(fields, FIELDS, strict=True))
    assert fields[:4] == [nip, "PL", BANK, f"{grosze:06d}"]
    assert made.isprintable()
    assert scanned(qr.svg(made, title="Kod")) == made


def test_the_picture_is_large_enough_and_says_what_it_is() -> None:
    for made in (code(), code(title="Ł" * 32, recipient="Ż" * 20)):
        root = ElementTree.fromstring(qr.svg(made, title="Kod <1> & więcej"))
        side = int(root.attrib["width"])
        assert root.attrib["height"] == root.attrib["width"]
        assert root.attrib["viewBox"].split() == ["0", "0", str(side), str(side)]
        assert root.attrib["role"] == "img"
        assert [each.text for each in root if each.tag.endswith("title")] == ["Kod <1> & więcej"]
        scale = int(root[1].attrib["transform"][6:-1])
        assert side - 8 * scale >= 250
        head, _, encoded = qr.png_uri(made).partition(",")
        png = base64.b64decode(encoded)
        assert head == "data:image/png;base64"
        assert int.from_bytes(png[16:20]) == int.from_bytes(png[20:24]) == side


def test_lengths_are_counted_in_characters_and_an_accent_apart_is_none() -> None:
    fields = code(recipient="Wodociągi w Źródłowie Górnym", title="zażo\u0301łc\u0301 " * 9).split("|")
    assert fields[4] == "Wodociągi w Źródłowi"
    assert fields[5] == "zażółć zażółć zażółć zażółć zażó"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"amount": Decimal("10000.00")}, "too-much"),
        ({"currency": "EUR"}, "currency"),
        ({"payment_account": None}, "no-account"),
        ({"recipient": "\u202e "}, "no-recipient"),
    ],
)
def test_there_is_no_code_for_it_and_why(more: dict[str, object], reason: str) -> None:
    with pytest.raises(qr.NoCode) as none:
        code(**more)  # type: ignore[arg-type]
    assert none.value.reason == reason
    assert code("9999.99").split("|")[3] == "999999"


@pytest.mark.parametrize(
    "more",
    [
        {"payment_account": "92124012340001567890123457"},
        {"payment_account": BANK[:25]},
        {"payment_account": "PL" + BANK},
        {"amount": Decimal("-0.01")},
        {"amount": Decimal("1.005")},
        {"amount": Decimal("NaN")},
        {"nip": "521-434-96-36"},
        {"nip": "٥٢١٤٣٤٩٦٣٦"},
    ],
)
def test_what_cannot_be_is_refused(more: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"expected|wrong check digits"):
        code(**more)
