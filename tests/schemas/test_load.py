"""The generated loaders make the same records as marshmallow, and take nothing but what the dumpers wrote."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import (
    BalanceSchema,
    ContractSchema,
    CustomerSchema,
    InvoiceSchema,
    LedgerEntrySchema,
    StatementLineSchema,
)
from schemas.dump import dumper
from schemas.fields import RecordSchema
from schemas.load import loader
from tests.schemas import records

PAIRS: list[tuple[type[RecordSchema[Any]], st.SearchStrategy[Any]]] = [
    (CustomerSchema, records.customers),
    (ContractSchema, records.contracts),
    (InvoiceSchema, records.invoices),
    (LedgerEntrySchema, records.entries),
    (BalanceSchema, records.balances),
    (StatementLineSchema, records.lines),
]
every_record = pytest.mark.parametrize(("schema", "strategy"), PAIRS, ids=lambda each: getattr(each, "__name__", ""))


@every_record
@given(data=st.data())
def test_the_generated_loader_makes_what_marshmallow_makes(
    schema: type[RecordSchema[Any]], strategy: Any, data: st.DataObject
) -> None:
    record = data.draw(strategy)
    sent = json.loads(json.dumps(dumper(schema)(record)))
    assert loader(schema)(sent) == schema().load(sent) == record


@every_record
@given(data=st.data())
def test_a_field_too_few_or_too_many_or_of_another_type_is_refused(
    schema: type[RecordSchema[Any]], strategy: Any, data: st.DataObject
) -> None:
    sent = dumper(schema)(data.draw(strategy))
    name = data.draw(st.sampled_from(sorted(sent)))
    without = {each: value for each, value in sent.items() if each != name}
    for wrong in (without, {**sent, "surprise": 1}, {**without, "surprise": 1}, {**sent, name: 1.5}, [sent], None):
        with pytest.raises((ValueError, KeyError, TypeError)):
            loader(schema)(wrong)


@given(records.contracts)
def test_a_text_is_not_taken_for_a_list(contract: Any) -> None:
    sent = dumper(ContractSchema)(contract)
    for name in ("services", "supply_points"):
        with pytest.raises(ValueError, match="list"):
            loader(ContractSchema)({**sent, name: ""})
