"""What every mapped adapter does with the answers, whichever way it asks: the hooks of the contract over a mapping."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from adapters.base import Adapter, Figures
from adapters.capabilities import Capability
from adapters.errors import BadData, NotFound, NotSupported, OwnerMismatch
from adapters.mapping.amounts import Amounts
from adapters.mapping.converters import customer_no as read_customer_no
from adapters.mapping.language import Mapped, NotThere, Operation
from adapters.mapping.readers import as_text
from adapters.mapping.sending import params_of, params_to_find
from adapters.mapping.shapes import SENDING
from adapters.mapping.templates import Params
from schemas import (
    Case,
    Contract,
    Customer,
    Delivery,
    Invoice,
    InvoiceDocument,
    LedgerEntry,
    MeterReading,
    MeterToRead,
    Offer,
    Submission,
    SubmissionKind,
)

_DAY = timedelta(days=1)
_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Reply:
    """What an answer held: ``records`` of the operation's table, ``figures`` where there is an answer table.

    ``meter`` is the raw value at the operation's own ``meter``: of which meter the answer says that it is.
    """

    records: Iterable[Any] = ()
    figures: Amounts | None = None
    meter: Any = None


class MappedAdapter(Adapter):
    """An adapter that a mapping file describes; a subclass knows how to ask."""

    def __init__(self, mapped: Mapped) -> None:
        self.mapped = mapped
        self.basis = mapped.basis
        self.accepts = {kind: each for one in mapped.operations.values() for kind, each in one.accepts.items()}
        self.capabilities = frozenset(each for each in Capability if each.value in mapped.operations)

    def ping(self) -> None:
        operation = self.mapped.operations.get("ping")
        if operation is not None:
            self._ask(operation, {})

    # Hooks of the transport

    @abstractmethod
    def _ask(self, operation: Operation, params: Params) -> Reply:
        """Ask the ERP and read the answer; must hand the answer's owner through ``owner_of`` before the records."""

    @abstractmethod
    def _send(self, operation: Operation, params: Params) -> Reply:
        """Hand the ERP something new, once; ``Unavailable`` with ``sent`` False only where it surely has not left."""

    def _open(self, operation: Operation, params: Params) -> InvoiceDocument:
        """Open a document; its ``customer_no`` is whose the answer says it is."""
        raise NotSupported(operation.name)

    # Hooks of the contract

    def _customer(self, customer_no: str) -> Customer:
        return self._one("customer", {"customer_no": customer_no})  # type: ignore[no-any-return]

    def _contracts(self, customer_no: str) -> Iterable[Contract]:
        return self._ask(self._operation("contracts"), {"customer_no": customer_no}).records

    def _invoices(self, customer_no: str) -> Iterable[Invoice]:
        return self._ask(self._operation("invoices"), {"customer_no": customer_no}).records

    def _invoice(self, customer_no: str, invoice_ref: str) -> Invoice:
        if "invoice" not in self.mapped.operations:
            return super()._invoice(customer_no, invoice_ref)
        return self._one("invoice", {"customer_no": customer_no, "invoice_ref": invoice_ref})  # type: ignore[no-any-return]

    def _document(self, invoice: Invoice) -> InvoiceDocument:
        operation = self._operation("document")
        if operation.proven_before:
            # this ERP hands a document to whoever names it, so it has to say first that the invoice is theirs
            self.invoice(invoice.customer_no, invoice.invoice_ref)
        params = {
            "customer_no": invoice.customer_no,
            "invoice_ref": invoice.invoice_ref,
            "invoice_no": invoice.invoice_no,
        }
        return self._open(operation, params)

    def _meters(self, customer_no: str) -> Iterable[MeterToRead]:
        return self._ask(self._operation("meters"), {"customer_no": customer_no}).records

    def _readings(self, customer_no: str, meter_no: str) -> Iterable[MeterReading]:
        operation = self._operation("readings")
        reply = self._ask(operation, {"customer_no": customer_no, "meter_no": meter_no})
        if operation.meter is None:
            return reply.records
        if not isinstance(reply.meter, str | int) or as_text(reply.meter) != meter_no:
            raise BadData("readings: meter_no: the answer is another meter's, or does not say whose")
        return [replace(each, meter_no=meter_no) for each in reply.records]

    def _cases(self, customer_no: str) -> Iterable[Case]:
        return self._ask(self._operation("cases"), {"customer_no": customer_no}).records

    def _case_document(self, case: Case, document_ref: str) -> InvoiceDocument:
        operation = self._operation("case_document")
        if operation.proven_before:
            found = [each for each in self.cases(case.customer_no) if each.case_no == case.case_no]
            if not any(each.document_ref == document_ref for mine in found for each in mine.documents):
                raise NotFound("no such document")
        return self._open(
            operation, {"customer_no": case.customer_no, "case_no": case.case_no, "document_ref": document_ref}
        )

    def _offers(self, customer_no: str) -> Iterable[Offer]:
        return self._ask(self._operation("offers"), {"customer_no": customer_no}).records

    def _submit(self, submission: Submission) -> Delivery:
        operation = self._operation(SENDING[submission.kind])
        if submission.files and not self.accepts[submission.kind].files:
            raise NotSupported(f"{operation.name}: files")
        found = list(self._send(operation, params_of(operation, submission)).records)
        if len(found) != 1:
            raise BadData(f"{operation.name}: expected one record of what was taken")
        return found[0]  # type: ignore[no-any-return]

    def _find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        operation = self._operation("find_submission")
        try:
            found = list(self._ask(operation, params_to_find(operation, kind, customer_no, reference)).records)
        except NotThere:
            return None
        # an ERP may find more than was asked for, or have taken it twice
        mine = [each for each in found if each.reference == reference]
        return next(iter(mine or found), None)

    def _balance_on(self, customer_no: str, day: date) -> Figures:
        return _figures(self._one("balance_on", {"customer_no": customer_no, "day": day}), ())

    def _live(self, customer_no: str, since: date) -> Figures:
        reply = self._ask(self._operation("live"), {"customer_no": customer_no, "since": since})
        entries = list(reply.records)
        assert reply.figures is not None
        return _figures(reply.figures, entries)

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        operation = self._operation("ledger")
        asked = operation.start if since is None or operation.always_from_start else since
        reply = self._ask(operation, {"customer_no": customer_no, "since": asked})
        entries: list[LedgerEntry] = list(reply.records)
        if any(entry.customer_no != customer_no for entry in entries):
            # the base class sees only the entries that are left below
            raise OwnerMismatch("ledger: an entry of another customer")
        figures = reply.figures
        assert figures is not None
        opening = figures.amount
        if operation.always_from_start:
            earlier = [entry.amount for entry in entries if since is not None and entry.posted_on < since]
            opening = sum(earlier, opening or _ZERO)
        elif opening is None:
            opening = _ZERO if since is None else self._struck(customer_no, since - _DAY)
        if since is not None:
            # what came before is in the opening amount already
            entries = [entry for entry in entries if entry.posted_on >= since]
        return _figures(figures, entries, amount=opening)

    # Private

    def _struck(self, customer_no: str, day: date) -> Decimal:
        """The balance at the end of a day, for figures in which the base class no longer sees whose it was."""
        found = self._balance_on(customer_no, day)
        if found.customer_no != customer_no:
            raise OwnerMismatch("balance_on: the answer is another customer's")
        return found.amount

    def _operation(self, name: str) -> Operation:
        try:
            return self.mapped.operations[name]
        except KeyError:
            raise NotSupported(name) from None

    def _one(self, name: str, params: Params) -> Any:
        found = list(self._ask(self._operation(name), params).records)
        if not found:
            raise NotFound(f"{name}: no such record")
        if len(found) > 1:
            raise BadData(f"{name}: expected one record, and there are several")
        return found[0]


def owner_of(operation: Operation, raw: Any, params: Params) -> str:
    """Whose the answer is, from the raw value at the operation's ``owner``.

    Raises ``BadData`` where the answer does not say, ``OwnerMismatch`` where it is not the customer asked about.
    """
    try:
        owner = read_customer_no(raw)
    except ValueError:
        raise BadData(f"{operation.name}: owner: expected a customer number") from None
    if owner != params["customer_no"]:
        raise OwnerMismatch(f"{operation.name}: the answer is another customer's")
    return owner


def _figures(found: Amounts, entries: Sequence[LedgerEntry], *, amount: Decimal | None = None) -> Figures:
    amount = amount if amount is not None else found.amount
    assert amount is not None
    return Figures(found.customer_no, amount, found.currency, entries, found.payment_account)
