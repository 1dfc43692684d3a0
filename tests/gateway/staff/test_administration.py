"""What only an administrator can do, and that a clerk cannot even tell that it is there."""

from dataclasses import replace

import pytest

from gateway.staff.settings_shown import shown
from tests.gateway.pages.reading import link, words
from tests.gateway.staff.conftest import Clerk, Hire, actions, events
from tests.stack import Stack

WORDS = "cztery zupełnie inne słowa"
ONLY_ADMINISTRATORS = ("/staff/pracownicy", "/staff/dziennik", "/staff/regulamin", "/staff/ustawienia")


@pytest.mark.parametrize("path", ONLY_ADMINISTRATORS)
def test_a_clerk_does_not_find_what_is_an_administrators(clerk: Clerk, path: str) -> None:
    assert clerk.get(path).status_code == 404
    assert path not in clerk.get("/staff/").text


def test_a_clerk_cannot_send_an_administrators_forms(clerk: Clerk, administrator: Clerk) -> None:
    page = administrator.get("/staff/pracownicy").text
    forms = {each.split('"')[0] for each in page.split('action="')[1:]} - {"/staff/wylogowanie"}
    assert len(forms) == 4
    for each in forms:
        assert clerk.post(each, "/staff/", login="ola", role="clerk", password=WORDS).status_code == 404


def test_every_page_asks_for_a_login(whole: Stack) -> None:
    stranger, seen = whole.client(), 0
    token = stranger.get("/staff/logowanie").text.split('name="csrf_token" value="')[1].split('"')[0]
    for rule in whole.app.url_map.iter_rules():
        if not rule.endpoint.startswith("staff.") or rule.endpoint in ("staff.login", "staff.logout"):
            continue
        path = rule.rule.replace("<public_id>", "x").replace("<handle>", "y")
        for method in {"GET", "POST"} & (rule.methods or set()):
            answer = stranger.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)
            assert answer.status_code == 303, rule
            assert answer.location.startswith("/staff/logowanie"), rule
            seen += 1
    assert seen > 20


def test_a_new_colleague_changes_the_password_before_anything_else(administrator: Clerk, whole: Stack) -> None:
    page = "/staff/pracownicy"
    assert administrator.post(page, login="ola", role="clerk", password="kotek12").status_code == 400
    assert administrator.post(page, login="o la", role="clerk", password=WORDS).status_code == 400
    assert administrator.post(page, login="ola", role="king", password=WORDS).status_code == 400
    answer = administrator.post(page, login="Ola", role="clerk", password=WORDS)
    assert answer.location == "/staff/pracownicy?done=added"
    taken = administrator.post(page, login="ola", role="clerk", password=WORDS)
    assert (taken.status_code, "którego nikt jeszcze nie ma" in words(taken)) == (400, True)
    ola = Clerk(whole, "ola", whole.client())
    ola.give_password(WORDS)
    ola.enrol()
    assert ola.get("/staff/").location == "/staff/haslo/pierwsze"
    new = "jeszcze inne cztery słowa"
    sent = ola.post("/staff/haslo/pierwsze", current=WORDS, new=new, again=new)
    assert sent.status_code == 303
    assert ola.get("/staff/").status_code == 200
    assert "staff.added" in actions(whole)


def test_a_first_password_that_nobody_used_stops_working(administrator: Clerk, whole: Stack) -> None:
    administrator.post("/staff/pracownicy", login="ola", role="clerk", password=WORDS)
    whole.set_now("2026-03-24T12:00:01+01:00")
    assert Clerk(whole, "ola", whole.client()).give_password(WORDS).status_code == 401


def test_a_locked_colleague_is_out_at_once(administrator: Clerk, clerk: Clerk) -> None:
    page = administrator.get("/staff/pracownicy").text
    lock = next(each for each in page.split('action="') if "/zablokuj" in each).split('"')[0]
    assert administrator.post(lock, "/staff/pracownicy").status_code == 303
    assert clerk.get("/staff/").location == "/staff/logowanie"
    assert clerk.elsewhere().give_password().status_code == 401
    assert administrator.post(lock.replace("zablokuj", "odblokuj"), "/staff/pracownicy").status_code == 303
    assert clerk.get("/staff/").location == "/staff/logowanie"
    assert clerk.elsewhere().give_password().status_code == 303


def test_a_lost_second_factor_is_set_up_anew(administrator: Clerk, clerk: Clerk) -> None:
    page = administrator.get("/staff/pracownicy").text
    reset = next(each for each in page.split('action="') if "/drugi-skladnik" in each).split('"')[0]
    assert administrator.post(reset, "/staff/pracownicy").status_code == 303
    assert clerk.get("/staff/").location == "/staff/logowanie"
    other = clerk.elsewhere()
    assert other.give_password().location == "/staff/drugi-skladnik/nowy"
    assert other.enrol().status_code == 200
    assert set(other.recovery_codes).isdisjoint(clerk.recovery_codes)


def test_nobody_changes_themselves(administrator: Clerk, hire: Hire) -> None:
    hire("drugi", "administrator", signed_in=False)
    page = administrator.get("/staff/pracownicy").text
    assert page.count("/zablokuj") == 1


def test_the_settings_are_shown_without_their_secrets(administrator: Clerk, whole: Stack) -> None:
    page = administrator.get("/staff/ustawienia")
    assert whole.portal.settings.web.secret_key not in page.text
    assert "•••" in page.text
    assert "sandbox_rest" in words(page)


def test_no_password_stands_in_an_address_that_is_shown(whole: Stack) -> None:
    given = whole.portal.settings
    given = replace(
        given,
        cache=replace(given.cache, redis_url="redis://ebok:geheim@redis.example:6379/0?password=geheim"),
        metrics=replace(given.metrics, token="geheim"),
        mail=replace(given.mail, password="geheim"),
        database=replace(given.database, url="postgresql+psycopg://ebok:geheim@db.example/ebok"),
    )
    lines = [line for section in shown(given).values() for line in section]
    assert [line.name for line in lines if "geheim" in line.value] == []
    assert [line.name for line in lines if "redis.example" in line.value or "db.example" in line.value]


def test_a_search_that_is_longer_than_a_number_is_still_written_down(administrator: Clerk, whole: Stack) -> None:
    assert administrator.post("/staff/dziennik", customer_no="1" * 40).status_code == 200
    assert [each.customer_no for each in events(whole) if each.action == "audit.searched"] == ["1" * 32]


def test_the_terms_in_force_are_shown(administrator: Clerk, whole: Stack) -> None:
    said = words(administrator.get("/staff/regulamin"))
    assert whole.portal.terms.terms.text_hash in said


def test_the_log_is_searched_and_that_is_logged(administrator: Clerk, clerk: Clerk, whole: Stack) -> None:
    clerk.get(link(clerk.post("/staff/konta", sought="100001"), "anna"))
    answer = administrator.post("/staff/dziennik", customer_no="100001")
    assert "obejrzał(a) konto" in words(answer)
    assert "Niczego takiego nie zapisano" in words(administrator.post("/staff/dziennik", customer_no="999999"))
    assert administrator.post("/staff/dziennik", since="2026-02-31").status_code == 400
    assert actions(whole).count("audit.searched") == 2
