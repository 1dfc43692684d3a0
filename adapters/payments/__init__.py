"""Payment operators behind one small port; the portal never sees a card, only where to send its customer."""

from adapters.payments.port import PaymentOperator
from adapters.payments.records import Begun, Forged, Notice, PaymentOrder, Standing, Stands

__all__ = ["Begun", "Forged", "Notice", "PaymentOperator", "PaymentOrder", "Standing", "Stands"]
