"""A folder of the operator's Markdown files, each with a head of ``name: value`` lines: checked at start, then looked
at again whenever a file was changed, so that a notice needs no restart."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from adapters.errors import Misconfigured
from adapters.shown import shown

T = TypeVar("T")
Head = Mapping[str, str]
_LONGEST_FILE = 64 * 1024
_log = structlog.get_logger("ebok.content")


class WrongHead(ValueError):
    """What is wrong with the head of a file; safe to show to the operator."""


@dataclass(frozen=True, slots=True)
class _Found(Generic[T]):
    files: tuple[tuple[str, int, int], ...]
    rows: tuple[T, ...]
    mistakes: tuple[str, ...]


class FolderOfTexts(Generic[T]):
    """The rows of a folder; ``read(name, head, text)`` makes one of a file, or raises ``WrongHead``.

    ``key`` is the setting that names the folder. Without a folder there are no rows.
    """

    def __init__(self, folder: Path | None, *, key: str, read: Callable[[str, Head, str], T]) -> None:
        self._folder, self._key, self._read = folder, key, read
        self._found: _Found[T] = _Found((), (), ())

    def check(self) -> None:
        """Read all of it; raises ``Misconfigured`` naming every file that is wrong."""
        if self._folder is not None and not self._folder.is_dir():
            raise Misconfigured(f"{self._key}: expected a folder that exists, but found {shown(str(self._folder))}")
        self.rows()
        if self._found.mistakes:
            raise Misconfigured(*self._found.mistakes)

    def rows(self) -> tuple[T, ...]:
        """What is in the folder now, by the names of the files; one that is wrong is left out and logged."""
        if self._folder is None:
            return ()
        files = self._files(self._folder)
        if files != self._found.files:
            self._found = self._look(self._folder, files)
            for each in self._found.mistakes:
                _log.error("content_wrong", told=each)
        return self._found.rows

    def _files(self, folder: Path) -> tuple[tuple[str, int, int], ...]:
        try:
            found = [(each, each.stat()) for each in folder.glob("*.md")]
        except OSError:  # just being replaced
            return self._found.files
        return tuple(sorted((each.name, about.st_mtime_ns, about.st_size) for each, about in found))

    def _look(self, folder: Path, files: tuple[tuple[str, int, int], ...]) -> _Found[T]:
        rows, mistakes = [], []
        for name, _, size in files:
            try:
                if size > _LONGEST_FILE:
                    raise WrongHead(f"expected at most {_LONGEST_FILE // 1024} KB")
                head, text = split((folder / name).read_text(encoding="utf-8-sig"))
                rows.append(self._read(name.removesuffix(".md"), head, text))
            except (OSError, UnicodeDecodeError):
                mistakes.append(f"{self._key}: {name}: expected a file that can be read as UTF-8 text")
            except WrongHead as error:
                mistakes.append(f"{self._key}: {name}: {error}")
        return _Found(files, tuple(rows), tuple(mistakes))


def split(whole: str) -> tuple[dict[str, str], str]:
    """The head and the text after it; an empty line, or ``---`` around the head, ends it. Raises ``WrongHead``."""
    lines = whole.splitlines()
    fenced = bool(lines) and lines[0].strip() == "---"
    head: dict[str, str] = {}
    at = int(fenced)
    while at < len(lines) and lines[at].strip() != ("---" if fenced else ""):
        name, colon, value = lines[at].partition(":")
        name = name.strip()
        if not colon or not name.isidentifier():
            raise WrongHead(f"line {at + 1}: expected name: value, then an empty line before the text")
        if name in head:
            raise WrongHead(f"{name}: given twice")
        head[name] = value.strip()
        at += 1
    if fenced and at == len(lines):
        raise WrongHead("expected --- after the head as well as before it")
    return head, "\n".join(lines[at + 1 :]).strip()


def known_names(head: Head, *names: str) -> None:
    """Raises ``WrongHead`` where the head has another name."""
    for each in head:
        if each not in names:
            raise WrongHead(f"{each}: unknown; known are {', '.join(names)}")


def needed(head: Head, name: str) -> str:
    """A value that has to be there."""
    value = head.get(name, "")
    if not value:
        raise WrongHead(f"{name}: is required")
    return value
