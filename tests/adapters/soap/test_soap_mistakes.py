"""Mistakes in a mapping are met at start, all at once, each with the file, the key and what was expected."""

import re
from pathlib import Path

import pytest

from adapters.errors import Misconfigured
from adapters.limits import Limits
from adapters.mapping import load
from adapters.soap import SoapAdapter
from adapters.soap.kind import Described
from tests.adapters.soap.erp import ERPS

GOOD = (ERPS / "sandbox_soap.toml").read_text(encoding="utf-8")
CONTRACTS = Path(__file__).parents[4] / "shared" / "contracts"


def mistakes(folder: Path, text: str, wsdl: str | None = None) -> list[str]:
    """What the start says of a mapping; the sandbox's WSDL is beside it unless another is given."""
    text = text.replace("../sandbox/billing.wsdl", str(wsdl or ERPS.parent / "sandbox" / "billing.wsdl"))
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        SoapAdapter.from_settings({"mapping": str(file), "url": "http://127.0.0.1:9/soap"}, limits=Limits()).close()
    return caught.value.mistakes


@pytest.mark.parametrize(
    ("old", "new", "key", "told"),
    [
        ('"PobierzFaktury"', '"PobierzFaktur"', "operations.invoices.operation", 'did you mean "PobierzFaktury"?'),
        ('"Faktury/Faktura"', '"Faktury/Faktra"', "operations.invoices.records", 'did you mean "Faktura"?'),
        ('"Faktury/Faktura"', '"Faktua/Faktura"', "operations.invoices.records", 'did you mean "Faktury"?'),
        ('at = "Brutto"', 'at = "Bruto"', "operations.invoices.fields.gross.at", 'did you mean "Brutto"?'),
        ('invoice_no = "Numer"', 'invoice_no = "@Numer"', "operations.invoices.fields.invoice_no.at", "attribute"),
        ('owner = "NrOdbiorcy"', 'owner = "NrOdbiorc"', "operations.contracts.owner", 'did you mean "NrOdbiorcy"?'),
        ('each = "Punkty/Punkt"', 'each = "Punkty/Pukt"', "operations.contracts.fields.supply_points.each", '"Punkt"'),
        ('"Uslugi/Usluga"', '"Uslugi/Uslug"', "operations.contracts.fields.services.each", '"Usluga"'),
        ('{ at = "SaldoOtwarcia"', '{ at = "Saldo"', "operations.ledger.answer.amount.at", "SaldoOtwarcia"),
        ('content = "Plik"', 'content = "Plk"', "operations.document.content", 'did you mean "Plik"?'),
        ('content = "Plik"\n', "", "operations.document.content", "this key is required"),
        ('OdDnia = "{since', 'OdDni = "{since', "operations.ledger.request.OdDni", 'did you mean "OdDnia"?'),
        (', Dzien = "{day}"', "", "operations.balance_on.request.Dzien", "the WSDL requires it"),
        ('IdDok = "{invoice_ref}"', 'IdDok = "{invoice}"', "operations.invoice.request", "placeholder"),
        ('wsdl = "../sandbox', 'service = "Bilan"\nwsdl = "../sandbox', "erp.service", 'did you mean "Bilans"?'),
        ('wsdl = "../sandbox', 'port = "Bilans"\nwsdl = "../sandbox', "erp.port", 'did you mean "BilansPort"?'),
        ('wsdl = "../sandbox', 'security = "token"\nwsdl = "../sandbox', "erp.security", "username-token"),
        ('wsdl = "../sandbox/billing.wsdl"\n', "", "erp.wsdl", "this key is required"),
    ],
)
def test_each_mistake_is_named_with_its_key(tmp_path: Path, old: str, new: str, key: str, told: str) -> None:
    assert old in GOOD
    found = mistakes(tmp_path, GOOD.replace(old, new))
    assert any(re.match(r"mine\.toml: [\w.]+: expected ", each) and key in each for each in found), found
    assert any(key in each and told in each for each in found), found


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace('at = "Brutto"', 'at = "Bruto"').replace('"PobierzUmowy"', '"Umowy"').replace("amount:,", "amnt")
    )
    found = mistakes(tmp_path, text)
    for key in ("fields.gross.at", "operations.contracts.operation", "fields.net.as", "ledger.answer.amount.as"):
        assert any(key in each for each in found), found


def test_an_element_that_holds_others_is_no_value(tmp_path: Path) -> None:
    found = mistakes(tmp_path, GOOD.replace('contract_no = "NrUmowy"', 'contract_no = "Uslugi"'))
    assert found == [
        "mine.toml: operations.contracts.fields.contract_no.at: expected an element with a value; Uslugi holds Usluga"
    ]


def test_a_repeated_element_is_no_single_value(tmp_path: Path) -> None:
    found = mistakes(tmp_path, GOOD.replace('contract_no = "NrUmowy"', 'contract_no = "Uslugi/Usluga"'))
    assert len(found) == 1
    assert 'use "each" or "pick"' in found[0]


def test_a_wsdl_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    place = tmp_path / "no-folder" / ".." / "nowhere.wsdl"
    found = mistakes(tmp_path, GOOD, str(place))
    assert found == [f"mine.toml: erp.wsdl: expected a WSDL that can be read: {place}: No such file or directory"]


def test_a_file_that_a_wsdl_imports_is_named_with_its_folder(tmp_path: Path) -> None:
    text = (ERPS.parent / "sandbox" / "billing.wsdl").read_text()
    place = text.index("<xsd:simpleType")
    missing = '<xsd:import namespace="urn:x" schemaLocation="types/x.xsd"/>'
    (tmp_path / "mine.wsdl").write_text(text[:place] + missing + text[place:])
    (told,) = mistakes(tmp_path, GOOD, str(tmp_path / "mine.wsdl"))
    assert told.endswith(f": {tmp_path.resolve()}/types/x.xsd: No such file or directory")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<html></html>", "erp.wsdl"),
        ("<definitions", "erp.wsdl"),
        ("", "erp.wsdl"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "erp.wsdl"),
        ('<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>', "SOAP 1.1 or 1.2"),
    ],
)
def test_what_is_no_wsdl_is_said_to_be_none(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "odd.wsdl").write_text(text)
    found = mistakes(tmp_path, GOOD, str(tmp_path / "odd.wsdl"))
    assert len(found) == 1
    assert told in found[0]
    assert str(tmp_path) not in found[0]


def test_nothing_is_loaded_from_the_network(tmp_path: Path) -> None:
    text = (ERPS.parent / "sandbox" / "billing.wsdl").read_text()
    remote = '<xsd:import namespace="urn:x" schemaLocation="http://127.0.0.1:9/x.xsd"/>'
    place = text.index("<xsd:simpleType")
    (tmp_path / "remote.wsdl").write_text(text[:place] + remote + text[place:])
    found = mistakes(tmp_path, GOOD, str(tmp_path / "remote.wsdl"))
    assert len(found) == 1
    assert "nothing is loaded from the network" in found[0]


@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the published contracts are not here")
def test_a_published_wsdl_that_breaks_its_standard_is_explained(tmp_path: Path) -> None:
    found = mistakes(tmp_path, GOOD, str(CONTRACTS / "pagopa_bad" / "wsdl" / "paForNode.wsdl"))
    assert len(found) == 1
    assert "xsd:import" in found[0]
    assert "targetNamespace" in found[0]
    assert "line 13 of paForNode.wsdl" in found[0]
    assert str(CONTRACTS) not in found[0]


MULTISPEAK = """
[erp]
name = "MultiSpeak 3"
kind = "soap"
basis = "live"
wsdl = "{wsdl}"

[erp.headers.MultiSpeakMsgHeader]
UserID = "{{username}}"
Pwd = "{{password}}"

[errors]

[operations.customer]
operation = "CustomerByCustId"
request = {{ custId = "{{customer_no}}" }}
records = "CustomerByCustIdResult"
fields.customer_no = "@objectID"
fields.name = {{ join = ["firstName", "lastName"] }}
fields.kind = {{ const = "person" }}
fields.address = "{address}"

[operations.contracts]
operation = "ServiceLocationByCustId"
request = {{ custId = "{{customer_no}}" }}
records = "ServiceLocationByCustIdResult/serviceLocation"
fields.customer_no = "custID"
fields.contract_no = "@objectID"
fields.services = {{ const = ["water"] }}
fields.valid_from = {{ const = "2020-01-01" }}

[operations.invoices]
operation = "CustomerByCustId"
request = {{ custId = "{{customer_no}}" }}
records = "CustomerByCustIdResult"
fields.customer_no = "@objectID"
fields.invoice_ref = "lastName"
fields.invoice_no = "lastName"
fields.kind = {{ const = "invoice" }}
fields.issued_on = {{ const = "2020-01-01" }}
fields.due_on = {{ const = "2020-01-01" }}
fields.net = {{ const = "0.00" }}
fields.vat = {{ const = "0.00" }}
fields.gross = {{ const = "0.00" }}
fields.outstanding = {{ const = "0.00" }}

[operations.live]
operation = "CustomerByCustId"
request = {{ custId = "{{customer_no}}" }}
answer.customer_no = "CustomerByCustIdResult/@objectID"
answer.amount = {{ const = "0.00" }}
"""


@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the published contracts are not here")
@pytest.mark.parametrize(("port", "address"), [("CB_ServerSoap", "billCity"), ("CB_ServerSoap12", "billCity")])
def test_a_published_wsdl_of_a_utility_can_be_mapped(tmp_path: Path, port: str, address: str) -> None:
    file = tmp_path / "multispeak.toml"
    text = MULTISPEAK.format(wsdl=CONTRACTS / "multispeak" / "CB_Server.wsdl", address=address)
    file.write_text(text.replace('basis = "live"', f'basis = "live"\nport = "{port}"'))
    described = Described()
    mapped = load(file, described.kind())
    assert described.wsdl is not None
    assert len(described.wsdl.operations()) == 145
    options = {"mapping": str(file), "url": "http://127.0.0.1:9/", "username": "u", "password": "p"}
    SoapAdapter.from_settings(options, limits=Limits()).close()
    assert mapped.name == "MultiSpeak 3"


@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the published contracts are not here")
def test_mistakes_are_found_in_a_published_wsdl_too(tmp_path: Path) -> None:
    file = tmp_path / "multispeak.toml"
    text = MULTISPEAK.format(wsdl=CONTRACTS / "multispeak" / "CB_Server.wsdl", address="bilCity")
    file.write_text(text.replace('CustomerByCustId"', 'GetCustomerByCustId"', 1))
    with pytest.raises(Misconfigured) as caught:
        load(file, Described().kind())
    assert 'did you mean "CustomerByCustId"?' in caught.value.mistakes[0]
