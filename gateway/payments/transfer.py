"""What a bank transfer needs for what was chosen: the data to copy, and the 2D code where there can be one."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.payments import open_marks, qr
from gateway.payments.records import Chosen, Part, Transfer, by_account
from gateway.portal import Portal
from schemas import Invoice, values


def transfers(portal: Portal, chosen: Chosen) -> list[Transfer]:
    """One transfer for each customer's payment account, in the order in which they were chosen."""
    return [_transfer(portal, Chosen(parts, chosen.currency)) for parts in by_account(chosen.parts)]


ON_ITS_WAY = "on-its-way"
"""Why there is no code for what a payment pays already."""


def transfer_for(portal: Portal, invoice: Invoice, *, account_id: int | None = None) -> Transfer | None:
    """How to pay what remains of one invoice; None where nothing remains.

    While a payment of it is on its way there is no code, and one of ``account_id`` is named.
    """
    if invoice.outstanding <= 0:
        return None
    part = Part(
        invoice.customer_no, invoice.outstanding, invoice.invoice_ref, invoice.invoice_no, invoice.payment_account
    )
    found = transfers(portal, Chosen((part,), invoice.currency))[0]
    open_payment = open_marks.taken(portal, [part]).get(part)
    if open_payment is None:
        return found
    number, owner = open_payment
    mine = owner is not None and owner == account_id
    return replace(found, qr_text=None, why_no_qr=ON_ITS_WAY, on_its_way=number if mine else None)


def _transfer(portal: Portal, chosen: Chosen) -> Transfer:
    settings, first = portal.settings, chosen.parts[0]
    account, title = _checked(first.payment_account), _title(first.customer_no, chosen.parts)
    code, why = None, None
    try:
        code = qr.text(
            account,
            amount=chosen.amount,
            currency=chosen.currency,
            recipient=settings.payments.recipient,
            title=title,
            nip=settings.payments.recipient_nip,
        )
    except qr.NoCode as none:
        why = none.reason
    return Transfer(
        customer_no=first.customer_no,
        recipient=settings.payments.recipient or settings.utility.name,
        recipient_nip=settings.payments.recipient_nip,
        recipient_address=settings.utility.address,
        payment_account=account,
        amount=chosen.amount,
        currency=chosen.currency,
        title=title,
        invoice_nos=tuple(part.invoice_no for part in chosen.parts if part.invoice_no is not None),
        qr_text=code,
        why_no_qr=why,
    )


def _checked(account: str | None) -> str | None:
    """No account rather than a wrong one: an adapter of somebody's own may hand over what no schema has read."""
    try:
        return values.nrb(account)
    except ValueError:
        return None


def _title(customer_no: str, parts: Sequence[Part]) -> str:
    """The invoices' numbers where they all fit, else whose and how many; in Polish, for the utility's books."""
    numbers = [part.invoice_no for part in parts if part.invoice_no is not None]
    count = f", faktur: {len(numbers)}" if numbers else ""
    listed = ", ".join(numbers) if len(numbers) == len(parts) else ""
    fit = (each for each in (listed, f"Odbiorca {customer_no}{count}", f"{customer_no}{count}") if _fits(each))
    return qr.fitting(next(fit, customer_no), qr.TITLE)


def _fits(title: str) -> bool:
    return 0 < len(qr.fitting(title, len(title))) <= qr.TITLE
