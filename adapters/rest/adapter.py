"""The REST adapter: asks as the mapping says, page by page, and turns the answers into records."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Self
from urllib.parse import urljoin

from adapters.clock import Clock, SystemClock
from adapters.errors import BadData, NotFound, Unavailable, noting
from adapters.http import Answer, Download, HttpClient
from adapters.limits import Limits
from adapters.mapping import Mapped, Mistakes, Operation, load
from adapters.mapping.adapter import MappedAdapter, Reply, owner_of
from adapters.mapping.documents import PDF, proven
from adapters.mapping.options import examine_options
from adapters.mapping.rows import Rows, compile_rows
from adapters.mapping.shapes import DOCUMENTS
from adapters.mapping.templates import Params
from adapters.rest.joined import Joined
from adapters.rest.json_answer import Judge
from adapters.rest.kind import REST, header_of, joined_of
from adapters.rest.paging import Page, Paging, pages, read_paging, time_check
from adapters.rest.request import build
from adapters.rest.source import Find, JsonSource, compile_path
from adapters.strict_json import is_json
from schemas import InvoiceDocument

# what tells one record from another, where pages move under our feet; of readings nothing but the whole
_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "contracts": attrgetter("contract_no"),
    "invoices": attrgetter("invoice_ref"),
    "ledger": attrgetter("entry_no"),
    "live": attrgetter("entry_no"),
    "meters": attrgetter("meter_no"),
    "readings": lambda reading: reading,
    "cases": attrgetter("case_no"),
    "offers": attrgetter("offer_ref"),
}


@dataclass(frozen=True, slots=True)
class _Reading:
    """How an operation's answers are read, compiled at start."""

    operation: Operation
    owner: Find | None
    meter: Find | None
    records: Find | None
    rows: Rows | None
    figures: Rows | None
    paging: Paging | None
    joined: tuple[tuple[Joined, "_Reading"], ...]


class RestAdapter(MappedAdapter):
    """A billing system that speaks JSON over HTTP, described by a mapping file of kind ``rest``."""

    name = "rest"

    def __init__(self, mapped: Mapped, client: HttpClient, *, clock: Clock | None = None) -> None:
        super().__init__(mapped)
        self._client = client
        self._clock = clock or SystemClock()
        self._judge = Judge(mapped)
        asked = {name: each for name, each in mapped.operations.items() if name not in DOCUMENTS}
        self._how = {name: _reading(operation) for name, operation in asked.items()}

    @classmethod
    def from_settings(cls, options: Mapping[str, Any], *, limits: Limits) -> Self:
        mistakes, mapped = Mistakes(), None
        given = examine_options(options, "rest", mistakes)
        with noting(mistakes.found):
            mapped = load(given.mapping, REST) if given.mapping is not None else None
        mistakes.raise_any()
        assert mapped is not None
        client = HttpClient(
            given.url,
            limits=limits,
            auth=given.auth,
            headers=given.headers,
            ca_file=given.ca_file,
            proxy=given.proxy,
        )
        return cls(mapped, client)

    def close(self) -> None:
        self._client.close()

    # Hooks of the transport

    def _ask(self, operation: Operation, params: Params) -> Reply:
        reading = self._how[operation.name]
        found = list(self._pages(reading, params))
        asked = params.get("customer_no")  # each page that says whose it is said so
        figures = next(reading.figures([found[0].content], asked)) if reading.figures is not None else None
        if reading.rows is None:
            return Reply((), figures)
        rows: Iterator[Any] = (row for page in found for row in page.records)
        for joined, further in reading.joined:
            rows = joined.beside(rows, self._rows(further, params), params)
        records = reading.rows(rows, asked)
        meter = _found(reading.meter, found[0].content) if reading.meter is not None else None
        once = _unique(records, _KEYS.get(operation.name)) if len(found) > 1 else records
        return Reply(once, figures, meter)

    def _send(self, operation: Operation, params: Params) -> Reply:
        reading = self._how[operation.name]
        try:
            request = build(operation, params)
        except NotFound as error:
            raise Unavailable(error.detail, sent=False) from None
        answer = self._client.send(
            request.method, request.path, body=request.body, headers=request.headers, query=request.query, kind="write"
        )
        content = self._judge.content(operation.name, answer)
        assert reading.rows is not None
        return Reply(reading.rows(_records(reading, content), None))

    def _open(self, operation: Operation, params: Params) -> InvoiceDocument:
        request = build(operation, params)
        download = self._client.stream(
            request.method,
            request.path,
            body=request.body,
            headers={**request.headers, "Accept": "*/*"},
            query=request.query,
            kind="document",
        )
        try:
            return self._document_of(operation, download, str(params["customer_no"]))
        except BaseException:
            download.close()
            raise

    # Private

    def _rows(self, reading: _Reading, params: Params) -> Iterator[Any]:
        for page in self._pages(reading, params):
            yield from page.records

    def _pages(self, reading: _Reading, params: Params) -> Iterator[Page]:
        operation = reading.operation

        def ask(query: Mapping[str, str | int], link: str | None) -> Page:
            request = build(operation, params, page=query)
            answer = self._client.send(
                request.method,
                request.path if link is None else self._followed(operation, request.path, link),
                body=request.body,
                headers=request.headers,
                query=request.query if link is None else None,
            )
            content = self._judge.content(operation.name, answer)
            if reading.owner is not None:
                owner_of(operation, _found(reading.owner, content), params)
            return Page(content, _records(reading, content))

        if reading.paging is None:
            yield ask({}, None)
            return
        check_time = time_check(self._client.limits.total_seconds, self._clock.monotonic, operation.name)
        yield from pages(reading.paging, ask, operation=operation.name, check_time=check_time)

    def _followed(self, operation: Operation, path: str, link: str) -> str:
        """The address of a link; the client refuses one to another host."""
        try:
            return urljoin(self._client.base_url.rstrip("/") + path, link)
        except ValueError:
            raise BadData(f"{operation.name}: a link is no plain address") from None

    def _document_of(self, operation: Operation, download: Download, whose: str) -> InvoiceDocument:
        self._judge.let_in(operation.name, download.status)
        allowed = operation.own.get("media_types", [PDF])
        if not 200 <= download.status < 300 or (is_json(download.media_type) and download.media_type not in allowed):
            self._judge.content(operation.name, Answer(download.status, download.headers, download.read()))
            raise BadData(f"{operation.name}: JSON came instead of the document")
        if download.media_type not in allowed:
            problem = f"{operation.name}: the document's media type is not one that the mapping allows"
            raise Unavailable(problem) if download.media_type == "text/html" else BadData(problem)
        assert operation.owner is not None
        header = header_of(operation.owner)
        if header:
            whose = owner_of(operation, download.headers.get(header), {"customer_no": whose})
        size = download.size
        chunks = proven(download.media_type, download, operation=operation.name)
        download.take_time()
        return InvoiceDocument(whose, download.media_type, chunks, size)


def _reading(operation: Operation) -> _Reading:
    name, paging = operation.name, operation.own.get("paging")
    return _Reading(
        operation,
        owner=compile_path(operation.owner) if operation.owner else None,
        meter=compile_path(operation.meter) if operation.meter else None,
        records=compile_path(operation.records) if operation.records else None,
        rows=compile_rows(operation.table, JsonSource(), operation=name) if operation.table else None,
        figures=compile_rows(operation.answer, JsonSource(objects=False), operation=name) if operation.answer else None,
        paging=read_paging(paging) if paging else None,
        joined=tuple((Joined(name, further), _reading(further)) for name, further in joined_of(operation).items()),
    )


def _records(reading: _Reading, content: Any) -> list[Any]:
    if reading.rows is None and "on" not in reading.operation.own:
        return []  # nothing but figures is asked for, or an answer at all
    found = content if reading.records is None else _found(reading.records, content)
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise BadData(f"{reading.operation.name}: records: expected a list")
    return found


def _found(find: Find, content: Any) -> Any:
    try:
        return find(content)
    except (ValueError, TypeError):  # JMESPath functions refuse values of other types
        return None


def _unique(records: Iterator[Any], key: Callable[[Any], Any] | None) -> list[Any]:
    """The records of several pages, each once: what is issued meanwhile pushes others onto the next page again."""
    if key is None:
        return list(records)
    return list({key(record): record for record in records}.values())
