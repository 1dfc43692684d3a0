"""Complaints, remarks, petitions and grievances: one form for all, as people seldom know which of them theirs is."""

from collections.abc import Container, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from gateway.submitting.typed import Typed, Wrong
from schemas import LETTERS, LetterContent, SubmissionKind, Topic

FIELDS = ("kind", "topic", "about", "text")


def read(
    values: Mapping[str, Any], *, kinds: Container[SubmissionKind] = LETTERS
) -> tuple[SubmissionKind, LetterContent]:
    """The letter of ``FIELDS``, and which of the ``kinds`` that the ERP takes it is; raises ``Wrong``.

    ``about`` is the number of the invoice or of the meter; a complaint about an invoice needs it.
    """
    typed = Typed(values)
    taken = [each for each in LETTERS if each in kinds]
    kind = typed.one_of("kind", taken, needed=_l("Wybierz, co chcesz wysłać."))
    topic = typed.one_of("topic", Topic, needed=_l("Wybierz, czego to dotyczy."))
    about = typed.line("about", most=60)
    if about is None and kind is SubmissionKind.COMPLAINT and topic is Topic.INVOICE:
        typed.wrong("about", _l("Wybierz fakturę z listy albo wpisz jej numer."))
    text = typed.lines("text", needed=_l("Napisz, o co chodzi."))
    if typed.problems or kind is None or topic is None or text is None:
        raise Wrong(*typed.problems)
    return kind, LetterContent(topic=topic, text=text, about=about)
