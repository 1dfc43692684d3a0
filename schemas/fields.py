"""Marshmallow fields over the strict values, and the schema base that builds the frozen record."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields, post_load

from schemas import values

Record = TypeVar("Record")


class Strict(fields.Field[Any]):
    """A field that accepts exactly what its value function accepts, and says what it expected."""

    json_type: ClassVar[dict[str, Any]] = {"type": "string"}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            return type(self).accept(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else self.to_json(value)

    @staticmethod
    def accept(value: object) -> Any:
        """The exact value, or ``ValueError`` saying what was expected."""
        raise NotImplementedError

    @staticmethod
    def to_json(value: Any) -> Any:
        """The value as JSON has it; must be the inverse of ``accept``."""
        return value


class Money(Strict):
    """An amount, ``Decimal`` with two places; in JSON a string such as ``"123.45"``."""

    accept = staticmethod(values.money)
    json_type: ClassVar = {"type": "string", "format": "decimal", "pattern": r"^-?[0-9]{1,12}\.[0-9]{2}$"}

    @staticmethod
    def to_json(value: Decimal) -> str:
        return format(value, ".2f")


class Volume(Strict):
    """A volume in m³, ``Decimal`` with at most three places; in JSON a string."""

    accept = staticmethod(values.volume)
    json_type: ClassVar = {
        "type": "string",
        "format": "decimal",
        "pattern": r"^-?[0-9]{1,9}(\.[0-9]{1,3})?$",
    }

    @staticmethod
    def to_json(value: Decimal) -> str:
        return format(value, "f")


class Nrb(Strict):
    """A Polish bank account number, 26 digits checked mod 97."""

    accept = staticmethod(values.nrb)
    json_type: ClassVar = {"type": "string", "pattern": "^[0-9]{26}$"}


class CustomerNo(Strict):
    """A customer's number in the ERP."""

    accept = staticmethod(values.customer_no)
    json_type: ClassVar = {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9_.\-/]{0,31}$"}


class Text(Strict):
    """Text of 1 to 500 printable characters."""

    accept = staticmethod(values.text)
    json_type: ClassVar = {"type": "string"}


class LongText(Strict):
    """Text of 1 to 10,000 characters, in lines."""

    accept = staticmethod(values.long_text)
    json_type: ClassVar = {"type": "string"}


class Count(Strict):
    """A whole number that is not negative; in JSON a number."""

    accept = staticmethod(values.count)
    json_type: ClassVar = {"type": "integer", "minimum": 0}


class KsefNo(Strict):
    """A KSeF number with right check digits."""

    accept = staticmethod(values.ksef_no)


class Currency(Strict):
    """An ISO 4217 code."""

    accept = staticmethod(values.currency)
    json_type: ClassVar = {"type": "string", "pattern": "^[A-Z]{3}$"}


class Flag(Strict):
    """A real boolean."""

    accept = staticmethod(values.flag)
    json_type: ClassVar = {"type": "boolean"}


class Day(Strict):
    """A calendar day; in JSON ``YYYY-MM-DD``."""

    accept = staticmethod(values.day)
    json_type: ClassVar = {"type": "string", "format": "date"}

    @staticmethod
    def to_json(value: date) -> str:
        return value.isoformat()


class Instant(Strict):
    """A moment; in JSON ISO 8601 in UTC."""

    accept = staticmethod(values.instant)
    json_type: ClassVar = {"type": "string", "format": "date-time"}

    @staticmethod
    def to_json(value: datetime) -> str:
        return value.isoformat().replace("+00:00", "Z")


class Word(Strict):
    """One word of a closed list; the record holds the enumeration's member, JSON its value."""

    def __init__(self, words: type[StrEnum], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            return self.words(value)
        except ValueError:
            raise ValidationError(f"expected one of {', '.join(self.words)}") from None

    @staticmethod
    def to_json(value: StrEnum) -> str:
        return value.value


class Rows(fields.Nested):
    """A list of records inside a record, kept as a tuple."""

    def __init__(self, nested: type[Schema], **kwargs: Any) -> None:
        super().__init__(nested, many=True, **kwargs)

    def _deserialize(
        self,
        value: Any,
        attr: str | None,
        data: Mapping[str, Any] | None,
        partial: Any = None,
        **kwargs: Any,
    ) -> Any:
        loaded = super()._deserialize(value, attr, data, partial=partial, **kwargs)
        return None if loaded is None else tuple(loaded)


class Words(fields.List[Any]):
    """A list of words of a closed list, kept as a tuple without repeats and in the enumeration's order."""

    def __init__(self, words: type[StrEnum], **kwargs: Any) -> None:
        super().__init__(Word(words), **kwargs)
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        given = super()._deserialize(value, attr, data, **kwargs)
        return tuple(word for word in self.words if word in given)


class RecordSchema(Schema, Generic[Record]):
    """A schema that loads into its record and refuses fields it does not know.

    ``load`` raises ``marshmallow.ValidationError`` that names each wrong field.
    """

    record: ClassVar[type[Any]]

    class Meta:
        unknown = RAISE

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Any:
        return self.record(**data)
