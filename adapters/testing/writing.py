"""For whom the suite may write on a back end and what it sends there, as the adapter's author allows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from schemas import CONTENT_SCHEMAS, Content, SubmissionKind, values

_KEYS = ("customer_no", "kinds", "contents", "refused")


@dataclass(frozen=True, slots=True)
class Writing:
    """That there is one says that the suite may write: never on a back end whose entries somebody will read as real.

    ``customer_no`` is for whom, the first of the facts if None; ``kinds`` is what is tried, of what the adapter
    accepts. ``contents`` is what is sent, for kinds where what the suite makes up is not taken by this ERP: the value
    of a reading grows by 1 m³ each time. ``refused`` is what the ERP refuses by a rule of its own.
    """

    customer_no: str | None = None
    kinds: frozenset[SubmissionKind] = frozenset(SubmissionKind)
    contents: Mapping[SubmissionKind, Content] = field(default_factory=dict)
    refused: Mapping[SubmissionKind, Content] = field(default_factory=dict)


def read_writing(given: object) -> tuple[Writing | None, list[str]]:
    """From the table ``[writing]`` of a TOML file with the same names, and every mistake in it."""
    if not isinstance(given, dict):
        return None, ["writing: expected a table"]
    mistakes = [f"writing.{name}: expected one of {', '.join(_KEYS)}" for name in given if name not in _KEYS]
    customer_no = given.get("customer_no")
    try:
        customer_no = None if customer_no is None else values.customer_no(customer_no)
    except ValueError as error:
        mistakes.append(f"writing.customer_no: {error}")
    contents = _read_contents(given.get("contents", {}), "writing.contents", mistakes)
    refused = _read_contents(given.get("refused", {}), "writing.refused", mistakes)
    kinds = _read_kinds(given.get("kinds", list(SubmissionKind)), mistakes)
    return (None if mistakes else Writing(customer_no, kinds, contents, refused)), mistakes


def _read_kinds(given: object, mistakes: list[str]) -> frozenset[SubmissionKind]:
    try:
        if not isinstance(given, list):
            raise ValueError("expected a list")
        return frozenset(map(SubmissionKind, given))
    except ValueError:
        mistakes.append(f"writing.kinds: expected a list of {', '.join(SubmissionKind)}")
        return frozenset()


def _read_contents(given: Any, where: str, mistakes: list[str]) -> dict[SubmissionKind, Content]:
    if not isinstance(given, dict):
        mistakes.append(f"{where}: expected a table for each kind")
        return {}
    found: dict[SubmissionKind, Content] = {}
    for name, row in given.items():
        if not isinstance(row, dict):
            mistakes.append(f"{where}.{name}: expected a table")
            continue
        try:
            kind = SubmissionKind(name)
            found[kind] = CONTENT_SCHEMAS[kind]().load(row)
        except ValidationError as error:
            wrong = error.messages_dict
            mistakes += [f"{where}.{name}.{key}: {'; '.join(map(str, said))}" for key, said in sorted(wrong.items())]
        except ValueError:
            mistakes.append(f"{where}.{name}: expected one of {', '.join(SubmissionKind)}")
    return found
