"""Consent to invoices by e-mail instead of paper, given or withdrawn for the very text that was shown."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from gateway.submitting.typed import Typed, Wrong
from schemas import ConsentContent

FIELDS = ("given", "text_version", "email")


def read(values: Mapping[str, Any], *, version: str) -> ConsentContent:
    """The consent, or its end; raises ``Wrong``. ``version`` is that of the text in force.

    Consent to another text than is in force is none; it can be withdrawn whatever its text was.
    """
    typed = Typed(values)
    given = typed.yes_or_no("given", needed=_l("Wybierz, czy zgadzasz się na e-faktury."))
    shown = typed.line("text_version", needed=_l("Podaj wersję treści zgody."), most=64)
    if given and shown is not None and shown != version:
        typed.wrong(
            "text_version", _l("Treść zgody właśnie się zmieniła. Przeczytaj ją jeszcze raz i wyślij ponownie.")
        )
    needed = _l("Wpisz adres e-mail, na który mamy wysyłać faktury.") if given else None
    email = typed.email("email", needed=needed)
    if typed.problems or given is None or shown is None:
        raise Wrong(*typed.problems)
    return ConsentContent(given=given, text_version=shown, email=email if given else None)
