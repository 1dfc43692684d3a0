"""Meters, readings, cases and offers come out of a mapping as the sandbox has them, over SOAP as over REST."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.clock import SetClock
from adapters.errors import BadData, Misconfigured, NotFound, OwnerMismatch
from adapters.limits import Limits
from adapters.mapping.adapter import MappedAdapter
from adapters.mapping.language import examine
from adapters.rest import RestAdapter
from adapters.rest.kind import REST
from adapters.sandbox.direct import SandboxAdapter
from adapters.sandbox.faults import Fault, FaultKind
from adapters.sandbox.register import ANNA
from adapters.sandbox.server import SandboxServer
from adapters.soap import SoapAdapter
from schemas import Case
from tests.adapters.rest.erp import Given, adapter, erp, mapping

CUSTOMERS = [ANNA, "100102", "100103", "100105", "100106", "100201", "200001", "200002"]
PATIENT = Limits(read_seconds=20, total_seconds=30)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SetClock(datetime(2026, 3, 28, 11, tzinfo=UTC))) as server:
        yield server


@pytest.fixture(scope="module", params=["soap", "rest"])
def mapped(sandbox: SandboxServer, request: pytest.FixtureRequest) -> Iterator[MappedAdapter]:
    opened: MappedAdapter
    if request.param == "soap":
        options = {"mapping": "sandbox_soap", "url": f"{sandbox.url}/soap"}
        opened = SoapAdapter.from_settings(options, limits=PATIENT)
    else:
        opened = RestAdapter.from_settings({"mapping": "sandbox_rest", "url": sandbox.url}, limits=PATIENT)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _lift_faults(sandbox: SandboxServer) -> Iterator[None]:
    yield
    sandbox.faults.clear()


@pytest.mark.parametrize("customer_no", CUSTOMERS)
def test_a_mapping_reads_what_the_sandbox_has(sandbox: SandboxServer, mapped: MappedAdapter, customer_no: str) -> None:
    direct = SandboxAdapter(sandbox.world)
    assert mapped.customer(customer_no) == direct.customer(customer_no)
    assert mapped.meters(customer_no) == direct.meters(customer_no)
    assert mapped.cases(customer_no) == direct.cases(customer_no)
    assert mapped.offers(customer_no) == direct.offers(customer_no)
    for meter in direct.meters(customer_no):
        assert mapped.readings(customer_no, meter.meter_no) == direct.readings(customer_no, meter.meter_no)


def a_case(mapped: MappedAdapter) -> Case:
    return next(each for each in mapped.cases(ANNA) if each.documents)


def test_a_case_s_document_is_the_sandbox_s_own(sandbox: SandboxServer, mapped: MappedAdapter) -> None:
    case = a_case(mapped)
    for name in [each.document_ref for each in case.documents]:
        opened = mapped.case_document(case, name)
        assert b"".join(opened.chunks) == b"".join(SandboxAdapter(sandbox.world).case_document(case, name).chunks)
        opened.close()


@pytest.mark.parametrize("operation", ["meters", "readings", "cases", "offers", "case_document"])
def test_another_customer_s_answer_is_refused(sandbox: SandboxServer, mapped: MappedAdapter, operation: str) -> None:
    case, meter = a_case(mapped), mapped.meters(ANNA)[0]
    sandbox.faults.put(Fault(operation, FaultKind.FOREIGN_OWNER))
    asks = {
        "readings": lambda: mapped.readings(ANNA, meter.meter_no),
        "case_document": lambda: mapped.case_document(case, case.documents[0].document_ref),
    }
    with pytest.raises(OwnerMismatch):
        asks.get(operation, lambda: getattr(mapped, operation)(ANNA))()


@pytest.mark.parametrize("operation", ["meters", "cases"])
def test_a_stranger_is_not_found(mapped: MappedAdapter, operation: str) -> None:
    with pytest.raises(NotFound):
        getattr(mapped, operation)("999999")


def test_a_meter_or_a_case_that_is_not_theirs_is_not_found(mapped: MappedAdapter) -> None:
    case = a_case(mapped)
    with pytest.raises(NotFound):
        mapped.readings(ANNA, "W1001020101")
    with pytest.raises(NotFound):
        mapped.case_document(replace(case, case_no="BOK.1"), case.documents[0].document_ref)
    with pytest.raises(NotFound):
        mapped.case_document(case, "2")


READINGS: dict[str, Any] = {
    "path": "/m/{meter_no}",
    "owner": "nr",
    "meter_no": "meter",
    "records": "rows",
    "fields": {"serial_no": "s", "value": "v", "read_on": "on", "source": {"const": "customer"}},
}
ROW = {"s": "A1", "v": "12.500", "on": "2026-03-01"}


@pytest.mark.parametrize("meter", ["M-2", None, "", ["M-1"]])
def test_readings_that_are_not_said_to_be_of_the_meter_are_refused(meter: Any) -> None:
    answer = Given({"nr": "1", "meter": meter, "rows": [ROW]})
    with erp(lambda asked: answer) as served, pytest.raises(BadData):
        adapter(served.url, mapping(readings=READINGS)).readings("1", "M-1")


def test_each_row_may_say_its_meter_itself() -> None:
    rows = {key: value for key, value in READINGS.items() if key != "meter_no"}
    rows["fields"] = {**READINGS["fields"], "meter_no": "m"}
    with erp(lambda asked: Given({"nr": "1", "rows": [{**ROW, "m": 7}]})) as served:
        (found,) = adapter(served.url, mapping(readings=rows)).readings("1", "7")
        assert (found.meter_no, str(found.value)) == ("7", "12.5")
        with pytest.raises(BadData):
            adapter(served.url, mapping(readings=rows)).readings("1", "8")


CASES: dict[str, Any] = {
    "path": "/s/{customer_no}",
    "owner": "nr",
    "records": "rows",
    "fields": {
        "case_no": "no",
        "kind": {"const": "complaint"},
        "status": {"const": "answered"},
        "opened_on": "on",
        "documents": {"each": "files", "fields": {"document_ref": "id", "name": "name"}},
    },
}


def test_a_document_that_does_not_say_whose_it_is_is_proven_by_its_case() -> None:
    files = [{"id": 5, "name": "a.pdf"}]
    told = {"/s/1": Given({"nr": "1", "rows": [{"no": "S1", "on": "2026-03-01", "files": files}]})}
    told["/d/S1/5"] = Given(b"%PDF-1.4", media_type="application/pdf")
    document = mapping(cases=CASES, case_document={"path": "/d/{case_no}/{document_ref}", "owner": "case"})
    with erp(lambda asked: told[asked.path]) as served:
        opened = adapter(served.url, document)
        (case,) = opened.cases("1")
        found = opened.case_document(case, "5")
        assert (found.customer_no, b"".join(found.chunks)) == ("1", b"%PDF-1.4")
        told["/s/1"] = Given({"nr": "1", "rows": []})  # it has become somebody else's
        with pytest.raises(NotFound):
            opened.case_document(case, "5")
        assert [asked.path for asked in served.asked] == ["/s/1", "/s/1", "/d/S1/5", "/s/1"]


def test_lines_of_a_text_end_in_one_way() -> None:
    fields = {"offer_ref": "id", "kind": {"const": "product"}, "title": "t", "text": "x"}
    offers = {"path": "/o", "records": "rows", "fields": fields}
    with erp(lambda asked: Given({"rows": [{"id": 1, "t": "T", "x": " a\r\n\r\nb\rc \n"}]})) as served:
        (offer,) = adapter(served.url, mapping(offers=offers)).offers("1")
        assert offer.text == "a\n\nb\nc"


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        (
            {"readings": {key: value for key, value in READINGS.items() if key != "meter_no"}},
            "operations.readings.meter_no: expected where the answer says which meter it is of",
        ),
        ({"readings": {**READINGS, "meter_no": "a["}}, "operations.readings.meter_no: expected a JMESPath expression"),
        ({"meters": {"path": "/m", "meter_no": "x"}}, "operations.meters.meter_no: expected a known key"),
        (
            {"case_document": {"path": "/d/{document_ref}", "owner": "case"}},
            "operations.cases: expected this operation, because case_document is of a case",
        ),
        (
            {"cases": CASES, "case_document": {"path": "/d/{document_ref}", "owner": "invoice"}},
            'operations.case_document.owner: expected "header:NAME" where the answer says whose it is, or "case"',
        ),
        ({"cases": {**CASES, "owner": ""}}, "operations.cases.owner: expected text"),
    ],
)
def test_each_mistake_is_named(operations: dict[str, Any], expected: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        examine(Path("our.toml"), mapping(**operations), REST)
    assert any(expected in line for line in raised.value.mistakes), raised.value.mistakes
