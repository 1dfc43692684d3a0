"""Which passwords are too easy to guess: by length, a list of common ones, and words that stand around the account.

No rules of composition (NIST SP 800-63B, 5.1.1.2): any character counts, spaces too. Nothing here asks another server.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

LENGTH = range(12, 129)
_FILE = Path(__file__).parent / "data" / "common_passwords.txt"
_ALWAYS = ("ebok", "bok", "wodociagi", "password", "haslo", "parol")
_ROWS: tuple[str, ...] = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl")
_ROWS += ("zxcvbnm", "qwertyuiopasdfghjklzxcvbnm")
_ROWS += ("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm")
_READ_AS = str.maketrans("013457@$!", "oieastasi")
_LEFT_OVER = 6  # letters that must remain when the words that anyone would try are taken out
_EDGES = re.compile(r"^[^a-z]+|[^a-z]+$")


class Weakness(StrEnum):
    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    CONTEXT = "context"


class Strength(StrEnum):
    """What can honestly be said of a password that is not refused: how many characters there are to guess."""

    ENOUGH = "enough"
    GOOD = "good"
    STRONG = "strong"


# The script on the page says the same by the same numbers; it cannot know the common ones and those of the account.
_STRENGTHS = ((20, 10, Strength.STRONG), (16, 8, Strength.GOOD))  # so long, and of so many different characters


def strength(password: str) -> Strength:
    """How strong a password without ``weakness`` is, by its length and how many different characters it has."""
    different = len(set(password))
    return next(
        (name for long, many, name in _STRENGTHS if len(password) >= long and different >= many), Strength.ENOUGH
    )


def weakness(password: str, around: Iterable[str] = ()) -> Weakness | None:
    """Why a password must not be used, or None; ``around`` are texts of the account, such as its login and holder."""
    if len(password) < LENGTH.start:
        return Weakness.SHORT
    if len(password) >= LENGTH.stop:
        return Weakness.LONG
    folded = _folded(password)
    if _is_common(folded) or _is_common(folded.translate(_READ_AS)):
        return Weakness.COMMON
    words = {word for text in (*around, *_ALWAYS) for word in _words(text)}
    if any(_is_made_of(each, words) for each in (folded, folded.translate(_READ_AS))):
        return Weakness.CONTEXT
    return None


def _is_common(folded: str) -> bool:
    if len(set(folded)) < 5:
        return True
    period = next(n for n in range(1, len(folded) + 1) if folded == (folded[:n] * len(folded))[: len(folded)])
    core = _EDGES.sub("", folded)
    known = _common()
    return (
        folded in known
        or (len(core) >= 3 and core in known)
        or (period <= 8 and period * 2 <= len(folded))
        or any(_runs_along(folded, row) for row in _ROWS)
    )


def _runs_along(folded: str, row: str) -> bool:
    """Whether it walks along a row of keys or letters and round again, either way."""
    round_ = row * (2 + len(folded) // len(row))
    return folded in round_ or folded in round_[::-1]


def _is_made_of(folded: str, words: set[str]) -> bool:
    rest = folded
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != folded and len(re.sub(r"[^a-z]", "", rest)) < _LEFT_OVER and not _is_long_anyway(rest)


def _is_long_anyway(rest: str) -> bool:
    return len(set(re.sub(r"[\s]", "", rest))) >= 12


def _words(text: str) -> list[str]:
    folded = _folded(text)
    return [each for each in (*re.split(r"[^a-z0-9]+", folded), re.sub(r"[^a-z0-9]", "", folded)) if len(each) >= 3]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(each for each in plain if not unicodedata.combining(each))


@cache
def _common() -> frozenset[str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
