"""Counts and times what the billing system is asked, for monitoring."""

from prometheus_client import Histogram

ERP_CALLS = Histogram("ebok_erp_call_seconds", "Questions to the billing system, by outcome", ["operation", "outcome"])


def observe_erp(operation: str, outcome: str, seconds: float) -> None:
    """For the guard: how a question to the billing system went."""
    ERP_CALLS.labels(operation, outcome).observe(seconds)
