"""Asks the operator where a payment stands, and writes down what it says. Signatures only, for now."""

from gateway.payments.records import Payment
from gateway.portal import Portal


def ask(portal: Portal, payment: Payment) -> Payment:
    """As it stands now: the operator is asked unless it was in the last seconds; the ledger where it is paid.

    Its operator's trouble is not the page's: then it comes back as it was.
    """
    raise NotImplementedError
