"""What was kept long enough goes, and nothing before; what still lives stays whatever its age."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from gateway.models import Account, AuditEvent, Consent, Mail
from gateway.retention import Retention
from tests.stack import NOON, Stack, stack


def counted(portal: Stack, table: type) -> int:
    with portal.portal.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_old_rows_go_once_their_months_are_over(tmp_path: Path) -> None:
    with stack(tmp_path, face="rest", SECURITY__KEEP_MONTHS="12") as portal:
        with portal.portal.database.transaction() as connection:
            living = connection.execute(select(Account.id)).scalars().first()
            for account_id in (living, 999_999):
                values = {"terms_version": "0", "text_hash": "x", "channel": "page", "accepted_at": NOON}
                connection.execute(insert(Consent).values(account_id=account_id, **values))
            connection.execute(insert(AuditEvent).values(at=NOON, actor="system", action="x"))
            for number, sealed in enumerate((None, b"on its way")):
                row = {"message_id": str(number), "template": "x", "language": "pl", "state": "sent"}
                connection.execute(insert(Mail).values(created_at=NOON, sealed=sealed, **row))
        before = {table: counted(portal, table) for table in (AuditEvent, Consent, Mail)}
        clean = Retention()
        portal.set_now((NOON + timedelta(days=360)).isoformat())
        assert clean(portal.portal) == 0
        portal.set_now((NOON + timedelta(days=370)).isoformat())
        assert clean(portal.portal) >= 3
        assert counted(portal, AuditEvent) == 0
        assert counted(portal, Mail) == 1, "what is still on its way stays"
        assert counted(portal, Consent) == before[Consent] - 1, "those of a living account stay"
        assert clean(portal.portal) == 0
