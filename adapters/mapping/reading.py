"""Reads a whole mapping file: the ERP, its errors, its operations, and whether together they keep the contract."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from adapters.mapping.acceptances import FIND_KEYS, SUBMIT_KEYS, check_operations, read_accepts, read_words
from adapters.mapping.language import REFUSALS, Key, Kind, Mapped, Operation, Refusal, Table
from adapters.mapping.messages import Sentences, read_messages
from adapters.mapping.mistakes import Mistakes, join, one_of
from adapters.mapping.shapes import DOCUMENTS, SHAPES, Shape
from adapters.mapping.tables import TableReader
from adapters.mapping.templates import Known, Lists, parse_tree
from schemas import Basis
from schemas.values import currency

_ERP = {
    "name": Key(str, required=True),
    "kind": Key(str, required=True),
    "basis": Key(str, required=True, among=tuple(Basis)),
    "currency": Key(str),
}
_OPERATION = ("records", "owner", "fields", "where", "where_not")
_NEEDED = {Basis.LEDGER: "ledger", Basis.AS_OF: "balance_on", Basis.LIVE_LESS_TODAY: "live", Basis.LIVE: "live"}


def read(file: Path, document: Mapping[str, Any], kind: Kind, mistakes: Mistakes) -> Mapped | None:
    """The mapping in ``document``; None where mistakes leave nothing to look at further."""
    mistakes.keys("", document, ("erp", "errors", "operations"))
    erp = _own("erp", document.get("erp", {}), {**_ERP, **kind.erp}, mistakes, {})
    if erp.get("kind") not in (None, kind.name):
        mistakes.add("erp.kind", f'"{kind.name}", because this is the {kind.name} adapter')
        return None
    given = document.get("operations", {})
    if not mistakes.typed("operations", given, dict):
        return None
    mistakes.keys("operations", given, SHAPES, "operation")
    reader = _OperationReader(kind, _currency(erp, mistakes), mistakes)
    operations = {name: reader.operation(name, _shared(name, given, mistakes)) for name in SHAPES if name in given}
    basis = Basis(erp["basis"]) if erp.get("basis") in tuple(Basis) else None
    _complete(basis, operations, mistakes)
    check_operations(operations, given, mistakes)
    sends = any(each.sends for each in operations.values())
    refusals, fine, errors, messages = _errors(document.get("errors", {}), kind, mistakes, sends=sends)
    own = {name: value for name, value in erp.items() if name in kind.erp}
    name, basis = erp.get("name", ""), basis or Basis.LIVE
    return Mapped(file, name, kind.name, basis, own, operations, refusals, fine, errors, messages)


def _shared(name: str, operations: Mapping[str, Any], mistakes: Mistakes) -> Any:
    """The operation, with the fields of another one where it says ``fields = "operations.…"``."""
    given = operations[name]
    if not isinstance(given, dict) or not isinstance(given.get("fields"), str):
        return given
    other = given["fields"].removeprefix("operations.")
    found = operations.get(other)
    alike = other in SHAPES and SHAPES[other].record is SHAPES[name].record
    if not alike or not isinstance(found, dict) or not isinstance(found.get("fields"), dict):
        mistakes.add(f"operations.{name}.fields", 'a table, or "operations.NAME" with the fields of the same record')
        return given
    return {**given, "fields": found["fields"]}


class _OperationReader:
    def __init__(self, kind: Kind, currency: str, mistakes: Mistakes) -> None:
        self._kind = kind
        self._currency = currency
        self._mistakes = mistakes
        self._tables = TableReader(mistakes)

    def operation(self, name: str, given: Any) -> Operation:
        """One ``[operations.…]`` table."""
        key, shape = f"operations.{name}", SHAPES[name]
        if not self._mistakes.typed(key, given, dict):
            given = {}
        language = _language_keys(name, shape)
        kinds_own = self._kind.document if name in DOCUMENTS else self._kind.operation
        kinds_own = self._kind.submit if shape.kinds else kinds_own
        self._mistakes.keys(key, given, [*language, *kinds_own])
        mine = {each: value for each, value in given.items() if each in kinds_own}
        owner, records = self._text(key, "owner", given), self._text(key, "records", given)
        accepts = read_accepts(name, key, given, self._mistakes)
        words = read_words(name, key, given, accepts, self._mistakes)
        # what has been translated is a word of the ERP's
        params = {**shape.params, **dict.fromkeys(words, str)}
        return Operation(
            name,
            key,
            table=self._table(key, given, shape, owner),
            answer=self._answer(key, given, shape),
            records=records,
            owner=owner,
            meter=self._meter(key, given) if name == "readings" else None,
            start=self._start(key, given),
            always_from_start=self._always(key, given),
            own=_own(key, mine, kinds_own, self._mistakes, params, shape.lists),
            accepts=accepts,
            words=words,
            not_found=_codes_of(join(key, "not_found"), given.get("not_found", []), self._mistakes),
        )

    def _table(self, key: str, given: Mapping[str, Any], shape: Shape, owner: str | None) -> Table | None:
        if shape.record is None:
            return None
        if "fields" not in given and key == "operations.live":
            return None
        filled: dict[str, Any] = {"currency": self._currency}
        whose = shape.record().fields.get("customer_no")
        if owner is not None:
            filled["customer_no"] = None
        elif whose is None or not whose.required:
            pass  # nobody's own, or not the customer's alone
        elif not isinstance(given.get("fields"), dict) or "customer_no" not in given["fields"]:
            self._mistakes.add(
                join(key, "owner"), 'where the answer says whose it is, or "customer_no" among the fields'
            )
            filled["customer_no"] = None
        if "meter_no" in given:
            filled["meter_no"] = None
        return self._tables.table(
            join(key, "fields"),
            given.get("fields", {}),
            shape.record,
            filled=filled,
            where=(
                *self._tables.conditions(join(key, "where"), given.get("where", {}), wanted=True),
                *self._tables.conditions(join(key, "where_not"), given.get("where_not", {}), wanted=False),
            ),
        )

    def _answer(self, key: str, given: Mapping[str, Any], shape: Shape) -> Table | None:
        if shape.answer is None:
            return None
        filled = {"customer_no": None, "currency": self._currency}
        table = self._tables.table(join(key, "answer"), given.get("answer", {}), shape.answer, filled=filled)
        if table.has("amount") and "owner" not in given and not table.has("customer_no"):
            # the rows may be none, and then nobody would have said whose amount it is
            self._mistakes.add(
                join(key, "owner"), 'where the answer says whose the amount is, or "customer_no" in the answer table'
            )
        return table

    def _meter(self, key: str, given: Mapping[str, Any]) -> str | None:
        mapped = given.get("fields", {})
        if "meter_no" not in given and not (isinstance(mapped, dict) and "meter_no" in mapped):
            self._mistakes.add(
                join(key, "meter_no"), 'where the answer says which meter it is of, or "meter_no" among the fields'
            )
        return self._text(key, "meter_no", given)

    def _text(self, key: str, name: str, given: Mapping[str, Any]) -> str | None:
        return given[name] if name in given and self._mistakes.typed(join(key, name), given[name], str) else None

    def _start(self, key: str, given: Mapping[str, Any]) -> date | None:
        start = given.get("start")
        if start is not None and type(start) is not date:
            self._mistakes.add(join(key, "start"), "a day, such as 1990-01-01 without quotes")
            return None
        return start

    def _always(self, key: str, given: Mapping[str, Any]) -> bool:
        if given.get("from", "start") != "start":
            self._mistakes.add(join(key, "from"), '"start", or to be left out')
        return "from" in given


def _language_keys(name: str, shape: Shape) -> tuple[str, ...]:
    if shape.kinds:
        return (*SUBMIT_KEYS, "kinds") if len(shape.kinds) > 1 else SUBMIT_KEYS
    if name == "find_submission":
        return FIND_KEYS
    if shape.record is None:
        return ("owner",) if name in DOCUMENTS else ()
    more = ("answer",) if shape.answer is not None else ("meter_no",) if name == "readings" else ()
    return (*_OPERATION, *more, "from", "start") if name == "ledger" else (*_OPERATION, *more)


def _own(
    key: str,
    given: Any,
    keys: Mapping[str, Key],
    mistakes: Mistakes,
    params: Known,
    lists: Lists | None = None,
) -> dict[str, Any]:
    """The values of ``keys`` in ``given`` that are of the right type, templates parsed."""
    if not mistakes.typed(key, given, dict):
        return {}
    if key in ("erp", "errors"):
        mistakes.keys(key, given, keys)
    found = {}
    for name, spec in keys.items():
        place = join(key, name)
        if name not in given:
            if spec.required:
                mistakes.add(place, "a value; this key is required")
        elif mistakes.typed(place, given[name], spec.type):
            if spec.among and given[name] not in spec.among:
                mistakes.add(place, one_of(str(given[name]), spec.among, "word"))
            value = given[name]
            if spec.each is not None:
                value = {
                    inner: _table(join(place, inner), table, spec.each, mistakes, params)
                    for inner, table in value.items()
                }
            found[name] = parse_tree(value, params, place, mistakes, lists) if spec.template else value
    return found


def _table(
    key: str, given: Any, keys: Mapping[str, Key], mistakes: Mistakes, params: Mapping[str, type]
) -> dict[str, Any]:
    """One of several named tables with the same keys."""
    if isinstance(given, dict):
        mistakes.keys(key, given, keys)
    return _own(key, given, keys, mistakes, params)


def _currency(erp: Mapping[str, Any], mistakes: Mistakes) -> str:
    try:
        return currency(erp.get("currency", "PLN"))
    except ValueError as error:
        mistakes.add("erp.currency", str(error).removeprefix("expected "))
        return "PLN"


def _codes_of(key: str, given: Any, mistakes: Mistakes) -> frozenset[str]:
    if mistakes.typed(key, given, list) and any(
        isinstance(each, bool) or not isinstance(each, str | int) for each in given
    ):
        mistakes.add(key, "a list of codes")
    return frozenset(map(str, given)) if isinstance(given, list) else frozenset()


def _errors(
    given: Any, kind: Kind, mistakes: Mistakes, *, sends: bool
) -> tuple[dict[str, Refusal], frozenset[str], Mapping[str, Any], Mapping[str, Sentences]]:
    lists = {name: Key(list) for name in (*REFUSALS, "fine")}
    read = _own("errors", given, {**lists, "messages": Key(dict), **kind.errors}, mistakes, {})
    codes: dict[str, Any] = {}
    for name in (*REFUSALS, "fine"):
        for code in _codes_of(f"errors.{name}", read.get(name, []), mistakes):
            if codes.setdefault(code, name) != name:
                mistakes.add(f"errors.{name}", f'each code in one list only; "{code}" is in two')
    fine = frozenset(code for code, name in codes.items() if name == "fine")
    refusals = {code: name for code, name in codes.items() if name != "fine"}
    own = {name: value for name, value in read.items() if name in kind.errors}
    refused = {**codes, **own.get("statuses", {})}
    told = ("rejected", "not_found") if sends else ("rejected",)  # who sends something is told of both
    messages = read_messages(
        read.get("messages", {}), [code for code, name in refused.items() if name in told], mistakes
    )
    return refusals, fine, own, messages


def _complete(basis: Basis | None, operations: Mapping[str, Operation], mistakes: Mistakes) -> None:
    """Note what the contract needs and nobody maps."""
    for name in ("customer", "contracts", "invoices"):
        if name not in operations:
            mistakes.add(f"operations.{name}", "this operation; every adapter has it")
    if "case_document" in operations and "cases" not in operations:
        mistakes.add("operations.cases", "this operation, because case_document is of a case")
    if basis is None:
        return
    needed = _NEEDED[basis]
    if needed not in operations:
        mistakes.add(f"operations.{needed}", f'this operation; basis "{basis}" needs it')
    live = operations.get("live")
    if basis is Basis.LIVE_LESS_TODAY and live is not None and live.table is None:
        mistakes.add("operations.live.fields", f'the entries in the same answer; basis "{basis}" needs them')
    ledger = operations.get("ledger")
    if ledger is None or ledger.answer is None or ledger.always_from_start or "balance_on" in operations:
        return
    if not ledger.answer.has("amount"):
        mistakes.add(
            "operations.ledger.answer.amount",
            'where the opening amount stands, or from = "start", or the operation balance_on to ask it from',
        )
