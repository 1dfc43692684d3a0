"""Generates, from a schema, the function that makes records again of what ``dumper`` wrote, faster than marshmallow.

It is for JSON that the portal wrote itself and stricter than ``Schema.load``: every field must be there, none more.
The source is built from the schema's own field names alone.
"""

from collections.abc import Callable
from dataclasses import fields as record_fields
from functools import cache
from typing import Any

from marshmallow import fields as marshmallow_fields

from schemas.fields import RecordSchema, Word, Words

Load = Callable[[Any], Any]


@cache
def loader(schema: type[RecordSchema[Any]]) -> Load:
    """``load(data)`` gives the record; raises ``ValueError``, ``KeyError`` or ``TypeError`` for anything else."""
    fields = schema().fields
    names: dict[str, Any] = {"Record": schema.record, "listed": _listed}
    parts = [f"{each.name}={_expression(each.name, fields[each.name], names)}" for each in record_fields(schema.record)]
    source = (
        "def load(r):\n"
        f"    if type(r) is not dict or len(r) != {len(parts)}:\n"
        f"        raise ValueError('expected an object of {len(parts)} fields')\n"
        f"    return Record({', '.join(parts)})\n"
    )
    exec(compile(source, f"<load {schema.__name__}>", "exec"), names)  # noqa: S102 (field names of our own schemas)
    made: Load = names["load"]
    return made


def _expression(name: str, field: marshmallow_fields.Field[Any], names: dict[str, Any]) -> str:
    value = f"r[{name!r}]"
    if isinstance(field, marshmallow_fields.Nested):
        names[f"_{name}"] = loader(type(field.schema))
        made = f"tuple([_{name}(each) for each in listed({value})])" if field.many else f"_{name}({value})"
    elif isinstance(field, Words):
        names[f"_{name}"] = {word.value: word for word in field.words}
        made = f"tuple([_{name}[each] for each in listed({value})])"
    elif isinstance(field, Word):
        names[f"_{name}"] = {word.value: word for word in field.words}
        made = f"_{name}[{value}]"
    else:
        names[f"_{name}"] = type(field).accept  # type: ignore[attr-defined]
        made = f"_{name}({value})"
    return f"None if {value} is None else {made}" if field.allow_none else made


def _listed(value: object) -> list[Any]:
    if type(value) is not list:
        raise ValueError("expected a list")
    return value
