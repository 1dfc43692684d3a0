"""The portal as it runs in production: over TLS behind a proxy's headers, with secure cookies, in a real browser."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask.testing import FlaskClient
from playwright.sync_api import expect

from adapters.errors import Misconfigured
from gateway import passwords
from gateway.server import serve
from tests.chromium import chromium, in_a_browser, log_in, new_page, served
from tests.stack import PASSWORD, Stack, stack


def certificate(folder: Path) -> tuple[str, str]:
    """A self-signed certificate for 127.0.0.1 and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    return str(paths[0]), str(paths[1])


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Stack]:
    with stack(tmp_path, face="rest", WEB__SECURE_COOKIES="true", WEB__PROXIES="1") as made:
        yield made


@in_a_browser
def test_one_logs_in_and_out_over_tls(portal: Stack, tmp_path: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificate(tmp_path))
    behind_a_proxy = {"ignore_https_errors": True, "extra_http_headers": {"X-Forwarded-Proto": "https"}}
    with served(portal.app, tls) as address, chromium() as browser:
        page = new_page(browser, address, **behind_a_proxy)
        assert "/o/" in log_in(page)
        cookies = {each["name"]: each for each in page.context.cookies()}
        assert cookies["__Host-ebok"]["secure"]
        page.get_by_role("button", name="Wyloguj się").click()
        expect(page).to_have_url(f"{address}/logowanie")


def test_every_answer_carries_the_headers(portal: Stack) -> None:
    for path in ("/logowanie", "/nothing", "/api/v1/customers", "/healthz", "/static/ebok.css"):
        with portal.client().get(path, headers={"X-Forwarded-Proto": "https"}) as answer:
            headers = answer.headers
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_a_forwarded_host_is_not_believed(portal: Stack) -> None:
    answer = portal.client().get("/api/v1/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in answer.text


def test_logging_in_begins_a_new_session_and_a_new_form_token(tmp_path: Path) -> None:
    with stack(tmp_path, face="rest") as made:
        client = made.client()
        before = form_token(client)
        client.post("/logowanie", data={"login": "anna", "password": PASSWORD, "csrf_token": before})
        page = client.get("/klienci").text
        assert before not in page


def form_token(client: FlaskClient) -> str:
    page = client.get("/logowanie").text
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def test_guessing_passwords_does_not_take_every_thread(portal: Stack) -> None:
    statuses: list[int] = []

    def guess(number: int) -> None:  # names that nobody has, which takes as long as in production
        typed = {"login": f"nobody-{number}", "password": "a wrong password"}
        statuses.append(portal.client().post("/api/v1/tokens", json=typed).status_code)

    threads = [threading.Thread(target=guess, args=[number]) for number in range(60)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert 503 in statuses
    assert set(statuses) <= {401, 429, 503}
    assert passwords._in_line._value == passwords._in_line._initial_value  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/api/v1/customers", "/o/{}/", "/o/{}/rozliczenia", "/o/{}/faktury"])
def test_another_customers_answer_raises_the_alarm_wherever_it_is_met(portal: Stack, path: str) -> None:
    api, browser = portal.api(), portal.client()
    browser.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"
    browser.environ_base["HTTP_REFERER"] = "https://localhost/logowanie"
    data = {"login": "anna", "password": PASSWORD, "csrf_token": form_token(browser)}
    assert browser.post("/logowanie", data=data, base_url="https://localhost").status_code == 303
    portal.portal.erp.forget("100001")
    portal.fault("*", "foreign_owner")
    with structlog.testing.capture_logs() as logged:
        headers = api.headers if path.startswith("/api") else None
        client = api.client if headers else browser
        client.get(path.format(api.customers[0]["id"]), headers=headers, base_url="https://localhost").get_data()
    portal.control("DELETE", "faults")
    assert any(each["event"] == "owner_mismatch" and each["alarm"] for each in logged), logged


def test_a_taken_port_is_said(portal: Stack) -> None:
    import socket
    from dataclasses import replace

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = portal.portal.settings
        busy = replace(settings, web=replace(settings.web, port=taken.getsockname()[1]))
        with pytest.raises(Misconfigured, match=r"web\.port"):
            serve(busy, None)
