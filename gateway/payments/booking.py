"""Follows a paid payment until the ERP's ledger has it. Signatures only, for now."""

from dataclasses import dataclass
from datetime import date

from gateway.payments.records import Payment
from gateway.portal import Portal


@dataclass(frozen=True, slots=True)
class InBalance:
    """From which day a paid payment is in the balance; not ``certain`` means: at the earliest."""

    on: date
    certain: bool


def in_balance_from(portal: Portal, payment: Payment, customer_no: str) -> InBalance | None:
    """For a paid payment and one of its customers; None where nobody can say. Asks the ERP for the balance."""
    raise NotImplementedError
