"""Puts a mail together: headers, the plain text and the HTML."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from gateway.mail.texts import Text
from gateway.settings import Settings


def letter(text: Text, *, to: str, message_id: str, written_at: datetime, settings: Settings) -> EmailMessage:
    """The same mail each time: an attempt that is repeated has the same Message-ID and date."""
    _, _, domain = settings.mail.sender.rpartition("@")
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{message_id}@{domain}>"
    message["Date"] = written_at
    message["From"] = Address(display_name=settings.utility.name, addr_spec=settings.mail.sender)
    message["To"] = Address(addr_spec=to)
    if settings.utility.email:
        message["Reply-To"] = Address(addr_spec=settings.utility.email)
    message["Subject"] = text.subject
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notices are not to answer
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text.plain, cte="quoted-printable")
    message.add_alternative(text.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = text.language
    return message
