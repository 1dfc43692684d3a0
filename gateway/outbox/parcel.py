"""What a submission says, sealed in the portal's memory: packed when it is accepted, opened to be sent, then wiped."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy import Connection, Row, delete, insert, select

from gateway.database import Database
from gateway.files import AcceptedFile
from gateway.models import FileChunk, SubmissionFile
from gateway.outbox.records import Draft
from gateway.readings.by_serial import ReadingBySerial, ReadingBySerialSchema
from gateway.sealing import Sealer
from schemas import CONTENT_SCHEMAS, Content, ReadingContent, SentFile, SubmissionKind
from schemas.fields import RecordSchema

CHUNK = 256 * 1024
_PAYLOAD, _FILE = "submission", "submission file"


class Unreadable(Exception):
    """It was sealed with a secret key that is no longer accepted, or a part of it is missing."""


class Sealed(Protocol):
    """A row of the outbox, as far as it is needed here."""

    @property
    def id(self) -> int: ...

    @property
    def reference(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def payload(self) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to the ERP, or what that is made of, and where its sender is written to."""

    content: Content | ReadingBySerial
    files: tuple[SentFile, ...]
    email: str | None


def said(draft: Draft) -> dict[str, Any]:
    """The draft's content as JSON values; raises ``marshmallow.ValidationError`` for what no schema takes."""
    content = draft.content
    schema = _schema(draft.kind, by_serial=isinstance(content, ReadingBySerial))
    if isinstance(content, ReadingContent):  # what it supersedes is settled when it is sent
        content = replace(content, supersedes=None)
    values: dict[str, Any] = schema.dump(content)
    schema.load(values)
    return values


def _schema(kind: SubmissionKind, *, by_serial: bool) -> RecordSchema[Any]:
    return ReadingBySerialSchema() if by_serial else CONTENT_SCHEMAS[kind]()


def body_of(draft: Draft) -> str:
    """What makes two requests with one key the same: what was sent, or everything that goes to the ERP."""
    if draft.body is not None:
        return draft.body
    parts = {
        "kind": draft.kind.value,
        "customer_no": draft.customer_no,
        "content": said(draft),
        "files": [[each.name, each.sha256] for each in draft.files],
        "supersedes": draft.supersedes,
    }
    return json.dumps(parts, sort_keys=True, ensure_ascii=False)


def pack(draft: Draft, sealer: Sealer, reference: str) -> bytes:
    """All but the files' bytes, sealed."""
    files = [{"name": each.name, "sha256": each.sha256} for each in draft.files]
    values = {"content": said(draft), "email": draft.email, "files": files}
    return sealer.seal_json(values, _PAYLOAD, reference)


def put_files(connection: Connection, sealer: Sealer, submission_id: int, reference: str, draft: Draft) -> None:
    """Write the files in sealed chunks; raises ``ValueError`` where one is not what was judged."""
    for position, file in enumerate(draft.files):
        values = {"media_type": file.media_type, "size": file.size, "scan": file.scan.value}
        made: Any = connection.execute(
            insert(SubmissionFile).values(submission_id=submission_id, position=position, **values)
        ).inserted_primary_key
        for at, chunk in enumerate(_judged(file)):
            sealed = sealer.seal_bytes(chunk, _FILE, reference, str(position), str(at))
            connection.execute(insert(FileChunk).values(file_id=made[0], position=at, sealed=sealed))


def _judged(file: AcceptedFile) -> Iterator[bytes]:
    file.content.seek(0)
    digest, size = sha256(), 0
    while chunk := file.content.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        yield chunk
    if size != file.size or digest.hexdigest() != file.sha256:
        raise ValueError("a file is not the one that was judged")


def unpack(database: Database, sealer: Sealer, row: Sealed) -> Parcel:
    """What ``pack`` and ``put_files`` sealed for this row of the outbox; raises ``Unreadable``."""
    opened = _opened(sealer, row)
    with database.reading() as connection:
        query = select(SubmissionFile.__table__).where(SubmissionFile.submission_id == row.id)
        kept = connection.execute(query.order_by(SubmissionFile.position)).all()
    if len(kept) != len(opened["files"]):
        raise Unreadable("a file is missing")
    files = tuple(
        SentFile(about["name"], file.media_type, file.size, about["sha256"], chunks_of(database, sealer, row, file))
        for about, file in zip(opened["files"], kept, strict=True)
    )
    return Parcel(_loaded(row, opened), files, opened["email"])


def content(sealer: Sealer, row: Sealed) -> tuple[Content | ReadingBySerial, list[str]]:
    """What ``pack`` sealed for this row, and the names of its files; raises ``Unreadable``."""
    opened = _opened(sealer, row)
    return _loaded(row, opened), [each["name"] for each in opened["files"]]


def _opened(sealer: Sealer, row: Sealed) -> dict[str, Any]:
    opened: dict[str, Any] | None = sealer.open_json(row.payload, _PAYLOAD, row.reference)
    if opened is None:
        raise Unreadable("sealed with another secret key" if row.payload else "already wiped")
    return opened


def _loaded(row: Sealed, opened: dict[str, Any]) -> Content | ReadingBySerial:
    kind, values = SubmissionKind(row.kind), opened["content"]
    by_serial = kind is SubmissionKind.READING and "meter_no" not in values
    loaded: Content | ReadingBySerial = _schema(kind, by_serial=by_serial).load(values)
    return loaded


def chunks_of(database: Database, sealer: Sealer, row: Sealed, file: Row[Any]) -> Callable[[], Iterator[bytes]]:
    """A file's bytes, a chunk at a time and anew at each call; ends in ``Unreadable`` where one is not there."""

    def read() -> Iterator[bytes]:
        left, at = file.size, 0
        while left > 0:
            with database.reading() as connection:
                query = select(FileChunk.sealed).where(FileChunk.file_id == file.id, FileChunk.position == at)
                sealed = connection.execute(query).scalar()
            opened = sealer.open_bytes(sealed, _FILE, row.reference, str(file.position), str(at)) if sealed else None
            if not opened:
                raise Unreadable("a piece of a file is missing")
            left, at = left - len(opened), at + 1
            yield opened

    return read


def wipe_files(connection: Connection, submission_id: int) -> None:
    """Delete the files; the payload is a column of the row, which is wiped with its change of state."""
    files = select(SubmissionFile.id).where(SubmissionFile.submission_id == submission_id)
    connection.execute(delete(FileChunk).where(FileChunk.file_id.in_(files)))
    connection.execute(delete(SubmissionFile).where(SubmissionFile.submission_id == submission_id))
