"""The staff's login: a password, then a code that is good once; a session that opens nothing of a customer's."""

import pytest

from tests.gateway.pages.reading import words
from tests.gateway.staff.conftest import PASSWORD, Clerk, Hire, actions
from tests.stack import Stack


def test_the_first_login_sets_up_the_second_factor(hire: Hire, whole: Stack) -> None:
    clerk = hire(signed_in=False)
    assert clerk.give_password().location == "/staff/drugi-skladnik/nowy"
    page = clerk.get("/staff/drugi-skladnik/nowy")
    assert 'src="data:image/svg+xml' in page.text
    assert clerk.get("/staff/").location == "/staff/drugi-skladnik/nowy"
    answer = clerk.enrol()
    assert len(clerk.recovery_codes) == 10
    assert "Pokazujemy je tylko teraz" in words(answer)
    assert clerk.get("/staff/").status_code == 200
    assert clerk.get("/staff/drugi-skladnik/nowy").location == "/staff/"
    assert actions(whole)[:3] == ["staff.password_shown", "staff.second_factor_set", "staff.logged_in"]


def test_a_wrong_code_sets_nothing_up_and_keeps_the_key(hire: Hire) -> None:
    clerk = hire(signed_in=False)
    clerk.give_password()
    page = clerk.get("/staff/drugi-skladnik/nowy")
    secret = page.text.split('<code class="ebok-secret">')[1].split("</code>")[0]
    sealed = page.text.split('name="sealed" value="')[1].split('"')[0]
    answer = clerk.post("/staff/drugi-skladnik/nowy", sealed=sealed, code="000000")
    assert answer.status_code == 401
    assert secret in answer.text
    assert clerk.get("/staff/").location == "/staff/drugi-skladnik/nowy"


def test_a_code_works_once_and_an_earlier_one_never_after_it(clerk: Clerk, whole: Stack) -> None:
    other = clerk.elsewhere()
    assert other.give_password().location.startswith("/staff/drugi-skladnik")
    assert other.give_code(clerk.code()).status_code == 401  # it was used for enrolling
    whole.set_now("2026-03-10T12:01:00+01:00")
    assert other.give_code(clerk.code(-30)).status_code == 303
    third = clerk.elsewhere()
    third.give_password()
    assert third.give_code(clerk.code(-30)).status_code == 401
    assert third.give_code(clerk.code()).status_code == 303
    fourth = clerk.elsewhere()
    fourth.give_password()
    assert fourth.give_code(clerk.code(-30)).status_code == 401
    assert fourth.give_code(clerk.code(-90)).status_code == 401
    assert fourth.get("/staff/").location == "/staff/drugi-skladnik"


def test_the_code_follows_the_portals_clock_alone(clerk: Clerk, whole: Stack) -> None:
    other = clerk.elsewhere()
    other.give_password()
    later = clerk.code(600)
    assert other.give_code(later).status_code == 401
    whole.set_now("2026-03-10T12:10:00+01:00")
    assert other.give_code(later).status_code == 303


def test_a_recovery_code_works_once(clerk: Clerk, whole: Stack) -> None:
    code = clerk.recovery_codes[3]
    other = clerk.elsewhere()
    other.give_password()
    assert other.give_code(code.upper().replace("-", " ")).status_code == 303
    assert other.get("/staff/").status_code == 200
    third = clerk.elsewhere()
    third.give_password()
    assert third.give_code(code).status_code == 401
    assert third.give_code(clerk.recovery_codes[4]).status_code == 303
    assert "staff.recovery_code_used" in actions(whole)


@pytest.mark.parametrize(("login", "password"), [("bok", "zle-haslo-2026"), ("nikt", PASSWORD), ("", ""), ("bok", "")])
def test_a_wrong_name_and_a_wrong_password_look_the_same(hire: Hire, login: str, password: str) -> None:
    clerk = hire(signed_in=False)
    clerk.login = login
    answer = clerk.give_password(password)
    assert answer.status_code == 401
    assert "Login i hasło nie pasują do siebie" in words(answer)
    assert clerk.get("/staff/").location == "/staff/logowanie"


def test_five_wrong_tries_slow_down_only_that_name(hire: Hire, whole: Stack) -> None:
    first, second = hire(signed_in=False), hire("ola", signed_in=False)
    for _ in range(5):
        assert first.give_password("zle-haslo-2026").status_code == 401
    answer = first.give_password()
    assert answer.status_code == 429
    assert "Za dużo prób" in words(answer)
    assert second.give_password().status_code == 303
    whole.set_now("2026-03-10T12:00:02+01:00")
    assert first.give_password().status_code == 303


def test_wrong_codes_are_slowed_down_too(clerk: Clerk) -> None:
    other = clerk.elsewhere()
    other.give_password()
    for _ in range(5):
        assert other.give_code("000000").status_code == 401
    assert other.give_code(clerk.recovery_codes[0]).status_code == 429
    third = clerk.elsewhere()
    third.give_password()
    assert third.give_code(clerk.recovery_codes[0]).status_code == 429  # a new session does not start anew


def test_what_was_typed_for_an_unknown_name_is_not_written_down(hire: Hire, whole: Stack) -> None:
    clerk = hire(signed_in=False)
    clerk.login = "tajne-haslo-w-zlym-polu"
    clerk.give_password()
    with whole.portal.database.reading() as connection:
        dump = connection.exec_driver_sql("select actor, action, detail, subject from audit_event").all()
    assert [tuple(each) for each in dump] == [("nobody", "staff.login_failed", "", "")]


def test_a_session_ends_after_15_idle_minutes(clerk: Clerk, whole: Stack) -> None:
    whole.set_now("2026-03-10T12:14:00+01:00")
    assert clerk.get("/staff/").status_code == 200
    whole.set_now("2026-03-10T12:29:30+01:00")
    assert clerk.get("/staff/").location == "/staff/logowanie"


def test_a_cookie_copied_before_logout_opens_nothing(clerk: Clerk) -> None:
    cookie = clerk.client.get_cookie("ebok-staff")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    thief = clerk.elsewhere()
    thief.client.set_cookie("ebok-staff", cookie.value)
    assert thief.get("/staff/").status_code == 200
    assert clerk.post("/staff/wylogowanie", "/staff/").status_code == 303
    assert thief.get("/staff/").status_code == 303
    assert clerk.client.get_cookie("ebok-staff") is None


def test_a_new_step_of_the_login_is_a_new_session(clerk: Clerk) -> None:
    other = clerk.elsewhere()
    other.give_password()
    before = other.client.get_cookie("ebok-staff")
    other.give_code(clerk.recovery_codes[0])
    after = other.client.get_cookie("ebok-staff")
    assert before is not None
    assert after is not None
    thief = clerk.elsewhere()
    thief.client.set_cookie("ebok-staff", before.value)
    assert thief.get("/staff/").location == "/staff/logowanie"
    assert before.value != after.value


def test_a_customers_cookie_opens_no_page_of_the_staff_and_the_reverse(clerk: Clerk, whole: Stack) -> None:
    customer = whole.browser("anna")
    assert customer.get("/staff/").location == "/staff/logowanie"
    key = clerk.client.get_cookie("ebok-staff")
    session = customer.get_cookie("ebok")
    assert key is not None
    assert session is not None
    customer.set_cookie("ebok-staff", session.value)
    assert customer.get("/staff/").location == "/staff/logowanie"
    assert clerk.get("/klienci").location.startswith("/logowanie")
    answer = whole.client().get("/api/v1/customers", headers={"Authorization": f"Bearer {key.value}"})
    assert answer.status_code == 401


def test_after_the_login_one_is_where_one_wanted_to_be_and_only_among_our_pages(clerk: Clerk) -> None:
    for wanted, landed in [
        ("/staff/konta", "/staff/konta"),
        ("//evil.example", "/staff/"),
        ("https://evil.example/staff/konta", "/staff/"),
        ("/klienci", "/staff/"),
        ("/staff/logowanie", "/staff/"),
    ]:
        other = clerk.elsewhere()
        answer = other.post("/staff/logowanie", login="bok", password=PASSWORD, next=wanted)
        page = other.get(answer.location)
        hidden = page.text.split('name="next" value="')[1].split('"')[0]
        sent = other.post("/staff/drugi-skladnik", code=clerk.recovery_codes.pop(), next=hidden)
        assert sent.location == landed, wanted


def test_one_changes_ones_password_and_other_sessions_end(clerk: Clerk) -> None:
    other = clerk.elsewhere()
    other.give_password()
    other.give_code(clerk.recovery_codes[0])
    form = {"current": PASSWORD, "new": "cztery zupełnie inne słowa", "again": "cztery zupełnie inne słowa"}
    wrongs = [("current", "nie-to-haslo-2026"), ("new", "krótkie"), ("again", "co innego, też długie")]
    for field, wrong in [*wrongs, ("new", "qwertyuiop123"), ("new", "wodociagi-bok-1")]:
        answer = clerk.post("/staff/haslo", **{**form, field: wrong})
        assert answer.status_code == 400
        assert f'id="{field}-error"' in answer.text
    assert clerk.post("/staff/haslo", **form).status_code == 303
    assert clerk.get("/staff/").status_code == 200
    assert other.get("/staff/").status_code == 303
    assert clerk.elsewhere().give_password().status_code == 401
    assert clerk.elsewhere().give_password(form["new"]).status_code == 303
