"""The staff's second factor: codes of an app (RFC 6238), each good once, and recovery codes for when it is lost.

The secret is kept sealed; recovery codes have 50 random bits and only their keyed hash is kept.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from gateway.models import OneTimeCode, Staff
from gateway.passwords import some_letters
from gateway.sealing import Sealer
from gateway.totp import step_of

RECOVERY_CODES = 10
_RECOVERY = "staff-recovery"


def enrol(connection: Connection, sealer: Sealer, staff_id: int, secret: str, code: str, now: datetime) -> bool:
    """Keep the secret once a code shows that the app has it; False for a wrong code, or where there is one already."""
    step = step_of(secret, code, now)
    if step is None:
        return False
    sealed = sealer.seal_json({"secret": secret}, "staff.totp", str(staff_id))
    query = update(Staff).where(Staff.id == staff_id, Staff.totp_secret.is_(None))
    return connection.execute(query.values(totp_secret=sealed, totp_step=step)).rowcount == 1


def code_fits(connection: Connection, sealer: Sealer, staff_id: int, code: str, now: datetime) -> bool:
    """Whether an app's code fits, and was not used before; a code of an earlier step than the last never fits again."""
    sealed = connection.execute(select(Staff.totp_secret).where(Staff.id == staff_id)).scalar()
    values = sealer.open_json(sealed, "staff.totp", str(staff_id))
    step = step_of(values["secret"], code, now) if values else None
    if step is None:
        return False
    query = update(Staff).where(Staff.id == staff_id, Staff.totp_step < step).values(totp_step=step)
    return connection.execute(query).rowcount == 1


def new_recovery_codes(connection: Connection, sealer: Sealer, staff_id: int) -> list[str]:
    """Ten new codes in place of all earlier ones; shown once and not kept."""
    connection.execute(delete(OneTimeCode).where(OneTimeCode.staff_id == staff_id, OneTimeCode.purpose == _RECOVERY))
    codes = ["-".join(some_letters(5) for _ in range(2)) for _ in range(RECOVERY_CODES)]
    for code in codes:
        mark = sealer.mark(_plain(code), _RECOVERY).hex()
        values = {"purpose": _RECOVERY, "staff_id": staff_id, "code_hash": mark, "tries": 0}
        connection.execute(insert(OneTimeCode).values(**values))
    return codes


def recovery_code_fits(connection: Connection, sealer: Sealer, staff_id: int, code: str) -> bool:
    """Whether a recovery code fits; it is gone with that."""
    marks = [each.hex() for each in sealer.marks(_plain(code), _RECOVERY)]
    mine = delete(OneTimeCode).where(OneTimeCode.staff_id == staff_id, OneTimeCode.purpose == _RECOVERY)
    return connection.execute(mine.where(OneTimeCode.code_hash.in_(marks))).rowcount == 1


def _plain(code: str) -> str:
    return "".join(code.lower().replace("-", " ").split())
