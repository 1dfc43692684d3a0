"""Notices of outages that the utility knows of, from the operator's Markdown files."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from markupsafe import Markup

from adapters.clock import WARSAW
from gateway.folder_of_texts import FolderOfTexts, Head, WrongHead, known_names, needed
from gateway.marked import marked
from gateway.offers import language
from gateway.settings import Settings
from schemas import values

_NAMES = ("title", "place", "since", "until", "language")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2}))?", re.ASCII)
_SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Notice:
    """An outage at ``place`` from ``since``, until ``until`` where that is known; ``text`` is Markdown."""

    title: str
    place: str
    since: datetime
    until: datetime | None
    text: str
    language: str | None = None

    @property
    def html(self) -> Markup:
        """Its text under a heading of the third level."""
        return marked(self.text, below=3)

    def has_begun(self, now: datetime) -> bool:
        return self.since <= now


def notice_files(settings: Settings) -> FolderOfTexts[Notice]:
    """The folder of ``content.outages``."""
    folder = settings.base / settings.content.outages if settings.content.outages else None
    return FolderOfTexts(folder, key="content.outages", read=_read)


def not_over(notices: Iterable[Notice], *, now: datetime, language: str) -> list[Notice]:
    """Those that go on or are yet to come, the earliest first."""
    found = [each for each in notices if (each.until is None or now < each.until) and each.language in (None, language)]
    return sorted(found, key=lambda each: each.since)


def near(notices: Iterable[Notice], *, now: datetime, language: str) -> list[Notice]:
    """Those that go on, or begin within two days."""
    return [each for each in not_over(notices, now=now, language=language) if each.since <= now + _SOON]


def _read(name: str, head: Head, text: str) -> Notice:
    known_names(head, *_NAMES)
    title, place = needed(head, "title"), needed(head, "place")
    try:
        values.text(title)
        values.text(place)
        if text:
            values.long_text(text)
    except ValueError as error:
        raise WrongHead(f"title, place or text: {error}") from None
    since = _moment(needed(head, "since"), "since", end=False)
    until = _moment(head["until"], "until", end=True) if head.get("until") else None
    if until is not None and until <= since:
        raise WrongHead("until: expected a moment after since")
    return Notice(title, place, since, until, text, language(head))


def _moment(text: str, name: str, *, end: bool) -> datetime:
    """A day, or a day and a time in Warsaw; a day that ends something ends it with its last minute."""
    found = _MOMENT.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        day = date.fromisoformat(found[1])
        if found[2] is None:
            day, at = (day + timedelta(days=1), time()) if end else (day, time())
        else:
            at = time(int(found[2]), int(found[3]))
        return datetime.combine(day, at, WARSAW)
    except (ValueError, OverflowError):
        raise WrongHead(
            f"{name}: expected a day or a moment in Warsaw, such as 2026-03-29 or 2026-03-29 08:30"
        ) from None
