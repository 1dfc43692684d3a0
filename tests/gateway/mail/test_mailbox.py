"""The sandbox's mailbox takes what the portal sends, and shows it to a browser and to a program."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from adapters.sandbox.mailbox import MailReceiver
from adapters.sandbox.server import SandboxServer
from gateway.cli import main
from tests.gateway.mail.office import LINK, Office, office
from tests.gateway.mail.post_office import free_port


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as made:
        yield made


@pytest.fixture
def here(sandbox: SandboxServer, tmp_path: Path) -> Iterator[Office]:
    receiver = MailReceiver(sandbox.mailbox).start()
    with office(f"sqlite:///{tmp_path}/portal.sqlite", receiver.port) as made:
        yield made
    receiver.stop()


def mails(sandbox: SandboxServer) -> list[dict[str, str]]:
    found: list[dict[str, str]] = requests.get(f"{sandbox.url}/control/mail", timeout=10).json()
    return found


def test_a_program_reads_the_mail(here: Office, sandbox: SandboxServer) -> None:
    message_id = here.put(language="uk")
    here.put("password_changed", to="jan@example.pl", values={})
    assert here.deliver() == 2
    first, second = mails(sandbox)
    assert first["to"] == "ewa@example.pl"
    assert first["subject"] == "eBOK: встановлення нового пароля"
    assert LINK in first["text"]
    assert f'href="{LINK}"' in first["html"]
    assert first["message_id"] == f"<{message_id}@wodociagi.example>"
    assert second["to"] == "jan@example.pl"
    assert requests.delete(f"{sandbox.url}/control/mail", timeout=10).json() == []
    assert mails(sandbox) == []


def test_a_person_reads_the_mail_and_follows_its_link(here: Office, sandbox: SandboxServer) -> None:
    assert "No mail yet" in requests.get(f"{sandbox.url}/mail", timeout=10).text
    here.put("first_password", values={"login": "<b>ewa</b>", "password": "a&b", "link": LINK})
    here.deliver()
    listed = requests.get(f"{sandbox.url}/mail", timeout=10)
    (link,) = re.findall('href="(/mail/[0-9]+)"', listed.text)
    page = requests.get(sandbox.url + link, timeout=10)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert f'<a href="{LINK}">' in page.text
    assert "&lt;b&gt;ewa" in page.text
    assert "<b>ewa" not in page.text
    assert requests.get(f"{sandbox.url}/mail/99", timeout=10).status_code == 404
    assert requests.post(f"{sandbox.url}/mail", timeout=10).status_code == 405


def test_lines_that_begin_with_a_dot_arrive_as_they_are(here: Office, sandbox: SandboxServer) -> None:
    here.put("registration_refused", values={"reason": "a\n.\n..b\n.c"})
    here.deliver()
    assert "a\n.\n..b\n.c" in mails(sandbox)[0]["text"].replace("\r\n", "\n")


def test_the_operator_sees_the_queue_and_hurries_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/portal.sqlite"
    with office(url, free_port()) as here:
        here.put("first_password", values={"login": "ewa-login", "password": "haslo-tajne", "link": LINK})
        here.deliver()
        config = tmp_path / "config.toml"
        config.write_text(
            f'[utility]\nname = "W"\n[web]\nsecret_key = "{"x" * 40}"\n[database]\nurl = "{url}"\n'
            '[erp]\nadapter = "rest"\n'
        )
        listed = CliRunner().invoke(main, ["--config", str(config), "mail", "list"])
        assert listed.exit_code == 0, listed.output
        assert "first_password" in listed.output
        assert "server away: ConnectionRefusedError" in listed.output
        assert "1 queued, 0 sending, 0 sent, 0 failed" in listed.output
        for secret in ("ewa", "haslo", "https"):
            assert secret not in listed.output
        retried = CliRunner().invoke(main, ["--config", str(config), "mail", "retry"])
        assert "1 mail(s)" in retried.output
        assert here.row().next_at <= here.clock.now()
