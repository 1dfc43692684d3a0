"""How long and how much an adapter may take, in seconds and bytes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Deadlines are for one call to the ERP; ``total_seconds`` ends it whatever drips in.

    Sending something may take ``submission_seconds``. A document may take ``document_seconds`` and ``document_bytes``,
    because it streams at the customer's pace. There are as many connections as calls may be under way at once; a call
    that finds none waits until its deadline.
    """

    connect_seconds: float = 2.0
    read_seconds: float = 3.0
    total_seconds: float = 4.0
    submission_seconds: float = 15.0
    document_seconds: float = 120.0
    answer_bytes: int = 32 * 1024 * 1024
    document_bytes: int = 100 * 1024 * 1024
    read_connections: int = 16
    document_connections: int = 8
    submission_connections: int = 4
