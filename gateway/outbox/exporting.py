"""A submission as a ZIP to take away: what was sent as JSON, and its files, a piece at a time."""

import json
import re
import zipfile
from collections.abc import Iterator
from io import RawIOBase
from typing import Any

from gateway.outbox import desk, parcel
from gateway.portal import Portal
from schemas import CONTENT_SCHEMAS

_LONGEST_NAME = 80


def export(portal: Portal, public_id: str, by: desk.By) -> Iterator[bytes]:
    """The ZIP's bytes, after the look is in the audit log. Raises ``desk.NotThere`` or ``parcel.Unreadable``."""
    shown = desk.get(portal.database, public_id)
    opened = desk.content(portal, public_id, by, action="submission.exported")
    return _written(shown, opened)


def _written(shown: desk.Shown, opened: parcel.Parcel) -> Iterator[bytes]:
    out = _Pieces()
    # Nothing is compressed: PDF and pictures are already, and it would only take time.
    with zipfile.ZipFile(out, "w") as archive:
        names = [_name(number, each.name) for number, each in enumerate(opened.files, 1)]
        archive.writestr("zgloszenie.json", json.dumps(_said(shown, opened, names), ensure_ascii=False, indent=2))
        for name, file in zip(names, opened.files, strict=True):
            with archive.open(name, "w") as entry:
                for chunk in file.chunks():
                    entry.write(chunk)
                    yield out.taken()
    yield out.taken()


def _said(shown: desk.Shown, opened: parcel.Parcel, names: list[str]) -> dict[str, Any]:
    return {
        "number": shown.public_id,
        "reference": shown.reference,
        "kind": shown.kind.value,
        "state": shown.state.value,
        "customer_no": shown.customer_no,
        "accepted_at": shown.accepted_at.isoformat(),
        "reply_by": shown.reply_by.isoformat() if shown.reply_by else None,
        "email": opened.email,
        "content": CONTENT_SCHEMAS[shown.kind]().dump(opened.content),
        "files": [
            {"in_zip": name, "name": file.name, "type": file.media_type, "size": file.size, "sha256": file.sha256}
            for name, file in zip(names, opened.files, strict=True)
        ],
    }


def _name(number: int, name: str) -> str:
    """A name that no disk minds and no two files share; the customer's own stands in the JSON."""
    plain = re.sub(r"[^\w.\-]+", "_", name).strip("._")[-_LONGEST_NAME:]
    return f"{number}-{plain or 'plik'}"


class _Pieces(RawIOBase):
    """What was written since the last look."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
