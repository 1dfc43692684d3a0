"""The second factor: a code by e-mail on a new device, an app's code, recovery codes, and the API's challenge."""

import re

import pyotp
import pytest
from flask.testing import FlaskClient

from tests.gateway.pages.reading import words
from tests.gateway.selfservice.conftest import NEW_PASSWORD, Office, Program, copy_of, is_in, post
from tests.stack import PASSWORD

STEP = "/logowanie/kod"


def code_for(office: Office, login: str) -> str:
    return [values["code"] for name, values in office.mails(f"{login}@poczta.example") if name == "new_device_code"][-1]


def with_app(office: Office) -> tuple[str, pyotp.TOTP, list[str]]:
    """An account with an app for codes: its login, the app, and the recovery codes."""
    login = office.account()
    client = office.browser(login)
    page = client.get("/konto/aplikacja").text
    offer = re.search(r'name="offer" value="([^"]+)"', page)
    secret = re.search(r'<strong class="ebok-number">([A-Z2-7 ]+)</strong>', page)
    assert offer
    assert secret
    assert 'src="data:image/svg+xml' in page
    app = pyotp.TOTP(secret[1].replace(" ", ""))
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    typed = {"offer": offer[1], "current_password": PASSWORD, "csrf_token": token[1]}
    wrong = client.post("/konto/aplikacja", data={**typed, "code": "000000"})
    assert wrong.status_code == 422
    assert offer[1] in wrong.text
    right = client.post("/konto/aplikacja", data={**typed, "code": now_code(office, app)})
    assert right.status_code == 200
    codes = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", right.text)
    assert len(codes) == 10
    return login, app, codes


def now_code(office: Office, app: pyotp.TOTP) -> str:
    return app.at(office.portal.clock.now())


def test_a_new_device_asks_for_a_code_and_is_remembered(office: Office) -> None:
    login = office.account(email=True)
    client = office.browser(login)
    assert client.get("/klienci").location == STEP
    waiting = copy_of(client, office.stack)
    assert post(client, STEP, {"code": "nie ten"}).status_code == 422
    assert post(client, STEP, {"code": code_for(office, login), "remember": "1"}).status_code == 303
    assert is_in(client)
    assert not is_in(waiting)
    assert waiting.get(STEP).location.startswith("/logowanie")
    post(client, "/wylogowanie", {}, form="/konto")
    post(client, "/logowanie", {"login": login, "password": PASSWORD})
    assert is_in(client)
    other = office.browser(login)
    assert other.get("/klienci").location == STEP
    office.later(days=90)
    post(client, "/wylogowanie", {}, form="/konto")
    assert post(client, "/logowanie", {"login": login, "password": PASSWORD}).status_code == 303
    assert client.get("/klienci").location == STEP


def test_a_first_password_needs_no_code_and_makes_no_device_known(office: Office) -> None:
    login, new = office.account(email=True, first=True), {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    client = office.browser(login)
    assert post(client, "/konto/pierwsze-haslo", new).status_code == 303
    assert is_in(client)
    post(client, "/wylogowanie", {}, form="/konto")
    post(client, "/logowanie", {"login": login, "password": NEW_PASSWORD})
    assert client.get("/klienci").location == STEP


def test_a_code_works_once_for_its_session_for_ten_minutes_and_five_tries(office: Office) -> None:
    login = office.account(email=True)
    one, other = office.browser(login), office.browser(login)
    second = code_for(office, login)
    assert post(one, STEP, {"code": second}).status_code == 422
    assert post(other, STEP, {"code": second}).status_code == 303
    late = office.browser(login)
    code = code_for(office, login)
    office.later(minutes=10)
    assert "już nie działa" in words(post(late, STEP, {"code": code}))
    post(late, STEP + "/nowy", {}, form=STEP)
    code = code_for(office, login)
    for _ in range(4):
        post(late, STEP, {"code": "wrong"})
    office.later(seconds=5)
    post(late, STEP, {"code": "wrong"})
    office.later(seconds=60)
    assert "już nie działa" in words(post(late, STEP, {"code": code}))
    assert not is_in(late)


def test_codes_are_not_mailed_without_end(office: Office) -> None:
    login = office.account(email=True)
    client = office.browser(login)
    for _ in range(8):
        post(client, STEP + "/nowy", {}, form=STEP)
    assert len(office.mails(f"{login}@poczta.example")) <= 4
    assert "Odczekaj chwilę" in words(client.get(STEP + "?wyslano=nie"))


def test_an_app_code_and_a_recovery_code_work_once(office: Office) -> None:
    login, app, codes = with_app(office)
    client = office.browser(login)
    assert client.get("/klienci").location == STEP
    assert post(client, STEP, {"code": now_code(office, app)}).status_code == 422  # it was used to set the app up
    office.later(seconds=30)
    assert post(client, STEP, {"code": now_code(office, app)}).status_code == 303
    assert is_in(client)
    again = office.browser(login)
    assert post(again, STEP, {"code": now_code(office, app)}).status_code == 422
    assert post(again, STEP, {"code": codes[3].upper()}).status_code == 303
    last = office.browser(login)
    assert post(last, STEP, {"code": codes[3]}).status_code == 422


def test_the_app_can_be_given_up(office: Office) -> None:
    login, app, _ = with_app(office)
    office.later(seconds=30)
    client = office.browser(login)
    post(client, STEP, {"code": now_code(office, app)})
    assert client.get("/konto/aplikacja").location == "/konto/bez-aplikacji"
    assert post(client, "/konto/bez-aplikacji", {"current_password": "nie to"}).status_code == 422
    assert post(client, "/konto/bez-aplikacji", {"current_password": PASSWORD}).status_code == 303
    assert is_in(office.browser(login))


@pytest.mark.parametrize("method", ["email", "totp"])
def test_the_api_gives_a_challenge(office: Office, method: str) -> None:
    app = None
    if method == "totp":
        login, app, _ = with_app(office)
        office.later(seconds=30)
    else:
        login = office.account(email=True)
    client: FlaskClient = office.stack.client()
    answer = client.post("/api/v1/tokens", json={"login": login, "password": PASSWORD})
    assert (answer.status_code, answer.json["type"]) == (403, "/api/v1/problems/second-factor-needed")
    assert answer.json["method"] == method
    challenge = answer.json["challenge"]
    as_token = Program(client, challenge)("GET", "customers")
    assert as_token.json["type"] == "/api/v1/problems/second-factor-needed"
    finish = "/api/v1/tokens/second-factor"
    assert client.post(finish, json={"challenge": challenge, "code": "no"}).status_code == 422
    code = now_code(office, app) if app else code_for(office, login)
    done = client.post(finish, json={"challenge": challenge, "code": code})
    assert done.status_code == 201
    assert Program(client, done.json["token"])("GET", "customers").status_code == 200
    assert client.post(finish, json={"challenge": challenge, "code": code}).status_code == 401
