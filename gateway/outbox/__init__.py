"""What customers send, on its way into the billing system: committed before it is called accepted, delivered once."""

from gateway.outbox.records import Draft, KeyReused, Receipt, State, StillRunning
from gateway.outbox.room import NoRoom

__all__ = ["Draft", "KeyReused", "NoRoom", "Receipt", "State", "StillRunning"]
