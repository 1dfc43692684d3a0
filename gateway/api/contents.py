"""From what a program sent to what the billing system is given, by the readers that the pages use too."""

from typing import Any

from flask_babel import gettext
from marshmallow import Schema, ValidationError

from adapters.errors import NotSupported
from gateway.accounts import Link
from gateway.api.reading_content import reading
from gateway.api.sent import Sent
from gateway.api.sent_schemas import SENDING, OutageReport
from gateway.erp import erp
from gateway.portal import portal
from gateway.readings.by_serial import ReadingBySerial
from gateway.submitting import Wrong, consent, letters, outages, particulars
from gateway.submitting.consent_text import in_force
from schemas import LETTERS, Content, SubmissionKind


def kind_of(sent: Sent) -> SubmissionKind:
    """Which kind of submission it says that it is; answers 422 for none."""
    given = sent.values.get("kind")
    if isinstance(given, str) and given in list(SENDING):
        return SubmissionKind(given)
    return sent.refuse({"kind": f"expected one of {', '.join(SENDING)}"})


def require_accepted(sent: Sent, kind: SubmissionKind) -> None:
    """Raise ``NotSupported`` for a kind that the billing system does not take, and answer 422 for files with one
    that it takes without."""
    acceptance = erp().accepts.get(kind)
    if acceptance is None:
        raise NotSupported(kind.value)
    if sent.files and not acceptance.files:
        sent.refuse({"files": gettext("Tego nie da się wysłać z plikami. Opisz wszystko słowami.")})


def content_of(sent: Sent, kind: SubmissionKind, link: Link | None) -> tuple[Content | ReadingBySerial, str | None]:
    """The content, and the number of the receipt that it supersedes; answers 422 for fields that are wrong."""
    values = _loaded(sent, SENDING[kind]() if link else OutageReport())
    try:
        if kind is SubmissionKind.READING and link is not None:
            return reading(sent, values, link)
        return _read(sent, values, kind), None
    except Wrong as wrong:
        return sent.refuse(wrong.by_field)


def _loaded(sent: Sent, schema: Schema) -> dict[str, Any]:
    """The values in the types of the description, which knows all fields there are."""
    try:
        values: dict[str, Any] = schema.load(dict(sent.values))
        return values
    except ValidationError as error:
        return sent.refuse({str(name): said for name, said in error.messages_dict.items()})


def _read(sent: Sent, values: dict[str, Any], kind: SubmissionKind) -> Content:
    if kind in LETTERS:
        return letters.read(values, kinds=(kind,))[1]
    if kind is SubmissionKind.DATA_CHANGE:
        return particulars.read(values, has_document=bool(sent.files))
    if kind is SubmissionKind.CONSENT:
        return consent.read(values, version=in_force(portal().settings).version)
    return outages.read(values)
