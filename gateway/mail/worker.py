"""Sends what is due in the queue; any number of workers share it out."""

from email.message import EmailMessage

import structlog
from jinja2 import TemplateError

from gateway.mail import queue, smtp
from gateway.mail.letter import letter
from gateway.portal import Portal

_AT_ONCE = 50
_log = structlog.get_logger("ebok.mail")


def deliver_some(portal: Portal) -> int:
    """Send some of what is due, on one connection; the number of mails that were tried.

    Where no server is configured, mail waits.
    """
    if not portal.settings.mail.host or not queue.is_due(portal.database, portal.clock.now()):
        return 0
    tried = 0
    try:
        with smtp.connected(portal.settings) as server:
            while tried < _AT_ONCE and (mail := queue.take(portal.database, portal.clock.now())):
                tried += 1
                if not _deliver(portal, server, mail):
                    break
    except smtp.ServerAway as error:
        _log.warning("mail_server_away", error=str(error))
        queue.server_away(portal.database, str(error), portal.clock.now())
    return tried


def _deliver(portal: Portal, server: smtp.Server, mail: queue.Taken) -> bool:
    """Send one mail; False where the connection is of no more use."""
    database, clock = portal.database, portal.clock
    try:
        message, to = _written(portal, mail)
    except _Unwritable as error:
        _log_outcome(mail, "later", str(error), ours=queue.later(database, mail, str(error), clock.now()))
        return True
    if clock.now() >= mail.leased_until:  # held up for so long that it is another worker's by now
        return False
    try:
        server.send(message, to)
    except smtp.Refused as error:
        _log_outcome(mail, "failed", str(error), ours=queue.failed(database, mail, str(error)))
    except smtp.NotTaken as error:
        _log_outcome(mail, "later", str(error), ours=queue.later(database, mail, str(error), clock.now()))
        return not isinstance(error, smtp.ConnectionLost)
    else:
        _log_outcome(mail, "sent", "", ours=queue.sent(database, mail, clock.now()))
    return True


class _Unwritable(Exception):
    """The operator has to mend something before this mail can be written."""


def _written(portal: Portal, mail: queue.Taken) -> tuple[EmailMessage, str]:
    opened = portal.sealer.open_json(mail.sealed, "mail", mail.message_id)
    if opened is None:
        raise _Unwritable("sealed with another secret key")
    try:
        text = portal.mail_texts.render(mail.template, mail.language, opened["values"])
    except TemplateError as error:
        raise _Unwritable(f"template: {type(error).__name__}") from None
    to = opened["to"]
    message = letter(text, to=to, message_id=mail.message_id, written_at=mail.created_at, settings=portal.settings)
    return message, to


def _log_outcome(mail: queue.Taken, outcome: str, error: str, *, ours: bool) -> None:
    if ours:
        _log.info("mail", id=mail.id, template=mail.template, outcome=outcome, attempts=mail.attempts, error=error)
    else:
        _log.warning("mail_fenced", id=mail.id, template=mail.template, attempts=mail.attempts)
