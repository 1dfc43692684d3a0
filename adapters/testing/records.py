"""Finds fields of a record that its schema would not have let in."""

from dataclasses import fields
from typing import Any

from marshmallow import Schema, ValidationError


def misfits(record: Any, schema: type[Schema]) -> list[str]:
    """The names of fields whose values are not what the schema gives for them: other type, places, or a list."""
    definition = schema()
    wrong = []
    for each in fields(record):
        value = getattr(record, each.name)
        if value is None and definition.fields[each.name].allow_none:
            continue
        try:
            loaded = definition.fields[each.name].deserialize(definition.fields[each.name].serialize(each.name, record))
        except (ValidationError, ValueError, TypeError, AttributeError):
            wrong.append(each.name)
            continue
        if repr(loaded) != repr(value):  # tells 1.5 from Decimal("1.50"), a list from a tuple, "paid" from the member
            wrong.append(each.name)
    return wrong
