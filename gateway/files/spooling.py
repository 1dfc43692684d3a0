"""Keeps the files of a form in the temporary folder while the form is read, and goes on reading when that is full."""

import errno
import io
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import Any

from flask import Request
from werkzeug.datastructures import FileStorage

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Spool(io.RawIOBase):
    """A file without a name; ``full`` is whether there was no room for all of it.

    Nothing is raised then, since whatever else was typed stands in the same form, and is to be shown again.
    """

    def __init__(self) -> None:
        self._file: Any = None
        self.full = False

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        if not self.full:
            try:
                if self._file is None:
                    self._file = TemporaryFile(buffering=0)  # noqa: SIM115 (closed with this)
                self.full = self._file.write(piece) < len(piece)
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                self.full = True
        return len(piece)

    def readinto(self, into: Any) -> int:
        return 0 if self._file is None else int(self._file.readinto(into))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return 0 if self._file is None else int(self._file.seek(offset, whence))

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()


class SpoolingRequest(Request):
    """A request whose files are spooled so; Flask's keeps half a megabyte of each in memory."""

    def _get_file_stream(self, *_: Any, **__: Any) -> Any:
        return Spool()


def no_room_for(files: Iterable[FileStorage]) -> bool:
    """Whether one of them did not fit into the temporary folder."""
    return any(isinstance(each.stream, Spool) and each.stream.full for each in files)
