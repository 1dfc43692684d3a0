"""Writes, from a mapping, the one Python function that builds all the records of an answer.

Generated code is what makes a row cost microseconds: no loop over fields, no keyword calls, no checks made twice.
How a raw value is taken out of a row is the transport's own: it supplies a ``Source``.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from types import CodeType
from typing import Any, Protocol

from adapters.errors import BadData
from adapters.mapping.language import FieldMap, Table
from adapters.mapping.mistakes import join
from adapters.mapping.readers import Read, as_text, first, places, reader
from schemas import fields

Bind = Callable[[Any], str]

_MEMO_ROWS = 1024  # keeps a memo's memory flat however long the answer
_CAUGHT = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
# mostly different in every row, so that remembering them would cost more than reading them
_NOT_REPEATED = (fields.Text, fields.LongText, fields.CustomerNo, fields.KsefNo)


class Places(Protocol):
    """The Python expressions that take raw values out of the row of one table.

    ``begin`` are statements run once for each row, before the expressions. ``value`` gives a raw value or None,
    ``values`` a list of raw values, ``rows`` an iterable of inner rows; ``"."`` is the row itself.
    """

    @property
    def begin(self) -> Sequence[str]: ...

    def value(self, path: str) -> str: ...

    def values(self, path: str) -> str: ...

    def rows(self, path: str) -> str: ...


class Source(Protocol):
    """How a transport's rows are taken apart; ``texts_only`` where a raw value is always text or None."""

    texts_only: bool

    def places(self, row: str, table: Table, bind: Bind) -> Places:
        """For the row in the variable ``row``; ``bind`` makes an object known to the code and returns its name.

        Names of the code's own that begin with ``x_`` are free for the source.
        """
        ...


Rows = Callable[[Iterable[Any], str | None], Iterator[Any]]


def compile_rows(table: Table, source: Source, *, operation: str) -> Rows:
    """The function from rows and the answer's owner to records; a generator, so that long answers can stream.

    It raises ``BadData`` naming ``operation`` and the field, never a value. Rows that ``where`` leaves out are skipped.
    """
    writer = _Writer(source, operation)
    lines = writer.read(table)
    code = _compiled("\n".join(lines), f"<mapping of {operation}>")
    exec(code, writer.names)  # noqa: S102 (written here from checked keys; paths and values are bound, never spelled)
    rows: Rows = writer.names["read"]
    return rows


@lru_cache
def _compiled(lines: str, name: str) -> CodeType:
    """The same mapping is read again by checks and by each portal of a process."""
    return compile(lines, name, "exec")


class _Memo(dict[Any, Any]):
    """Remembers what texts were read as, for one answer only."""

    __slots__ = ("_read",)

    def __init__(self, read: Read) -> None:
        self._read = read

    def __missing__(self, raw: Any) -> Any:
        value = self._read(raw)
        if len(self) >= _MEMO_ROWS:
            self.clear()
        self[raw] = value
        return value


class _Wrong(ValueError):
    """A row that cannot be read, with the name of the field at fault."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(expected)
        self.name = name


def _wrong(explanation: Iterator[str], error: Exception) -> _Wrong:
    """Run the slow twin of a row's code, which says each field's name before it reads it."""
    name = ""
    try:
        for name in explanation:  # noqa: B007 (the last name is what is looked for)
            pass
    except _Wrong as inner:
        return _Wrong(join(name, inner.name), str(inner))
    except _CAUGHT as found:
        error = found
    # other errors than our converters' may hold the value in their message
    return _Wrong(name or "the row", str(error) if type(error) is ValueError else "cannot be read there")


class _Writer:
    def __init__(self, source: Source, operation: str) -> None:
        self._source = source
        self._memos: dict[int, str] = {}
        self._tables = 0

        def bad(explanation: Iterator[str], error: Exception) -> BadData:
            wrong = _wrong(explanation, error)
            return BadData(f"{operation}: {wrong.name}: {wrong}")

        self.names: dict[str, Any] = {
            "bad": bad,
            "wrong": _wrong,
            "caught": _CAUGHT,
            "first": first,
            "as_text": as_text,
            "memo": _Memo,
            "new": object.__new__,
        }

    def read(self, table: Table) -> list[str]:
        """The whole module: inner functions, then the generator over the rows."""
        inner: list[str] = []
        body, explain, keep = self._table(table, "row", inner)
        skip = [f"if not ({keep}):", "    continue"] if keep else []
        loop = ["try:", *_in(["pass", *body[0], *skip, *body[1]]), "except caught as error:"]
        loop += _in(["raise bad(explain(row, owner), error) from None"])
        memos = [f"{name} = memo({name[2:]})" for name in self._memos.values()]
        return [
            "def read(rows, owner):",
            *_in(memos),
            *_in(inner),
            *_in(explain),
            *_in(["for row in rows:", *_in(loop), *_in(["yield record"])]),
        ]

    def _bind(self, value: Any) -> str:
        name = f"v{len(self.names)}"
        self.names[name] = value
        return name

    def _table(self, table: Table, row: str, inner: list[str]) -> tuple[tuple[list[str], list[str]], list[str], str]:
        """(statements that begin a row, statements that build ``record``), the explaining twin, what to keep."""
        given = self._source.places(row, table, self._bind)
        expressions = {each.name: self._field(each, given, row, inner) for each in table.fields}
        build = [f"record = new({self._bind(table.record)})"]
        for each in dataclasses.fields(table.record):
            expression = expressions.get(each.name)
            if expression is None:
                expression = "owner" if each.name == "customer_no" else self._bind(table.usual[each.name])
            # a frozen record's own __init__ goes through object.__setattr__ and takes twice as long
            build.append(f"{self._bind(table.record.__dict__[each.name].__set__)}(record, {expression})")
        told = [line for name, expression in expressions.items() for line in (f"yield {name!r}", expression)]
        keep = " and ".join(
            f"(as_text({given.value(each.path)}) {'in' if each.wanted else 'not in'} {self._bind(each.texts)})"
            for each in table.where
        )
        explain = ["def explain(row, owner):", *_in(["yield ''", *given.begin, *([keep] if keep else []), *told])]
        return (list(given.begin), build), explain, keep

    def _field(self, mapped: FieldMap, given: Places, row: str, inner: list[str]) -> str:
        if mapped.const is not None:
            return self._bind(mapped.const)
        if mapped.nested is not None:
            return self._nested(mapped, mapped.nested, given, row, inner)
        read = reader(mapped)
        several = places(mapped)
        if several is not None:
            raws = ", ".join(self._first(each, given, listed=mapped.pick is not None) for each in several)
            return f"{self._bind(read)}(({raws},))"
        if mapped.each is not None:
            return f"{self._bind(read)}({given.values(mapped.each)})"
        raw = self._first(mapped.at, given, listed=mapped.pick is not None)
        if mapped.pick is not None or isinstance(mapped.schema, _NOT_REPEATED):
            return f"{self._bind(read)}({raw})"
        memo = self._memo(read)
        if self._source.texts_only:
            return f"{memo}[{raw}]"
        return f"({memo}[raw] if (raw := {raw}).__class__ is str else {memo[2:]}(raw))"  # 1, True and 1.0 are one key

    def _memo(self, read: Read) -> str:
        if id(read) not in self._memos:
            self._memos[id(read)] = "m_" + self._bind(read)
        return self._memos[id(read)]

    def _first(self, paths: Sequence[str], given: Places, *, listed: bool) -> str:
        take = given.values if listed else given.value
        if len(paths) == 1:
            return take(paths[0])
        return f"first(({', '.join(take(path) for path in paths)},))"

    def _nested(self, mapped: FieldMap, table: Table, given: Places, row: str, inner: list[str]) -> str:
        self._tables += 1
        name = f"inner{self._tables}"
        mine: list[str] = []
        (begin, build), explain, keep = self._table(table, "row", mine)
        skip = [f"if not ({keep}):", "    return None"] if keep else []
        inner += [
            f"def {name}(row, owner):",
            *_in(mine),
            *_in(explain),
            *_in(["try:", *_in(["pass", *begin, *skip, *build]), "except caught as error:"]),
            *_in(["    raise wrong(explain(row, owner), error) from None", "return record"]),
        ]
        if mapped.each is not None:
            rows = given.rows(mapped.each)
            return f"tuple([each for inner in {rows} if (each := {name}(inner, owner)) is not None])"
        if mapped.at:
            refuse = self._bind(_none_or_refuse(mapped))
            return f"next(iter([{name}(inner, owner) for inner in {given.rows(mapped.at[0])}]), None) or {refuse}()"
        # the fields of the inner record stand in this very row: where none of them is there, there is no record
        paths = [path for each in table.fields for path in each.at]
        there = self._source.places(row, table, self._bind)
        inner += [
            f"def any_{name}({row}):",
            *_in(list(there.begin)),
            f"    return first(({', '.join(there.value(path) for path in paths)},)) is not None",
        ]
        return f"({name}({row}, owner) if any_{name}({row}) else {self._bind(_none_or_refuse(mapped))}())"


def _none_or_refuse(mapped: FieldMap) -> Callable[[], None]:
    def refuse() -> None:
        if mapped.required:
            raise ValueError("expected a record, and nothing is there")

    return refuse


def _in(lines: Sequence[str]) -> list[str]:
    return ["    " + line for line in lines]
