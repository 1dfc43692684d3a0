"""What happens at the same moment, on SQLite and on PostgreSQL: one wins, and nothing is lost or counted twice."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, update

from gateway.accounts import opened_by
from gateway.models import Account, AuditEvent, CustomerLink, Mail, OneTimeCode, Registration
from gateway.registration import service
from gateway.registration.service import State
from gateway.selfservice.person import Refused, Who, person_of
from gateway.selfservice.second_factor import check, send_code
from gateway.session_store import Overtaken
from gateway.staff import people
from tests.gateway.staff.conftest import Clerk
from tests.gateway.staff.test_queue import register
from tests.postgres import postgres_url
from tests.stack import NOON, PASSWORD, Stack, stack


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("at_once")
    settings = {"CACHE__SECONDS": "0", "SECURITY__STAFF_SECOND_FACTOR": "false"}
    if request.param == "sqlite":
        with stack(folder, face="rest", **settings) as made:
            yield made
        return
    with postgres_url() as url, stack(folder, face="rest", DATABASE__URL=url, **settings) as made:
        yield made


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each gave or raised, begun in one moment."""
    start, outcomes = Barrier(len(deeds)), []

    def do(deed: Callable[[], Any]) -> None:
        start.wait()
        try:
            outcomes.append(deed())
        except Exception as error:
            outcomes.append(error)

    threads = [Thread(target=do, args=[each]) for each in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return outcomes


def clerk_at_work(whole: Stack, login: str) -> Clerk:
    database, now = whole.portal.database, whole.portal.clock.now()
    if all(each.login != login for each in people.everybody(database)):
        people.add_staff(database, login=login, role=people.CLERK, password=PASSWORD, now=now)
    made = Clerk(whole, login, whole.client())
    assert made.give_password().status_code == 303
    return made


@pytest.mark.parametrize("second", ["potwierdz", "odmow"])
def test_of_two_clerks_at_two_browsers_one_wins_and_the_other_is_told(both: Stack, second: str) -> None:
    clerks = [clerk_at_work(both, login) for login in ("ola", "ela")]
    for number in range(4):
        email = f"{second}{number}@poczta.example"
        page = f"/staff/zgloszenia/{register(both, email=email)}"
        shown = [each.get(page).text for each in clerks]
        forms = [
            {name: text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("csrf_token", "seen")}
            for text in shown
        ]
        forms[1]["reason"] = "other"

        def send(which: int, deed: str, page: str = page, forms: Any = forms) -> Any:
            return clerks[which].client.post(f"{page}/{deed}", data=forms[which])

        answers = at_once(lambda: send(0, "potwierdz"), lambda: send(1, second))
        assert sorted(each.status_code for each in answers) == [303, 409]
        loser = next(each for each in answers if each.status_code == 409)
        assert "Ktoś inny już zdecydował." in loser.text
        with both.portal.database.reading() as connection:
            public_id = page.rpartition("/")[2]
            decided = select(AuditEvent.action).where(
                AuditEvent.subject == public_id,
                AuditEvent.action.in_(["registration.confirmed", "registration.refused"]),
            )
            one = connection.execute(decided).scalar_one()
            accounts = connection.execute(select(func.count()).where(Account.email == email)).scalar_one()
            state = connection.execute(select(Registration.state).where(Registration.public_id == public_id)).scalar()
        assert accounts == (one == "registration.confirmed")
        assert state == one.removeprefix("registration.")


def test_two_registrations_of_one_address_confirmed_at_once_are_one_account(both: Stack) -> None:
    email = "dwa-razy@poczta.example"
    ids = [register(both, email=email) for _ in range(2)]
    staff_id = people.by_login(both.portal.database, clerk_at_work(both, "ola").login).id

    def confirm(public_id: str) -> None:
        seen = service.get(both.portal, public_id).mark
        service.confirm(both.portal, public_id, seen=seen, staff_login="ola", staff_id=staff_id, network="")

    assert at_once(*(lambda each=each: confirm(each) for each in ids)) == [None, None]
    with both.portal.database.reading() as connection:
        account_id = connection.execute(select(Account.id).where(Account.email == email)).scalar_one()
        links = select(func.count()).where(CustomerLink.account_id == account_id)
        mails = select(Mail.template).where(Mail.account_id == account_id).order_by(Mail.template)
        assert connection.execute(links).scalar_one() == 1
        assert connection.execute(mails).scalars().all() == ["customer_linked", "first_password"]


def test_an_answer_that_came_after_the_look_is_not_confirmed(both: Stack) -> None:
    clerk, public_id = clerk_at_work(both, "ola"), register(both, email="zmienia@poczta.example")
    page = f"/staff/zgloszenia/{public_id}"
    before = clerk.get(page).text
    form = {name: before.split(f'name="{name}" value="')[1].split('"')[0] for name in ("csrf_token", "seen")}
    clerk.post(f"{page}/zapytaj", page, question="Czyja to faktura?")
    with both.portal.database.reading() as connection:
        asked = select(Mail).where(Mail.template == "registration_asked").order_by(Mail.id.desc())
        mail: Any = connection.execute(asked).first()
    link = both.portal.sealer.open_json(mail.sealed, "mail", mail.message_id)["values"]["link"]  # type: ignore[index]
    visitor = both.client()
    path = link.partition("/rejestracja")[1] + link.partition("/rejestracja")[2]
    token = visitor.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]
    swapped = {"customer_no": "100101", "invoice_no": "FV/1", "gross": "1,00", "name": "Ktoś Inny"}
    answer = visitor.post(path, data={**swapped, "csrf_token": token, "token": path.partition("token=")[2]})
    assert answer.location == "/rejestracja/odpowiedziano"
    assert service.check_some(both.portal) == 1
    answer = clerk.client.post(f"{page}/potwierdz", data=form)
    assert answer.status_code == 409
    assert "Klient zmienił zgłoszenie, gdy było otwarte." in answer.text
    assert service.get(both.portal, public_id).state is State.CHECKED
    assert clerk.post(f"{page}/potwierdz", page).status_code == 303, "what is looked at now can be confirmed"


def test_what_is_gone_between_the_look_and_the_click_is_not_there(both: Stack) -> None:
    clerk = clerk_at_work(both, "ola")
    page = clerk.get("/staff/").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert clerk.client.post("/staff/zgloszenia/nic/potwierdz", data={"csrf_token": token}).status_code == 404


def test_first_failures_of_one_name_count_together(both: Stack) -> None:
    client = both.client()
    given = {"login": "nikt-taki", "password": "zgadywane-haslo"}
    answers = at_once(*(lambda: both.client().post("/api/v1/tokens", json=given).status_code for _ in range(6)))
    assert answers == [401] * 6
    assert client.post("/api/v1/tokens", json=given).status_code == 429


def test_many_tries_of_a_code_at_once_are_as_many_tries(both: Stack) -> None:
    portal, now = both.portal, both.portal.clock.now()
    with portal.database.transaction() as connection:
        account: Any = connection.execute(select(Account).where(Account.login == "wielka")).first()
        values = {"email": "wielka@poczta.example", "second_factor": "email"}
        connection.execute(update(Account).where(Account.id == account.id).values(**values))
        person = person_of(connection, account.id)
    assert person is not None
    key, _ = portal.page_sessions.begin(now, account_id=person.id, waits_for="second_factor")
    waiting = portal.page_sessions.find(key, now)
    assert waiting is not None
    assert send_code(portal, person, waiting.session_id)
    who = Who(person.id, "192.0.2.7")
    outcomes = at_once(*(lambda: check(portal, who, waiting.session_id, "wrong") for _ in range(12)))
    assert all(isinstance(each, Refused) for each in outcomes)
    with portal.database.reading() as connection:
        tries = select(OneTimeCode.tries).where(OneTimeCode.session_id == waiting.session_id)
        assert connection.execute(tries).scalar_one() == 5


def test_two_administrators_do_not_lock_each_other_out(both: Stack) -> None:
    database, now = both.portal.database, both.portal.clock.now()
    given = {"role": people.ADMINISTRATOR, "password": PASSWORD, "now": now}
    ids = [people.add_staff(database, login=login, **given) for login in ("szef", "szefowa")]

    def lock(person: int) -> None:
        with database.transaction() as connection:
            people.lock(connection, person, now)

    outcomes = at_once(*(lambda each=each: lock(each) for each in ids))
    assert sorted(map(str, outcomes)) == ["None", "this is the last administrator who is not locked"]


def test_a_password_that_is_changed_just_now_begins_no_session(both: Stack) -> None:
    portal, now = both.portal, both.portal.clock.now()
    opened = opened_by(portal.database, "nowa", PASSWORD)
    assert opened is not None
    outcomes: list[Any] = []

    def begin() -> None:
        try:
            outcomes.append(portal.page_sessions.begin(now, account_id=opened.id, password_hash=opened.password_hash))
        except Overtaken as error:
            outcomes.append(error)

    late = Thread(target=begin)
    with portal.database.transaction() as connection:
        connection.execute(update(Account).where(Account.id == opened.id).values(password_hash="another"))
        late.start()
        late.join(0.3)
        assert outcomes == [], "it waits for whoever was first"
    late.join()
    assert [type(each) for each in outcomes] == [Overtaken]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/logowanie", {"login": "an\0na", "password": PASSWORD}),
        ("/haslo", {"login": "an\0na"}),
        ("/staff/logowanie", {"login": "o\0la", "password": PASSWORD}),
    ],
)
def test_what_no_database_keeps_is_refused_at_the_door(both: Stack, path: str, data: dict[str, str]) -> None:
    client = both.client()
    token = client.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(path, data={**data, "csrf_token": token}).status_code == 400
    assert both.client().post("/api/v1/tokens", json={"login": "an\0na", "password": PASSWORD}).status_code == 400
    assert both.api("anna").get("/api/v1/customers/%00/invoices").status_code == 400
    assert both.portal.clock.now() == NOON
