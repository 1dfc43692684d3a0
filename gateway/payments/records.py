"""The words of payments: what somebody chose to pay, the payment that came of it, and how to pay by transfer."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from gateway.payments.states import PaymentState


@dataclass(frozen=True, slots=True)
class Part:
    """One invoice, or with ``invoice_ref`` None a sum on account, for one customer; ``amount`` is positive."""

    customer_no: str
    amount: Decimal
    invoice_ref: str | None = None
    invoice_no: str | None = None
    payment_account: str | None = None


def total(parts: Iterable[Part]) -> Decimal:
    return sum((part.amount for part in parts), Decimal("0.00"))


def by_account(parts: Iterable[Part]) -> list[tuple[Part, ...]]:
    """The parts by customer and payment account: each of these is one transfer, and one payment in the ERP's books."""
    found: dict[tuple[str, str | None], list[Part]] = {}
    for part in parts:
        found.setdefault((part.customer_no, part.payment_account), []).append(part)
    return [tuple(each) for each in found.values()]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be paid in one go, by what the ERP said just now; never by what a browser said."""

    parts: tuple[Part, ...]
    currency: str = "PLN"

    @property
    def amount(self) -> Decimal:
        return total(self.parts)


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a bank transfer needs: one for each customer's payment account.

    ``qr_text`` is the 2D code of the Polish bank association, None where there is none, and ``why_no_qr`` says why:
    ``too-much`` (above 9,999.99), ``currency``, ``no-account``, ``no-recipient``, or ``on-its-way``: a payment pays it
    already, which ``on_its_way`` names where it is the reader's own.
    """

    customer_no: str
    recipient: str
    recipient_nip: str
    recipient_address: str
    payment_account: str | None
    amount: Decimal
    currency: str
    title: str
    invoice_nos: tuple[str, ...]
    qr_text: str | None
    why_no_qr: str | None = None
    on_its_way: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """What the customer is shown. ``parts`` is empty once nothing is kept but reference, state and time.

    ``redirect_url`` is where they go on while it is ``STARTED``, before ``valid_until``, at an operator's own page.
    """

    id: int
    public_id: str
    reference: str
    operator: str
    operator_ref: str
    state: PaymentState
    account_id: int | None
    parts: tuple[Part, ...]
    currency: str
    redirect_url: str | None
    created_at: datetime
    valid_until: datetime
    paid_at: datetime | None
    settled_at: datetime | None
    error: str = ""
    is_new: bool = False

    @property
    def amount(self) -> Decimal | None:
        """None once it is wiped."""
        return total(self.parts) if self.parts else None

    def only_of(self, customer_nos: Collection[str]) -> "Payment":
        """Without what is paid for others."""
        return replace(self, parts=tuple(each for each in self.parts if each.customer_no in customer_nos))


class AlreadyOpen(Exception):
    """Something chosen is on its way in another payment, which ``public_id`` names where it is the same account's."""

    def __init__(self, public_id: str | None) -> None:
        super().__init__("a payment of this is on its way")
        self.public_id = public_id
