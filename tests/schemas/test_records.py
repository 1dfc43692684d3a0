"""Records go to JSON and back unchanged, by marshmallow and by the generated functions alike."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas import (
    BalanceSchema,
    CaseSchema,
    ConsentContentSchema,
    ContractSchema,
    CustomerSchema,
    DataChangeContentSchema,
    DeliverySchema,
    Invoice,
    InvoiceSchema,
    InvoiceStatus,
    LedgerEntrySchema,
    LetterContentSchema,
    MeterReadingSchema,
    MeterToReadSchema,
    Offer,
    OfferSchema,
    OutageContentSchema,
    PaymentContentSchema,
    ReadingContentSchema,
    StatementLineSchema,
)
from schemas.dump import dumper
from schemas.fields import RecordSchema
from tests.schemas import records

PAIRS: list[tuple[type[RecordSchema[Any]], st.SearchStrategy[Any]]] = [
    (CustomerSchema, records.customers),
    (ContractSchema, records.contracts),
    (InvoiceSchema, records.invoices),
    (LedgerEntrySchema, records.entries),
    (BalanceSchema, records.balances),
    (StatementLineSchema, records.lines),
    (MeterToReadSchema, records.meters_to_read),
    (MeterReadingSchema, records.meter_readings),
    (CaseSchema, records.cases),
    (OfferSchema, records.offers),
    (ReadingContentSchema, records.reading_contents),
    (LetterContentSchema, records.letter_contents),
    (DataChangeContentSchema, records.data_change_contents),
    (ConsentContentSchema, records.consent_contents),
    (OutageContentSchema, records.outage_contents),
    (PaymentContentSchema, records.payment_contents),
    (DeliverySchema, records.deliveries),
]


@pytest.mark.parametrize(("schema", "strategy"), PAIRS, ids=lambda each: getattr(each, "__name__", ""))
@given(data=st.data())
def test_a_record_survives_json(schema: type[RecordSchema[Any]], strategy: Any, data: st.DataObject) -> None:
    record = data.draw(strategy)
    sent = json.dumps(schema().dump(record))
    assert schema().load(json.loads(sent)) == record


@pytest.mark.parametrize(("schema", "strategy"), PAIRS, ids=lambda each: getattr(each, "__name__", ""))
@given(data=st.data())
def test_the_generated_dumper_says_what_marshmallow_says(
    schema: type[RecordSchema[Any]], strategy: Any, data: st.DataObject
) -> None:
    record = data.draw(strategy)
    assert dumper(schema)(record) == schema().dump(record)


@pytest.mark.parametrize(("schema", "strategy"), PAIRS, ids=lambda each: getattr(each, "__name__", ""))
@given(data=st.data())
def test_a_missing_required_field_and_an_unknown_one_are_refused_by_name(
    schema: type[RecordSchema[Any]], strategy: Any, data: st.DataObject
) -> None:
    sent = schema().dump(data.draw(strategy))
    required = sorted(name for name, field in schema().fields.items() if field.required)
    gone = data.draw(st.sampled_from(required)) if required else None  # nothing is required of a change of data
    sent.pop(gone, None)
    sent["surprise"] = 1
    with pytest.raises(ValidationError) as refused:
        schema().load(sent)
    assert {gone or "surprise", "surprise"} <= set(refused.value.normalized_messages())


@given(records.invoices, records.days)
def test_an_invoice_is_overdue_only_after_its_due_day_and_while_something_remains(invoice: Invoice, today: Any) -> None:
    status = invoice.status(today)
    assert (status is InvoiceStatus.PAID) == (invoice.outstanding <= 0)
    assert (status is InvoiceStatus.OVERDUE) == (invoice.outstanding > 0 and today > invoice.due_on)


@given(records.offers, records.days)
def test_an_offer_stands_on_its_first_and_its_last_day(offer: Offer, today: Any) -> None:
    early = offer.valid_from is not None and today < offer.valid_from
    late = offer.valid_until is not None and today > offer.valid_until
    assert offer.is_valid(today) is not (early or late)
