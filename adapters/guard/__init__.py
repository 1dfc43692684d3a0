"""Keeps a billing system's bad hours away from the portal: deadlines, bulkheads, breakers, single flight, cache."""

from adapters.guard.adapter import GuardedAdapter
from adapters.guard.lane import Observe, OperationState
from adapters.guard.settings import GuardSettings

__all__ = ["GuardSettings", "GuardedAdapter", "Observe", "OperationState"]
