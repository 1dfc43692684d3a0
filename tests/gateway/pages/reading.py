"""Reads a page as a person would: its words, its links, its errors."""

import re
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import TestResponse

_SILENT = ("script", "style", "svg", "head")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self._silent = 0
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._silent += tag in _SILENT
        if tag == "a":
            self._link = dict(attrs).get("href")
            self.links.append(("", self._link or ""))

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)
            if self._link is not None:
                self.links[-1] = (self.links[-1][0] + data, self.links[-1][1])


def parsed(answer: TestResponse) -> _Words:
    reader = _Words()
    reader.feed(answer.text.replace("<wbr>", ""))  # a place where a word may break does not end it
    return reader


def words(answer: TestResponse) -> str:
    """All the text that is shown, on one line with single spaces; no-break spaces count as spaces."""
    return re.sub(r"\s+", " ", " ".join(parsed(answer).words)).strip()


def main_words(answer: TestResponse) -> str:
    """The same, without what stands around every page."""
    text = words(answer)
    return text[: text.rfind("Wodociągi Przykładowo")].strip()


def link(answer: TestResponse, text: str) -> str:
    """Where the first link with this in its text leads."""
    return next(href for name, href in parsed(answer).links if text in " ".join(name.split()))
