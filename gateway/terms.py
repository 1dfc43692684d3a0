"""The terms that customers accept: the operator's Markdown file, its version, and the hash of its text."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from adapters.errors import Misconfigured
from adapters.shown import shown
from gateway.settings import Settings

_SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Document:
    """A text that customers read; ``text_hash`` is SHA-256 of the Markdown, in hexadecimal."""

    version: str
    markdown: str
    text_hash: str

    @property
    def html(self) -> Markup:
        """The text as HTML; raw HTML in the Markdown is shown as text."""
        return self._html(0)

    @property
    def html_below(self) -> Markup:
        """The same under a page's own heading: each heading is one level lower."""
        return self._html(1)

    @property
    def has_heading(self) -> bool:
        """Whether the text begins with a heading of its own."""
        return self.markdown.lstrip().startswith("#")

    def _html(self, lower: int) -> Markup:
        reader = MarkdownIt("commonmark", {"html": False})
        tokens = reader.parse(self.markdown)
        for each in tokens:
            if each.type in ("heading_open", "heading_close"):
                each.tag = f"h{min(int(each.tag[1:]) + lower, 6)}"
        return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 (html is off)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is in force now."""

    terms: Document
    privacy: Document


def load_terms(settings: Settings) -> Terms:
    """Read both files; raises ``Misconfigured`` naming each that cannot be read."""
    given = settings.terms
    mistakes: list[str] = []
    texts = {}
    for key, name, sample in (
        ("file", given.file, "terms.md"),
        ("privacy_file", given.privacy_file, "privacy.md"),
    ):
        path = settings.base / name if name else _SAMPLES / sample
        try:
            texts[key] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            found = shown(str(path)) if path.exists() else f"no such file: {shown(str(path))}"
            mistakes.append(f"terms.{key}: expected a file that can be read as UTF-8 text, but found {found}")
    if mistakes:
        raise Misconfigured(*mistakes)
    return Terms(
        *(
            Document(given.version, text, hashlib.sha256(text.encode()).hexdigest())
            for text in (texts["file"], texts["privacy_file"])
        )
    )
