"""Every route and method against everybody who may knock: a new route without a row here fails the tests."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.routing import Rule

from gateway.models import Account
from gateway.staff import people
from tests.stack import NOON, PASSWORD, Stack, stack

PUBLIC = {
    *("static", "health.healthz", "health.readyz", "metrics.metrics"),
    *("api-docs.openapi_json", "api-pages.page", "api-pages.problem", "registrations.get_terms"),
    *("tokens.create_token", "registrations.register", "registrations.prove", "codes.finish_second_factor"),
    *("pages.login", "pages.language", "pages.appearance", "pages.forgotten", "pages.reset_password"),
    *("pages.prove_email", "pages.account_closed", "pages.terms_text", "pages.privacy_text"),
    *("pages.register", "pages.registered", "pages.prove", "pages.proved"),
    *("pages.answer_question", "pages.answered", "pages.outage", "staff.login"),
    *("outages.report_outage", "outages.get_consent_text"),
}
SIGNED = {"hooks.payment_notification"}
"""Told by payment operators: nobody logs in, and nothing is believed that is not signed."""
LEAVING = {"pages.logout", "tokens.end_token", "staff.logout"}
"""Ending one's own session: allowed at every step of logging in."""
STEPS = {
    *("pages.second_factor_step", "pages.second_code", "pages.first_password", "pages.accept_terms"),
    *("account.change_password", "account.accept_terms", "account.get_terms"),
    *("staff.second_factor", "staff.enrol", "staff.password"),
}
"""A step of logging in: for those whose session waits for it."""
OWN = {
    *("pages.start", "pages.customers", "pages.account", "pages.app_codes", "pages.no_app_codes", "pages.own_data"),
    *("pages.change_email", "pages.change_password", "pages.change_login", "pages.own_customers"),
    *("pages.end_other_sessions", "pages.end_session", "pages.personal_tokens", "pages.revoke_token"),
    *("pages.close_account", "pages.reading_sheet"),
    *("pages.new_payments", "pages.pay_for_several", "pages.all_payments", "pages.payment_return", "pages.payment"),
    *("pages.check_payments",),
}
OF_A_CUSTOMER = {
    *("pages.customer", "pages.invoices", "pages.invoice", "pages.document", "pages.statement", "pages.contracts"),
    *("pages.let_go", "pages.letter", "pages.cases", "pages.case", "pages.case_document", "pages.particulars"),
    *("pages.e_invoices", "pages.meters", "pages.meter", "pages.reading", "pages.unlisted_reading", "pages.offers"),
    *("pages.payments", "pages.new_payment", "pages.check_payment", "pages.pay"),
}
API_OWN = {
    *("account.get_profile", "account.list_sessions", "account.end_session", "account.list_personal_tokens"),
    *("account.make_personal_token", "account.revoke_personal_token"),
    *("customers.list_customers", "customers.ask_for_customer"),
}
API_OF_A_CUSTOMER = {
    *("customers.get_balance", "customers.list_contracts", "customers.list_invoices", "customers.get_invoice"),
    *("customers.get_document", "customers.list_ledger", "customers.let_customer_go"),
    *("customers.get_particulars", "customers.list_meters", "customers.list_readings", "customers.list_offers"),
    *("customers.list_cases", "customers.get_case", "customers.get_case_document"),
    *("customers.send_submission", "customers.list_submissions", "customers.get_submission"),
    *("customers.begin_payment", "customers.list_payments", "customers.get_payment"),
    *("customers.get_transfer", "customers.get_transfer_svg"),
}
CLERKS = {
    *("staff.queue", "staff.registration", "staff.confirm", "staff.refuse", "staff.ask", "staff.own_password"),
    *("staff.accounts", "staff.account", "staff.resend_password", "staff.lock", "staff.unlock"),
    *("staff.end_account_sessions", "staff.outbox", "staff.submission", "staff.submission_content"),
    *("staff.send_submission", "staff.settle_submission", "staff.export_submission"),
    *("staff.payments", "staff.payment", "staff.payment_content", "staff.ask_payment", "staff.settle_payment"),
}
ADMINISTRATORS = {
    *("staff.audit_log", "staff.colleagues", "staff.add_colleague", "staff.reset_colleague", "staff.settings"),
    *("staff.set_colleague_password", "staff.unlock_colleague", "staff.lock_colleague", "staff.terms"),
}
ROWS = (PUBLIC, SIGNED, LEAVING, STEPS, OWN, OF_A_CUSTOMER, API_OWN, API_OF_A_CUSTOMER, CLERKS, ADMINISTRATORS)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("portal")
    with stack(folder, face="rest", SECURITY__STAFF_SECOND_FACTOR="false") as made:
        for login, role in (("bok", people.CLERK), ("szefowa", people.ADMINISTRATOR)):
            people.add_staff(made.portal.database, login=login, role=role, password=PASSWORD, now=NOON)
        made.app.config["WTF_CSRF_ENABLED"] = False  # its own test is below
        yield made


def rules(app: Flask, *classes: set[str]) -> list[tuple[Rule, str]]:
    wanted = set().union(*classes)
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint in wanted
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def path(rule: Rule, cid: str = "invented") -> str:
    filled = dict.fromkeys(rule.arguments, "invented") | ({"cid": cid} if "cid" in rule.arguments else {})
    built: str = rule.rule
    for name, value in filled.items():
        built = built.replace(f"<path:{name}>", value).replace(f"<{name}>", value)
    return built


def asked(client: FlaskClient, rule: Rule, method: str, headers: Any = None, cid: str = "invented") -> Any:
    sent = {"json": {}} if rule.rule.startswith("/api/") and method == "POST" else {}
    with client.open(path(rule, cid), method=method, headers=headers, **sent) as answer:
        answer.get_data()
        return answer


def staff_browser(portal: Stack, login: str) -> FlaskClient:
    client = portal.client()
    assert client.post("/staff/logowanie", data={"login": login, "password": PASSWORD}).status_code == 303
    return client


def in_state(portal: Stack, login: str = "nowa", **columns: Any) -> tuple[FlaskClient, dict[str, str]]:
    """A browser and a token of somebody who logged in before their account came into this state."""
    client = portal.client()
    client.post("/logowanie", data={"login": login, "password": PASSWORD})
    answer = portal.client().post("/api/v1/tokens", json={"login": login, "password": PASSWORD})
    if columns:
        with portal.portal.database.transaction() as connection:
            connection.execute(update(Account).where(Account.login == login).values(**columns))
    return client, {"Authorization": f"Bearer {answer.json['token']}"}


VISITORS = ("anonymous", "A", "B", "must change", "locked", "clerk", "administrator")
MATRIX: list[tuple[set[str], str, str]] = [
    # What, at which kind of address, and what it says to each of the visitors above. The calls come first, for a page
    # ends one's other sessions; what leaves comes last.
    (API_OWN, "", "token in in problem token token token"),
    (API_OF_A_CUSTOMER, "", "token in nothing problem token token token"),
    (STEPS, "/api/", "token in in step token token token"),
    (LEAVING, "/api/", "token leave leave leave token token token"),
    (PUBLIC, "", "open open open step open open open"),
    (SIGNED, "", "open open open open open open open"),
    (OWN, "", "login in in password login login login"),
    (OF_A_CUSTOMER, "", "login in nothing password login login login"),
    (CLERKS, "", "staff staff staff staff staff in in"),
    (ADMINISTRATORS, "", "staff staff staff staff staff nothing in"),
    (STEPS, "/staff/", "staff staff staff staff staff in in"),
    (STEPS, "/", "login in in step login login login"),
    (LEAVING, "/staff/", "staff staff staff staff staff leave leave"),
    (LEAVING, "/", "login leave leave leave login login login"),
]
_OWN_401 = {"tokens.create_token", "codes.finish_second_factor", "pages.login", "staff.login"}


def said(rule: Rule, answer: Any) -> set[str]:
    """What an answer says, in the words of the matrix; several may fit."""
    status, where = answer.status_code, (answer.location or "").partition("?")[0]
    problem = (answer.json or {}).get("type", "") if status == 403 and answer.is_json else ""
    if where == "/logowanie":
        return {"login", "leave"}
    if where == "/staff/logowanie":
        return {"staff", "leave"}
    if where == "/konto/pierwsze-haslo":
        return {"password", "step"}
    if problem.endswith("/password-change-needed"):
        return {"problem", "step"}
    if status == 401 and rule.endpoint not in _OWN_401:
        return {"token"}
    if status == 403 or status >= 500:
        return set()
    return {"open", "in", "step", "leave"} | ({"nothing"} if status == 404 else set())


def ways(app: Flask, visitor: int) -> Iterator[tuple[Rule, str, str]]:
    """Every route and method, with what the matrix says to a visitor; those that leave come last."""
    seen = set()
    for row, at, words in MATRIX:
        for rule, method in rules(app, row):
            if rule.rule.startswith(at) and (rule.rule, method) not in seen:
                seen.add((rule.rule, method))
                yield rule, method, words.split()[visitor]
    assert seen == {(rule.rule, method) for rule, method in rules(app, *ROWS)}


@pytest.fixture
def normal_again(portal: Stack) -> Iterator[None]:
    yield
    with portal.portal.database.transaction() as connection:
        values = {"locked_at": None, "password_until": None}
        connection.execute(update(Account).where(Account.login == "nowa").values(values))


def test_every_route_has_a_row_and_every_row_a_route(portal: Stack) -> None:
    listed = [endpoint for row in ROWS for endpoint in row]
    assert len(listed) == len(set(listed))
    assert set(listed) == {rule.endpoint for rule in portal.app.url_map.iter_rules()}


@pytest.mark.usefixtures("normal_again")
@pytest.mark.parametrize("visitor", range(len(VISITORS)), ids=VISITORS)
def test_every_route_says_to_every_visitor_what_the_matrix_says(portal: Stack, visitor: int) -> None:
    cid = portal.api("anna").customers[0]["id"]
    clients: list[Callable[[], tuple[FlaskClient, dict[str, str] | None]]] = [
        lambda: (portal.client(), None),
        lambda: in_state(portal, "anna"),
        lambda: in_state(portal, "zarzadca"),
        lambda: in_state(portal, password_until=NOON + timedelta(days=14)),
        lambda: in_state(portal, locked_at=NOON),
        lambda: (staff_browser(portal, "bok"), None),
        lambda: (staff_browser(portal, "szefowa"), None),
    ]
    client, headers = clients[visitor]()
    for rule, method, expected in ways(portal.app, visitor):
        keeps = method == "GET" or rule.endpoint not in ("pages.let_go", "customers.let_customer_go")
        sent = headers if rule.rule.startswith("/api/") else None
        answer = asked(client, rule, method, sent, cid=cid if keeps else "invented")
        assert expected in said(rule, answer), (rule.rule, method, answer.status_code, answer.location)


def test_nobody_gets_in_without_logging_in(portal: Stack) -> None:
    for rule, method in rules(portal.app, OWN, OF_A_CUSTOMER, {"pages.logout"}):
        answer = asked(portal.client(), rule, method)
        assert answer.status_code == 302, rule
        assert answer.location.startswith("/logowanie"), rule
    for rule, method in rules(portal.app, API_OWN, API_OF_A_CUSTOMER, {"tokens.end_token"}):
        assert asked(portal.client(), rule, method).status_code == 401, rule
    for rule, method in rules(portal.app, CLERKS, ADMINISTRATORS):
        answer = asked(portal.client(), rule, method)
        assert answer.status_code == 303, rule
        assert answer.location.startswith("/staff/logowanie"), rule


def test_what_is_public_asks_for_no_login(portal: Stack) -> None:
    for rule, method in rules(portal.app, PUBLIC):
        answer = asked(portal.client(), rule, method)
        assert answer.status_code != 403, rule
        if rule.endpoint not in ("tokens.create_token", "codes.finish_second_factor", "pages.login", "staff.login"):
            assert answer.status_code != 401, rule
        assert "logowanie" not in (answer.location or ""), rule


def test_a_stranger_finds_nothing_at_anothers_address(portal: Stack) -> None:
    foreign = portal.api("zarzadca").customers[0]["id"]
    browser, api = portal.browser("anna"), portal.api("anna")
    bodies = set()
    for rule, method in rules(portal.app, OF_A_CUSTOMER):
        for cid in (foreign, "invented"):
            assert asked(browser, rule, method, cid=cid).status_code == 404, rule
    for rule, method in rules(portal.app, API_OF_A_CUSTOMER):
        for cid in (foreign, "invented"):
            answer = asked(api.client, rule, method, api.headers, cid=cid)
            assert answer.status_code == 404, rule
            bodies.add(answer.text)
    assert len(bodies) == 1


def test_a_customer_is_let_in_at_home(portal: Stack) -> None:
    browser, api = portal.browser("anna"), portal.api("anna")
    cid = api.customers[0]["id"]
    for rule, method in rules(portal.app, OWN, OF_A_CUSTOMER):
        if method == "GET":
            answer = asked(browser, rule, method, cid=cid)
            assert answer.status_code in (200, 302, 303, 404), rule
            assert "logowanie" not in (answer.location or ""), rule
    for rule, method in rules(portal.app, API_OWN, API_OF_A_CUSTOMER):
        if method == "GET":
            assert asked(api.client, rule, method, api.headers, cid=cid).status_code in (200, 404), rule


@pytest.mark.usefixtures("normal_again")
def test_whoever_must_change_the_password_does_nothing_else(portal: Stack) -> None:
    client, headers = in_state(portal, password_until=NOON + timedelta(days=14))
    for rule, method in rules(portal.app, OWN, OF_A_CUSTOMER):
        answer = asked(client, rule, method)
        assert (answer.status_code, answer.location) == (303, "/konto/pierwsze-haslo"), rule
    for rule, method in rules(portal.app, API_OWN, API_OF_A_CUSTOMER):
        answer = asked(client, rule, method, headers)
        assert answer.status_code == 403, rule
        assert answer.json["type"] == "/api/v1/problems/password-change-needed", rule


@pytest.mark.usefixtures("normal_again")
def test_the_locked_are_out_at_once(portal: Stack) -> None:
    client, headers = in_state(portal, locked_at=NOON)
    for rule, method in rules(portal.app, OWN, OF_A_CUSTOMER):
        assert asked(client, rule, method).location.startswith("/logowanie"), rule
    for rule, method in rules(portal.app, API_OWN, API_OF_A_CUSTOMER):
        assert asked(client, rule, method, headers).status_code == 401, rule


def test_staff_and_customers_do_not_open_each_others_doors(portal: Stack) -> None:
    anna = portal.browser("anna")
    for rule, method in rules(portal.app, CLERKS, ADMINISTRATORS):
        assert asked(anna, rule, method).location.startswith("/staff/logowanie"), rule
    clerk = staff_browser(portal, "bok")
    for rule, method in rules(portal.app, OWN, OF_A_CUSTOMER):
        assert asked(clerk, rule, method).location.startswith("/logowanie"), rule
    for rule, method in rules(portal.app, API_OWN, API_OF_A_CUSTOMER):
        assert asked(clerk, rule, method).status_code == 401, rule


def test_a_clerk_is_no_administrator(portal: Stack) -> None:
    clerk, administrator = staff_browser(portal, "bok"), staff_browser(portal, "szefowa")
    for rule, method in rules(portal.app, ADMINISTRATORS):
        assert asked(clerk, rule, method).status_code == 404, rule
        if method == "GET":
            assert asked(administrator, rule, method).status_code == 200, rule
    for rule, method in rules(portal.app, CLERKS):
        for who in (clerk, administrator):
            answer = asked(who, rule, method)
            assert answer.status_code in (200, 303, 400, 404, 422), rule
            assert "logowanie" not in (answer.location or ""), rule


def test_every_form_needs_its_token(portal: Stack) -> None:
    portal.app.config["WTF_CSRF_ENABLED"] = True
    try:
        for rule, method in rules(portal.app, *(row for row in ROWS if row is not SIGNED)):
            if method != "GET" and not rule.rule.startswith("/api/"):
                assert asked(portal.client(), rule, method).status_code == 400, rule
    finally:
        portal.app.config["WTF_CSRF_ENABLED"] = False
