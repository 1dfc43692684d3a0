"""Registering over the API."""

import re

from gateway.registration.service import State
from tests.gateway.registration.conftest import Office


def body(office: Office, **other: object) -> dict[str, object]:
    paper = {name: value for name, value in office.paper().items() if name not in ("kind", "terms", "privacy")}
    return {**paper, "accept_terms": True, "know_privacy": True, **other}


def test_registering_and_proving(office: Office) -> None:
    client = office.stack.client()
    texts = client.get("/api/v1/terms").json
    assert texts["terms"]["text_hash"] == office.portal.terms.terms.text_hash
    known = client.post("/api/v1/registrations", json=body(office))
    unknown = client.post("/api/v1/registrations", json=body(office, customer_no="999999", email="x@poczta.example"))
    assert known.status_code == unknown.status_code == 202
    assert known.data == unknown.data
    office.work()
    tokens = [re.findall(r"token=(\S+)", each.text)[0] for each in office.mail()]
    assert client.post("/api/v1/registrations/prove", json={"token": tokens[0]}).status_code == 202
    again = client.post("/api/v1/registrations/prove", json={"token": tokens[0]})
    assert (again.status_code, again.json["reason"]) == (410, "used")
    assert client.post("/api/v1/registrations/prove", json={"token": "x"}).json["reason"] == "wrong"
    office.work()
    assert [each.state for each in office.rows()] == [State.CHECKED, State.NEW]


def test_each_mistake_is_named(office: Office) -> None:
    client = office.stack.client()
    wrong = client.post("/api/v1/registrations", json=body(office, gross="1.234", email="x", accept_terms=False))
    assert wrong.status_code == 422
    assert set(wrong.json["errors"]["json"]) == {"gross", "email", "accept_terms"}
    assert client.post("/api/v1/registrations", json=body(office, pesel="1")).status_code == 422
    assert office.rows() == []


def test_all_mistakes_come_at_once_and_in_the_readers_language(office: Office) -> None:
    client = office.stack.client()
    wrong = body(office, gross="1.234", email="x", name="x" * 200, accept_terms=False, know_privacy="tak", pesel="1")
    del wrong["customer_no"]
    told = client.post("/api/v1/registrations", json=wrong).json["errors"]["json"]
    assert told == {
        "customer_no": ["Tego pola brakuje, a jest potrzebne."],
        "gross": ["Wpisz kwotę brutto z tej faktury, na przykład 123,45."],
        "email": ["Wpisz pełny adres e-mail, na przykład jan.kowalski@poczta.example."],
        "name": ["Tu powinno być od 1 do 120 znaków."],
        "accept_terms": ["Przeczytaj regulamin i potwierdź, że go akceptujesz."],
        "know_privacy": ["Tu powinno być true albo false."],
        "pesel": ["Takiego pola tu nie ma."],
    }
    english = client.post("/api/v1/registrations", json=wrong, headers={"Accept-Language": "en"})
    assert english.json["errors"]["json"]["pesel"] == ["There is no such field here."]
    assert english.headers["Content-Language"] == "en"
    assert office.rows() == []


def test_a_repetition_with_its_key_is_the_same_registration(office: Office) -> None:
    client = office.stack.client()
    for _ in range(3):
        headers = {"Idempotency-Key": "one"}
        assert client.post("/api/v1/registrations", json=body(office), headers=headers).status_code == 202
    assert len(office.rows()) == 1
