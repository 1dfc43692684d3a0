"""How much of the portal a billing system may hold, and for how long."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """Numbers are per process; seconds are seconds.

    ``reads_at_once``, ``documents_at_once`` and ``submissions_at_once`` are the most calls of a class that reach the
    ERP together. A call that finds them taken waits ``queue_seconds``, and no more than ``queue_length`` calls wait at
    once; the others are refused straight away. ``total_seconds`` is the adapter's own deadline, ``submission_seconds``
    that for sending something, ``grace_seconds`` what the guard adds before it gives up on an adapter that does not
    keep it.

    ``crowd`` bounds the server's threads that join a call which already takes longer than a second.
    ``breaker_open_seconds`` 0 turns the breakers off, ``cache_seconds`` 0 the cache in memory; ``cache_records``
    bounds that cache, at about one kilobyte each. A cache that the guard is given has its own settings.
    """

    reads_at_once: int = 8
    documents_at_once: int = 8
    submissions_at_once: int = 4
    submission_seconds: float = 15.0
    queue_seconds: float = 0.5
    queue_length: int = 16
    total_seconds: float = 4.0
    grace_seconds: float = 0.25
    crowd: int = 16
    breaker_open_seconds: float = 15.0
    cache_seconds: float = 15.0
    cache_records: int = 50_000

    def __post_init__(self) -> None:
        for name in ("reads_at_once", "documents_at_once", "submissions_at_once", "crowd"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected at least 1")
        for name in ("total_seconds", "submission_seconds"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name}: expected more than 0")
        for name in ("queue_seconds", "queue_length", "grace_seconds", "breaker_open_seconds", "cache_seconds"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: expected 0 or more")
