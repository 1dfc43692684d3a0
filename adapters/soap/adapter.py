"""The SOAP adapter: a billing system behind a WSDL, described by a mapping file of kind ``soap``."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from adapters.errors import OwnerMismatch, noting
from adapters.http import HttpClient
from adapters.limits import Limits
from adapters.mapping import Mapped, Mistakes, Operation, load
from adapters.mapping.adapter import MappedAdapter, Reply, owner_of
from adapters.mapping.options import Options, check_files, examine_options
from adapters.mapping.templates import Params
from adapters.soap.call import SoapCall
from adapters.soap.document import open_streamed, open_whole
from adapters.soap.kind import Described
from adapters.soap.rowstream import StreamedRows
from adapters.soap.security import security
from adapters.soap.transport import StreamedAnswers, WholeAnswers, service
from schemas import Invoice, InvoiceDocument


class SoapAdapter(MappedAdapter):
    """A billing system that speaks SOAP 1.1 or 1.2, document/literal, described by a mapping file of kind ``soap``."""

    name = "soap"

    def __init__(
        self,
        mapped: Mapped,
        described: Described,
        http: HttpClient,
        *,
        calls: Mapping[str, SoapCall],
        wsse: Any,
        login: Params,
    ) -> None:
        super().__init__(mapped)
        wsdl = described.wsdl
        assert wsdl is not None
        self._http = http
        self._wsse = wsse
        self._login = login
        self._signed: bool = getattr(wsse, "verifies", False)
        self._calls = calls
        self._whole = service(WholeAnswers(http), wsdl.document, wsdl.binding, wsse)
        self._huge = service(WholeAnswers(http, kind="document"), wsdl.document, wsdl.binding, wsse)
        self._sending = service(WholeAnswers(http, kind="write"), wsdl.document, wsdl.binding, wsse)
        self._streamed = service(StreamedAnswers(http), wsdl.document, wsdl.binding, wsse)

    @classmethod
    def from_settings(cls, options: Mapping[str, Any], *, limits: Limits) -> Self:
        mistakes, described, mapped, wsse = Mistakes(), Described(), None, None
        given = examine_options(options, "soap", mistakes)
        with noting(mistakes.found):
            mapped = load(given.mapping, described.kind()) if given.mapping is not None else None
        calls: dict[str, SoapCall] = {}
        if mapped is None:
            check_files(given, mistakes)
        else:
            wsse = security(mapped.own.get("security", "none"), given, mistakes)
            calls = {name: SoapCall(each, mapped, described) for name, each in mapped.operations.items()}
            _rehearse(mapped, calls, _login(given), mistakes)
        mistakes.raise_any()
        assert mapped is not None
        http = HttpClient(
            given.url,
            limits=limits,
            auth=given.auth if wsse is None and not described.headers else None,
            headers=given.headers,
            ca_file=given.ca_file,
            proxy=given.proxy,
        )
        return cls(mapped, described, http, calls=calls, wsse=wsse, login=_login(given))

    def close(self) -> None:
        self._http.close()

    def iter_invoices(self, customer_no: str) -> Iterator[Invoice]:
        """All invoices in the ERP's order, as they come: memory stays flat however many there are.

        For programs that go through a great many, such as an export. The portal does not use it: its pages and API
        show the newest first, which an answer in any order tells at its end only, and keep good answers for the next
        page, while the rest of this one is not yet seen when the first record is handed out: an error may come after
        records.
        Where the answer cannot be streamed (it is signed, or says whose it is only at its end) it is read whole.
        """
        operation, params = self._operation("invoices"), {"customer_no": customer_no}
        for record in self._stream(operation, params):
            if record.customer_no != customer_no:
                raise OwnerMismatch("Invoice of another customer")
            yield record

    # Hooks of the transport

    def _ask(self, operation: Operation, params: Params) -> Reply:
        call = self._calls[operation.name]
        found = call.found(call.ask(self._whole, params, self._login), wsse=self._wsse)
        owner = owner_of(operation, found.owner, params) if operation.owner is not None else None
        figures = None
        if call.read_figures is not None:
            whose = owner if owner is not None else str(params["customer_no"])
            figures = next(call.read_figures([found.answer], whose))
        return Reply(found.records(owner), figures, found.meter)

    def _send(self, operation: Operation, params: Params) -> Reply:
        call = self._calls[operation.name]
        found = call.found(call.send(self._sending, params, self._login), wsse=self._wsse)
        return Reply(found.records(None))

    def _open(self, operation: Operation, params: Params) -> InvoiceDocument:
        call, whose = self._calls[operation.name], str(params["customer_no"])
        if self._signed:
            found = call.found(call.ask(self._huge, params, self._login), wsse=self._wsse, huge=True)
            return open_whole(call, found, whose)
        return open_streamed(call, call.ask(self._streamed, params, self._login), whose)

    # Private

    def _stream(self, operation: Operation, params: Params) -> Iterator[Any]:
        call = self._calls[operation.name]
        if self._signed or not StreamedRows.can(call):
            yield from self._ask(operation, params).records
            return
        with call.ask(self._streamed, params, self._login) as download:
            rows = StreamedRows(call, download)
            first = next(rows, None)
            owner = owner_of(operation, rows.owner, params) if operation.owner is not None else None
            if first is not None:
                assert call.read is not None
                yield from call.read(rows.starting_with(first), owner)


def _rehearse(mapped: Mapped, calls: Mapping[str, SoapCall], login: Params, mistakes: Mistakes) -> None:
    """Build every request once, so that a value that zeep cannot write is met at start."""
    for call in calls.values():
        try:
            call.rehearse(login)
        except Exception as error:  # zeep's own errors have no common root
            told = f"expected a request that zeep can build: {error}"
            mistakes.found.append(f"{mapped.file.name}: {call.operation.key}.request: {told}")


def _login(given: Options) -> Params:
    username, password = given.auth or ("", "")
    return {"username": username, "password": password}
