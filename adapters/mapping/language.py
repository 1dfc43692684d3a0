"""What a mapping file says, read into frozen values and checked, before anything is asked of an ERP.

The language itself is explained in docs/mapping.md. What only SOAP or only REST knows comes in as a ``Kind``.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from marshmallow import fields as marshmallow_fields

from adapters.capabilities import Acceptance
from adapters.errors import AdapterError, Misconfigured, NotFound, Rejected, Unavailable
from adapters.mapping.converters import Convert
from adapters.mapping.messages import Sentences
from adapters.mapping.mistakes import Mistakes
from adapters.mapping.shapes import DOCUMENTS, SHAPES
from schemas import Basis, SubmissionKind

Refusal = Literal["not_found", "rejected", "unavailable", "busy"]
REFUSALS: tuple[Refusal, ...] = get_args(Refusal)
BY_STATUS: tuple[Refusal, ...] = tuple(each for each in REFUSALS if each != "busy")
"""What a status alone may mean: a busy proxy has one too, and does not know what became of the request."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of one kind of adapter: the type of its value and whether it must be there.

    ``template`` says that the value (text, or texts nested in it) may hold placeholders. ``each`` are the keys of the
    tables in it, where it is a table of named tables.
    """

    type: type
    required: bool = False
    template: bool = False
    among: tuple[str, ...] = ()
    each: Mapping[str, "Key"] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What one way of asking (SOAP, REST) adds to the language.

    ``operation`` are the keys of every operation that reads records, ``document`` those of the documents', ``submit``
    those of what is sent.
    ``check`` notes mistakes that only this kind can see, such as a path that does not compile.
    """

    name: str
    erp: Mapping[str, Key]
    operation: Mapping[str, Key]
    document: Mapping[str, Key]
    submit: Mapping[str, Key] = field(default_factory=dict)
    errors: Mapping[str, Key] = field(default_factory=dict)
    check: Callable[["Mapped", Mistakes], None] = lambda mapped, mistakes: None


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Where one of our fields stands in a row and how it is read; see docs/mapping.md for each key."""

    key: str
    name: str
    schema: marshmallow_fields.Field[Any]
    required: bool
    convert: Convert | None = None  # None for nested records
    at: tuple[str, ...] = ()  # the first that is there counts
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    between: tuple[str, ...] = (" ",)
    values: Mapping[str, Any] | None = None
    empty_is_zero: bool = False
    sign: "FieldMap | None" = None  # its values are 1 and -1
    negate: bool = False
    pick: str | None = None
    split: str | None = None
    each: str | None = None
    absent: frozenset[str] = frozenset()
    default: Any = None  # already converted; None: nothing
    const: Any = None  # already converted
    nested: "Table | None" = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Rows are kept where the raw value at ``path``, as text, is (or is not) among ``texts``; nothing counts as ""."""

    key: str
    path: str
    texts: frozenset[str]
    wanted: bool


@dataclass(frozen=True, slots=True)
class Table:
    """How one record is built from one row; ``usual`` are the values of fields that need not be there."""

    key: str
    record: type[Any]
    fields: tuple[FieldMap, ...]
    usual: Mapping[str, Any]
    where: tuple[Condition, ...] = ()

    def has(self, name: str) -> bool:
        return any(each.name == name for each in self.fields)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the ERP can be asked for.

    ``table`` builds each record, ``answer`` the figures that stand in the answer itself (ledger and live alone).
    ``owner`` is where the answer says whose it is, ``meter`` where it says which meter its readings are of.
    Of what is sent, ``accepts`` says how each kind is taken, and ``words`` what the ERP calls our own words, by
    placeholder; of looking for it, ``not_found`` are the codes by which the ERP says that it does not have it.
    ``own`` holds the keys that only SOAP or only REST knows, with their types checked.
    """

    name: str
    key: str
    table: Table | None
    answer: Table | None
    records: str | None
    owner: str | None
    meter: str | None
    start: date | None
    always_from_start: bool
    own: Mapping[str, Any]
    accepts: Mapping[SubmissionKind, Acceptance] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    not_found: frozenset[str] = frozenset()

    @property
    def sends(self) -> bool:
        """Whether it hands the ERP something new."""
        return bool(SHAPES[self.name].kinds)

    @property
    def proven_before(self) -> bool:
        """Whether nothing in a document's answer says whose it is, so that what it is of has to be asked for first."""
        return self.name in DOCUMENTS and self.owner == SHAPES[self.name].proves

    @property
    def may_lack(self) -> frozenset[str]:
        """The placeholders that can have no value, ``since`` where everything is asked for and no ``start`` given."""
        lacks = self.name == "ledger" and self.start is None
        return frozenset({"since"}) if lacks else SHAPES[self.name].optional


class NotThere(NotFound):
    """The ERP says by a code of ``find_submission`` that it surely does not have what it was asked for."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A whole mapping file."""

    file: Path
    name: str
    kind: str
    basis: Basis
    own: Mapping[str, Any]
    operations: Mapping[str, Operation]
    refusals: Mapping[str, Refusal]  # the ERP's own code → what the portal does next
    fine_codes: frozenset[str]  # codes that mean success
    errors: Mapping[str, Any] = field(default_factory=dict)  # the kind's own keys of [errors]
    messages: Mapping[str, Sentences] = field(default_factory=dict)  # what a customer is told, by code or status

    def lists(self, operation: str, code: str) -> bool:
        """Whether the ERP's ``code`` means anything of what this mapping lists."""
        return code in self.refusals or code in self.operations[operation].not_found

    def error(self, operation: str, detail: str, *, code: str, retry_after: float = 15) -> AdapterError:
        """What the ERP's own ``code`` stands for; one that is on no list is a failure, and nobody knows of what."""
        asked, meaning = self.operations[operation], self.refusals.get(code)
        if code in asked.not_found:
            return NotThere(detail)
        if meaning == "rejected" or (meaning == "not_found" and asked.sends):
            return self.rejected(detail, code=code)
        if meaning == "not_found":
            return NotFound(detail)
        return Unavailable(detail, sent=meaning != "busy", retry_after=retry_after)

    def rejected(self, detail: str, *, code: str, status: str = "") -> Rejected:
        """The refusal that ``code``, or without one the HTTP status, stands for, with what the customer is told."""
        told = self.messages.get(code or status, {})
        translations = {language: sentence for language, sentence in told.items() if language}
        return Rejected(detail, message=told.get(""), code=code, translations=translations)

    def beside(self, name: str) -> Path:
        """A file named in the mapping, relative to the mapping."""
        return self.file.parent / name


def load(file: Path, kind: Kind) -> Mapped:
    """Read and check a mapping file; raises ``Misconfigured`` with all its mistakes."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Misconfigured(f"{file.name}: expected a mapping file that can be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{file.name}: expected TOML in UTF-8: {error}") from None
    return examine(file, document, kind)


def examine(file: Path, document: Mapping[str, Any], kind: Kind) -> Mapped:
    """The mapping that ``document``, read from ``file``, describes; raises as ``load``."""
    from adapters.mapping.reading import read  # reading needs the classes above

    mistakes = Mistakes(file.name)
    mapped = read(file, document, kind, mistakes)
    if mapped is not None:
        kind.check(mapped, mistakes)
    mistakes.raise_any()
    assert mapped is not None
    return mapped


def paths(table: Table) -> Iterator[tuple[str, str]]:
    """Each (key, path) that is looked up in a row of this table, nested records left out."""
    for condition in table.where:
        yield condition.key, condition.path
    for mapped in table.fields:
        for name in ("at", "plus", "minus", "join"):
            for path in getattr(mapped, name):
                yield f"{mapped.key}.{name}", path
        if mapped.each is not None:
            yield f"{mapped.key}.each", mapped.each
        if mapped.sign is not None:
            for path in mapped.sign.at:
                yield f"{mapped.key}.sign", path
