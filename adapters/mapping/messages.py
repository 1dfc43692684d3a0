"""Reads what a customer is told when the ERP refuses: a sentence for each of its codes, in one language or several."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from adapters.mapping.mistakes import Mistakes, join, one_of

_LANGUAGE = re.compile("[a-z]{2}", re.ASCII)
_LONGEST = 500

Sentences = Mapping[str, str]
"""One sentence by language; under "" where the mapping does not say in which it is."""


def read_messages(given: Any, refused: Collection[str], mistakes: Mistakes) -> dict[str, Sentences]:
    """``[errors.messages]``; ``refused`` are the codes and statuses that mean a refusal: no others have a sentence."""
    found: dict[str, Sentences] = {}
    for code, told in given.items():
        key = join("errors.messages", code)
        if code not in refused:
            mistakes.add(key, one_of(code, refused, "code among those of errors.rejected"))
        found[code] = {"": told} if isinstance(told, str) else told if mistakes.typed(key, told, dict) else {}
        if isinstance(told, dict) and not told:
            mistakes.add(key, "a sentence, or one for each language")
        for language, sentence in found[code].items():
            place = join(key, language) if language else key
            if language and not _LANGUAGE.fullmatch(language):
                mistakes.add(place, "a language such as pl, en or uk")
            if not isinstance(sentence, str) or not sentence.strip() or len(sentence) > _LONGEST:
                mistakes.add(place, f"a sentence of 1 to {_LONGEST} characters")
    return found
