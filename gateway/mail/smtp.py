"""Speaks SMTP with the utility's server, and sorts what can go wrong by what happens to the mail then."""

import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from threading import Timer
from urllib.parse import urlsplit

from adapters.errors import Misconfigured
from adapters.pem import trouble_with_authorities
from gateway.settings import Settings

_SILENCE_SECONDS = 20.0
_LONGEST_SECONDS = 60.0
_NO_SUCH_SERVER = (smtplib.SMTPException, OSError, ValueError)


class ServerAway(Exception):
    """The server cannot be talked to, or does not let us in: no mail's fault, all of them wait."""


class NotTaken(Exception):
    """This mail was not taken, or it is unknown whether it was: try again later."""


class ConnectionLost(NotTaken):
    """The same, and nothing more can be sent on this connection."""


class Refused(Exception):
    """The server refuses this mail for good."""


class Server:
    """An open connection, on which one mail after the other is sent."""

    def __init__(self, smtp: smtplib.SMTP, sender: str) -> None:
        self._smtp = smtp
        self._sender = sender

    def send(self, message: EmailMessage, to: str) -> None:
        """Returns when the server took it.

        Raises ``Refused`` or ``NotTaken``, both with text that is safe to keep: the server's own may hold addresses.
        """
        try:
            with _ended_in_time(self._smtp):
                self._smtp.send_message(message, self._sender, [to])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _refused_or_later("recipient", code) from None
        except smtplib.SMTPDataError as error:
            raise _refused_or_later("text", error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise Refused("the server cannot take such an address") from None
        except smtplib.SMTPSenderRefused as error:  # mail.sender is the operator's to mend; it is not lost meanwhile
            raise NotTaken(f"sender refused: {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise ConnectionLost(f"connection lost: {type(error).__name__}") from None


@contextmanager
def connected(settings: Settings) -> Iterator[Server]:
    """A connection as ``[mail]`` says; raises ``ServerAway`` where there is none to be had."""
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _open(settings)
    except _NO_SUCH_SERVER as error:
        code = getattr(error, "smtp_code", None)
        raise ServerAway(f"server away: {type(error).__name__}{'' if code is None else f' {code}'}") from None
    try:
        yield Server(smtp, settings.mail.sender)
    finally:
        with suppress(smtplib.SMTPException, OSError), _ended_in_time(smtp):
            smtp.quit()
        smtp.close()


def check_ca_file(settings: Settings) -> None:
    """Raises ``Misconfigured`` where ``mail.ca_file`` is none; without this every mail would wait for ever."""
    file = settings.mail.ca_file
    trouble = trouble_with_authorities(settings.base / file) if file else None
    if trouble is not None:
        raise Misconfigured(f"mail.ca_file: expected a PEM file with certificates, but found {trouble}")


def _open(settings: Settings) -> smtplib.SMTP:
    given = settings.mail
    context = _trusted(settings)
    name = _own_name(given.base_url)
    smtp = (
        smtplib.SMTP_SSL(local_hostname=name, timeout=_SILENCE_SECONDS, context=context)
        if given.security == "tls"
        else smtplib.SMTP(local_hostname=name, timeout=_SILENCE_SECONDS)
    )
    # Made with a host, it would connect before the watchdog knows it; the certificate must be of this name.
    smtp._host = given.host  # type: ignore[attr-defined]
    try:
        with _ended_in_time(smtp):
            code, _ = smtp.connect(given.host, given.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, "")
            smtp.ehlo_or_helo_if_needed()
            if given.security == "starttls":
                smtp.starttls(context=context)
            if given.username:
                smtp.login(given.username, given.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _trusted(settings: Settings) -> ssl.SSLContext:
    file = settings.mail.ca_file
    context = ssl.create_default_context(cafile=str(settings.base / file) if file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@contextmanager
def _ended_in_time(smtp: smtplib.SMTP) -> Iterator[None]:
    # A time-out of the socket's is for one piece of an answer; a server that drips would hold us for ever.
    watchdog = Timer(_LONGEST_SECONDS, _hang_up, [smtp])
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def _hang_up(smtp: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):  # it may be closed already
        smtp.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


def _own_name(base_url: str) -> str:
    host = urlsplit(base_url).hostname or "localhost"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return f"[{host}]" if address.version == 4 else f"[IPv6:{host}]"


def _refused_or_later(what: str, code: int) -> Refused | NotTaken:
    return Refused(f"{what} refused: {code}") if 500 <= code <= 599 else NotTaken(f"{what} not taken yet: {code}")
