"""What each operation of a mapping is for: the record its rows become, and what its request may name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from marshmallow import Schema
from marshmallow import fields as marshmallow_fields

from adapters.mapping.amounts import AmountsSchema, OpeningSchema
from schemas import (
    CONTENT_SCHEMAS,
    LETTERS,
    CaseSchema,
    ContractSchema,
    CustomerSchema,
    DeliverySchema,
    InvoiceSchema,
    LedgerEntrySchema,
    MeterReadingSchema,
    MeterToReadSchema,
    OfferSchema,
    SubmissionKind,
    fields,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """An operation's record, its figures, and the placeholders of its request.

    ``proves`` is what a document's ``owner`` may say instead of a place in the answer: what is asked for first, and
    whose it is proves whose the document is.

    Of what is sent: the ``kinds`` that go by this operation, the placeholders of its ``content`` and those among all of
    them that may have no value, the ``lists`` that go along, and the ``words`` that the mapping may translate.
    """

    params: Mapping[str, type]
    record: type[Schema] | None = None
    answer: type[Schema] | None = None
    proves: str | None = None
    kinds: tuple[SubmissionKind, ...] = ()
    content: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    lists: Mapping[str, Mapping[str, type]] | None = None
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_FILE: Mapping[str, type] = {"name": str, "media_type": str, "size": int, "sha256": str, "content": str}
_ACCEPTED: Mapping[str, type] = {
    "reference": str,
    "customer_no": str,
    "accepted_on": date,
    "accepted_at": datetime,
    "kind": str,
}
_TYPES: Mapping[type, type] = {
    fields.Volume: Decimal,
    fields.Money: Decimal,
    fields.Day: date,
    fields.Flag: bool,
}
_FLAG = ("true", "false")


def _sent(*kinds: SubmissionKind, files: bool = True, anybody: bool = False) -> Shape:
    """The shape of what is sent as these kinds, whose content is of one sort; ``anybody``: perhaps no customer."""
    whole = CONTENT_SCHEMAS[kinds[0]]().fields
    lists = {name: _params(each.schema.fields) for name, each in whole.items() if isinstance(each, fields.Rows)}
    content = {name: each for name, each in whole.items() if name not in lists}
    words = {"kind": tuple(map(str, kinds))}
    words |= {name: tuple(each.words) for name, each in content.items() if isinstance(each, fields.Word)}
    words |= {name: _FLAG for name, each in content.items() if isinstance(each, fields.Flag)}
    return Shape(
        {**_params(content), **_ACCEPTED},
        DeliverySchema,
        kinds=kinds,
        content=tuple(whole),
        optional=frozenset(name for name, each in content.items() if not each.required and each.load_default is None)
        | ({"customer_no"} if anybody else frozenset()),
        lists={**lists, "files": _FILE} if files else lists,
        words=words,
    )


def _params(known: Mapping[str, marshmallow_fields.Field[Any]]) -> Mapping[str, type]:
    return {name: _type(each) for name, each in known.items()}


def _type(field: marshmallow_fields.Field[Any]) -> type:
    return next((kind for schema, kind in _TYPES.items() if isinstance(field, schema)), str)


_WHO: Mapping[str, type] = {"customer_no": str}
SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "customer": Shape(_WHO, CustomerSchema),
        "contracts": Shape(_WHO, ContractSchema),
        "invoices": Shape(_WHO, InvoiceSchema),
        "invoice": Shape({**_WHO, "invoice_ref": str}, InvoiceSchema),
        "document": Shape({**_WHO, "invoice_ref": str, "invoice_no": str}, proves="invoice"),
        "ledger": Shape({**_WHO, "since": date}, LedgerEntrySchema, OpeningSchema),
        "balance_on": Shape({**_WHO, "day": date}, AmountsSchema),
        "live": Shape({**_WHO, "since": date}, LedgerEntrySchema, AmountsSchema),
        "meters": Shape(_WHO, MeterToReadSchema),
        "readings": Shape({**_WHO, "meter_no": str}, MeterReadingSchema),
        "cases": Shape(_WHO, CaseSchema),
        "case_document": Shape({**_WHO, "case_no": str, "document_ref": str}, proves="case"),
        "offers": Shape(_WHO, OfferSchema),
        "submit_reading": _sent(SubmissionKind.READING),
        "submit_letter": _sent(*LETTERS),
        "submit_data_change": _sent(SubmissionKind.DATA_CHANGE),
        "submit_consent": _sent(SubmissionKind.CONSENT, files=False),
        "submit_outage": _sent(SubmissionKind.OUTAGE, anybody=True),
        "submit_payment": _sent(SubmissionKind.PAYMENT, files=False),
        "find_submission": Shape(
            {**_WHO, "reference": str, "kind": str},
            DeliverySchema,
            optional=frozenset({"customer_no"}),
            words={"kind": tuple(map(str, SubmissionKind))},
        ),
        "ping": Shape({}),
    }
)
DOCUMENTS = frozenset(name for name, shape in SHAPES.items() if shape.proves is not None)
"""The operations whose answer is a file."""
SENDING: Mapping[SubmissionKind, str] = MappingProxyType(
    {kind: name for name, shape in SHAPES.items() for kind in shape.kinds}
)
"""The operation by which each kind is sent."""
