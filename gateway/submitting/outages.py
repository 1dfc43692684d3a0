"""Something is broken: reported by a customer, or by a passer-by who may leave a phone number."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from gateway.submitting.typed import Typed, Wrong
from schemas import OutageContent

FIELDS = ("place", "description", "phone")


def read(values: Mapping[str, Any]) -> OutageContent:
    """The report; raises ``Wrong``."""
    typed = Typed(values)
    place = typed.line("place", needed=_l("Napisz, gdzie to jest: ulica i numer albo inny opis miejsca."))
    description = typed.lines("description", needed=_l("Napisz, co się dzieje."))
    phone = typed.phone("phone")
    if typed.problems or place is None or description is None:
        raise Wrong(*typed.problems)
    return OutageContent(place=place, description=description, phone=phone)
