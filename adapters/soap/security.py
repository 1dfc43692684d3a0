"""WS-Security, as the mapping asks for it: a user name token, or signatures that are verified on the answers."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from lxml import etree
from zeep.wsse.signature import BinarySignature, verify_envelope
from zeep.wsse.username import UsernameToken

from adapters.errors import BadData
from adapters.mapping.mistakes import Mistakes
from adapters.mapping.options import MORE, Options, check_files

_DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
_WSSE = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
_ID = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}Id"


def security(kind: str, given: Options, mistakes: Mistakes) -> Any:
    """What zeep applies to each request and verifies on each answer; None for nothing, or after noting a mistake."""
    if kind == "signature":
        return _signature(given, mistakes)
    for name in given.more:
        mistakes.add(f"erp.soap.{name}", 'no such key, because the mapping\'s security is not "signature"')
    if not kind.startswith("username-token"):
        return None
    if given.auth is None:
        mistakes.add("erp.soap.username", f'a value; the mapping\'s security is "{kind}"')
        return None
    return UsernameToken(*given.auth, use_digest=kind.endswith("digest"))  # type: ignore[no-untyped-call]


def _signature(given: Options, mistakes: Mistakes) -> "Signed | None":
    missing = [name for name in MORE["soap"] if name not in given.more]
    for name in missing:
        mistakes.add(f"erp.soap.{name}", 'a PEM file; the mapping\'s security is "signature"')
    installed = find_spec("xmlsec") is not None
    if not installed:
        mistakes.add("erp.security", "the package xmlsec to be installed, which signing needs")
    if not check_files(given, mistakes) or missing or not installed:
        return None
    try:
        return Signed(*(str(given.more[name]) for name in MORE["soap"]))
    except Exception as error:  # whatever else xmlsec stumbles over
        mistakes.add("erp.soap.sign_key", f"a key that xmlsec can use: {type(error).__name__}")
        return None


class Signed(BinarySignature):
    """Signs with our key, and verifies with the ERP's certificate that exactly the body that we read was signed."""

    verifies = True

    def __init__(self, key: str, certificate: str, of_erp: str) -> None:
        transform: Any = import_module("xmlsec").Transform  # an extra
        sha_256 = {"signature_method": transform.RSA_SHA256, "digest_method": transform.SHA256}
        super().__init__(key, certificate, **sha_256)  # type: ignore[no-untyped-call]
        self._of_erp = of_erp

    def verify(self, envelope: etree._Element) -> etree._Element:
        """Refuse an answer that is not signed, or whose signature covers another element than its body."""
        soap = f"{{{etree.QName(envelope).namespace}}}"
        bodies = envelope.findall(f"{soap}Body")
        body = bodies[0] if len(bodies) == 1 else None
        # of the one signature that zeep verifies; another one would prove nothing
        references = envelope.iterfind(
            f"{soap}Header[1]/{_WSSE}Security[1]/{_DSIG}Signature[1]/{_DSIG}SignedInfo/{_DSIG}Reference"
        )
        signed = [str(each.get("URI", ""))[1:] for each in references]
        ids = [each.get(_ID) for each in envelope.iter() if each.get(_ID)]
        mark = body.get(_ID) if body is not None else None
        if mark is None or mark not in signed or len(ids) != len(set(ids)):
            raise BadData("the answer's body is not signed")
        try:
            verify_envelope(envelope, self._of_erp)  # type: ignore[no-untyped-call]
        except Exception as error:  # zeep stumbles over headers that are not as it expects
            raise BadData("the answer's signature is not good") from error
        return envelope
