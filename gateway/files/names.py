"""Cleans the names of files: they are shown and handed on as data, and never used as a path."""

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

LONGEST = 120
_LONGEST_ENDING = 10
# "Cc" control, "Cf" format (with the marks that turn the direction of writing), "Cs" halves of surrogates, "Co" private
# use, "Cn" nothing at all, and the separators of lines and paragraphs.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NEVER_IN_NAMES = re.compile(r'[<>:"|?*\\/]')


def clean(given: str | None) -> str:
    """The name without folders, control and direction marks, in NFC, of at most ``LONGEST`` characters."""
    last = PureWindowsPath(PurePosixPath(given or "").name).name
    text = unicodedata.normalize("NFC", last)
    text = "".join(each for each in text if unicodedata.category(each) not in _UNWANTED)
    text = " ".join(_NEVER_IN_NAMES.sub("_", text).split()).strip(". ")
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return text[:LONGEST].strip() or "plik"
    return f"{stem[: LONGEST - len(ending) - 1].strip() or 'plik'}.{ending}"


def ending(name: str) -> str:
    """What stands after the last full stop, in lower case; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
