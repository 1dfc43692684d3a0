"""Slows down guessing, in SQL so that any number of processes count together: delays that grow, never a lock.

Five failures are free; then each doubles the wait, from one second to fifteen minutes. What is counted is a keyed hash
of a login, and of a network (an IPv4 address, or the first 64 bits of an IPv6 one).
"""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.database import Database
from gateway.models import Throttle
from gateway.sealing import Sealer

FREE = 5
_LONGEST = timedelta(minutes=15)
_FORGOTTEN_AFTER = timedelta(hours=24)


class Slowed(Exception):
    """Too many failures: come back in ``retry_after`` seconds."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many failures")
        self.retry_after = wait.total_seconds()


class Throttles:
    """Counts failures by ``kind`` and key, such as ``("login", "anna")``."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def wait(self, now: datetime, *keys: tuple[str, str]) -> timedelta:
        """How long the next try has to wait, the longest of all keys; zero for no wait."""
        marks = [self._sealer.mark(key, f"throttle.{kind}") for kind, key in keys]
        with self._database.reading() as connection:
            rows = connection.execute(select(Throttle.waits_until).where(Throttle.mark.in_(marks)))
            return max((row.waits_until - now for row in rows), default=timedelta()) if marks else timedelta()

    def failed(self, now: datetime, *keys: tuple[str, str], free: int = FREE) -> None:
        """Count one more failure for each key."""
        with self._database.transaction() as connection:
            connection.execute(delete(Throttle).where(Throttle.failed_at < now - _FORGOTTEN_AFTER))
            for kind, key in keys:
                mark = self._sealer.mark(key, f"throttle.{kind}")
                wait = _delay(_count(connection, mark, now), free)
                # A free try waits for nothing, also by the clock of another host that is a little behind ours.
                until = now + wait if wait else now - _FORGOTTEN_AFTER
                connection.execute(update(Throttle).where(Throttle.mark == mark).values(waits_until=until))

    def succeeded(self, *keys: tuple[str, str]) -> None:
        """Forget the failures of these keys."""
        theirs = Throttle.mark.in_([self._sealer.mark(key, f"throttle.{kind}") for kind, key in keys])
        with self._database.reading() as connection:
            if connection.execute(select(Throttle.mark).where(theirs).limit(1)).first() is None:
                return  # as nearly always, and a commit to the disk is spared
        with self._database.transaction() as connection:
            connection.execute(delete(Throttle).where(theirs))


def network_of(address: str | None) -> str:
    """The network of a caller's address, as it is counted and written into the audit log."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((parsed, 64), strict=False))
    return str(parsed)


def _count(connection: Connection, mark: bytes, now: datetime) -> int:
    """One failure more, whether it is the first or another process counts at the same moment; how many there are."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    first = insert(Throttle).values(mark=mark, failures=1, failed_at=now, waits_until=now)
    counted = first.on_conflict_do_update(
        index_elements=[Throttle.mark], set_={"failures": Throttle.failures + 1, "failed_at": now}
    )
    return int(connection.execute(counted.returning(Throttle.failures)).scalar_one())


def _delay(failures: int, free: int) -> timedelta:
    over = failures - free
    return min(timedelta(seconds=2 ** min(over, 20)), _LONGEST) if over >= 0 else timedelta()
