"""What somebody wants to pay, asked from the ERP again at that moment; no amount of an invoice comes from a browser."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from adapters.clock import local_day
from gateway.accounts import Link
from gateway.payments import open_marks
from gateway.payments.records import Chosen, Part
from gateway.portal import Portal
from schemas import Invoice, InvoiceStatus

LEAST_ON_ACCOUNT, MOST_ON_ACCOUNT = Decimal("1.00"), Decimal("50000.00")
CURRENCY = "PLN"


class Reason(StrEnum):
    """Why something cannot be paid here and now."""

    NOTHING = "nothing"
    """Nothing was chosen, or nothing is overdue."""
    GONE = "gone"
    """The ERP has no such invoice of this customer any more."""
    PAID = "paid"
    """Nothing remains to be paid of it."""
    NOT_OWED = "not-owed"
    """A correction in the customer's favour, or anything else below zero."""
    CURRENCY = "currency"
    TOO_LITTLE = "too-little"
    TOO_MUCH = "too-much"
    OPEN = "open"
    """Another payment of it is on its way."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted for one of the account's own customers.

    ``invoice_refs`` are the ERP's own; None means all that is overdue, an empty tuple no invoice at all.
    ``on_account`` comes on top of them, in zlotys.
    """

    link: Link
    invoice_refs: tuple[str, ...] | None = ()
    on_account: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """One thing that cannot be paid; ``invoice_ref`` is None for a sum on account and for ``nothing``.

    ``payment_public_id`` names the payment that is on its way already, for ``open``.
    """

    link: Link | None
    invoice_ref: str | None
    reason: Reason
    invoice_no: str | None = None
    payment_public_id: str | None = None

    @property
    def is_on_account(self) -> bool:
        return self.link is not None and self.invoice_ref is None


class ChoiceRefused(Exception):
    """Nothing of it is begun; ``refused`` lists each thing that stands in the way."""

    def __init__(self, refused: Sequence[Refused]) -> None:
        super().__init__("some of this cannot be paid now")
        self.refused = tuple(refused)


def choose(portal: Portal, wanted: Sequence[Wanted], *, account_id: int | None = None) -> Chosen:
    """What is owed of it now; raises ``ChoiceRefused``, and what the ERP's adapter raises.

    The links must be the account's own. An invoice that is named twice is paid once. Of payments that are on their way
    only those of ``account_id`` are named.
    """
    parts: list[Part] = []
    refused: list[Refused] = []
    for each in _one_for_each_customer(wanted):
        portal.erp.forget(each.link.customer_no)
        for found in _judged(portal, each):
            if isinstance(found, Part):
                parts.append(found)
            else:
                refused.append(found)
    refused += _on_their_way(portal, wanted, parts, account_id)
    if not parts and not refused:
        refused.append(Refused(None, None, Reason.NOTHING))
    if refused:
        raise ChoiceRefused(refused)
    return Chosen(tuple(parts), CURRENCY)


def _one_for_each_customer(wanted: Sequence[Wanted]) -> list[Wanted]:
    """Two links of one customer would pay the same thing twice."""
    return list({each.link.customer_no: each for each in reversed(wanted)}.values())[::-1]


def _judged(portal: Portal, wanted: Wanted) -> Iterator[Part | Refused]:
    if wanted.invoice_refs is None or wanted.invoice_refs:
        invoices = portal.erp.invoices(wanted.link.customer_no)
        if wanted.invoice_refs is None:
            today = local_day(portal.clock.now())
            late = [each for each in invoices if each.status(today) is InvoiceStatus.OVERDUE]
            yield from (_invoice(wanted.link, each) for each in reversed(late))
        else:
            by_ref = {each.invoice_ref: each for each in invoices}
            for ref in dict.fromkeys(wanted.invoice_refs):
                one = by_ref.get(ref)
                yield Refused(wanted.link, ref, Reason.GONE) if one is None else _invoice(wanted.link, one)
    if wanted.on_account is not None:
        yield _on_account(portal, wanted.link, wanted.on_account)


def _invoice(link: Link, invoice: Invoice) -> Part | Refused:
    reason = None
    if invoice.outstanding < 0 or (invoice.outstanding == 0 and invoice.gross <= 0):
        reason = Reason.NOT_OWED
    elif invoice.outstanding == 0:
        reason = Reason.PAID
    elif invoice.currency != CURRENCY:
        reason = Reason.CURRENCY
    if reason is not None:
        return Refused(link, invoice.invoice_ref, reason, invoice.invoice_no)
    return Part(
        customer_no=link.customer_no,
        amount=invoice.outstanding,
        invoice_ref=invoice.invoice_ref,
        invoice_no=invoice.invoice_no,
        payment_account=invoice.payment_account,
    )


def _on_account(portal: Portal, link: Link, amount: Decimal) -> Part | Refused:
    if amount < LEAST_ON_ACCOUNT:
        return Refused(link, None, Reason.TOO_LITTLE)
    if amount > MOST_ON_ACCOUNT:
        return Refused(link, None, Reason.TOO_MUCH)
    balance = portal.erp.balance(link.customer_no)
    if balance.currency != CURRENCY:
        return Refused(link, None, Reason.CURRENCY)
    return Part(link.customer_no, amount.quantize(Decimal("0.01")), payment_account=balance.payment_account)


def _on_their_way(
    portal: Portal, wanted: Sequence[Wanted], parts: Sequence[Part], account_id: int | None
) -> list[Refused]:
    links = {each.link.customer_no: each.link for each in wanted}
    taken = open_marks.taken(portal, parts)
    return [
        Refused(links[part.customer_no], part.invoice_ref, Reason.OPEN, part.invoice_no, number if mine else None)
        for part, (number, owner) in taken.items()
        for mine in [owner == account_id]
    ]
