"""The rows of a long answer one by one, as they come: each is forgotten when the next is taken."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from lxml import etree

from adapters.errors import BadData, Unavailable
from adapters.http import Download
from adapters.soap.call import SoapCall
from adapters.soap.envelope import check_envelope, check_start, content
from adapters.soap.paths import children
from adapters.soap.source import single

_HEAD = 4096


class StreamedRows(Iterator[etree._Element]):
    """Rows for the same generated function that reads whole answers; ``owner`` is known once the first row is."""

    def __init__(self, call: SoapCall, download: Download) -> None:
        self.owner: str | None = None
        self._call = call
        self._download = download
        self._steps = [step.tag for step in call.places["records"].steps]
        self._parser = etree.XMLPullParser(
            events=("end", "pi"),
            tag=self._steps[-1],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
        )
        self._container: etree._Element | None = None
        self._seen = False
        self._rows = self._read()

    @staticmethod
    def can(call: SoapCall) -> bool:
        """Whether an answer can be read this way: rows only, and whose it is stands before them."""
        records, owner = call.places.get("records"), call.places.get("owner")
        if records is None or not records.steps or call.read_figures is not None:
            return False
        order = [child.qname.text for child in children(call.zeep.output.body)]
        return owner is None or (
            bool(owner.steps) and order.index(owner.steps[0].tag) < order.index(records.steps[0].tag)
        )

    def __next__(self) -> etree._Element:
        return next(self._rows)

    def starting_with(self, first: etree._Element) -> Iterator[etree._Element]:
        """The rows with one in front that was already taken."""
        return chain([first], self)

    def _read(self) -> Iterator[etree._Element]:
        head = b""
        while len(head) < _HEAD and (chunk := next(self._download, None)) is not None:
            head += chunk
        check_start(head, self._download.status)
        try:
            self._parser.feed(head)
            yield from self._finished()
            for chunk in self._download:
                self._parser.feed(chunk)
                yield from self._finished()
            root = self._parser.close()
            yield from self._finished()
        except etree.XMLSyntaxError:
            raise BadData("the answer is not well-formed XML") from None
        self._check_end(root)

    def _finished(self) -> Iterator[etree._Element]:
        """The rows that are complete by now."""
        events: Any = self._parser.read_events()
        for event, element in events:
            if event == "pi":
                raise BadData("the answer has a processing instruction")
            parent = element.getparent()
            if parent is None or (parent is not self._container and not self._is_container(parent)):
                continue  # an element of the same name somewhere else
            if not self._seen:
                self._seen = True
                self._download.take_time()
            yield element
            element.clear()
            while element.getprevious() is not None:
                del parent[0]

    def _is_container(self, parent: etree._Element) -> bool:
        """Whether this is the element that holds the rows: it and all around it must be where the WSDL says."""
        soap = self._call.soap
        wanted = [f"{{{soap}}}Envelope", f"{{{soap}}}Body", self._call.answer_tag, *self._steps[:-1]]
        around = [parent, *parent.iterancestors()]
        if [element.tag for element in reversed(around)] != wanted:
            return False
        self._container = parent
        check_envelope(around[-1], soap)
        if self._download.status != 200:
            raise Unavailable(f"{self._call.operation.name}: HTTP {self._download.status} without a fault")
        if "owner" in self._call.places and not self._seen:
            self.owner = single(self._call.places["owner"], around[len(self._steps) - 1])
        return True

    def _check_end(self, root: etree._Element) -> None:
        """Without a row it is a fault, an empty list, or no answer at all; with rows the envelope must be whole."""
        check_envelope(root, self._call.soap)
        answer = content(root, self._call.soap)
        self._call.raise_refusal(answer)
        if self._download.status != 200:
            raise Unavailable(f"{self._call.operation.name}: HTTP {self._download.status} without a fault")
        if not self._seen:
            list(self._call.rows(answer))
            self.owner = single(self._call.places["owner"], answer) if "owner" in self._call.places else None
