"""Reads the tables of fields in a mapping: which of our fields stands where, and how it is read."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow import fields as marshmallow_fields

from adapters.mapping.converters import converter, names
from adapters.mapping.language import Condition, FieldMap, Table
from adapters.mapping.mistakes import Mistakes, join, one_of
from schemas import fields

PICKS = ("first", "last", "earliest", "latest", "sum")
_COMMON = ("at", "default", "const", "absent")
_SCALAR = (*_COMMON, "as", "values", "pick", "join", "between")
_NUMBER = (*_COMMON, "as", "pick", "plus", "minus", "empty_is_zero", "negate", "sign")


class TableReader:
    """Reads tables of one mapping file; ``filled`` are fields that need not be mapped, with their constant if any."""

    def __init__(self, mistakes: Mistakes) -> None:
        self._mistakes = mistakes

    def table(
        self,
        key: str,
        given: Any,
        schema: type[Schema],
        *,
        filled: Mapping[str, Any],
        where: tuple[Condition, ...] = (),
    ) -> Table:
        """The table ``given`` for the record of ``schema``."""
        known = schema().fields
        if not self._mistakes.typed(key, given, dict):
            given = {}
        for name in given:
            if name not in known:
                self._mistakes.unknown(join(key, name), known, "field")
        found = [
            self._field(join(key, name), name, known[name], given[name])
            for name in known
            if given.get(name) is not None
        ]
        for name, field in known.items():
            if name in given:
                continue
            if filled.get(name) is not None:
                found.append(FieldMap(join(key, name), name, field, field.required, const=filled[name]))
            elif field.required and name not in filled:
                self._mistakes.add(join(key, name), "where it stands in the answer; this field is required")
        record = schema.record  # type: ignore[attr-defined]
        # what is filled from elsewhere in the answer is put there once the record is built
        usual = {name: "" if field.required else field.load_default for name, field in known.items()}
        return Table(key, record, tuple(each for each in found if each is not None), usual, where)

    def conditions(self, key: str, given: Any, *, wanted: bool) -> tuple[Condition, ...]:
        """The table ``where`` or ``where_not``: path = text or texts."""
        if not self._mistakes.typed(key, given, dict):
            return ()
        found = []
        for path, value in given.items():
            texts = value if isinstance(value, list) else [value]
            if not texts or not all(isinstance(each, (str, int)) for each in texts):
                self._mistakes.add(join(key, path), "a text or a list of texts")
                continue
            found.append(Condition(join(key, path), path, frozenset(map(_text, texts)), wanted))
        return tuple(found)

    # Private: one field

    def _field(self, key: str, name: str, schema: marshmallow_fields.Field[Any], given: Any) -> FieldMap | None:
        if isinstance(given, (str, list)):
            given = {"each": given} if isinstance(schema, fields.Words) else {"at": given}
        if not self._mistakes.typed(key, given, dict):
            return None
        if isinstance(schema, marshmallow_fields.Nested):
            return self._nested(key, name, schema, given)
        self._mistakes.keys(key, given, _keys_for(schema))
        if name == "customer_no" and ("const" in given or "default" in given):
            self._mistakes.add(key, "where the answer says whose it is; a constant would prove nothing")
        self._mistakes_of_places(key, given)
        return FieldMap(
            key,
            name,
            schema,
            bool(schema.required) and not schema.allow_none,
            convert=self._converter(key, schema, given),
            at=self._texts(key, "at", given),
            plus=self._texts(key, "plus", given),
            minus=self._texts(key, "minus", given),
            join=self._texts(key, "join", given),
            between=self._between(key, given),
            values=self._values(key, schema, given),
            empty_is_zero=self._of_type(key, "empty_is_zero", given, bool, False),
            sign=self._sign(key, schema, given),
            negate=self._of_type(key, "negate", given, bool, False),
            pick=self._pick(key, schema, given),
            split=self._of_type(key, "split", given, str, None),
            each=self._of_type(key, "each", given, str, None),
            absent=frozenset(self._texts(key, "absent", given)),
            default=self._value(key, "default", schema, given),
            const=self._value(key, "const", schema, given),
        )

    def _nested(
        self, key: str, name: str, schema: marshmallow_fields.Nested, given: Mapping[str, Any]
    ) -> FieldMap | None:
        many = isinstance(schema, fields.Rows)
        place = "each" if many else "at"
        self._mistakes.keys(key, given, (place, "fields", "where", "where_not"))
        path = self._of_type(key, place, given, str, None)
        if many and path is None and "each" not in given:
            self._mistakes.add(join(key, "each"), "the path of the rows")
        table = self.table(
            join(key, "fields"),
            given.get("fields", {}),
            type(schema.schema),
            filled={},
            where=(
                *self.conditions(join(key, "where"), given.get("where", {}), wanted=True),
                *self.conditions(join(key, "where_not"), given.get("where_not", {}), wanted=False),
            ),
        )
        return FieldMap(
            key,
            name,
            schema,
            bool(schema.required),
            at=(path,) if path and not many else (),
            each=path if many else None,
            nested=table,
        )

    def _mistakes_of_places(self, key: str, given: Mapping[str, Any]) -> None:
        places = [name for name in ("at", "join", "each", "const") if name in given]
        if "at" not in given and ("plus" in given or "minus" in given):
            places.append("plus")
        if len(places) != 1:
            self._mistakes.add(key, 'exactly one of "at", "join", "each", "plus" or "const"')
        if "as" in given and "values" in given:
            self._mistakes.add(key, '"as" or "values", not both')
        if "between" in given and "join" not in given:
            self._mistakes.add(join(key, "between"), '"join" beside it')
        if "default" in given and "const" in given:
            self._mistakes.add(join(key, "default"), "nothing beside a constant")

    def _converter(self, key: str, schema: marshmallow_fields.Field[Any], given: Mapping[str, Any]) -> Any:
        spec = self._of_type(key, "as", given, str, None)
        try:
            return converter(spec, schema)
        except LookupError as error:
            known = names(schema)
            expected = one_of(str(spec), known, "converter for this field") if known else str(error.args[0])
            self._mistakes.add(join(key, "as"), expected)
        except ValueError as error:
            self._mistakes.add(join(key, "as"), str(error))
        return None

    def _values(
        self, key: str, schema: marshmallow_fields.Field[Any], given: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        if "values" not in given:
            return None
        key = join(key, "values")
        if not self._mistakes.typed(key, given["values"], dict):
            return None
        return {raw: self._accepted(join(key, raw), schema, ours) for raw, ours in given["values"].items()}

    def _sign(self, key: str, schema: marshmallow_fields.Field[Any], given: Mapping[str, Any]) -> FieldMap | None:
        if "sign" not in given:
            return None
        key, table = join(key, "sign"), given["sign"]
        if not self._mistakes.typed(key, table, dict):
            return None
        self._mistakes.keys(key, table, ("at", "plus", "minus"))
        for name in ("at", "plus", "minus"):
            if name not in table:
                self._mistakes.add(join(key, name), "the path of the side, and the texts that mean plus and minus")
        signs = dict.fromkeys(self._texts(key, "plus", table), 1)
        signs |= dict.fromkeys(self._texts(key, "minus", table), -1)
        return FieldMap(key, "sign", schema, True, at=self._texts(key, "at", table), values=signs)

    def _pick(self, key: str, schema: marshmallow_fields.Field[Any], given: Mapping[str, Any]) -> str | None:
        pick: str | None = self._of_type(key, "pick", given, str, None)
        known = PICKS if isinstance(schema, (fields.Money, fields.Volume)) else PICKS[:-1]
        if pick is not None and pick not in known:
            self._mistakes.add(join(key, "pick"), one_of(pick, known, "choice"))
        return pick

    def _value(self, key: str, name: str, schema: marshmallow_fields.Field[Any], given: Mapping[str, Any]) -> Any:
        return self._accepted(join(key, name), schema, given[name]) if name in given else None

    def _accepted(self, key: str, schema: marshmallow_fields.Field[Any], ours: Any) -> Any:
        if isinstance(schema, fields.Words) and isinstance(ours, str):
            ours = [ours]
        try:
            return schema.deserialize(ours)
        except ValidationError as error:
            messages = error.messages if isinstance(error.messages, list) else ["one of our own words"]
            self._mistakes.add(key, str(messages[0]).removeprefix("expected "))
            return None

    def _texts(self, key: str, name: str, given: Mapping[str, Any]) -> tuple[str, ...]:
        return self._mistakes.texts(join(key, name), given[name]) if name in given else ()

    def _between(self, key: str, given: Mapping[str, Any]) -> tuple[str, ...]:
        between = given.get("between", " ")
        marks = between if isinstance(between, list) else [between] * max(1, len(given.get("join", ())) - 1)
        if not all(isinstance(mark, str) for mark in marks) or len(marks) != max(1, len(given.get("join", ())) - 1):
            self._mistakes.add(join(key, "between"), "a text, or one text for each gap")
            return (" ",)
        return tuple(marks)

    def _of_type(self, key: str, name: str, given: Mapping[str, Any], kind: type, usual: Any) -> Any:
        if name in given and self._mistakes.typed(join(key, name), given[name], kind):
            return given[name]
        return usual


def _keys_for(schema: marshmallow_fields.Field[Any]) -> tuple[str, ...]:
    if isinstance(schema, (fields.Money, fields.Volume)):
        return _NUMBER
    if isinstance(schema, fields.Words):
        return (*_COMMON, "values", "each", "split")
    return _SCALAR


def _text(value: str | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
