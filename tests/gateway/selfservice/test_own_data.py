"""Taking one's data away, closing the account, and personal tokens for programs."""

import json

from sqlalchemy import func, select

from gateway.models import AuditEvent, Consent, CustomerLink, Mail, SessionRow
from tests.gateway.selfservice.conftest import Office, Program, is_in, post
from tests.stack import PASSWORD


def test_ones_data_is_a_file_without_secrets(office: Office) -> None:
    login = office.with_email()
    answer = office.browser(login).get("/konto/dane")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    told = json.loads(answer.text)
    assert told["account"]["login"] == login
    assert [each["customer_no"] for each in told["customers"]] == ["100001"]
    assert told["consents"][0]["channel"] == "seed"
    assert set(told) == {
        "written_at",
        "account",
        "customers",
        "consents",
        "sessions",
        "registrations",
        "submissions",
        "payments",
        "mails",
        "audit",
    }
    row = office.row(login)
    assert row.password_hash not in answer.text
    assert "data.exported" in office.audited(login)


def test_closing_removes_what_the_portal_holds(office: Office) -> None:
    login = office.with_email()
    account_id = office.row(login).id
    client, program = office.browser(login), office.api(login)
    assert post(client, "/konto/zamkniecie", {"current_password": PASSWORD}).status_code == 422
    assert post(client, "/konto/zamkniecie", {"current_password": "nie", "sure": "1"}).status_code == 422
    answer = post(client, "/konto/zamkniecie", {"current_password": PASSWORD, "sure": "1"})
    assert answer.location == "/konto/zamkniete"
    assert client.get(answer.location).status_code == 200
    assert not is_in(client)
    assert program("GET", "customers").status_code == 401
    assert office.row(login) is None
    assert not office.can_log_in(login, PASSWORD)
    assert [name for name, _ in office.mails(f"{login}@poczta.example")] == ["account_closed"]
    with office.portal.database.reading() as connection:
        for table, left in ((CustomerLink, 0), (SessionRow, 0), (Consent, 1)):
            query = select(func.count()).select_from(table).where(table.account_id == account_id)
            assert connection.execute(query).scalar() == left, table
        mine = select(AuditEvent).where(AuditEvent.account_id == account_id)
        trail = [row._mapping for row in connection.execute(mine)]
        remain = select(AuditEvent.__table__), select(Consent.__table__), select(Mail.__table__)
        left = [str(connection.execute(query).all()) for query in remain]
    assert {each["actor"] for each in trail} == {f"account:{account_id}"}
    assert "account.closed" in {each["action"] for each in trail}
    assert [each for each in left if login in each] == [], "the login, which may be an address, is nowhere any more"


def test_a_personal_token_reads_the_invoices_of_one_customer(office: Office) -> None:
    login = office.account(customers=("100001", "100201"))
    program = office.api(login)
    one, other = (each["id"] for each in program("GET", "customers").json)
    wish = {"name": "biuro rachunkowe", "customer": one, "last_day": "2026-03-12"}
    made = program("POST", "account/personal-tokens", wish)
    assert made.status_code == 201, made.text
    assert made.json["expires_at"] == "2026-03-12T23:00:00Z"
    reader = Program(office.stack.client(), made.json["token"])
    assert program("GET", "account/personal-tokens").json[0]["used_at"] is None
    office.later(seconds=5)
    invoices = reader("GET", f"customers/{one}/invoices")
    assert invoices.status_code == 200
    iid = invoices.json["items"][0]["id"]
    assert reader("GET", f"customers/{one}/invoices/{iid}").status_code == 200
    assert reader("GET", f"customers/{one}/invoices/{iid}/document").status_code == 200
    assert reader("GET", f"customers/{one}/invoices/{iid}/transfer").json["payment_account"].endswith("100001")
    assert reader("GET", f"customers/{one}/invoices/{iid}/transfer.svg").status_code == 404  # no recipient is set here
    assert reader("GET", f"customers/{other}/invoices").status_code == 404
    assert reader("GET", "customers/nobody/invoices").status_code == 404
    for path in ("customers", f"customers/{one}/balance", f"customers/{one}/contracts", f"customers/{one}/ledger"):
        answer = reader("GET", path)
        assert (answer.status_code, answer.json["type"]) == (403, "/api/v1/problems/out-of-scope"), path
    assert reader("GET", "account").status_code == 403
    assert reader("POST", "account/personal-tokens", wish).json["type"] == "/api/v1/problems/out-of-scope"
    listed = program("GET", "account/personal-tokens").json
    assert listed[0]["name"] == "biuro rachunkowe"
    assert listed[0]["used_at"] == "2026-03-10T11:00:05Z"
    assert made.json["id"] == listed[0]["id"]
    assert program("DELETE", f"account/personal-tokens/{made.json['id']}").status_code == 204
    assert reader("GET", f"customers/{one}/invoices").status_code == 401


def test_a_personal_token_ends_with_its_last_day(office: Office) -> None:
    program = office.api(office.account())
    one = program("GET", "customers").json[0]["id"]
    wish = {"name": "krótki", "customer": one, "last_day": "2026-03-11"}
    reader = Program(office.stack.client(), program("POST", "account/personal-tokens", wish).json["token"])
    office.stack.set_now("2026-03-11T22:59:59Z")
    assert reader("GET", f"customers/{one}/invoices").status_code == 200
    office.stack.set_now("2026-03-11T23:00:00Z")
    assert reader("GET", f"customers/{one}/invoices").status_code == 401


def test_the_page_shows_a_token_once_and_points_at_mistakes(office: Office) -> None:
    client = office.browser(office.account())
    page = client.get("/konto/tokeny").text
    customer = page.split('<option value="', 1)[1].split('"', 1)[0]
    wrong = post(client, "/konto/tokeny", {"name": "", "customer": "x", "last_day": "10.03.2026"})
    assert wrong.status_code == 422
    for field in ("name", "customer", "last_day"):
        assert f'href="#{field}"' in wrong.text
    assert 'value="10.03.2026"' in wrong.text
    right = post(client, "/konto/tokeny", {"name": "program", "customer": customer, "last_day": "31.12.2026"})
    assert right.status_code == 200
    key = right.text.split("<code", 1)[1].split(">", 1)[1].split("<", 1)[0]
    assert key not in client.get("/konto/tokeny").text
    reader = Program(office.stack.client(), key)
    assert f"/api/v1/customers/{customer}/invoices" in right.text, "where the program reads"
    assert reader("GET", f"customers/{customer}/invoices").status_code == 200
    tid = right.text.split("/konto/tokeny/", 1)[1].split('"', 1)[0]
    assert post(client, f"/konto/tokeny/{tid}", {}, form="/konto/tokeny").status_code == 303
    assert reader("GET", f"customers/{customer}/invoices").status_code == 401
