"""The queue of registrations: what was typed beside what the ERP said, and a decision that is made once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from gateway.models import Account, Mail, Registration
from gateway.registration import service
from gateway.registration.service import State, Typed
from gateway.tokens import Purpose
from tests.gateway.pages.conftest import token_on
from tests.gateway.pages.reading import words
from tests.gateway.staff.conftest import Clerk, Hire, actions, events
from tests.stack import NOON, Stack


def register(
    whole: Stack,
    *,
    agrees: bool = True,
    email: str = "nowy@poczta.example",
    customer_no: str = "100001",
    of: str = "100001",
    **more: Any,
) -> str:
    """A registration with an invoice of the customer ``of``, that the ERP was asked about; its id."""
    portal = whole.portal
    with whole.app.test_request_context("/"):
        invoice = portal.erp.invoices(of)[0]
        typed = Typed(
            customer_no=customer_no,
            invoice_no=invoice.invoice_no,
            gross=invoice.gross if agrees else Decimal("0.01"),
            name=portal.erp.customer(of).name if agrees else "Ktoś Inny",
            email=email,
            **more,
        )
        public_id: str = service.submit(portal, typed, language="pl", network="203.0.113.7")
        service.prove(portal, portal.tokens.make(Purpose.PROVE_EMAIL, public_id))
        assert service.check_some(portal) == 1
    return public_id


def mails(whole: Stack) -> list[str]:
    with whole.portal.database.reading() as connection:
        return list(connection.execute(select(Mail.template).order_by(Mail.id)).scalars())


def test_what_was_typed_stands_beside_what_the_erp_said_and_differences_are_words(clerk: Clerk, whole: Stack) -> None:
    right, wrong = register(whole), register(whole, agrees=False, email="inny@poczta.example")
    listed = words(clerk.get("/staff/"))
    assert "2 zgłoszenia" in listed
    assert listed.index("zgadza się") < listed.index("różni się")
    assert "może być powtórzone" in listed
    page = clerk.get(f"/staff/zgloszenia/{right}")
    assert "✗ różni się" not in page.text
    assert page.text.count("✓ zgadza się") == 5
    page = clerk.get(f"/staff/zgloszenia/{wrong}")
    assert page.text.count("✗ różni się") == 2
    said = words(page)
    assert "0,01 zł" in said
    assert "jest jeszcze 1 otwarte zgłoszenie z tym numerem odbiorcy" in said
    assert "inne konto widzi już tego odbiorcę" in said
    assert "Dane różnią się od tych w systemie." in said
    assert "Jeżeli nikt nie zdecyduje, odmówimy sami 11.03.2026, 12:00," in said
    assert "odmówimy 11.03.2026, 12:00" in listed


def test_who_is_unknown_or_has_no_invoice_cannot_be_confirmed(clerk: Clerk, whole: Stack) -> None:
    for number, said in (("999999", "nie ma takiego odbiorcy"), ("100201", "nie ma jeszcze żadnej faktury")):
        path = f"/staff/zgloszenia/{register(whole, customer_no=number, email=f'{number}@poczta.example')}"
        page = clerk.get(path)
        assert said in words(page)
        assert "Dostęp można dać dopiero wtedy, gdy odbiorca ma fakturę." in words(page)
        assert f"{path}/potwierdz" not in page.text
        assert clerk.post(f"{path}/potwierdz", path).status_code == 409
        assert clerk.post(f"{path}/odmow", path, reason="not-matching").status_code == 303
    refused = [each.customer_no for each in events(whole) if each.action == "registration.refused"]
    assert refused == ["100201", ""], "a number that nobody has is not written down as a customer's"


def test_confirming_gives_access_and_shows_no_password(clerk: Clerk, whole: Stack) -> None:
    public_id = register(whole)
    page = f"/staff/zgloszenia/{public_id}"
    answer = clerk.post(f"{page}/potwierdz", page)
    assert answer.location == "/staff/?done=confirmed"
    landed = clerk.get(answer.location)
    assert "Pierwsze hasło jest w drodze" in words(landed)
    assert "Nic nie czeka na decyzję" in words(landed)
    assert mails(whole)[-1] == "first_password"
    after = words(clerk.get(page))
    assert "potwierdzone" in after
    assert "nowy@poczta.example" not in after
    with whole.portal.database.reading() as connection:
        assert connection.execute(select(Account.id).where(Account.login == "nowy@poczta.example")).first()


def test_a_second_confirmation_of_the_same_person_promises_no_password(clerk: Clerk, whole: Stack) -> None:
    for done, mail in (("confirmed", "first_password"), ("linked", "customer_linked")):
        page = f"/staff/zgloszenia/{register(whole)}"
        assert clerk.post(f"{page}/potwierdz", page).location == f"/staff/?done={done}"
        assert mails(whole)[-1] == mail


def test_a_refusal_needs_a_reason_and_tells_the_customer(clerk: Clerk, whole: Stack) -> None:
    page = f"/staff/zgloszenia/{register(whole, agrees=False)}"
    answer = clerk.post(f"{page}/odmow", page, note="Zadzwoń do nas.")
    assert answer.status_code == 400
    assert 'href="#reason"' in answer.text
    assert ">Zadzwoń do nas.</textarea>" in answer.text
    answer = clerk.post(f"{page}/odmow", page, reason="not-matching")
    assert answer.location == "/staff/?done=refused"
    assert mails(whole)[-1] == "registration_refused"
    assert "Powód: dane się nie zgadzają." in words(clerk.get(page))


def test_a_question_goes_to_the_customer(clerk: Clerk, whole: Stack) -> None:
    page = f"/staff/zgloszenia/{register(whole)}"
    assert clerk.post(f"{page}/zapytaj", page, question=" ").status_code == 400
    assert clerk.post(f"{page}/zapytaj", page, question="x" * 601).status_code == 400
    assert clerk.post(f"{page}/zapytaj", page, question="Jaki jest numer wodomierza?").status_code == 303
    assert mails(whole)[-1] == "registration_asked"
    assert "czeka na odpowiedź klienta" in words(clerk.get(page))


def test_who_asked_what_became_of_it_and_when_is_told_as_it_was(clerk: Clerk, whole: Stack) -> None:
    page = f"/staff/zgloszenia/{register(whole, agrees=False)}"
    whole.set_now((NOON + timedelta(minutes=5)).isoformat())
    clerk.post(f"{page}/zapytaj", page, question="Jaki jest numer wodomierza?")
    whole.set_now((NOON + timedelta(minutes=9)).isoformat())
    token = whole.portal.tokens.make(Purpose.ANSWER_REGISTRATION, page.rpartition("/")[2])
    visitor = whole.client()
    form = visitor.get("/rejestracja/odpowiedz", query_string={"token": token})
    typed = {"token": token, "csrf_token": token_on(form.text), "answer": "Numer 77", "gross": "0,01"}
    typed |= {"customer_no": "100001", "invoice_no": "FV/1", "name": "Ktoś Inny", "kind": "person"}
    assert visitor.post("/rejestracja/odpowiedz", data=typed).location == "/rejestracja/odpowiedziano"
    said = words(clerk.get(page))
    assert "Adres e-mail potwierdzony 10.03.2026, 12:00." in said
    assert "Pytanie zadał(a) bok, 10.03.2026, 12:05." in said
    assert "Odpowiedź przyszła 10.03.2026, 12:09." in said
    assert "Po wysłaniu nie przechowujemy treści pytania" in said


def test_the_queue_names_what_differs(clerk: Clerk, whole: Stack) -> None:
    of = {"customer_no": "100101", "of": "100101"}
    register(whole, **of, nip="5260250274")
    assert "różni się: NIP" in words(clerk.get("/staff/"))
    register(whole, **of, nip="5260250274", agrees=False)
    assert "różni się: kwota, NIP" in words(clerk.get("/staff/"))
    register(whole, customer_no="999999")
    assert "nie ma takiego odbiorcy" in words(clerk.get("/staff/"))


def test_what_the_erp_was_not_asked_about_cannot_be_confirmed(clerk: Clerk, whole: Stack) -> None:
    page = f"/staff/zgloszenia/{register(whole)}"
    with whole.portal.database.transaction() as connection:
        connection.execute(update(Registration).values(state=State.PROVED, finding=None))
    assert "System rozliczeniowy jeszcze nie odpowiedział" in words(clerk.get(page))
    answer = clerk.post(f"{page}/potwierdz", page)
    assert answer.status_code == 409
    assert "Tego jeszcze nie można zrobić" in words(answer)


@pytest.mark.parametrize("second", ["potwierdz", "odmow", "zapytaj"])
def test_of_two_clerks_one_wins_and_the_other_is_told(hire: Hire, whole: Stack, second: str) -> None:
    first, other = hire(), hire("ola")
    page = f"/staff/zgloszenia/{register(whole)}"
    token = other.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert first.post(f"{page}/potwierdz", page).status_code == 303
    data = {"csrf_token": token, "reason": "duplicate", "question": "Kim Pan jest?"}
    answer = other.client.post(f"{page}/{second}", data=data)
    assert answer.status_code == 409
    assert "Ktoś inny już zdecydował" in words(answer)
    assert mails(whole).count("first_password") == 1
    assert "registration_refused" not in mails(whole)


def test_no_form_works_without_its_token(clerk: Clerk, whole: Stack) -> None:
    page = f"/staff/zgloszenia/{register(whole)}"
    for deed in ("potwierdz", "odmow", "zapytaj"):
        answer = clerk.client.post(f"{page}/{deed}", data={"reason": "other", "question": "Kim Pan jest?"})
        assert answer.status_code == 400
    assert "czeka na decyzję" in words(clerk.get(page))


def test_a_mail_that_failed_for_good_is_seen(clerk: Clerk, whole: Stack) -> None:
    public_id = register(whole)
    with whole.portal.database.transaction() as connection:
        connection.execute(update(Registration).values(mail_failed=True))
    assert "poczta nie doszła" in words(clerk.get("/staff/"))
    assert "Poczta do klienta nie doszła" in words(clerk.get(f"/staff/zgloszenia/{public_id}"))


def test_every_look_and_every_deed_is_in_the_log(clerk: Clerk, whole: Stack) -> None:
    page = f"/staff/zgloszenia/{register(whole)}"
    before = len(actions(whole))
    clerk.get("/staff/")
    clerk.get(page)
    clerk.post(f"{page}/potwierdz", page)
    assert actions(whole)[before:] == [
        *("registrations.listed", "registration.viewed"),
        *("registration.viewed", "registration.confirmed"),
    ]
    of_customer = [(each.actor, each.action) for each in events(whole, customer_no="100001")]
    assert ("staff:bok", "registration.viewed") in of_customer
    assert ("staff:bok", "registration.confirmed") in of_customer
    assert not [each for each in events(whole, customer_no="100201") if each.action.startswith("registration")]


def test_an_unknown_registration_is_not_there(clerk: Clerk) -> None:
    assert clerk.get("/staff/zgloszenia/nie-ma").status_code == 404


def test_where_an_account_asks_for_another_customer_the_clerk_sees_which(clerk: Clerk, whole: Stack) -> None:
    with whole.portal.database.transaction() as connection:
        values = {
            "login": "ewa",
            "email": "ewa@poczta.example",
            "password_hash": "x",
            "created_at": whole.portal.clock.now(),
        }
        account_id = connection.execute(insert(Account).values(values)).inserted_primary_key[0]
    public_id = register(whole, email="ewa@poczta.example")
    with whole.portal.database.transaction() as connection:
        connection.execute(update(Registration).values(account_id=account_id))
    page = clerk.get(f"/staff/zgloszenia/{public_id}")
    assert "O dostęp do kolejnego odbiorcy prosi konto, które już jest" in words(page)
    assert "kolejny odbiorca" in words(clerk.get("/staff/"))
