"""What goes with a request to be let in, and answers that must be signed."""

import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree

from adapters.errors import BadData, Misconfigured
from adapters.limits import Limits
from adapters.soap import SoapAdapter
from tests.adapters.soap.erp import ERPS, document, envelope, erp, http, invoices, row

GOOD = envelope(invoices(row()))
WSSE = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"


def mapping(folder: Path, security: str) -> str:
    text = (ERPS / "sandbox_soap.toml").read_text(encoding="utf-8")
    wsdl = ERPS.parent / "sandbox" / "billing.wsdl"
    text = text.replace('wsdl = "../sandbox/billing.wsdl"', f'wsdl = "{wsdl}"\nsecurity = "{security}"')
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("security", "kind"), [("username-token", "PasswordText"), ("username-token-digest", "Digest")]
)
def test_a_user_name_token_stands_in_the_header(tmp_path: Path, security: str, kind: str) -> None:
    options = {"mapping": mapping(tmp_path, security), "username": "ebok", "password": "zażółć"}
    with erp(http(GOOD), **options) as (adapter, server):
        assert len(adapter.invoices("100001")) == 1
    asked = etree.fromstring(server.bodies[0])
    token = next(asked.iter(f"{WSSE}UsernameToken"))
    assert token.findtext(f"{WSSE}Username") == "ebok"
    password = token.find(f"{WSSE}Password")
    assert password is not None
    assert kind in str(password.get("Type"))
    assert (password.text == "zażółć") == (kind == "PasswordText")
    assert b"Authorization" not in server.requests[0]


def test_basic_authorization_is_the_usual(tmp_path: Path) -> None:
    with erp(http(GOOD), username="ebok", password="sandbox") as (adapter, server):
        adapter.invoices("100001")
    assert b"Authorization: Basic ZWJvazpzYW5kYm94\r\n" in server.requests[0]


@pytest.mark.parametrize(
    ("security", "options", "told"),
    [
        ("username-token", {}, "erp.soap.username"),
        ("none", {"sign_key": "x.pem"}, "erp.soap.sign_key"),
        ("signature", {}, "erp.soap.sign_key"),
        ("signature", {"verify_certificate": "nowhere.pem"}, "certificate, but found no such file"),
        ("signature", {"sign_key": __file__}, "erp.soap.sign_key: expected a PEM file with a private key"),
        ("signature", {"sign_certificate": __file__}, "but found a file without a certificate that can be read"),
    ],
)
def test_what_security_needs_is_asked_for_at_start(
    tmp_path: Path, security: str, options: dict[str, str], told: str
) -> None:
    given = {"mapping": mapping(tmp_path, security), "url": "http://127.0.0.1:9/", **options}
    with pytest.raises(Misconfigured) as caught:
        SoapAdapter.from_settings(given, limits=Limits())
    assert any(told in each for each in caught.value.mistakes)


def test_mistakes_of_files_address_and_mapping_come_at_once(tmp_path: Path) -> None:
    file = Path(mapping(tmp_path, "signature"))
    file.write_text(file.read_text(encoding="utf-8") + "\n[operations.nothing]\n", encoding="utf-8")
    given = {"mapping": str(file), "url": "x", "urll": "y", "sign_key": "nowhere.pem", "password": "tajne"}
    with pytest.raises(Misconfigured) as caught:
        SoapAdapter.from_settings(given, limits=Limits())
    said = {each.split(": expected")[0] for each in caught.value.mistakes}
    options = {f"erp.soap.{name}" for name in ("url", "urll", "sign_key", "username")}
    assert said == {*options, f"{file.name}: operations.nothing"}


def pem(folder: Path, name: str) -> tuple[str, str]:
    """A key and its certificate, as files."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{name}.key").write_bytes(secret)
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return str(folder / f"{name}.key"), str(folder / f"{name}.pem")


class Signing:
    """An ERP that signs, and the options of an adapter that wants it to."""

    def __init__(self, folder: Path) -> None:
        pytest.importorskip("xmlsec")
        self._erp = pem(folder, "erp")
        key, certificate = pem(folder, "ebok")
        self.options = {
            "mapping": mapping(folder, "signature"),
            "sign_key": key,
            "sign_certificate": certificate,
            "verify_certificate": self._erp[1],
        }
        self.other = pem(folder, "other")

    def signed(self, body: bytes, by: tuple[str, str] | None = None) -> bytes:
        from zeep.wsse.signature import Signature

        root = etree.fromstring(body)
        Signature(*(by or self._erp)).apply(root, {})
        return etree.tostring(root)


@pytest.fixture
def signing(tmp_path: Path) -> Signing:
    return Signing(tmp_path)


def test_a_signed_answer_is_read_and_the_request_is_signed(signing: Signing) -> None:
    with erp(http(signing.signed(GOOD)), **signing.options) as (adapter, server):
        assert len(adapter.invoices("100001")) == 1
        assert len(list(adapter.iter_invoices("100001"))) == 1
    assert b"SignatureValue" in server.bodies[0]


def test_a_signed_document_is_read_whole_and_verified(signing: Signing) -> None:
    body = signing.signed(envelope(document("JVBERi0xLjQK")))
    with erp(http(envelope(invoices(row())))) as (plain, _):
        invoice = plain.invoices("100001")[0]
    with erp(http(body), **signing.options) as (adapter, _):
        assert b"".join(adapter.document(invoice).chunks) == b"%PDF-1.4\n"
    changed = body.replace(b"JVBERi0xLjQK", b"JVBERi0xLjUK")
    with erp(http(changed), **signing.options) as (adapter, _), pytest.raises(BadData):
        adapter.document(invoice)


def test_an_answer_without_a_good_signature_is_refused(signing: Signing) -> None:
    good = signing.signed(GOOD)
    bodies = {
        "unsigned": GOOD,
        "changed": good.replace(b"108,00", b"100,00"),
        "signed by another": signing.signed(GOOD, signing.other),
        "signature of another body": wrapped(good),
        "signed in a second signature": second(good, self_made=signing.signed(GOOD, signing.other)),
        "a second body": beside(good, at=2),
        "a second body in front": beside(good, at=1),
        "signed in a foreign header": foreign(good, self_made=signing.signed(GOOD, signing.other)),
        "no reference": good.replace(b'URI="#', b'URI="#x'),
    }
    for body in bodies.values():
        with erp(http(body), **signing.options) as (adapter, _), pytest.raises(BadData, match="sign"):
            adapter.invoices("100001")


def wrapped(good: bytes) -> bytes:
    """The signed body put aside in the header, and a body of somebody's own in its place."""
    root = etree.fromstring(good)
    header, body = root[0], root[1]
    forged = etree.fromstring(envelope(invoices(row(Brutto="1,00"))))[0]
    root.replace(body, forged)
    etree.SubElement(header, "aside").append(body)
    return etree.tostring(root)


def second(good: bytes, *, self_made: bytes) -> bytes:
    """The signed body put aside, and a second signature of somebody's own over the body in its place."""
    root, forged = etree.fromstring(wrapped(good)), etree.fromstring(self_made)
    root.replace(root[1], forged[1])
    root[0][0].append(forged[0][0][0])
    return etree.tostring(root)


def beside(good: bytes, *, at: int) -> bytes:
    """A second body of somebody's own, before or after the signed one."""
    root = etree.fromstring(good)
    root.insert(at, etree.fromstring(envelope(invoices(row(Brutto="1,00"))))[0])
    return etree.tostring(root)


def foreign(good: bytes, *, self_made: bytes) -> bytes:
    """The signed body put aside, and a header that is none with a signature over the body in its place."""
    root, forged = etree.fromstring(wrapped(good)), etree.fromstring(self_made)
    root.replace(root[1], forged[1])
    header = etree.Element("{urn:x}Header")
    header.append(forged[0][0])
    root.append(header)
    return etree.tostring(root)
