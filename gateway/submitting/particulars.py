"""A change of the customer's particulars: what is left empty stays as the ERP has it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from gateway.submitting.typed import WHOLE, Typed
from schemas import DataChangeContent

FIELDS = ("postal_address", "phone", "email", "name", "note")


def read(values: Mapping[str, Any], *, has_document: bool) -> DataChangeContent:
    """What is to change; raises ``Wrong``. A new name is taken only with a document that shows it."""
    typed = Typed(values)
    change = DataChangeContent(
        postal_address=typed.line("postal_address"),
        phone=typed.phone("phone"),
        email=typed.email("email"),
        name=typed.line("name", most=200),
        note=typed.lines("note"),
    )
    nothing = (change.postal_address, change.phone, change.email, change.name) == (None, None, None, None)
    if nothing and not typed.problems:
        typed.wrong(WHOLE, _l("Wpisz przynajmniej jedną nową daną: adres, telefon, e-mail albo nazwę."))
    if change.name is not None and not any(letter.isalpha() for letter in change.name):
        typed.wrong("name", _l("W imieniu i nazwisku brakuje liter."))
    if change.name is not None and not has_document:
        typed.wrong("files", _l("Dołącz dokument, z którego wynika nowe imię, nazwisko albo nazwa."))
    typed.raise_any()
    return change
