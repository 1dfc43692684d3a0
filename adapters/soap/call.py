"""One operation of the mapping over SOAP: zeep builds and verifies, generated functions read the answer.

zeep's own deserialisation takes a bad date for None and ten times as long, so each operation here is a copy of
zeep's whose ``output.deserialize`` is ours: zeep's ``process_reply`` then calls it. A copy, because two of our
operations may ask the same one of the ERP's.
"""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from adapters.errors import AdapterError, BadData, NotFound, Unavailable
from adapters.http import Answer
from adapters.mapping import Mapped, Operation
from adapters.mapping.rows import Rows as ReadRows
from adapters.mapping.rows import compile_rows
from adapters.mapping.sending import invented
from adapters.mapping.templates import Params, fill_tree
from adapters.soap.envelope import admit, content
from adapters.soap.faults import answer_error, fault_error
from adapters.soap.kind import Described
from adapters.soap.plain import plain_rows
from adapters.soap.source import Rows, XmlSource, single


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer holds: whose it says it is, of which meter, and the elements of its records."""

    answer: etree._Element
    owner: str | None
    rows: Iterable[Any]
    read: ReadRows | None
    meter: str | None = None

    def records(self, owner: str | None) -> Iterable[Any]:
        """The records, read as they are taken; ``owner`` is whose they are where the rows do not say."""
        return self.read(self.rows, owner) if self.read is not None else ()


class SoapCall:
    """An operation of ours with all that was compiled for it at start."""

    def __init__(self, operation: Operation, mapped: Mapped, described: Described) -> None:
        assert described.wsdl is not None
        self.operation = operation
        self.places = described.places[operation.name]
        self.soap = described.wsdl.soap
        self._mapped = mapped
        self._headers = described.headers
        self.zeep = copy.copy(described.wsdl.operations()[operation.own["operation"]])
        self.zeep.output = copy.copy(self.zeep.output)
        self.zeep.output.deserialize = self.deserialize
        self.answer_tag: str = self.zeep.output.body.qname.text
        source = XmlSource(described.layouts)
        self.read: ReadRows | None = self._compiled(operation.table, source)
        self.read_figures: ReadRows | None = self._compiled(operation.answer, source)
        self.plain = plain_rows(
            operation.table, self.places.get("records"), described.layouts, operation=operation.name
        )

    def ask(self, service: Any, params: Params, login: Params) -> Any:
        """Send the request through zeep; what comes back is the transport's."""
        request = fill_tree(self.operation.own.get("request", {}), params)
        if self._headers:
            request["_soapheaders"] = fill_tree(self._headers, login)
        return service[self.zeep.name](**request)

    def send(self, service: Any, params: Params, login: Params) -> Any:
        """As ``ask``, for what must not be sent twice: what cannot be written down has surely not been sent."""
        try:
            return self.ask(service, params, login)
        except NotFound as error:  # an id that has to be a number and is none
            raise Unavailable(error.detail, sent=False) from None
        except AdapterError:
            raise
        except Exception as error:  # zeep's own errors have no common root; the transport raises ours alone
            told = f"{self.operation.name}: zeep cannot build the request: {type(error).__name__}"
            raise Unavailable(told, sent=False) from None

    def rehearse(self, login: Params) -> None:
        """Build a request with invented values; raises whatever zeep does when it cannot."""
        for params in invented(self.operation):
            request = fill_tree(self.operation.own.get("request", {}), params)
            if self._headers:
                request["_soapheaders"] = fill_tree(self._headers, login)
            self.zeep.create(**request)

    def found(self, answer: Answer, *, wsse: Any = None, huge: bool = False) -> Found:
        """Admit, verify and read a whole answer; raises what a fault stands for."""
        # A signature is over the whole body, so nothing is cut out of it.
        verifies = getattr(wsse, "verifies", False)
        cut = self.plain.cut(answer.body) if self.plain is not None and not verifies else None
        if cut is not None and self.plain is not None:
            found = self._found(replace(answer, body=cut.rest), None, huge)
            if self.plain.fits(cut, found.answer):
                return replace(found, rows=cut.rows, read=self.plain.read)
        return self._found(answer, wsse, huge)

    def _found(self, answer: Answer, wsse: Any, huge: bool) -> Found:
        envelope = admit(answer, soap=self.soap, huge=huge)
        if wsse is not None:
            wsse.verify(envelope)
        self.raise_refusal(content(envelope, self.soap))
        found: Found = self.zeep.process_reply(envelope)
        return found

    def deserialize(self, envelope: etree._Element) -> Found:
        """In the place of zeep's: find the owner and the rows, and leave the values to the compiled functions."""
        answer = content(envelope, self.soap)
        said = {name: single(self.places[name], answer) for name in ("owner", "meter") if name in self.places}
        return Found(answer, said.get("owner"), self.rows(answer), self.read, said.get("meter"))

    def rows(self, answer: etree._Element) -> Iterator[etree._Element]:
        """The elements of the records in an answer."""
        if "records" not in self.places:
            return iter([answer])
        try:
            return Rows(self.places["records"]).of(answer)
        except ValueError as error:
            raise BadData(f"{self.operation.name}: records: {error}") from None

    def raise_refusal(self, answer: etree._Element) -> None:
        """Raise what the element in the envelope's body stands for, unless it is the answer."""
        if answer.tag == f"{{{self.soap}}}Fault":
            raise fault_error(answer, self._mapped, self.operation.name)
        if answer.tag != self.answer_tag and self.zeep.style == "document":
            raise BadData(f"{self.operation.name}: the answer is another operation's")
        error = answer_error(answer, self._mapped, self.operation.name)
        if error is not None:
            raise error

    def _compiled(self, table: Any, source: XmlSource) -> ReadRows | None:
        return compile_rows(table, source, operation=self.operation.name) if table is not None else None
