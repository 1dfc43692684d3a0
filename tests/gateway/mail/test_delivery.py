"""Mail goes with what caused it, arrives whole, and is tried again or given up as the server says."""

from datetime import timedelta

import pytest

from gateway.mail import enqueue, queue
from gateway.mail.schedule import DELAYS, delay
from gateway.mail.worker import deliver_some
from tests.gateway.mail.office import LINK, NOON, Office
from tests.gateway.mail.post_office import PostOffice


def test_a_mail_arrives_in_plain_text_and_html(here: Office, server: PostOffice) -> None:
    message_id = here.put()
    assert here.deliver() == 1
    (mail,) = server.arrived
    assert mail.to == "ewa@example.pl"
    assert mail.message_id == f"<{message_id}@wodociagi.example>"
    assert mail.message["From"] == "Wodociągi Przykładowo <ebok@wodociagi.example>"
    assert mail.message["To"] == "ewa@example.pl"
    assert mail.message["Subject"] == "eBOK: ustawienie nowego hasła"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["Content-Language"] == "pl"
    assert mail.message["Date"].datetime == NOON
    assert LINK in mail.part("plain")
    assert f'href="{LINK}"' in mail.part("html")
    row = here.row()
    assert (row.state, row.sealed, row.sent_at, row.attempts) == ("sent", None, NOON, 1)


def test_what_is_undone_sends_no_mail(here: Office, server: PostOffice) -> None:
    with pytest.raises(_Undone):
        _begin_and_undo(here)
    assert here.deliver() == 0
    assert here.rows() == []
    assert server.connections == 0


class _Undone(Exception):
    pass


def _begin_and_undo(here: Office) -> None:
    with here.portal.database.transaction() as connection:
        enqueue(
            connection,
            to="ewa@example.pl",
            template="password_changed",
            language="pl",
            values={},
            now=NOON,
            sealer=here.portal.sealer,
        )
        raise _Undone


def test_nothing_due_opens_no_connection(here: Office, server: PostOffice) -> None:
    assert deliver_some(here.portal) == 0
    assert server.connections == 0


def test_many_mails_share_a_connection(here: Office, server: PostOffice) -> None:
    here.put_many(30)
    assert here.deliver() == 30
    assert server.connections == 1
    assert len(server.how_often()) == 30


@pytest.mark.parametrize(
    "address",
    [
        "ewa@example.pl\r\nBcc: inny@example.pl",
        "ewa@example.pl\nSubject: x",
        "ewa@example.pl, inny@example.pl",
        "Ewa <ewa@example.pl>",
        "ewa",
        "ewa@",
        "ewa @example.pl",
        "ewa\x00@example.pl",
        "",
    ],
)
def test_what_is_no_single_address_is_not_queued(here: Office, address: str) -> None:
    with pytest.raises(ValueError, match="one e-mail address"):
        here.put(to=address)
    assert here.rows() == []


def test_values_cannot_add_headers_or_parts(here: Office, server: PostOffice) -> None:
    hostile = "x\r\nBcc: inny@example.pl\r\n\r\n.\r\nMAIL FROM:<zly@example.pl>\r\n--=====\r\n"
    here.put("registration_refused", values={"reason": hostile})
    here.deliver()
    (mail,) = server.arrived
    assert mail.message["Bcc"] is None
    assert mail.to == "ewa@example.pl"
    assert [part.get_content_type() for part in mail.message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert "Bcc: inny@example.pl" in mail.part("plain")


def test_a_template_gets_its_own_values_and_no_others(here: Office) -> None:
    with pytest.raises(ValueError, match="password_reset"):
        here.put(values={})
    with pytest.raises(ValueError, match="password_changed"):
        here.put("password_changed", values={"link": LINK})
    with pytest.raises(KeyError):
        here.put("password_gone", values={})


def test_a_server_that_is_down_delays(here: Office, server: PostOffice) -> None:
    server.stop()
    here.put_many(3)
    assert here.deliver() == 0
    assert {(row.state, row.attempts, row.error) for row in here.rows()} == {
        ("queued", 1, "server away: ConnectionRefusedError")
    }
    server.start()
    assert here.deliver() == 0, "it is not asked again at once"
    here.pass_time(seconds=13)
    assert here.deliver() == 3
    assert sorted(server.how_often().values()) == [1, 1, 1]


def test_a_mail_that_comes_while_the_server_is_away_is_tried_at_once(here: Office, server: PostOffice) -> None:
    server.stop()
    here.put()
    here.deliver()
    server.start()
    here.put("password_changed", values={})
    assert here.deliver() == 1


def test_a_recipient_refused_for_good_is_given_up_and_the_clerk_sees_it(here: Office, server: PostOffice) -> None:
    server.rcpt = lambda to: "550 no mailbox here for ewa@example.pl"
    here.put(registration_id=here.register())
    assert here.deliver() == 1
    row = here.row()
    assert (row.state, row.sealed, row.next_at) == ("failed", None, None)
    assert row.error == "recipient refused: 550"
    assert here.mail_failed()
    here.pass_time(hours=2)
    assert here.deliver() == 0


def test_a_text_refused_for_good_is_given_up(here: Office, server: PostOffice) -> None:
    server.data = lambda: "554 looks like spam"
    here.put()
    here.deliver()
    assert (here.row().state, here.row().error) == ("failed", "text refused: 554")


def test_one_refusal_keeps_no_other_mail_back(here: Office, server: PostOffice) -> None:
    server.rcpt = lambda to: "550 unknown" if to == "klient1@example.pl" else None
    here.put_many(4)
    assert here.deliver() == 4
    assert sorted(row.state for row in here.rows()) == ["failed", "sent", "sent", "sent"]


def test_a_recipient_put_off_is_tried_again_at_growing_distances(here: Office, server: PostOffice) -> None:
    server.rcpt = lambda to: "451 greylisted"
    here.put(registration_id=here.register())
    distances = []
    for _ in range(7):
        assert here.deliver() == 1
        row = here.row()
        assert (row.state, row.error) == ("queued", "recipient not taken yet: 451")
        distances.append(row.next_at - here.clock.now())
        here.clock.set(row.next_at)
    for distance, wanted in zip(distances, [*DELAYS, DELAYS[-1], DELAYS[-1]], strict=True):
        assert wanted * 0.8 <= distance <= wanted * 1.2
    server.rcpt = lambda to: None
    assert here.deliver() == 1
    assert here.row().state == "sent"
    assert not here.mail_failed()


@pytest.mark.parametrize("away", [True, False])
def test_after_three_days_it_is_given_up(here: Office, server: PostOffice, away: bool) -> None:
    server.rcpt = lambda to: "451 later"
    if away:
        server.stop()
    here.put(registration_id=here.register())
    here.pass_time(hours=71)
    here.deliver()
    assert here.row().state == "queued"
    here.pass_time(hours=2)
    here.deliver()
    assert (here.row().state, here.row().sealed) == ("failed", None)
    assert here.mail_failed()


def test_a_mail_that_waited_while_no_worker_ran_is_still_tried(here: Office, server: PostOffice) -> None:
    here.put()
    here.pass_time(hours=100)
    assert here.deliver() == 1
    assert here.row().state == "sent"


def test_a_sender_refused_is_the_operators_to_mend(here: Office, server: PostOffice) -> None:
    async def no(*_: object) -> str:
        return "550 not with this sender"

    server.handle_MAIL = no  # type: ignore[attr-defined]
    server.stop()
    server.start()
    here.put()
    here.deliver()
    assert (here.row().state, here.row().error) == ("queued", "sender refused: 550")


def test_the_delays_are_spread() -> None:
    assert {delay(attempts, spread=1) for attempts in (1, 5, 6, 90)} == {DELAYS[0], DELAYS[-1]}
    found = {delay(3) for _ in range(50)}
    assert len(found) > 10
    assert timedelta(seconds=96) <= min(found)
    assert max(found) <= timedelta(seconds=144)


def test_retry_makes_everything_due(here: Office, server: PostOffice) -> None:
    server.rcpt = lambda to: "451 later"
    here.put_many(2)
    here.deliver()
    assert here.deliver() == 0
    server.rcpt = lambda to: None
    assert queue.hurry(here.portal.database) == 2
    assert here.deliver() == 2
    assert queue.counts(here.portal.database) == {"queued": 0, "sending": 0, "sent": 2, "failed": 0}
