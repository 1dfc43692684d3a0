"""An account asks for one more customer, and lets one go."""

from pathlib import Path

from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from gateway.cli import main
from gateway.models import Account, AuditEvent, SessionRow
from gateway.registration import service
from gateway.registration.service import State
from tests.gateway.pages.reading import words
from tests.gateway.registration.conftest import Office, hidden
from tests.stack import NOON


def ask(office: Office, client: FlaskClient, customer_no: str) -> str:
    paper = office.paper(customer_no)
    typed = {name: paper[name] for name in ("customer_no", "invoice_no", "gross", "kind")}
    answer = office.send(client, "/konto/odbiorcy", typed)
    assert answer.status_code == 303, words(answer)
    return str(office.rows()[-1].public_id)


def test_one_more_customer_without_a_link_by_mail(office: Office) -> None:
    anna = office.stack.browser("anna")
    public_id = ask(office, anna, "100101")
    assert "sprawdzamy" in words(anna.get("/konto/odbiorcy"))
    office.work()
    seen = office.waiting()[public_id]
    assert (seen.state, seen.account_id) == (State.CHECKED, 1)
    office.confirm(public_id)
    page = words(anna.get("/konto/odbiorcy"))
    assert "potwierdzone" in page
    assert "Odbiorca 100101" in page
    assert "100101" in words(anna.get("/klienci"))


def test_a_refusal_is_read_on_the_page(office: Office) -> None:
    anna = office.stack.browser("anna")
    public_id = ask(office, anna, "100102")
    with office.portal.database.transaction() as connection:
        connection.execute(update(Account).where(Account.login == "anna").values(email="anna@poczta.example"))
    office.work()
    service.refuse(office.portal, public_id, reason="not-entitled", **office.clerk)
    office.work()
    assert "Numer odbiorcy: 100102" in office.mail()[-1].text
    assert "samemu albo osobie przez niego upoważnionej" in words(anna.get("/konto/odbiorcy"))


def test_who_is_logged_in_is_led_here_from_the_registration(office: Office) -> None:
    assert office.stack.browser("anna").get("/rejestracja").location == "/konto/odbiorcy"


def test_a_customer_that_is_seen_already_is_not_asked_for(office: Office) -> None:
    anna = office.stack.browser("anna")
    paper = office.paper("100001")
    typed = {name: paper[name] for name in ("customer_no", "invoice_no", "gross")}
    answer = office.send(anna, "/konto/odbiorcy", typed)
    assert answer.status_code == 422
    assert "Tego odbiorcę już widzisz." in words(answer)


def test_letting_one_go_ends_what_could_read_by_it(office: Office) -> None:
    keeper = office.stack.browser("zarzadca")
    own = office.stack.api("zarzadca").customers
    gone = own[0]
    path = f"/konto/odbiorcy/{gone['id']}/odlacz"
    with office.portal.database.reading() as connection:
        account_id = connection.execute(select(Account.id).where(Account.login == "zarzadca")).scalar_one()
    from gateway.models import CustomerLink

    with office.portal.database.transaction() as connection:
        link_id = connection.execute(select(CustomerLink.id).where(CustomerLink.public_id == gone["id"])).scalar_one()
        values = {"public_id": "p", "key_hash": b"k" * 32, "kind": "personal", "account_id": account_id}
        values |= {"link_id": link_id, "label": "", "device": "", "waits_for": ""}
        values |= {"created_at": NOON, "seen_at": NOON, "expires_at": NOON}
        connection.execute(insert(SessionRow).values(values))
    page = keeper.get(path)
    assert page.status_code == 200
    assert len(office.stack.api("zarzadca").customers) == len(own), "asking changes nothing"
    assert keeper.post(path, data=hidden(page.text)).status_code == 303
    assert gone["id"] not in {each["id"] for each in office.stack.api("zarzadca").customers}
    assert keeper.get(f"/o/{gone['id']}/").status_code == 404
    with office.portal.database.reading() as connection:
        assert connection.execute(select(SessionRow.id).where(SessionRow.kind == "personal")).first() is None
        event = connection.execute(select(AuditEvent.__table__).where(AuditEvent.action == "link.removed")).one()
    assert (event.actor, event.customer_no) == (f"account:{account_id}", gone["customer_no"])


def test_a_strangers_customer_cannot_be_let_go(office: Office) -> None:
    theirs = office.stack.api("zarzadca").customers[0]["id"]
    assert office.stack.browser("anna").get(f"/konto/odbiorcy/{theirs}/odlacz").status_code == 404


def test_the_same_over_the_api(office: Office) -> None:
    api = office.stack.api("zarzadca")
    paper = office.paper("100001")
    body = {name: paper[name] for name in ("customer_no", "invoice_no", "gross")}
    asked = api.client.post("/api/v1/customers", json=body, headers=api.headers)
    assert asked.status_code == 202
    office.work()
    assert [each.typed.customer_no for each in office.waiting().values() if each.typed] == ["100001"]
    seen = api.client.post("/api/v1/customers", json={**body, "customer_no": "100101"}, headers=api.headers)
    assert set(seen.json["errors"]["json"]) == {"customer_no"}
    gone = api.customers[0]["id"]
    assert api.client.delete(f"/api/v1/customers/{gone}", headers=api.headers).status_code == 204
    assert api.client.delete(f"/api/v1/customers/{gone}", headers=api.headers).status_code == 404
    assert office.stack.client().post("/api/v1/customers", json=body).status_code == 401


def test_the_command_lists_states_and_nothing_typed(office: Office, tmp_path: Path) -> None:
    office.proved()
    environment = {"EBOK_DATABASE__URL": f"sqlite:///{tmp_path}/portal.sqlite", "EBOK_UTILITY__NAME": "W"}
    environment |= {
        "EBOK_WEB__SECRET_KEY": "for tests only, for tests only, for tests only",
        "EBOK_ERP__ADAPTER": "rest",
    }
    said = CliRunner().invoke(main, ["registrations"], env=environment)
    assert said.exit_code == 0, said.output
    assert "checked" in said.output
    assert not any(mark in said.output for mark in ("Zenobia", "100001", "FV/", "@"))
