"""The connection is protected as the operator says, the certificate is checked, and nobody keeps a worker for ever."""

import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.errors import Misconfigured
from gateway.mail import smtp
from tests.gateway.mail.office import Office, office
from tests.gateway.mail.post_office import PostOffice, free_port

PASSWORD = "tajne-haslo-smtp"


def certificate(folder: Path, name: str) -> Path:
    """A certificate that signs itself, for a server of this name, with its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


def serving(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _asks(_server: object, _session: object, _envelope: object, mechanism: str, given: object) -> AuthResult:
    right = isinstance(given, LoginPassword) and given.login == b"ebok" and given.password == PASSWORD.encode()
    return AuthResult(success=right)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    certificate(tmp_path, "localhost")
    certificate(tmp_path, "other.example")
    return tmp_path


@pytest.fixture
def starttls(folder: Path) -> Iterator[PostOffice]:
    made = PostOffice(
        tls_context=serving(folder / "localhost.pem"), require_starttls=True, auth_required=True, authenticator=_asks
    ).start()
    yield made
    made.stop()


def asking(folder: Path, port: int, **more: str) -> "Iterator[Office]":
    return office(  # type: ignore[return-value]
        f"sqlite:///{folder}/portal.sqlite",
        port,
        MAIL__HOST="localhost",
        MAIL__CA_FILE=str(folder / "localhost.pem"),
        **{"MAIL__SECURITY": "starttls", **more},
    )


def test_starttls_with_a_password(folder: Path, starttls: PostOffice) -> None:
    with asking(folder, starttls.port, MAIL__USERNAME="ebok", MAIL__PASSWORD=PASSWORD) as here:
        here.put()
        assert here.deliver() == 1
        assert here.row().state == "sent"


def test_a_wrong_password_lets_mail_wait(folder: Path, starttls: PostOffice) -> None:
    with asking(folder, starttls.port, MAIL__USERNAME="ebok", MAIL__PASSWORD="wrong") as here:
        here.put()
        here.deliver()
        assert here.row().state == "queued"
        assert here.row().error.startswith("server away: ")
        assert starttls.arrived == []


def _knock(port: int) -> None:
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with trusting.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        connection.recv(100)


def test_tls_from_the_first_byte(folder: Path) -> None:
    server = PostOffice(ssl_context=serving(folder / "localhost.pem"))
    with pytest.MonkeyPatch.context() as patched:
        # The controller's own look at whether it is up checks the certificate, without knowing its authority.
        patched.setattr("aiosmtpd.controller.InetMixin._trigger_server", lambda _self: _knock(server.port))
        server.start()
    try:
        with asking(folder, server.port, MAIL__SECURITY="tls") as here:
            here.put()
            assert here.deliver() == 1
            assert here.row().state == "sent"
    finally:
        server.stop()


@pytest.mark.parametrize(
    "settings",
    [{"MAIL__CA_FILE": ""}, {"MAIL__CA_FILE": "other.example.pem"}, {"MAIL__HOST": "127.0.0.1"}],
    ids=["unknown authority", "another authority", "another name"],
)
def test_a_certificate_that_is_not_right_is_not_talked_to(
    folder: Path, starttls: PostOffice, settings: dict[str, str]
) -> None:
    given = {name: str(folder / value) if value.endswith(".pem") else value for name, value in settings.items()}
    defaults = {"MAIL__HOST": "localhost", "MAIL__CA_FILE": str(folder / "localhost.pem"), "MAIL__SECURITY": "starttls"}
    with office(f"sqlite:///{folder}/portal.sqlite", starttls.port, **{**defaults, **given}) as here:
        here.put()
        here.deliver()
        assert (here.row().state, here.row().error) == ("queued", "server away: SSLCertVerificationError")
        assert starttls.arrived == []


def test_a_server_without_starttls_gets_nothing(folder: Path, server: PostOffice) -> None:
    with asking(folder, server.port) as here:
        here.put()
        here.deliver()
        assert (here.row().state, here.row().error) == ("queued", "server away: SMTPNotSupportedError")
        assert server.arrived == []


def test_a_password_in_the_clear_stops_the_start(folder: Path) -> None:
    login = {"MAIL__USERNAME": "ebok", "MAIL__PASSWORD": PASSWORD}
    with pytest.raises(Misconfigured) as caught, asking(folder, 25, MAIL__SECURITY="none", **login):
        pass
    (mistake,) = caught.value.mistakes
    assert "(mail.security): expected starttls or tls" in mistake


@pytest.mark.parametrize("drips", [False, True])
def test_a_server_that_says_nothing_or_little_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch, drips: bool
) -> None:
    monkeypatch.setattr(smtp, "_SILENCE_SECONDS", 0.5)
    monkeypatch.setattr(smtp, "_LONGEST_SECONDS", 1.5)
    listener = socket.create_server(("127.0.0.1", free_port()))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            for _ in range(200):
                time.sleep(0.1)
                try:
                    connection.sendall(b"2" if drips else b"")
                except OSError:
                    return

    thread = Thread(target=serve, daemon=True)
    thread.start()
    with office(f"sqlite:///{folder}/portal.sqlite", listener.getsockname()[1]) as here:
        here.put()
        began = time.monotonic()
        here.deliver()
        assert time.monotonic() - began < 10
        assert here.row().error.startswith("server away: ")
    listener.close()
