"""Admits an answer only when it is a whole, plain SOAP envelope: zeep takes an HTML page for a business refusal.

No DTD, no processing instruction (SOAP 1.1 section 3, SOAP 1.2 part 1 section 5), nothing that is not well-formed.
"""

import re
from collections.abc import Mapping

from lxml import etree

from adapters.errors import BadData, Unavailable
from adapters.http import Answer, media_type

_MEDIA = frozenset({"text/xml", "application/soap+xml", "application/xml", ""})
_LONGEST_PROLOG = 4096
# What may stand before the envelope: no DTD, no instruction but the XML declaration. It also keeps out encodings in
# which a DTD would look otherwise.
_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[ \t\r\n][^<>]*\?>)?(?:\s+|<!--(?:(?!--).)*-->)*<(?:[\w.-]+:)?Envelope[\s>]",
    re.DOTALL,
)
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def check_head(status: int, headers: Mapping[str, str]) -> None:
    """Refuse what the status and the content type alone condemn."""
    if status in (401, 403):
        raise Unavailable(f"the ERP does not let us in (HTTP {status})")
    media = media_type(headers)
    if media in _MEDIA:
        return
    if status != 200 or media in ("text/html", "text/plain"):
        raise Unavailable(f"HTTP {status} with {media} instead of a SOAP answer")
    raise BadData("the answer is of another media type than SOAP's")


def check_start(body: bytes, status: int = 200) -> None:
    """Refuse what does not begin as an envelope; ``body`` may be its first 4 KiB."""
    if _PROLOG.match(body, 0, _LONGEST_PROLOG):
        return
    if status != 200 or _HTML.match(body):
        raise Unavailable(f"HTTP {status} with a page instead of a SOAP answer")
    raise BadData("the answer is no plain SOAP envelope")


def admit(answer: Answer, *, soap: str, huge: bool = False) -> etree._Element:
    """The envelope, parsed; ``huge`` allows texts over 10 MB, for documents.

    Raises ``Unavailable`` for pages and for being kept out, ``BadData`` for XML that cannot be trusted.
    """
    check_head(answer.status, answer.headers)
    check_start(answer.body, answer.status)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, huge_tree=huge
    )
    try:
        root = etree.fromstring(answer.body, parser)
    except etree.XMLSyntaxError:
        raise BadData("the answer is not well-formed XML") from None
    check_envelope(root, soap)
    if next(root.iter(etree.ProcessingInstruction), None) is not None:
        raise BadData("the answer has a processing instruction")
    if answer.status != 200 and content(root, soap).tag != f"{{{soap}}}Fault":
        raise Unavailable(f"HTTP {answer.status} without a fault")
    return root


def check_envelope(root: etree._Element, soap: str) -> None:
    """Refuse another root than this SOAP version's envelope."""
    if root.tag != f"{{{soap}}}Envelope":
        raise BadData("the answer's root is not the envelope of this SOAP version")
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadData("the answer has a DTD")


def content(root: etree._Element, soap: str) -> etree._Element:
    """The one element in the envelope's body: the answer, or the fault."""
    bodies = root.findall(f"{{{soap}}}Body")
    if len(bodies) != 1 or len(bodies[0]) != 1:
        raise BadData("expected one body in the envelope, and one element in it")
    return bodies[0][0]
