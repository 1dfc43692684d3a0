"""Reads how a mapping sends what customers send, and notes where something of it would be lost on the way."""

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.capabilities import Acceptance, Recognition
from adapters.mapping.language import Operation
from adapters.mapping.mistakes import Mistakes, join, one_of
from adapters.mapping.shapes import SHAPES, Shape
from adapters.mapping.templates import lists_in, templates
from schemas import SubmissionKind

SUBMIT_KEYS = ("records", "fields", "recognition", "files", "lag_seconds", "values", "leaves_out")
FIND_KEYS = ("records", "fields", "where", "where_not", "values", "not_found")

Accepts = Mapping[SubmissionKind, Acceptance]
Words = Mapping[str, Mapping[str, Any]]


def read_accepts(name: str, key: str, given: Mapping[str, Any], mistakes: Mistakes) -> Accepts:
    """What the ERP accepts by this operation, and what it makes of our reference; empty where nothing is sent."""
    kinds = SHAPES[name].kinds
    if not kinds:
        return {}
    if "kinds" in given:
        chosen = mistakes.texts(join(key, "kinds"), given["kinds"])
        for each in chosen:
            if each not in kinds:
                mistakes.add(join(key, "kinds"), one_of(each, kinds, "kind of letter"))
        kinds = tuple(each for each in kinds if each in chosen)
    recognition = given.get("recognition")
    if recognition not in tuple(Recognition):
        mistakes.add(join(key, "recognition"), one_of(str(recognition or ""), Recognition, "level of recognition"))
        return {}
    lag = given.get("lag_seconds", 0)
    if isinstance(lag, bool) or not isinstance(lag, int | float) or not 0 <= lag <= 7 * 86400:
        mistakes.add(join(key, "lag_seconds"), "a number of seconds, at most a week")
        lag = 0
    files = given.get("files", False)
    mistakes.typed(join(key, "files"), files, bool)
    return dict.fromkeys(kinds, Acceptance(Recognition(recognition), bool(files), float(lag)))


def read_words(name: str, key: str, given: Mapping[str, Any], accepts: Accepts, mistakes: Mistakes) -> Words:
    """The table ``values``: for a placeholder of a closed list, what the ERP calls each of our words."""
    shape, key, tables = SHAPES[name], join(key, "values"), given.get("values", {})
    if not mistakes.typed(key, tables, dict):
        return {}
    mistakes.keys(key, tables, shape.words, "placeholder with words of its own")
    found = {}
    for each, table in tables.items():
        place = join(key, each)
        if each not in shape.words or not mistakes.typed(place, table, dict):
            continue
        mistakes.keys(place, table, shape.words[each], "word of ours")
        needed: Iterable[str] = shape.words[each]
        if each == "kind":
            needed = tuple(accepts)
        for word in needed:
            if word not in table:
                mistakes.add(join(place, word), "what the ERP calls it")
        for word, said in table.items():
            if not isinstance(said, str | int) or said == "":
                mistakes.add(join(place, word), "text, a number, true or false")
        found[each] = dict(table)
    return found


def check_operations(operations: Mapping[str, Operation], given: Mapping[str, Any], mistakes: Mistakes) -> None:
    """Note requests that do not say what was sent, and recognition that cannot be made use of."""
    for operation in operations.values():
        shape = SHAPES[operation.name]
        if shape.kinds:
            _check_sent(operation, shape, given[operation.name], mistakes)
        elif operation.name == "find_submission" and "reference" not in _names(operation):
            mistakes.add(operation.key, "{reference} in the request, by which it is asked for")
    _check_finding(operations, mistakes)


def _check_sent(operation: Operation, shape: Shape, given: Any, mistakes: Mistakes) -> None:
    key, lists = operation.key, _lists(operation)
    names = _names(operation) | lists
    if "reference" not in names:
        mistakes.add(key, "{reference} in the request, in a place where the ERP keeps it")
    if "customer_no" not in names | operation.may_lack:
        mistakes.add(key, "{customer_no} in the request: whose it is")
    unsaid = given.get("leaves_out", []) if isinstance(given, dict) else []
    left_out = mistakes.texts(join(key, "leaves_out"), unsaid) if unsaid else ()
    for name in left_out:
        if name not in shape.content or name in names:
            known = [each for each in shape.content if each not in names]
            mistakes.add(join(key, "leaves_out"), one_of(name, known, "placeholder that the request does without"))
    for name in shape.content:
        if name not in names and name not in left_out:
            said = f'{{ each = "{name}", fields = … }}' if name in (shape.lists or {}) else f"{{{name}}}"
            mistakes.add(
                key, f'{said} in the request, or "{name}" in leaves_out: what is not sent, nobody will ever know'
            )
    takes, sends = any(each.files for each in operation.accepts.values()), "files" in lists
    if takes and "files" not in (shape.lists or {}):
        mistakes.add(join(key, "files"), "false: nothing of this kind has files")
    elif takes and not sends:
        mistakes.add(join(key, "files"), 'also { each = "files", fields = … } in the request, where they go')
    elif sends and operation.accepts and not takes:
        mistakes.add(join(key, "files"), "true, because the request sends them")


def _check_finding(operations: Mapping[str, Operation], mistakes: Mistakes) -> None:
    accepted = {kind: each for operation in operations.values() for kind, each in operation.accepts.items()}
    find = operations.get("find_submission")
    findable = any(each.recognition is Recognition.FINDABLE for each in accepted.values())
    if findable and find is None:
        mistakes.add("operations.find_submission", 'this operation; recognition "findable" needs it')
    if find is None:
        return
    if not find.not_found and find.records is None:
        mistakes.add(join(find.key, "not_found"), 'the codes that mean "we do not have it", or "records" with no row')
    for kind in accepted if "kind" in find.words else ():
        if kind not in find.words["kind"]:
            mistakes.add(f"{find.key}.values.kind.{kind}", "what the ERP calls it")


def _names(operation: Operation) -> set[str]:
    """The placeholders of a request, wherever they stand in it."""
    return {name for template in templates(dict(operation.own)) for name in template.names}


def _lists(operation: Operation) -> set[str]:
    return set(lists_in(dict(operation.own)))
