"""The text of the consent to e-invoices: the operator's Markdown file, or a short sample."""

import hashlib
from functools import cache
from pathlib import Path

from adapters.errors import Misconfigured
from adapters.shown import shown
from gateway.settings import Settings
from gateway.terms import Document

_SAMPLE = Path(__file__).parent.parent / "samples" / "e-invoices.md"


def in_force(settings: Settings) -> Document:
    """What customers consent to now; raises ``Misconfigured`` where the file cannot be read."""
    given = settings.content
    path = settings.base / given.e_invoice_consent if given.e_invoice_consent else _SAMPLE
    return _read(path, given.e_invoice_consent_version)


@cache
def _read(path: Path, version: str) -> Document:
    """Read once: a text that changes needs another version, and so a restart."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(
            f"content.e_invoice_consent: expected a file that can be read as UTF-8 text, but found {shown(str(path))}"
        ) from None
    return Document(version, text, hashlib.sha256(text.encode()).hexdigest())
