"""From the raw values of one field to its exact value: what counts as nothing, which of several counts, and sums."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.mapping.language import FieldMap
from schemas import fields

Read = Callable[[Any], Any]

_NOTHING = "expected a value, and nothing is there"


def as_text(raw: Any) -> str:
    """A raw value as the mapping's author writes it: nothing is "", a boolean is true or false."""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if raw is None:
        return ""
    if isinstance(raw, (int, Decimal)):
        return str(raw)
    raise ValueError("expected a single value")


def missing(raw: Any) -> bool:
    """Nothing is there: no such element, null, or blank text."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def first(raws: Iterable[Any]) -> Any:
    """The first raw value that is there, or None."""
    return next((raw for raw in raws if not missing(raw)), None)


def reader(mapped: FieldMap) -> Read:
    """The function from the raw value, or the raw values of ``places``, to the field's value."""
    convert = _convert(mapped)
    if isinstance(mapped.schema, fields.Words):
        return _or_nothing(mapped, _words(mapped, convert))
    if mapped.pick is not None:
        convert = _picked(mapped.pick, convert)
    if mapped.join:
        return _or_nothing(mapped, convert, join=mapped.between)
    if mapped.plus or mapped.minus or mapped.sign is not None or mapped.negate:
        return _sum(mapped, convert)
    if mapped.required and mapped.default is None and not mapped.absent:
        return convert  # every converter refuses what is not there; the shortest way, hot in long answers
    return _or_nothing(mapped, convert)


def places(mapped: FieldMap) -> tuple[tuple[str, ...], ...] | None:
    """The paths of each raw value that the reader takes, as a tuple of first-that-is-there; None: ``at`` alone."""
    if mapped.join:
        return tuple((path,) for path in mapped.join)
    if mapped.plus or mapped.minus or mapped.sign is not None or mapped.negate:
        found = [mapped.at] if mapped.at else []
        found += [(path,) for path in (*mapped.plus, *mapped.minus)]
        return (*found, mapped.sign.at) if mapped.sign is not None else tuple(found)
    return None


def _convert(mapped: FieldMap) -> Read:
    if mapped.values is None:
        assert mapped.convert is not None
        return mapped.convert
    return _lookup(mapped.values)


def _lookup(values: Mapping[str, Any]) -> Read:
    other = values.get("*")

    def convert(raw: Any) -> Any:
        found = values.get(as_text(raw), other)
        if found is None or raw is None:
            raise ValueError("expected one of the values that the mapping lists")
        return found

    return convert


def _nothing(mapped: FieldMap) -> Callable[[], Any]:
    if mapped.default is not None:
        return lambda: mapped.default
    if not mapped.required:
        return lambda: mapped.schema.load_default if not mapped.schema.required else None

    def refuse() -> Any:
        raise ValueError(_NOTHING)

    return refuse


def _or_nothing(mapped: FieldMap, convert: Read, *, join: Sequence[str] | None = None) -> Read:
    nothing, absent = _nothing(mapped), mapped.absent

    def read(raw: Any) -> Any:
        if join is not None:
            raw = _joined(raw, join)
        elif isinstance(raw, list):
            raw = [each for each in raw if not missing(each)]
        if missing(raw) or (absent and not isinstance(raw, (list, dict)) and as_text(raw) in absent):
            return nothing()
        return nothing() if raw == [] else convert(raw)

    return read


def _joined(raws: Sequence[Any], between: Sequence[str]) -> str:
    text = ""
    for place, raw in enumerate(raws):
        part = as_text(raw)
        if part:
            text += (between[place - 1] if text else "") + part
    return text


def _words(mapped: FieldMap, convert: Read) -> Read:
    order = list(mapped.schema.words)  # type: ignore[attr-defined]

    def read(raw: Any) -> tuple[Any, ...]:
        found: set[Any] = set()
        for each in raw if isinstance(raw, list) else [raw]:
            for text in each.split(mapped.split) if mapped.split and isinstance(each, str) else [each]:
                word = convert(text)
                found.update(word if isinstance(word, tuple) else (word,))
        return tuple(word for word in order if word in found)

    return read


def _picked(pick: str, convert: Read) -> Read:
    def read(raw: Any) -> Any:
        if not isinstance(raw, list):
            raise ValueError("expected a list")
        found = [convert(each) for each in raw]
        if not found:
            raise ValueError(_NOTHING)
        if pick in ("first", "last"):
            return found[0 if pick == "first" else -1]
        return sum(found[1:], found[0]) if pick == "sum" else (min if pick == "earliest" else max)(found)

    return read


def _sum(mapped: FieldMap, convert: Read) -> Read:
    nothing, absent = _nothing(mapped), mapped.absent
    factors = [1] * (bool(mapped.at) + len(mapped.plus)) + [-1] * len(mapped.minus)
    sign = _lookup(mapped.sign.values) if mapped.sign is not None and mapped.sign.values else None
    whole = -1 if mapped.negate else 1

    def read(raws: Sequence[Any]) -> Any:
        parts = []
        for factor, raw in zip(factors, raws, strict=False):  # the sign stands last
            if not (missing(raw) or raw == [] or (absent and not isinstance(raw, list) and as_text(raw) in absent)):
                parts.append(convert(raw) * factor)
        if not parts:
            return nothing()
        if len(parts) < len(factors) and not mapped.empty_is_zero:
            raise ValueError("expected every part of the sum")
        return sum(parts[1:], parts[0]) * whole * (sign(raws[-1]) if sign else 1) + 0  # + 0 turns -0.00 into 0.00

    return read
