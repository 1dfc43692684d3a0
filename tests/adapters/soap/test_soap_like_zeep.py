"""Our reading of an answer against zeep's own: the same values, but for a list of differences that are meant."""

import re
from html import escape
from typing import Any

import pytest
import requests
import zeep
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.errors import BadData
from adapters.http import Answer
from adapters.mapping import load
from adapters.soap.call import SoapCall
from adapters.soap.envelope import content
from adapters.soap.kind import Described
from tests.adapters.soap.erp import ERPS, INVOICE, NS, SOAP, envelope, invoices, row

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
ORDER = [*list(INVOICE)[:11], "NrKorygowanej", "NrKSeF", "JestPdf"]
OPTIONAL = {"NrRachunku", "NrKorygowanej", "NrKSeF"}
TEXTS = ("IdDok", "Numer", "NrKorygowanej")


@pytest.fixture(scope="module")
def call() -> SoapCall:
    described = Described()
    mapped = load(ERPS / "sandbox_soap.toml", described.kind())
    return SoapCall(mapped.operations["invoices"], mapped, described)


@pytest.fixture(scope="module")
def reply() -> Any:
    """zeep's own reading of bytes, as its plain objects."""
    client = zeep.Client(str(ERPS.parent / "sandbox" / "billing.wsdl"))
    operation = client.service._binding.get("PobierzFaktury")

    def read(body: bytes) -> Any:
        response = requests.Response()
        response.status_code = 200
        response._content = body
        return client.service._binding.process_reply(client, operation, response)

    return read


def ours(call: SoapCall, body: bytes) -> list[Any]:
    return list(call.found(Answer(200, {"Content-Type": "text/xml"}, body)).records("100001"))


def in_the_tree(call: SoapCall, body: bytes) -> list[Any]:
    """The same without the short way for plain answers."""
    short, call.plain = call.plain, None
    try:
        return ours(call, body)
    finally:
        call.plain = short


def as_zeep(record: Any) -> dict[str, Any]:
    """Our record back in the sandbox's words."""

    def comma(amount: Any) -> str:
        return str(amount).replace(".", ",")

    account = record.payment_account
    return {
        "IdDok": record.invoice_ref,
        "Numer": record.invoice_no,
        "Rodzaj": {"invoice": "FV", "correction": "KOR", "interest_note": "NO"}[record.kind],
        "DataWyst": record.issued_on.strftime("%d.%m.%Y"),
        "TerminPlat": record.due_on.strftime("%d.%m.%Y"),
        "Netto": comma(record.net),
        "Vat": comma(record.vat),
        "Brutto": comma(record.gross),
        "DoZaplaty": comma(record.outstanding),
        "Waluta": record.currency,
        "NrRachunku": account
        and re.sub(r"(?<=^..)|(?<=^.{6})|(?<=^.{10})|(?<=^.{14})|(?<=^.{18})|(?<=^.{22})", " ", account),
        "NrKorygowanej": record.corrects_no,
        "NrKSeF": record.ksef_no,
        "JestPdf": "T" if record.has_document else "N",
    }


def theirs(found: Any) -> list[dict[str, Any]]:
    # zeep takes an empty list's element for None
    return [{name: getattr(each, name) for name in ORDER} for each in (found.Faktury.Faktura if found.Faktury else ())]


text = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
money = st.decimals(-(10**9), 10**9, places=2).map(
    lambda amount: f"{amount:.2f}".replace("-0.00", "0.00").replace(".", ",")
)
day = st.dates().filter(lambda each: each.year >= 1000).map(lambda each: each.strftime("%d.%m.%Y"))
a_row = st.fixed_dictionaries(
    {
        "IdDok": text,
        "Numer": text,
        "Rodzaj": st.sampled_from(["FV", "KOR", "NO"]),
        "DataWyst": day,
        "TerminPlat": day,
        "Netto": money,
        "Vat": money,
        "Brutto": money,
        "DoZaplaty": money,
        "Waluta": st.sampled_from(["PLN", "EUR"]),
        "NrRachunku": st.sampled_from([None, INVOICE["NrRachunku"]]),
        "NrKorygowanej": st.one_of(st.none(), text),
        "NrKSeF": st.none(),
        "JestPdf": st.sampled_from(["T", "N"]),
    }
)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """An answer written in one of the many ways in which XML can say the same."""
    prefix = draw(st.sampled_from(["b:", "faktury-1.x:", ""]))
    blank = draw(st.sampled_from(["", "", "\n  ", "\r\n\t"]))
    noise = draw(st.sampled_from(["", "", "", "<!-- <b:Faktury> -->", "<!---->"]))
    style = draw(st.sampled_from(["plain", "plain", "plain", "cdata", "entities"]))
    nil = draw(st.booleans())

    def element(name: str, value: str | None) -> str:
        if value is None:
            if not nil:
                return ""
            # not nillable in the WSDL, and ERPs send it all the same
            return draw(
                st.sampled_from([f"{blank}<{prefix}{name}/>", f'{blank}<{prefix}{name} {XSI} xsi:nil="true"/>'])
            )
        if style == "cdata" and name in TEXTS and "]]>" not in value:
            written = f"<![CDATA[{value}]]>"
        elif style == "entities" and name in TEXTS:
            written = "".join(f"&#{ord(letter)};" if letter.isalnum() else escape(letter) for letter in value)
        else:
            written = escape(value, quote=False)
        return f"{blank}{noise}<{prefix}{name}>{written}</{prefix}{name}>"

    rows = []
    for fields in draw(st.lists(a_row, max_size=4)):
        inner = "".join(element(name, fields[name]) for name in ORDER)
        rows.append(f"{blank}<{prefix}Faktura>{inner}{blank}</{prefix}Faktura>")
    space = f'xmlns{":" if prefix else ""}{prefix.rstrip(":")}="{NS}"'
    answer = (
        f"<{prefix}PobierzFakturyOdpowiedz {space}>{blank}<{prefix}NrOdbiorcy>100001</{prefix}NrOdbiorcy>{noise}"
        f"<{prefix}Faktury>{''.join(rows)}{blank}</{prefix}Faktury>{blank}</{prefix}PobierzFakturyOdpowiedz>"
    )
    outer = draw(st.sampled_from(["soap", "S", "soapenv"]))
    start = draw(st.sampled_from(["", '<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0"?>\n']))
    body = f"{blank}<{outer}:Body>{answer}</{outer}:Body>"
    return f'{start}<{outer}:Envelope xmlns:{outer}="{SOAP}">{body}</{outer}:Envelope>'.encode()


@settings(max_examples=300, deadline=None)
@given(body=documents())
def test_the_values_are_zeeps(call: SoapCall, reply: Any, body: bytes) -> None:
    records = ours(call, body)
    assert [as_zeep(each) for each in records] == theirs(reply(body))
    assert in_the_tree(call, body) == records


@settings(max_examples=200, deadline=None)
@given(body=documents(), data=st.data())
def test_damage_is_never_read_differently_by_the_short_way(call: SoapCall, body: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    piece = data.draw(
        st.sampled_from([b"<", b">", b"&", b"]]>", b"\x00", b"\x0b", b"\xff", b"</b:Faktura>", b"<b:Faktury>", b"<!--"])
    )
    cut = data.draw(st.integers(0, 3))
    damaged = body[:place] + piece + body[place + cut :]

    def outcome(read: Any) -> Any:
        try:
            return read(call, damaged)
        except Exception as error:
            return type(error)

    assert outcome(ours) == outcome(in_the_tree)


MARK = '<cut xmlns="urn:ebok-gateway:rows"/>'
AROUND = [
    "<{p}Archiwum>{c}</{p}Archiwum><{p}Faktury/>",
    "<{p}Faktury/><{p}Archiwum>{c}</{p}Archiwum>",
    "<{p}Archiwum>{c}</{p}Archiwum>",
    "<{p}Archiwum>{c}</{p}Archiwum><{p}Faktury />",
    "<{p}Faktury >{c}</{p}Faktury>",
    "{c}<{p}Faktury/>",
    "{c}<{p}Faktury />",
    "{c}{c}",
    "<{p}Archiwum><{p}PobierzFakturyOdpowiedz>{c}</{p}PobierzFakturyOdpowiedz></{p}Archiwum><{p}Faktury ></{p}Faktury>",
    "<{p}Archiwum>{c}</{p}Archiwum><{p}Faktury >" + MARK + "</{p}Faktury>",
    "<{p}Faktury >" + MARK + "</{p}Faktury><{p}Archiwum>{c}</{p}Archiwum>",
]


@settings(max_examples=300, deadline=None)
@given(body=documents(), around=st.sampled_from(AROUND))
def test_rows_of_another_container_are_nobodys_either_way(call: SoapCall, body: bytes, around: str) -> None:
    container = re.compile(r"<([^<>/!]*)Faktury>.*</[^<>]*Faktury>", re.DOTALL)
    nested = container.sub(lambda found: around.format(p=found[1], c=found[0]), body.decode()).encode()

    def outcome(read: Any) -> Any:
        try:
            return read(call, nested)
        except BadData as error:
            return str(error)

    assert outcome(ours) == outcome(in_the_tree)


def test_plain_answers_go_the_short_way(call: SoapCall) -> None:
    assert call.plain is not None
    for body in (envelope(invoices(row(), row())), envelope(invoices())):
        cut = call.plain.cut(body)
        assert cut is not None
        assert call.plain.fits(cut, content(etree.fromstring(cut.rest), SOAP))


@pytest.mark.parametrize(
    "told",
    [
        invoices(row(Numer="a &amp; b")),
        invoices(row(Numer="<![CDATA[a]]>")),
        invoices("<!-- x -->", row()),
        invoices(row() + "<b:Nowe>1</b:Nowe>"),
        invoices(row(Nowe="1")),
        invoices(row().replace("<b:Numer>", '<b:Numer a="1">')),
        invoices(row(Numer=None)),
        invoices(row() + "x"),
    ],
)
def test_anything_else_goes_the_ordinary_way(call: SoapCall, told: str) -> None:
    assert call.plain is not None
    assert call.plain.cut(envelope(told)) is None


# Where we differ from zeep on purpose: what it takes for None, or lets through, is an error here.
BAD = [
    ("a day that does not exist", row(DataWyst="30.02.2026")),
    ("a day in another form", row(DataWyst="2026-03-28")),
    ("an amount with a point", row(Brutto="108.00")),
    ("an amount with three places", row(Brutto="108,001")),
    ("an amount with an underscore", row(Brutto="1_08,00")),
    ("an amount in other digits", row(Brutto="١٠٨,00")),
    ("an empty amount", row(Brutto="")),
    ("a missing amount", row(Brutto=None)),
    ("an amount given twice", row().replace("<b:Vat>", "<b:Netto>1,00</b:Netto><b:Vat>")),
    ("a code that is not listed", row(Rodzaj="XX")),
    ("a flag that is none", row(JestPdf="?")),
    ("wrong check digits", row(NrRachunku="62 1090 1014 0000 0712 1981 2874")),
    ("text with a control character", row(Numer="FV&#10;1")),
    ("an element of another namespace", row().replace("b:Brutto>", "soap:Brutto>")),
]


@pytest.mark.parametrize(("told", "bad"), BAD, ids=[told for told, _ in BAD])
def test_what_cannot_be_read_is_an_error_that_names_operation_and_field(call: SoapCall, told: str, bad: str) -> None:
    body = envelope(invoices(row(), bad))
    for read in (ours, in_the_tree):
        with pytest.raises(BadData, match=r"^invoices: [\w ]+: ") as caught:
            read(call, body)
        assert "108" not in str(caught.value)
