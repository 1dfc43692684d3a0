"""Paying as a browser and Przelewy24 see it, over HTTP: whatever goes wrong, one charge and the right state."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from gateway import background
from tests.gateway.payments.counter import Counter, Payer, counter, form_on, words
from tests.stack import NOON, seed

CUSTOMERS = iter(range(200001, 200201))
PAID, CHECKING, DOUBT = "Zapłacona, czeka na zaksięgowanie", "Sprawdzamy, czy płatność doszła.", "Wyjaśnia to nasz"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with counter(tmp_path_factory.mktemp("counter")) as made:
        yield made


@pytest.fixture
def here(whole: Counter) -> Iterator[Counter]:
    whole.set_now(NOON.isoformat())
    yield whole
    whole.control("PUT", "p24", {"notifications": "now", "altered_amount": False})
    whole.control("DELETE", "faults")
    whole.set_now(NOON.isoformat())


@pytest.fixture
def payer(here: Counter) -> Payer:
    """Somebody at a customer whom no other test pays for."""
    return somebody(here)


def somebody(here: Counter) -> Payer:
    customer_no = str(next(CUSTOMERS))
    seed(here.app, {f"login{customer_no}": [customer_no]})
    return Payer(here, f"login{customer_no}", customer_no)


def owing(here: Counter) -> tuple[Payer, str]:
    """Somebody with an invoice to pay, and its box; not every customer has one."""
    return next((payer, box) for payer in iter(lambda: somebody(here), None) for box in payer.boxes()[:1])


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def state_of(here: Counter, number: str) -> str:
    with here.portal.database.reading() as connection:
        return str(connection.exec_driver_sql(f"SELECT state FROM payment WHERE public_id = '{number}'").scalar())


def charged_once(here: Counter, payer: Payer, number: str, amount: str) -> None:
    """The operator took it once, and so did the ERP."""
    assert state_of(here, number) == "paid"
    background.run_once(here.portal)
    assert here.payments_in_ledger(payer.customer_no).count(f"-{amount}") == 1


def test_two_tabs_are_one_payment(here: Counter, payer: Payer) -> None:
    first, second = payer.summary(amount="50,00"), payer.summary(amount="50,00")
    assert payer.pay(first).status_code == 303
    refused = payer.pay(second)
    assert refused.status_code == 409
    assert "już w drodze" in words(refused)
    assert len([each for each in here.transactions() if each["amount"] == 5000]) == 1


def test_a_double_click_is_one_payment(here: Counter, payer: Payer) -> None:
    form, before = payer.summary(amount="51"), len(here.transactions())
    here.control("PUT", "faults", {"operation": "p24_register", "fault": "slow", "seconds": 0.5})
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda _: payer.pay(form), range(2)))
    assert {each.location for each in answers} == {answers[0].location}
    assert "/p24/trnRequest/" in str(answers[0].location)
    assert len(here.transactions()) == before + 1


def test_the_back_button_and_the_same_form_again_lead_to_the_same_page(here: Counter, payer: Payer) -> None:
    form = payer.summary(amount="52")
    first = payer.pay(form)
    again = payer.choose(amount="52")
    assert again.status_code == 422
    assert "już w drodze" in words(again)
    assert payer.number() in again.text
    assert payer.pay(form).location == first.location


def test_the_summary_has_an_address_that_tells_nothing_and_leads_back_to_what_was_begun(here: Counter) -> None:
    anna = somebody(here)
    page = anna.choose(amount="64,25")
    address = page.request.full_path
    assert (page.status_code, page.request.method) == (200, "GET")
    assert "64.25" not in address
    assert anna.browser.get(address).text.count("64,25") == page.text.count("64,25"), "asked anew at each look"
    assert "/p24/trnRequest/" in str(anna.pay(form_on(page)).location)
    back = anna.browser.get(address)
    assert (back.status_code, back.location) == (303, f"/platnosci/{anna.number()}")
    assert somebody(here).browser.get(address).status_code == 404


def test_a_retry_after_the_operator_refused_begins_anew(here: Counter, payer: Payer) -> None:
    form = payer.summary(amount="53")
    here.control("PUT", "faults", {"operation": "p24_register", "fault": "unauthorized"})
    failed = payer.pay(form)
    here.control("DELETE", "faults")
    assert str(failed.location).startswith("/platnosci/P-")
    assert "nic nie pobrano" in words(payer.browser.get(str(failed.location)))
    assert payer.pay(form).location == failed.location
    assert "/p24/trnRequest/" in str(payer.pay(payer.summary(amount="53")).location)


def test_a_billing_system_that_is_away_begins_no_payment_and_the_page_says_so(here: Counter, payer: Payer) -> None:
    form, before = payer.summary(amount="63"), len(here.transactions())
    here.fault("*", "html_500")
    answer = payer.pay(form)
    here.control("DELETE", "faults")
    assert answer.status_code == 503
    assert "Płatność się nie zaczęła i nic nie pobrano." in words(answer)
    assert len(here.transactions()) == before
    assert "/p24/trnRequest/" in str(payer.pay(form).location)


def test_a_lost_return_and_a_lost_notification_are_made_up_for(here: Counter, payer: Payer) -> None:
    here.control("PUT", "p24", {"notifications": "none"})
    session = payer.begin(amount="54")
    here.control("POST", f"p24/{session}/pay")
    here.set_now("2026-03-10T12:10:00+01:00")
    background.run_once(here.portal)
    charged_once(here, payer, payer.number(), "54.00")


def test_coming_back_proves_nothing(here: Counter, payer: Payer) -> None:
    payer.begin(amount="55")
    back = payer.browser.get("/platnosci/powrot?session=paid&status=success")
    assert PAID not in words(back)
    assert "czeka na zapłatę" in words(back)
    assert here.payments_in_ledger(payer.customer_no) == []


def test_a_late_notification_still_counts(here: Counter, payer: Payer) -> None:
    here.control("PUT", "p24", {"notifications": "none"})
    session = payer.begin(amount="56")
    here.set_now("2026-03-10T13:00:00+01:00")
    background.run_once(here.portal)
    number = payer.number()
    assert state_of(here, number) == "failed"
    here.control("POST", f"p24/{session}/pay")
    here.set_now("2026-03-13T12:00:00+01:00")
    here.control("POST", f"p24/{session}/notify")
    until(lambda: state_of(here, number) == "paid")
    charged_once(here, payer, number, "56.00")


def test_who_has_paid_an_invoice_twice_over_is_told_so(here: Counter) -> None:
    payer, box = owing(here)
    here.control("PUT", "p24", {"notifications": "none"})
    late, first = payer.begin(boxes=[box]), payer.number()
    here.set_now("2026-03-10T13:00:00+01:00")
    background.run_once(here.portal)
    here.control("POST", f"p24/{payer.begin(boxes=[box])}/pay")
    second = payer.number()
    assert "Nie trzeba robić nic więcej." in payer.reads(second)
    here.control("POST", f"p24/{late}/pay")
    here.control("POST", f"p24/{late}/notify")
    until(lambda: state_of(here, first) == "paid")
    told = payer.reads(first)
    assert "została zapłacona także inną płatnością, czyli dwa razy. Nic nie przepadło" in told
    assert "Nie trzeba robić nic więcej." not in told
    api = here.api(f"login{payer.customer_no}")
    assert [api.get(f"payments/{number}").json["paid_twice"] for number in (first, second)] == [True, False]


def test_who_comes_back_reads_first_of_the_payment_that_changed_last(here: Counter) -> None:
    payer, box = owing(here)
    session = payer.begin(amount="65")
    older = payer.number()
    summary = payer.choose(box)
    assert "Kwota to wszystko, co zostało do zapłaty" not in words(summary)
    assert payer.pay(form_on(summary)).status_code == 303
    newer = payer.number()
    here.set_now("2026-03-10T12:01:00+01:00")
    here.control("POST", f"p24/{session}/pay")
    until(lambda: state_of(here, older) == "paid")
    back = words(payer.browser.get("/platnosci/powrot"))
    assert 0 < back.index(older) < back.index(newer)
    with here.portal.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE payment SET operator = 'payu' WHERE public_id = '{older}'")
    assert "PayU" in payer.reads(older), "also where it is not configured any more"


def test_doubled_notifications_are_one_charge(here: Counter, payer: Payer) -> None:
    here.control("PUT", "p24", {"notifications": "twice"})
    session, number = payer.begin(amount="57"), payer.number()
    here.control("POST", f"p24/{session}/pay")
    until(lambda: len(here.transactions()[-1]["told"]) == 2)
    charged_once(here, payer, number, "57.00")


def test_reordered_notifications_each_find_their_payment(here: Counter, payer: Payer) -> None:
    other = somebody(here)
    here.control("PUT", "p24", {"notifications": "reordered", "seconds": 30})
    first, second = payer.begin(amount="58"), other.begin(amount="59")
    here.control("POST", f"p24/{first}/pay")
    here.control("POST", f"p24/{second}/pay")
    until(lambda: all(each["told"] for each in here.transactions()[-2:]))
    charged_once(here, other, other.number(), "59.00")
    charged_once(here, payer, payer.number(), "58.00")


def test_forged_notifications_change_nothing(here: Counter, payer: Payer) -> None:
    session, number = payer.begin(amount="60"), payer.number()
    forged = {
        "merchantId": 100001,
        "posId": 100001,
        "sessionId": session,
        "amount": 6000,
        "originAmount": 6000,
        "currency": "PLN",
        "orderId": 1,
        "methodId": 1,
        "statement": "p24",
        "sign": "0" * 96,
    }
    answer = here.notify(json.dumps(forged), **{"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.json()["type"].endswith("/unsigned")
    assert here.notify(b"{").status_code == 401
    assert here.notify(b" " * (16 * 1024 + 1)).status_code == 413
    assert here.app.test_client().get("/hooks/payments/p24").status_code == 405
    assert here.app.test_client().post("/hooks/payments/payu", data=b"{}").status_code == 404
    assert state_of(here, number) == "started"


def test_an_altered_amount_is_for_a_person(here: Counter, payer: Payer) -> None:
    here.control("PUT", "p24", {"altered_amount": True})
    session, number = payer.begin(amount="61"), payer.number()
    here.control("POST", f"p24/{session}/pay")
    until(lambda: state_of(here, number) == "doubt")
    assert DOUBT in payer.reads(number)
    background.run_once(here.portal)
    assert here.payments_in_ledger(payer.customer_no) == []


def test_an_amount_that_changed_since_is_shown_first(here: Counter) -> None:
    anna = Payer(here)
    boxes = anna.boxes()
    form = anna.summary(boxes=boxes)
    here.control("POST", "customers/100001/payments", {"amount": "20.00"})
    asked = anna.pay(form)
    assert asked.status_code == 409
    assert "Coś się zmieniło" in words(asked)
    assert "poprzednio 197,10" in words(asked)
    assert "177,10" in words(asked)


def test_another_account_of_the_customer_sees_that_it_is_on_its_way(here: Counter) -> None:
    anna, other = Payer(here), Payer(here, "wspolnik")
    boxes = other.boxes()
    anna.begin(overdue=True)
    number = anna.number()
    page = other.choosing()
    assert "Jest w płatności z innego konta w eBOK." in words(page)
    refused = other.choose(*boxes)
    assert refused.status_code == 422
    for seen in (page, refused, other.browser.get(f"/o/{other.cid}/"), other.browser.get(other.at)):
        assert number not in seen.text
    assert other.browser.get(f"/platnosci/{number}").status_code == 404


def test_paid_waits_and_is_in_the_balance_on_its_day(here: Counter, payer: Payer) -> None:
    api = here.api(f"login{payer.customer_no}")

    def owed() -> str:
        return str(api.get("balance").json["amount"])

    before = owed()
    session, number = payer.begin(amount="62"), payer.number()
    here.control("POST", f"p24/{session}/pay")
    until(lambda: state_of(here, number) == "paid")
    background.run_once(here.portal)
    waits = words(payer.browser.get("/platnosci/powrot"))
    assert "Zaksięgowana; w saldzie od 11 marca 2026." in waits.replace("\u00a0", " ")
    assert owed() == before
    assert words(payer.browser.get(payer.at)).endswith("62,00 zł zaksięgowana"), "as on its own page"
    at = f"/o/{payer.cid}"
    start = words(payer.browser.get(f"{at}/"))
    assert f"Wpłata internetowa {number} −62,00" in start
    assert (start.count(number), "Wpłaty w drodze" in start) == (1, False), "listed once"
    assert f"Wpłata internetowa {number} −62,00" in words(payer.browser.get(f"{at}/rozliczenia"))
    seed(here.app, {"drugi": [payer.customer_no]})
    other = Payer(here, "drugi", payer.customer_no)
    assert "Wpłata internetowa −62,00" in words(other.browser.get(f"/o/{other.cid}/rozliczenia")), "not theirs"
    here.set_now("2026-03-11T00:00:00+01:00")
    background.run_once(here.portal)
    until(lambda: "Płatność jest zaksięgowana." in payer.reads(number))
    assert Decimal(owed()) == Decimal(before) - 62
    assert "Liczy się w saldzie od 11 marca 2026" in payer.reads(number).replace("\u00a0", " ")
    assert "62,00" not in payer.reads(number)
    counted = words(payer.browser.get(f"{at}/rozliczenia"))
    assert "Wpłata internetowa −62,00" in counted
    sent = [each["document_no"] for each in here.control("GET", f"customers/{payer.customer_no}/ledger")][-1]
    assert sent not in counted, "our reference tells a customer nothing"


def test_the_policy_lets_forms_end_at_the_operator_alone(here: Counter) -> None:
    policy = here.client().get("/logowanie").headers["Content-Security-Policy"]
    assert f"form-action 'self' {here.sandbox.url};" in policy


def test_a_manager_pays_for_several_customers_at_once(here: Counter) -> None:
    first, second = (Payer(here, "zarzadca", number) for number in ("100101", "100102"))
    page = first.browser.get("/platnosci/nowa")
    assert first.customer_no in words(page)
    typed = {"csrf_token": form_on(page)["csrf_token"], f"kwota-{first.cid}": "10", f"kwota-{second.cid}": "11"}
    summary = first.browser.post("/platnosci/nowa", data=typed, follow_redirects=True)
    assert "21,00" in words(summary)
    form = form_on(summary)
    assert "/p24/trnRequest/" in str(first.browser.post("/platnosci/zaplac", data=form).location)
    assert here.transactions()[-1]["amount"] == 2100


def test_nothing_chosen_and_no_amount_are_said_beside_the_fields(here: Counter, payer: Payer) -> None:
    nothing = payer.choose()
    assert nothing.status_code == 422
    assert "Zaznacz fakturę albo wpisz kwotę." in words(nothing)
    for typed in ("abc", "0,50", "50000,01"):
        refused = payer.choose(amount=typed)
        assert refused.status_code == 422
        assert f'id="kwota-{payer.cid}-error"' in refused.text
        assert f'value="{typed}"' in refused.text
