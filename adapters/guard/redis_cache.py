"""Keeps the ERP's answers in Redis, so that all processes of the portal share and forget them.

Redis is not trusted: entries are sealed, and whoever reads or writes there learns and changes nothing. What is
missing, old, foreign or damaged is no answer, and the ERP is asked.
"""

import hashlib
import json
import secrets
import zlib
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from adapters.clock import Clock
from adapters.guard.answers import from_json, to_json
from adapters.guard.cache import Answer, good_until
from adapters.guard.flights import Flight, Key
from adapters.guard.redis_link import Command, RedisLink

VERSION = 1
"""Raise it when a field comes to mean something else; a field that comes or goes is noticed without it."""

LARGEST_ENTRY = 1024 * 1024
MOST_RECORDS = 5_000
GENERATION_SECONDS = 3600
_GENERATION_BYTES = 16


class RedisCache:
    """Answers in a Redis that several processes share; they must have the same ``secret``.

    A customer's answers carry the customer's generation, a random number that stood in Redis when the question was
    put; forgetting a customer takes the number away. So an answer under way in another process is kept in vain.
    ``seconds`` must be more than 0. Raises ``Misconfigured`` for a wrong ``url`` or a missing package; no I/O.
    """

    def __init__(self, url: str, *, secret: str, clock: Clock, seconds: float, timeout_seconds: float = 0.1) -> None:
        self._redis = RedisLink(url, clock=clock, seconds=timeout_seconds)
        self._clock = clock
        self._seconds = seconds
        self._aead = AESSIV(hashlib.sha512(b"ebok cache entries\0" + secret.encode()).digest())
        self._naming = hashlib.sha512(b"ebok cache names\0" + secret.encode()).digest()
        self._lock = Lock()
        self._owed: dict[str, float] = {}  # generations that Redis could not be told to drop, and until when it matters

    def get(self, key: Key) -> Answer | None:
        generation, entry = self._names(key)
        replies = self._ask(_read(generation, _GENERATION_BYTES), _read(entry, LARGEST_ENTRY))
        return self._open(key, entry, *replies) if replies is not None else None

    def begin(self, flight: Flight) -> Answer | None:
        generation, entry = self._names(flight.key)
        fresh = secrets.token_bytes(_GENERATION_BYTES)
        replies = self._ask(
            ("SET", generation, fresh, "NX", "EX", GENERATION_SECONDS),
            _read(generation, _GENERATION_BYTES),
            _read(entry, LARGEST_ENTRY),
        )
        if replies is None:
            return None
        _, stands, sealed = replies
        flight.generation = stands or None
        return self._open(flight.key, entry, stands, sealed)

    def put(self, flight: Flight, value: object) -> None:
        if flight.generation is None or flight.stale or (isinstance(value, tuple) and len(value) > MOST_RECORDS):
            return
        lasts = self._lasts(flight)
        _, entry = self._names(flight.key)
        sealed = self._seal(flight, entry, value) if lasts > 0 else None
        if sealed is not None and len(sealed) <= LARGEST_ENTRY:
            self._ask(("SET", entry, sealed, "PX", lasts))

    def forget(self, customer_no: str) -> None:
        with self._lock:
            # Whatever was asked before now is past its seconds by then, in every process.
            self._owed[self._generation_name(customer_no)] = self._clock.monotonic() + self._seconds
        self._ask(always=True)

    def close(self) -> None:
        self._redis.close()

    def _ask(self, *commands: Command, always: bool = False) -> list[Any] | None:
        now = self._clock.monotonic()
        with self._lock:
            self._owed = {name: until for name, until in self._owed.items() if now < until}
            owed = dict(self._owed)
        if not owed:
            return self._redis.ask(*commands, always=always)
        replies = self._redis.ask(("DEL", *owed), *commands, always=always)
        if replies is None:
            return None
        with self._lock:
            for name, until in owed.items():
                if self._owed.get(name) == until:  # else it was forgotten once more meanwhile
                    del self._owed[name]
        return replies[1:]

    def _lasts(self, flight: Flight) -> int:
        """Milliseconds for which a flight's answer may be kept from now on, by both clocks."""
        by_clock = good_until(flight.asked_at, self._seconds) - self._clock.now()
        by_seconds = timedelta(seconds=flight.started + self._seconds - self._clock.monotonic())
        return min(by_clock, by_seconds) // timedelta(milliseconds=1)

    def _seal(self, flight: Flight, entry: str, value: object) -> bytes | None:
        answer = to_json(flight.key.operation, value)
        if answer is None or flight.generation is None:
            return None
        text = json.dumps([flight.asked_at.isoformat(), answer], separators=(",", ":"))
        return self._aead.encrypt(zlib.compress(text.encode(), 1), [entry.encode(), flight.generation])

    def _open(self, key: Key, entry: str, generation: object, sealed: object) -> Answer | None:
        if not (isinstance(generation, bytes) and generation and isinstance(sealed, bytes) and sealed):
            return None
        try:
            text = zlib.decompress(self._aead.decrypt(sealed, [entry.encode(), generation]))
            said, answer = json.loads(text)
            asked_at = datetime.fromisoformat(said)
            # By this process's clock and seconds: Redis counts in its own time and knows no midnight.
            if not asked_at <= self._clock.now() < good_until(asked_at, self._seconds):
                return None
            return Answer(from_json(key.operation, answer))
        except (InvalidTag, zlib.error, ValueError, TypeError):
            return None

    def _names(self, key: Key) -> tuple[str, str]:
        generation = self._generation_name(key.customer_no)
        return generation, f"{generation}:{self._name(repr(tuple(key)))}"

    def _generation_name(self, customer_no: str) -> str:
        return f"ebok:{VERSION}:{self._name(customer_no)}"

    def _name(self, text: str) -> str:
        # Keyed, because customer numbers are few enough to try them all.
        return hashlib.blake2b(text.encode(), key=self._naming, digest_size=16).hexdigest()


def _read(name: str, most: int) -> Command:
    """Reads a value as far as it may be long: who can write to Redis must not fill our memory."""
    return "GETRANGE", name, 0, most - 1
