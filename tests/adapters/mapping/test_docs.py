"""docs/mapping.md says what the code does: its example works, and every key and converter stands in it."""

import dataclasses
import json
import re
import tomllib
from pathlib import Path

from adapters.capabilities import Recognition
from adapters.mapping import FieldMap
from adapters.mapping.acceptances import FIND_KEYS, SUBMIT_KEYS
from adapters.mapping.converters import _BY_FIELD
from adapters.mapping.language import REFUSALS
from adapters.mapping.options import BUILT_IN
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
    placeholders = {name for shape in SHAPES.values() for name in shape.params}
    placeholders |= {name for shape in SHAPES.values() for known in (shape.lists or {}).values() for name in known}
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
        *REFUSALS,
        *SUBMIT_KEYS,
        *FIND_KEYS,
        *Recognition,
        *placeholders,
        "kinds",
        "messages",
    ):
        assert re.search(rf"[`\" ,{{]{re.escape(name)}[`\" :,]", PAGE), name


def test_what_is_shown_of_the_sandbox_s_mappings_stands_in_them() -> None:
    examples = [tomllib.loads(each) for each in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
    letters = [
        each["operations"]["submit_letter"] for each in examples if "submit_letter" in each.get("operations", {})
    ]
    assert len(letters) == 2
    for shown, name in zip(letters, ("sandbox_rest", "sandbox_soap"), strict=True):
        whole = tomllib.loads((BUILT_IN / f"{name}.toml").read_text(encoding="utf-8"))["operations"]
        if isinstance(shown["fields"], dict):  # so that the example is whole
            assert shown["fields"] == whole["submit_reading"]["fields"]
            shown = {**shown, "fields": "operations.submit_reading"}
        assert shown == whole["submit_letter"]
