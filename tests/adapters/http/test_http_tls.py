"""TLS is verified always, and a utility's own authority is trusted only where it is named."""

import datetime
import ipaddress
import ssl
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.errors import Unavailable
from adapters.http import HttpClient
from adapters.limits import Limits
from tests.adapters.http.servers import answer, peer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


def test_a_certificate_of_nobody_we_know_is_refused_before_anything_is_sent(context: ssl.SSLContext) -> None:
    with peer(answer(), context=context) as server:
        http = HttpClient(server.url, auth=("ebok", "secret"))
        with pytest.raises(Unavailable, match="certificate is not trusted") as caught:
            http.send("GET", "/")
        http.close()
        assert not caught.value.sent
        assert not server.requests


def test_an_authority_of_ones_own_is_named(context: ssl.SSLContext, certificate: Path) -> None:
    with peer(answer(b"tak"), context=context) as server:
        http = HttpClient(server.url, ca_file=str(certificate))
        assert [http.send("GET", "/").body for _ in range(3)] == [b"tak"] * 3
        http.close()
        assert server.connections == 1


def test_the_host_name_must_be_in_the_certificate(context: ssl.SSLContext, certificate: Path) -> None:
    with peer(answer(), context=context) as server:
        http = HttpClient(server.url.replace("localhost", "127.0.0.1"), ca_file=str(certificate))
        with pytest.raises(Unavailable, match="certificate is not trusted"):
            http.send("GET", "/")
        http.close()


def test_the_total_deadline_holds_over_tls(context: ssl.SSLContext, certificate: Path) -> None:
    def drip(connection: ssl.SSLSocket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(50):
            connection.sendall(b"x")
            time.sleep(0.1)

    limits = Limits(connect_seconds=0.5, read_seconds=0.5, total_seconds=0.8)
    with peer(drip, context=context) as server:  # type: ignore[arg-type]
        http = HttpClient(server.url, ca_file=str(certificate), limits=limits)
        started = time.monotonic()
        with pytest.raises(Unavailable, match=r"within 0\.8 s"):
            http.send("GET", "/")
        assert time.monotonic() - started < 3
        http.close()
