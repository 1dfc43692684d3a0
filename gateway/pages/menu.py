"""The menu of a customer's pages: what the billing system neither tells nor takes is not in it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from adapters.capabilities import Capability
from adapters.guard import GuardedAdapter
from gateway.portal import portal
from schemas import SubmissionKind


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the menu; ``below`` are those that belong to it."""

    view: str
    name: LazyString
    below: tuple[str, ...] = ()
    shown: Callable[[GuardedAdapter], bool] = lambda billing: True


def payments_offered() -> bool:
    """Whether anything can be paid here: at an operator, or by a transfer whose data we know."""
    return bool(portal().operators) or bool(portal().settings.payments.recipient)


_ENTRIES = (
    Entry("customer", _l("Start")),
    Entry("invoices", _l("Faktury"), ("invoice",)),
    Entry(
        "payments",
        _l("Płatności"),
        ("payment", "all_payments", "payment_return", "new_payment", "pay"),
        lambda billing: payments_offered(),
    ),
    Entry("statement", _l("Rozliczenia")),
    Entry("contracts", _l("Umowy")),
    Entry(
        "meters",
        _l("Wodomierze"),
        ("meter", "reading", "reading_sheet", "unlisted_reading"),
        lambda billing: billing.supports(Capability.METERS),
    ),
    Entry(
        "cases",
        _l("Sprawy"),
        ("case", "letter"),
        lambda billing: billing.supports(Capability.CASES) or bool(billing.accepts),
    ),
    Entry("particulars", _l("Moje dane"), ("e_invoices",)),
)


def menu() -> list[Entry]:
    """What this billing system fills; nobody is asked for it, so that pages that report a failure have it too."""
    return [each for each in _ENTRIES if each.shown(portal().erp)]


def outages_taken() -> bool:
    """Whether anybody can report one here."""
    return SubmissionKind.OUTAGE in portal().erp.accepts
