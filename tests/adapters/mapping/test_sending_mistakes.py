"""Whatever would be lost, sent twice or not understood for a mapping's mistake is named when the portal starts."""

from pathlib import Path
from typing import Any

import pytest

from adapters.errors import Misconfigured
from adapters.limits import Limits
from adapters.mapping.language import examine
from adapters.rest.kind import REST
from adapters.soap import SoapAdapter
from schemas import LETTERS, SubmissionKind
from tests.adapters.mapping.sent import variant
from tests.adapters.rest.erp import mapping

FIELDS = {"reference": "ref"}
FILES = {"each": "files", "fields": {"n": "{name}", "f": "{content}"}}
LETTER: dict[str, Any] = {
    "path": "/letters/{customer_no}",
    "recognition": "none",
    "json": {"ref": "{reference}", "kind": "{kind}", "topic": "{topic}", "text": "{text}", "about": "{about}"},
    "fields": FIELDS,
}
CONSENT: dict[str, Any] = {
    "path": "/consents/{customer_no}",
    "recognition": "none",
    "json": {"ref": "{reference}", "given": "{given}", "version": "{text_version}", "email": "{email}"},
    "fields": FIELDS,
}
OUTAGE: dict[str, Any] = {
    "path": "/outages",
    "recognition": "none",
    "json": {"ref": "{reference}", "place": "{place}", "text": "{description}", "phone": "{phone}"},
    "fields": FIELDS,
}
FIND: dict[str, Any] = {"path": "/sent/{reference}", "not_found": ["NONE"], "fields": FIELDS}


def mistakes(document: dict[str, Any]) -> list[str]:
    with pytest.raises(Misconfigured) as raised:
        examine(Path("our.toml"), document, REST)
    return [line.removeprefix("our.toml: ") for line in raised.value.mistakes]


def letter(**keys: Any) -> dict[str, Any]:
    return mapping(submit_letter={key: value for key, value in {**LETTER, **keys}.items() if value is not None})


def letter_json(**entries: Any) -> dict[str, Any]:
    return letter(json={name: value for name, value in {**LETTER["json"], **entries}.items() if value is not None})


def consent(**keys: Any) -> dict[str, Any]:
    return mapping(submit_consent={**CONSENT, **keys})


L = "operations.submit_letter"
P = "operations.submit_payment"
PAID = ("amount", "currency", "paid_on", "operator", "operator_ref", "payment_account")


def payment(**entries: Any) -> dict[str, Any]:
    json = {name: f"{{{name}}}" for name in ("reference", *PAID)} | entries
    return mapping(
        submit_payment={"path": "/p/{customer_no}", "recognition": "none", "json": json, "fields": {"reference": "r"}}
    )


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (payment(), f'{P}: expected {{ each = "invoices", fields = … }} in the request, or "invoices" in leaves_out'),
        (
            payment(of={"each": "invoices", "fields": "{invoice_nr}"}),
            f"{P}.json.of.fields: expected a known placeholder",
        ),
        (
            payment(of={"each": "files", "fields": "{name}"}),
            f"{P}.json.of.each: expected a known list of what goes with",
        ),
        (payment(of="{invoices}"), f"{P}.json.of: expected a known placeholder"),
        (letter(recognition=None), f"{L}.recognition: expected a known level of recognition; known are dedup"),
        (letter(recognition="findable"), 'operations.find_submission: expected this operation; recognition "findable"'),
        (letter(recognition="finable"), f'{L}.recognition: expected a known level of recognition (did you mean "find'),
        (letter(lag_seconds=-1), f"{L}.lag_seconds: expected a number of seconds"),
        (letter(lag_seconds=True), f"{L}.lag_seconds: expected a number of seconds"),
        (letter(lag_seconds="5"), f"{L}.lag_seconds: expected a number of seconds"),
        (letter(files="yes"), f"{L}.files: expected true or false"),
        (letter(files=True), f'{L}.files: expected also {{ each = "files"'),
        (letter_json(files=FILES), f"{L}.files: expected true, because the request sends them"),
        (
            letter_json(f={"each": "fiels", "fields": {}}),
            f"{L}.json.f.each: expected a known list of what goes with this",
        ),
        (letter_json(f={"each": "files"}), f"{L}.json.f.fields: expected what is sent for each of them"),
        (letter_json(f={**FILES, "filds": 1}), f'{L}.json.f.filds: expected a known key (did you mean "fields"?)'),
        (letter_json(f={"each": "files", "fields": "{nam}"}), f"{L}.json.f.fields: expected a known placeholder (did"),
        (
            letter_json(f={"each": "files", "fields": "{size:int}"}),
            f"{L}.json.f.fields: expected after {{size: nothing",
        ),
        (letter_json(ref=None), f"{L}: expected {{reference}} in the request, in a place where the ERP keeps it"),
        (letter(path="/letters"), f"{L}: expected {{customer_no}} in the request: whose it is"),
        (letter_json(about=None), f'{L}: expected {{about}} in the request, or "about" in leaves_out'),
        (letter(leaves_out=["txt"]), f"{L}.leaves_out: expected a known placeholder that the request does without"),
        (letter(leaves_out=["text"]), f"{L}.leaves_out: expected a known placeholder that the request does without"),
        (letter(leaves_out=[5]), f"{L}.leaves_out: expected text or a list of texts"),
        (letter_json(text="{txt}"), f'{L}.json.text: expected a known placeholder (did you mean "text"?)'),
        (letter_json(text="{value}"), f"{L}.json.text: expected a known placeholder"),
        (letter_json(on="{accepted_on:%H}"), f"{L}.json.on: expected after {{accepted_on: a form of %d, %m and %Y"),
        (letter_json(on="{accepted_at:%s}"), f"{L}.json.on: expected after {{accepted_at: a form of %d, %m, %Y, %H"),
        (letter(json=""), f"{L}.json: expected a table, a list, text or a number"),
        (letter(json=True), f"{L}.json: expected a table, a list, text or a number"),
        (letter(json=None), f"{L}.json: expected what is sent, or form"),
        (letter(form={"ref": "{reference}"}), f"{L}.form: expected json or form, not both"),
        (letter(method="GET"), f"{L}.method: expected a known word; known are POST, PUT"),
        (letter(path="/letters/{customer_no}/{about}"), f"{L}.path: expected no {{about}}, which may have no value"),
        (
            letter(headers={"X": "{text}"}),
            f"{L}.headers.X: expected no placeholders but accepted_at, accepted_on, cust",
        ),
        (letter(paging={"kind": "page"}), f"{L}.paging: expected a known key"),
        (letter(owner="x"), f"{L}.owner: expected a known key"),
        (letter(fields={}), f"{L}.fields.reference: expected where it stands in the answer"),
        (
            letter(fields={"reference": "r", "caseno": "c"}),
            f'{L}.fields.caseno: expected a known field (did you mean "ca',
        ),
        (letter(kinds=["complant"]), f'{L}.kinds: expected a known kind of letter (did you mean "complaint"?)'),
        (letter(values=1), f"{L}.values: expected a table"),
        (letter(values={"kind": 1}), f"{L}.values.kind: expected a table"),
        (
            letter(values={"txt": {}}),
            f"{L}.values.txt: expected a known placeholder with words of its own; known are k",
        ),
        (letter(values={"kind": {"complaint": "R"}}), f"{L}.values.kind.remark: expected what the ERP calls it"),
        (
            letter(values={"topic": {"invoce": "F"}}),
            f"{L}.values.topic.invoce: expected a known word of ours (did you me",
        ),
        (
            letter(values={"topic": {"invoice": [1]}}),
            f"{L}.values.topic.invoice: expected text, a number, true or false",
        ),
        (
            consent(values={"given": {"true": "T"}}),
            "operations.submit_consent.values.given.false: expected what the ERP",
        ),
        (consent(values={"given": {"yes": "T"}}), "operations.submit_consent.values.given.yes: expected a known word"),
        (consent(kinds=["consent"]), "operations.submit_consent.kinds: expected a known key"),
        (consent(files=True), "operations.submit_consent.files: expected false: nothing of this kind has files"),
        (
            consent(json={**CONSENT["json"], "f": FILES}),
            "operations.submit_consent.json.f.each: expected a known list of what goes with this kind; known are none",
        ),
        (
            mapping(submit_outage={**OUTAGE, "path": "/outages/{customer_no}"}),
            "operations.submit_outage.path: expected no {customer_no}, which may have no value, and cannot be left out",
        ),
        (mapping(find_submission={**FIND, "path": "/sent"}), "operations.find_submission: expected {reference} in the"),
        (
            mapping(find_submission={**FIND, "not_found": []}),
            'operations.find_submission.not_found: expected the codes that mean "we do not have it", or "records"',
        ),
        (mapping(find_submission={**FIND, "not_found": "X"}), "operations.find_submission.not_found: expected a list"),
        (
            mapping(find_submission={**FIND, "not_found": [True]}),
            "operations.find_submission.not_found: expected a list",
        ),
        (mapping(find_submission={**FIND, "owner": "x"}), "operations.find_submission.owner: expected a known key"),
        (
            mapping(submit_letter=LETTER, find_submission={**FIND, "values": {"kind": {"outage": "A"}}}),
            "operations.find_submission.values.kind.complaint: expected what the ERP calls it",
        ),
        (
            mapping(submit_leter=LETTER),
            'operations.submit_leter: expected a known operation (did you mean "submit_letter',
        ),
        (
            mapping(errors={"statuses": {"503": "busy"}}),
            "errors.statuses.503: expected a known meaning; known are not_fo",
        ),
        (mapping(errors={"busy": ["A"], "rejected": ["A"]}), "errors.busy: expected each code in one list only"),
        (mapping(errors={"busy": "A"}), "errors.busy: expected a list"),
    ],
)
def test_each_mistake_is_named(document: dict[str, Any], expected: str) -> None:
    found = mistakes(document)
    assert any(line.startswith(expected) for line in found), found


def test_a_mapping_without_mistakes_accepts_what_it_maps() -> None:
    document = mapping(
        submit_letter={**LETTER, "kinds": ["complaint", "remark"], "values": {"kind": {"complaint": 1, "remark": 2}}},
        submit_outage=OUTAGE,
        submit_consent={
            **CONSENT,
            "json": {"ref": "{reference}", "given": "{given}"},
            "leaves_out": ["text_version", "email"],
        },
        find_submission=FIND,
        errors={"code": "code", "rejected": ["R"], "not_found": ["N"], "messages": {"R": "Nie.", "N": "Nie ma."}},
    )
    operations = examine(Path("our.toml"), document, REST).operations
    accepted = {kind for each in operations.values() for kind in each.accepts}
    assert accepted == {*LETTERS[:2], SubmissionKind.OUTAGE, SubmissionKind.CONSENT}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'Tresc = "{text}"',
            'Tersc = "{text}"',
            "submit_letter.request.Tersc: expected a known element of PrzyjmijPismo",
        ),
        ('Tresc = "{text}"', "", "submit_letter.request.Tresc: expected a value; the WSDL requires it"),
        (
            'Tresc = "{text}"',
            'Tresc = "{about}"',
            "submit_letter.request.Tresc: expected no {about}, which may have no",
        ),
        ('Nazwa = "{name}", Typ', 'Nzwa = "{name}", Typ', "Zalaczniki.Zalacznik.fields.Nzwa: expected a known element"),
        ('Nazwa = "{name}", Typ', "Typ", "Zalaczniki.Zalacznik.fields.Nazwa: expected a value; the WSDL requires it"),
        (
            "Zalaczniki.Zalacznik =",
            "Zalaczniki =",
            "request.Zalaczniki: expected an element that may be there more than",
        ),
        (
            'fields = { Nazwa = "{name}", TypMime = "{media_type}", Plik = "{content}" }',
            'fields = "{content}"',
            "Zalaczniki.Zalacznik.fields: expected a table of Nazwa, TypMime, Plik",
        ),
        ('Tresc = "{text}"', 'Tresc = { a = "{text}" }', "submit_letter.request.Tresc.a: expected a known element"),
        (
            'case_no = "NrSprawy"',
            'case_no = "NrSpraw"',
            "fields.case_no.at: expected a known element in PrzyjmijOdczyt",
        ),
        ('"PrzyjmijPismo"', '"PrzyjmijPisma"', "submit_letter.operation: expected a known operation of the WSDL (did"),
        ('DataWplywu = "{accepted_at}"', "DataWplywu = 5", "request: expected a request that zeep can build"),
    ],
)
def test_each_mistake_that_the_wsdl_shows_is_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    file = Path(variant("soap", tmp_path))
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        SoapAdapter.from_settings({"mapping": str(file), "url": "http://127.0.0.1:9/soap"}, limits=Limits()).close()
    assert any(expected in line for line in caught.value.mistakes), caught.value.mistakes
    assert all(line.startswith("soap.toml: operations.") for line in caught.value.mistakes)
