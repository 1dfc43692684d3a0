"""Codes of an app, each good once, and recovery codes for when it is lost: the same for customers and for staff.

Secrets are kept sealed. Recovery codes have 50 random bits, and only their keyed hash is kept.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from gateway.models import Account, OneTimeCode, Staff
from gateway.passwords import some_letters
from gateway.sealing import Sealer
from gateway.totp import step_of

RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class Codes:
    """Whose codes: the table of their owners, where a recovery code names one, and what both are kept under."""

    _table: type[Account] | type[Staff]
    _owner: InstrumentedAttribute[int | None]
    _recovery: str
    _sealed_as: str

    def sealed(self, sealer: Sealer, owner_id: int, secret: str) -> bytes:
        """How a secret is kept in ``totp_secret``."""
        return sealer.seal_json({"secret": secret}, self._sealed_as, str(owner_id))

    def use(self, connection: Connection, sealer: Sealer, owner_id: int, code: str, now: datetime) -> bool:
        """Whether an app's code fits; one of an earlier step than the last, or of the same, never fits again."""
        table = self._table
        kept = connection.execute(select(table.totp_secret).where(table.id == owner_id)).scalar()
        values = sealer.open_json(kept, self._sealed_as, str(owner_id))
        step = step_of(values["secret"], code, now) if values else None
        if step is None:
            return False
        query = update(table).where(table.id == owner_id, table.totp_step < step).values(totp_step=step)
        return connection.execute(query).rowcount == 1

    def renew_recovery(self, connection: Connection, sealer: Sealer, owner_id: int) -> list[str]:
        """New recovery codes in place of all earlier ones; shown once and not kept."""
        self.forget_recovery(connection, owner_id)
        codes = ["-".join(some_letters(5) for _ in range(2)) for _ in range(RECOVERY_CODES)]
        for code in codes:
            mark = sealer.mark(_text(owner_id, code), self._recovery).hex()
            values = {"purpose": self._recovery, self._owner.key: owner_id, "code_hash": mark, "tries": 0}
            connection.execute(insert(OneTimeCode).values(**values))
        return codes

    def use_recovery(self, connection: Connection, sealer: Sealer, owner_id: int, code: str) -> bool:
        """Whether a recovery code fits; it is gone with that."""
        marks = [each.hex() for each in sealer.marks(_text(owner_id, code), self._recovery)]
        mine = delete(OneTimeCode).where(self._owner == owner_id, OneTimeCode.purpose == self._recovery)
        return connection.execute(mine.where(OneTimeCode.code_hash.in_(marks))).rowcount == 1

    def forget_recovery(self, connection: Connection, owner_id: int) -> None:
        connection.execute(delete(OneTimeCode).where(self._owner == owner_id, OneTimeCode.purpose == self._recovery))


OF_CUSTOMERS = Codes(Account, OneTimeCode.account_id, "recovery", "account.totp")
OF_STAFF = Codes(Staff, OneTimeCode.staff_id, "staff-recovery", "staff.totp")


def _text(owner_id: int, code: str) -> str:
    return f"{owner_id}\0{''.join(code.lower().replace('-', ' ').split())}"
