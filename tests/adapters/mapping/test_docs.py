"""docs/mapping.md says what the code does: its example works, and every key and converter stands in it."""

import dataclasses
import json
import re
import tomllib
from pathlib import Path

from adapters.mapping import FieldMap
from adapters.mapping.converters import _BY_FIELD
from adapters.mapping.shapes import SHAPES
from adapters.mapping.tables import PICKS
from adapters.rest.kind import _PAGING, REST
from schemas import InvoiceKind
from tests.adapters.rest.erp import Given, adapter, erp, mapping

PAGE = (Path(__file__).parents[3] / "docs" / "mapping.md").read_text(encoding="utf-8")


def test_the_worked_example_reads_its_answer() -> None:
    (answer,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    example = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1]
    document = mapping()
    given = tomllib.loads(example)
    document["operations"] |= given["operations"]
    document["erp"] = given["erp"]
    with erp(lambda asked: Given(json.loads(answer))) as served:
        (invoice,) = adapter(served.url, document).invoices("100234")
        assert served.asked[0].path == "/kontrahent/100234/dokumenty"
    assert (invoice.invoice_ref, invoice.kind, str(invoice.gross)) == ("881", InvoiceKind.INVOICE, "108.00")
    assert invoice.has_document


def test_every_key_operation_and_converter_is_explained() -> None:
    converters = {name.rstrip(":") for table in _BY_FIELD.values() for name in table}
    ours = {"key", "name", "schema", "required", "convert", "nested"}
    fields = {each.name for each in dataclasses.fields(FieldMap)} - ours | {"as", "fields", "where", "where_not"}
    paging = {key for keys in _PAGING.values() for key in keys} | {"max_pages", "short_page_ends"}
    for name in (
        *SHAPES,
        *converters,
        *fields,
        *PICKS,
        *paging,
        *REST.operation,
        *REST.document,
        *REST.errors,
        "messages",
    ):
        assert re.search(rf"[`\" ,{{]{re.escape(name)}[`\" :,]", PAGE), name
