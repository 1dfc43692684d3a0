"""The answers and the two ways of reading them that the SOAP benchmarks compare: ours, and zeep's own."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests
import zeep
from zeep.settings import Settings

from adapters.http import Answer
from adapters.mapping import load
from adapters.sandbox.calls import Call
from adapters.sandbox.soap_face import SoapFace
from adapters.sandbox.world import World
from adapters.soap.call import SoapCall
from adapters.soap.kind import Described
from schemas import Invoice, InvoiceKind

MAPPING = Path(__file__).parent.parent / "adapters" / "erps" / "sandbox_soap.toml"
WSDL = MAPPING.parent.parent / "sandbox" / "billing.wsdl"
ROUNDS = 7
_KINDS = {"FV": InvoiceKind.INVOICE, "KOR": InvoiceKind.CORRECTION, "NO": InvoiceKind.INTEREST_NOTE}


def largest_answer() -> tuple[str, bytes]:
    """The customer with most invoices, and the sandbox's own SOAP answer with all of them."""
    world = World(1, base_day=date(2026, 3, 29))
    customer_no = max(world.parties, key=lambda number: len(world.account(number).books.bills))
    return customer_no, SoapFace(world).answer(Call("invoices", customer_no)).body


def parts(answer: bytes) -> tuple[bytes, list[bytes], bytes]:
    """What stands before the rows, the rows, and what stands after them."""
    start, end = answer.index(b"<b:Faktura>"), answer.rindex(b"</b:Faktura>") + len(b"</b:Faktura>")
    rows = [row + b"</b:Faktura>" for row in answer[start:end].split(b"</b:Faktura>")[:-1]]
    return answer[:start], rows, answer[end:]


def of_rows(answer: bytes, count: int) -> bytes:
    """The same answer with ``count`` invoices, over and over if there are fewer."""
    head, rows, tail = parts(answer)
    whole, rest = divmod(count, len(rows))
    return head + b"".join(rows) * whole + b"".join(rows[:rest]) + tail


def ours(customer_no: str) -> Callable[[bytes], list[Invoice]]:
    """Bytes to records, as the adapter reads them."""
    described = Described()
    mapped = load(MAPPING, described.kind())
    call = SoapCall(mapped.operations["invoices"], mapped, described)
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    return lambda body: list(call.found(Answer(200, headers, body)).records(customer_no))


def zeeps() -> Callable[[bytes], Any]:
    """Bytes to zeep's objects, as a zeep client reads them."""
    settings = Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    client = zeep.Client(str(WSDL), settings=settings)
    binding = client.service._binding
    operation = binding.get("PobierzFaktury")

    def read(body: bytes) -> Any:
        response = requests.Response()
        response.status_code = 200
        response.headers["Content-Type"] = "text/xml; charset=utf-8"
        response._content = body
        return binding.process_reply(client, operation, response)

    return read


def as_records(found: Any) -> list[Invoice]:
    """zeep's objects as our records, converted as one would by hand."""
    return [
        Invoice(
            customer_no=found.NrOdbiorcy,
            invoice_ref=row.IdDok,
            invoice_no=row.Numer,
            kind=_KINDS[row.Rodzaj],
            issued_on=_day(row.DataWyst),
            due_on=_day(row.TerminPlat),
            net=Decimal(row.Netto.replace(",", ".")),
            vat=Decimal(row.Vat.replace(",", ".")),
            gross=Decimal(row.Brutto.replace(",", ".")),
            outstanding=Decimal(row.DoZaplaty.replace(",", ".")),
            currency=row.Waluta,
            payment_account=row.NrRachunku.replace(" ", "") if row.NrRachunku else None,
            corrects_no=row.NrKorygowanej,
            ksef_no=row.NrKSeF,
            has_document=row.JestPdf == "T",
        )
        for row in found.Faktury.Faktura
    ]


def _day(text: str) -> date:
    return date(int(text[6:]), int(text[3:5]), int(text[:2]))


def rounds(ways: Sequence[Callable[[], Any]]) -> list[list[float]]:
    """CPU seconds of each way in each round; the ways take turns, so that the machine's moods hit all alike."""
    spent: list[list[float]] = [[] for _ in ways]
    for way in ways:
        way()
    for _ in range(ROUNDS):
        for times, way in zip(spent, ways, strict=True):
            gc.collect()
            started = time.process_time()
            way()
            times.append(time.process_time() - started)
    return spent


def ratio(slow: Sequence[float], fast: Sequence[float]) -> float:
    """The median of the rounds' own ratios."""
    return statistics.median(one / other for one, other in zip(slow, fast, strict=True))


def verdict(reached: bool, goal: str) -> str:
    """How a line of the table ends."""
    return f"ok    ({goal})" if reached else f"MISS  ({goal})"
