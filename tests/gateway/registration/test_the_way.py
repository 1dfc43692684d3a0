"""From a paper invoice to a working account, through HTTP, over both faces of the billing system."""

import re
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, update

from gateway.models import Account, Consent, CustomerLink, Registration
from gateway.registration import service
from gateway.registration.service import AlreadyDecided, NotChecked, State
from gateway.staff.words import comparison
from tests.gateway.pages.reading import words
from tests.gateway.registration.conftest import EMAIL, MARK, Office, hidden
from tests.stack import NOON


def test_from_the_form_to_an_account(office: Office) -> None:
    public_id = office.register()
    assert office.stack.client().get("/rejestracja/przyjeta").status_code == 200
    assert office.waiting() == {}, "no clerk's time before the address is proved"
    office.work()
    letter = office.mail()[-1]
    assert letter.to == EMAIL
    assert MARK not in letter.subject + letter.text

    visitor, link = office.stack.client(), office.link()
    page = visitor.get(link)
    assert visitor.get(link).status_code == 200, "looking uses nothing up"
    assert office.rows()[-1].state == State.NEW
    assert visitor.post("/rejestracja/potwierdz", data=hidden(page.text)).location == "/rejestracja/potwierdzono"
    office.work()

    seen = office.waiting()[public_id]
    assert (seen.state, seen.can_be_confirmed) == (State.CHECKED, True)
    assert seen.typed is not None
    assert seen.finding is not None
    assert (seen.typed.name, seen.typed.email, seen.typed.phone) == (MARK, EMAIL, "+48600000123")
    assert seen.finding.agrees
    assert seen.finding.name == "Anna Borowska"

    office.confirm(public_id)
    office.work()
    text = office.mail()[-1].text
    assert EMAIL in text
    password = re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", text)[0]
    with office.portal.database.reading() as connection:
        account = connection.execute(select(Account.__table__).where(Account.email == EMAIL)).one()
        links = connection.execute(select(CustomerLink.customer_no).where(CustomerLink.account_id == account.id))
        consent = connection.execute(select(Consent.__table__).where(Consent.account_id == account.id)).one()
        assert links.scalars().all() == ["100001"]
    assert (account.login, account.holder, account.phone) == (EMAIL, MARK, "+48600000123")
    assert account.password_until == NOON + timedelta(days=14)
    assert (consent.channel, consent.text_hash) == ("register", office.portal.terms.terms.text_hash)
    assert password not in str(account)
    assert office.stack.client().post("/api/v1/tokens", json={"login": EMAIL, "password": password}).status_code < 500
    assert [each.removeprefix("registration.") for each in office.actions()] == [
        *("submitted", "proved", "checked", "confirmed"),
    ]


def test_after_the_decision_nothing_typed_is_left_in_the_file(office: Office, tmp_path: Path) -> None:
    marks = ["Zenobia", "zenobia.marker", "600000123", "ODPOWIEDZ-MARKER"]
    public_id = office.proved()
    invoice_no = office.paper()["invoice_no"]
    service.ask_again(office.portal, public_id, question="Czyje to mieszkanie?", **office.clerk)
    office.work()
    visitor, link = office.stack.client(), office.link()
    page = visitor.get(link)
    assert invoice_no in page.text
    corrected = {**office.paper(), "answer": "ODPOWIEDZ-MARKER"}
    assert visitor.post("/rejestracja/odpowiedz", data={**corrected, **hidden(page.text)}).status_code == 303
    office.work()
    typed = office.waiting()[public_id].typed
    assert typed is not None
    assert typed.answer == "ODPOWIEDZ-MARKER"
    service.refuse(office.portal, public_id, reason="not-entitled", note="Prosimy o pełnomocnictwo.", **office.clerk)
    office.work()
    assert "Prosimy o pełnomocnictwo." in office.mail()[-1].text
    row = office.rows()[-1]
    assert (row.particulars, row.finding, row.state, row.reason) == (None, None, State.REFUSED, "not-entitled")
    disk = b"".join(each.read_bytes() for each in tmp_path.glob("portal.sqlite*"))
    for mark in (*marks, invoice_no, "Czyje to mieszkanie"):
        assert mark.encode() not in disk, mark


DISAGREEING = {
    "nieznany": {"customer_no": "999999", "gross": "1,00"},
    "bez.faktury": {"customer_no": "100201", "gross": "1,00"},
    "zly.numer": {"invoice_no": "FV/1/1999"},
    "zla.kwota": {"gross": "1,00"},
}


def test_whatever_does_not_agree_is_refused_in_the_same_words_at_the_same_moment(office: Office) -> None:
    for name, typed in DISAGREEING.items():
        office.stack.set_now((NOON + timedelta(minutes=len(office.rows()))).isoformat())
        office.proved(email=f"{name}@poczta.example", **typed)
    right, proved = office.proved(), [row.proved_at for row in office.rows()]
    before, after = len(office.mail()), timedelta(hours=office.portal.settings.security.refuse_after_hours)
    for number, name in enumerate(DISAGREEING):
        office.stack.set_now((proved[number] + after - timedelta(seconds=1)).isoformat())
        office.work()
        assert len(office.mail()) == before + number, f"{name} is told before its time"
        office.stack.set_now((proved[number] + after).isoformat())
        office.work()
        assert office.mail()[-1].to == f"{name}@poczta.example"
    told = office.mail()[before:]
    assert len({(each.subject, each.text) for each in told}) == 1
    assert service.reason_text("not-matching", "pl").split(".")[0] in " ".join(told[0].text.split())
    refused = {(row.state, row.reason, row.particulars, row.finding) for row in office.rows()[:-1]}
    assert refused == {(State.REFUSED, "not-matching", None, None)}
    assert list(office.waiting()) == [right], "what agrees waits for a clerk"


def test_until_then_a_clerk_sees_why_and_may_decide(office: Office) -> None:
    ids = {name: office.proved(email=f"{name}@poczta.example", **typed) for name, typed in DISAGREEING.items()}
    agreeing = office.proved()
    assert next(iter(office.waiting())) == agreeing, "what refuses itself keeps nobody waiting"
    findings = {name: office.waiting()[public_id].finding for name, public_id in ids.items()}
    assert [(each.known, each.invoiced, each.invoice_found) for each in findings.values() if each] == [
        *((False, False, False), (True, False, False), (True, True, False), (True, True, True)),
    ]
    for name in ("nieznany", "bez.faktury"):
        with pytest.raises(NotChecked):
            office.confirm(ids[name])
    office.confirm(ids["zla.kwota"])
    service.ask_again(office.portal, ids["nieznany"], question="Jaki jest numer z faktury?", **office.clerk)
    office.work()
    visitor, link = office.stack.client(), office.link()
    late = NOON + timedelta(hours=office.portal.settings.security.refuse_after_hours)
    office.stack.set_now(late.isoformat())
    office.work()
    assert office.waiting()[ids["nieznany"]].state is State.ASKED, "who was asked is waited for"
    wrong = {**office.paper(), **DISAGREEING["zla.kwota"], **hidden(visitor.get(link).text)}
    assert visitor.post("/rejestracja/odpowiedz", data=wrong).status_code == 303
    office.work()
    seen = office.waiting()[ids["nieznany"]]
    assert (seen.state, seen.refused_at) == (State.CHECKED, late + (late - NOON)), "an answer is looked at too"
    right = office.paper()["gross"]
    assert all(right.removesuffix(" zł") not in each.text for each in office.mail())


def test_an_erp_that_is_down_costs_nothing_but_time(office: Office) -> None:
    public_id = office.register(gross="1,00")
    office.stack.fault("*", "html_500")
    office.prove()
    seen = office.waiting()[public_id]
    assert (seen.state, seen.finding, seen.can_be_confirmed) == (State.PROVED, None, False)
    with pytest.raises(NotChecked):
        office.confirm(public_id)
    office.stack.control("DELETE", "faults")
    office.work()
    assert office.waiting()[public_id].state is State.PROVED, "its turn has not come yet"
    late = NOON + timedelta(hours=office.portal.settings.security.refuse_after_hours + 1)
    office.stack.set_now(late.isoformat())
    office.work()
    seen = office.waiting()[public_id]
    assert (seen.state, seen.refused_at) == (State.CHECKED, late + timedelta(hours=24)), "a clerk has time to look"


def test_two_clerks_at_once_one_wins(office: Office) -> None:
    public_id, start, outcomes = office.proved(), Barrier(2), []

    def decide() -> None:
        start.wait()
        try:
            office.confirm(public_id)
            outcomes.append("done")
        except AlreadyDecided as error:
            outcomes.append(error.state)

    threads = [Thread(target=decide) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == [State.CONFIRMED, "done"]
    office.work()
    assert sum(each.to == EMAIL for each in office.mail()) == 2, "one link, one password"


def test_a_mail_refused_for_good_is_seen_by_the_clerk(office: Office) -> None:
    public_id = office.register()
    with office.portal.database.transaction() as connection:  # as the mail worker does at a 5xx
        connection.execute(update(Registration).values(mail_failed=True))
    seen = office.waiting()[public_id]
    assert (seen.mail_failed, seen.state) == (True, State.NEW)


def test_doubles_are_flagged(office: Office) -> None:
    first, second = office.proved(), office.proved(email="ktos.inny@poczta.example")
    assert office.waiting()[first].duplicates.same_customer == 1
    assert office.waiting()[second].duplicates.same_email == 0
    assert office.waiting()[second].duplicates.customer_has_account, "anna is linked with this customer"


def test_who_has_an_account_gets_one_more_customer_and_no_second_account(office: Office) -> None:
    office.confirm(office.proved())
    public_id = office.proved(**office.paper("100101"))
    assert office.waiting()[public_id].duplicates.email_has_account
    office.confirm(public_id)
    office.work()
    assert "Numer odbiorcy: 100101" in office.mail()[-1].text
    with office.portal.database.reading() as connection:
        account = connection.execute(select(Account.id).where(Account.email == EMAIL)).one()
        links = select(CustomerLink.customer_no).where(CustomerLink.account_id == account.id)
        assert sorted(connection.execute(links).scalars()) == ["100001", "100101"]


def test_a_link_works_once_and_for_its_time(office: Office) -> None:
    office.proved()
    used = office.stack.client().get(office.link())
    assert used.status_code == 410
    assert "Ten link był już użyty" in words(used)
    office.register(email="druga@poczta.example")
    office.work()
    link = office.link()
    wrong = office.stack.client().get(link.replace("potwierdz", "odpowiedz"))
    assert (wrong.status_code, "Ten link nie działa" in words(wrong)) == (404, True)
    office.stack.set_now((NOON + timedelta(hours=49)).isoformat())
    late = office.stack.client().get(link)
    assert late.status_code == 410
    assert 'href="/rejestracja"' in late.text
    office.work()
    assert [each.state for each in office.rows()] == [State.CHECKED], "what nobody proved is forgotten"


def test_a_companys_tax_number_is_compared_with_the_erps(office: Office) -> None:
    numbers = [str(number) for number in range(100101, 100113)]
    known = next(each for each in map(office.portal.erp.customer, numbers) if each.nip)
    assert known.nip is not None
    other = "5260250274" if known.nip != "5260250274" else "9990000008"
    company = office.paper(known.customer_no, kind="company", name=known.name)
    right = office.proved(**{**company, "nip": known.nip})
    wrong = office.proved(**{**company, "nip": other})
    findings = {public_id: each.finding for public_id, each in office.waiting().items()}
    assert [(each.nip, each.nip_agrees, each.agrees) for each in map(findings.get, (right, wrong)) if each] == [
        (known.nip, True, True),
        (known.nip, False, False),
    ]
    with office.stack.app.test_request_context("/"):
        rows = {str(row.label): row for row in comparison(office.waiting()[wrong])}
    assert (rows["NIP"].typed, rows["NIP"].found, rows["NIP"].agrees) == (other, known.nip, False)
