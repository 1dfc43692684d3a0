"""An account asks for one more customer: what it types, completed by what the portal knows of its holder."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from gateway.accounts import Link
from gateway.models import Account
from gateway.portal import Portal
from gateway.registration.form import Form
from gateway.registration.records import Typed


def one_more(portal: Portal, form: Form, *, account_id: int, links: Sequence[Link]) -> Typed | None:
    """The registration that the form means, or None with ``form.mistakes``."""
    held = select(Account.holder, Account.email, Account.phone).where(Account.id == account_id)
    with portal.database.reading() as connection:
        row = connection.execute(held).one()
    typed = form.one_more(name=row.holder, email=row.email or "", phone=row.phone)
    if typed and typed.customer_no in {link.customer_no for link in links}:
        form.mistakes["customer_no"] = _l("Tego odbiorcę już widzisz.")
        return None
    return typed
