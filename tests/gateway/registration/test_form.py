"""The form: what it takes, what it says of mistakes, and that it says the same to everybody."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from gateway.models import Mail
from gateway.registration.form import Form, amount
from tests.gateway.pages.reading import main_words, words
from tests.gateway.registration.conftest import EMAIL, MARK, Office, hidden
from tests.stack import stack


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 234,56", "1234.56"),
        ("1234.56 zł", "1234.56"),
        ("1\u00a0234,56\u00a0zł", "1234.56"),
        ("1.234,56 PLN", "1234.56"),
        ("1,234.56", "1234.56"),
        ("123", "123.00"),
        ("123,5", "123.50"),
        ("1.234.567", "1234567.00"),
        ("-12,30", "-12.30"),
        ("\u221212,30", "-12.30"),
        ("0,00", "0.00"),
        *(
            (wrong, None)
            for wrong in ("", "zł", "1.234", "12,345", "1,2,3", "12 zł 30", "1e5", "١٢", "1.23,45", "-", ",")
        ),
        *((wrong, None) for wrong in ("1234.567,89", "9" * 13, "NaN", "0x12", "--1", ",50")),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, expected: str | None) -> None:
    assert amount(text) == (None if expected is None else Decimal(expected))


@given(st.decimals(min_value=-999999999, max_value=999999999, places=2), st.sampled_from([" ", ".", "\u00a0", ""]))
def test_what_is_written_the_polish_way_is_read_back(value: Decimal, thousands: str) -> None:
    written = f"{value:,.2f}".replace(",", "|").replace(".", ",").replace("|", thousands)
    assert amount(written + " zł") == value


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = amount(text)
    assert found is None or found == found.quantize(Decimal("0.01"))


FIELDS = {
    "customer_no": ["", "100 001!", "żółw", "x" * 33, "x" * 500, "\x01"],
    "invoice_no": ["", "  ", "F" * 61, "FV\u202e1"],
    "gross": ["", "dużo", "1.234", "١"],
    "name": ["", "123", "n" * 121, "a\x07b"],
    "email": [
        "",
        "jan",
        "jan@",
        "@x.pl",
        "jan@poczta",
        "a..b@x.pl",
        "a b@x.pl",
        "ż@x.pl",
        "a@x.pl,b@x.pl",
        "a@x.pl\nBcc:b@x.pl",
    ],
    "phone": ["12", "telefon", "1" * 20],
    "terms": [""],
    "privacy": [""],
}


def test_each_field_says_what_is_wrong_and_keeps_what_was_typed(office: Office) -> None:
    visitor, before = office.stack.client(), len(office.rows())
    for field, wrongs in FIELDS.items():
        for wrong in wrongs:
            answer = office.send(visitor, "/rejestracja", office.paper(**{field: wrong}))
            assert answer.status_code == 422, (field, wrong)
            assert f'href="#{field}"' in answer.text, (field, wrong)
            assert f'id="{field}-error"' in answer.text
            assert MARK in answer.text or field == "name"
            assert answer.text.count("govuk-error-message") == 1
    assert len(office.rows()) == before
    nothing = office.send(visitor, "/rejestracja", {})
    assert nothing.text.count('-error"') >= 7


def test_a_company_shows_its_nip(office: Office) -> None:
    visitor = office.stack.client()
    for wrong in ("", "123", "526-000-12-40"):
        answer = office.send(visitor, "/rejestracja", office.paper(kind="company", nip=wrong))
        assert 'id="nip-error"' in answer.text, wrong
    public_id = office.register(kind="company", nip="PL 526-00-01-246")
    from gateway.registration import service

    typed = service.get(office.portal, public_id).typed
    assert typed is not None
    assert typed.nip == "5260001246"


@given(st.dictionaries(st.sampled_from([*FIELDS, "nip", "kind"]), st.text(max_size=300)))
def test_no_text_breaks_the_form(given_: dict[str, str]) -> None:
    form = Form(given_)
    assert form.registration() is not None or form.mistakes


def test_a_double_click_is_one_registration(office: Office) -> None:
    visitor, data = office.stack.client(), office.paper()
    data |= hidden(visitor.get("/rejestracja").text)
    assert {visitor.post("/rejestracja", data=data).location for _ in range(3)} == {"/rejestracja/przyjeta"}
    assert len(office.rows()) == 1
    office.work()
    assert len(office.mail()) == 1
    visitor.post("/rejestracja", data={**data, "gross": "5,00"})
    assert len(office.rows()) == 2, "what was put right is another one"


def test_known_and_unknown_get_the_same_page_and_cost_no_call(office: Office) -> None:
    answers = []
    visitor = office.stack.client()
    form = hidden(visitor.get("/rejestracja").text)
    papers = {
        "known": {"customer_no": "100001", "email": EMAIL},
        "unknown": {"customer_no": "999999", "email": "nikt.taki@poczta.example"},
    }
    paper = {**office.paper(), **form}
    calls = office.stack.calls()
    for turn in range(3):
        for kind, other in papers.items():
            answer = visitor.post("/rejestracja", data={**paper, **other, "once": f"{kind}{turn}"})
            answers.append((answer.status_code, answer.location, answer.data, visitor.get(answer.location).text))
    assert len({answer[:3] for answer in answers}) == 1
    assert len({main_words_of(answer[3]) for answer in answers}) == 1
    assert office.stack.calls() == calls, "the ERP is not asked while somebody waits"


def main_words_of(page: str) -> str:
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def test_one_address_is_not_flooded(office: Office) -> None:
    for turn in range(8):
        office.register(invoice_no=f"FV/{turn}")
    with office.portal.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Mail)).scalar_one() == 5
    assert len(office.rows()) == 8


def test_one_network_waits_longer_and_longer(tmp_path: Path) -> None:
    with stack(tmp_path, face="rest", SECURITY__REGISTRATIONS_FREE="3") as made:
        office = Office(made, None, 0)  # type: ignore[arg-type]  # no mail is read and nothing decided
        for turn in range(3):
            office.register(invoice_no=f"FV/{turn}")
        visitor = made.client()
        answer = office.send(visitor, "/rejestracja", office.paper(invoice_no="FV/3"))
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1
        assert MARK in answer.text, "what was typed stays"
        assert "To, co wpisano, zostaje." in words(answer)
        body = {"customer_no": "1", "invoice_no": "1", "gross": "1,00", "name": "Ktoś", "email": EMAIL}
        body |= {"accept_terms": True, "know_privacy": True}  # type: ignore[dict-item]
        refused = visitor.post("/api/v1/registrations", json=body)
        assert (refused.status_code, refused.json["type"]) == (429, "/api/v1/problems/too-many-requests")
        other = {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}}
        assert visitor.post("/api/v1/registrations", json=body, **other).status_code == 202


@pytest.mark.parametrize("path", ["/regulamin", "/dane-osobowe"])
def test_the_texts_that_are_accepted_can_be_read(office: Office, path: str) -> None:
    assert path in office.stack.client().get("/rejestracja").text
    assert "wzór" in main_words(office.stack.client().get(path))


def test_the_login_page_leads_here(office: Office) -> None:
    assert 'href="/rejestracja"' in office.stack.client().get("/logowanie").text
