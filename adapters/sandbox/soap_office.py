"""The office over SOAP: meters, readings, cases and offers, and what it says to the one who sent something."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from adapters.clock import local_day
from adapters.sandbox import soap_rows as rows
from adapters.sandbox.calls import Call, Reason, Refused
from adapters.sandbox.folder import Folder
from adapters.sandbox.offers import offers
from adapters.sandbox.sending import Receipt
from adapters.sandbox.soap_sending import KINDS
from adapters.sandbox.world import World
from schemas import Case, CaseStatus, MeterReading, MeterToRead, Offer, OfferKind

_STATUS = {
    CaseStatus.RECEIVED: "P",
    CaseStatus.IN_PROGRESS: "T",
    CaseStatus.ANSWERED: "O",
    CaseStatus.CLOSED: "Z",
}
_OFFER = {OfferKind.PRODUCT: "PR", OfferKind.PROMOTION: "PM"}


def content(world: World, call: Call) -> str:
    """The answer to ``meters``, ``readings``, ``cases`` or ``offers``; raises ``Refused``."""
    folder = world.bureau.folder(call.customer_no)
    owner = _element("NrOdbiorcy", folder.party.customer_no)
    if call.operation == "meters":
        today = local_day(world.clock.now())
        return owner + _list("Urzadzenia", (_meter(each.to_read(today)) for each in folder.dials.values()))
    if call.operation == "readings":
        return owner + _readings(folder, call.item)
    if call.operation == "cases":
        return owner + _list("Sprawy", map(_case, world.bureau.cases(call.customer_no)))
    if call.operation == "offers":
        return owner + _list("Oferty", map(_offer, offers(folder.party, world.base_day)))
    raise Refused(Reason.NO_SUCH_OPERATION)


def taken(receipt: Receipt) -> str:
    return (
        f"{rows.optional('NrOdbiorcy', receipt.customer_no)}{_element('NrObcy', receipt.reference)}"
        f"{rows.optional('NrSprawy', receipt.case_no)}{rows.optional_day('TerminOdpowiedzi', receipt.reply_by)}"
    )


def found(receipt: Receipt) -> str:
    return (
        f"{rows.optional('NrOdbiorcy', receipt.customer_no)}{_element('NrObcy', receipt.reference)}"
        f"{_element('Rodzaj', KINDS[receipt.kind])}{_element('Liczba', str(receipt.count))}"
        f"{rows.optional('NrSprawy', receipt.case_no)}{rows.optional_day('TerminOdpowiedzi', receipt.reply_by)}"
    )


def _element(name: str, value: str) -> str:
    return f"<b:{name}>{escape(value)}</b:{name}>"


def _list(name: str, found: Iterable[str]) -> str:
    return f"<b:{name}>{''.join(found)}</b:{name}>"


def _meter(meter: MeterToRead) -> str:
    expected = ""
    if meter.expected_from is not None and meter.expected_until is not None:
        expected = _element("SpodziewanyOd", rows.amount(meter.expected_from))
        expected += _element("SpodziewanyDo", rows.amount(meter.expected_until))
    return (
        f"<b:Urzadzenie>{_element('NrWodomierza', meter.meter_no)}{_element('NrFabryczny', meter.serial_no)}"
        f"{_element('Rola', rows.ROLE[meter.role])}{_element('Miejsce', meter.place)}"
        f"{_element('CyfryPrzed', str(meter.digits))}{_element('CyfryPo', str(meter.places))}"
        f"{rows.optional_day('LegalizacjaDo', meter.valid_until)}{rows.optional_day('DataMontazu', meter.installed_on)}"
        f"{rows.last(meter.previous)}{expected}{rows.optional_day('OdczytOd', meter.window_from)}"
        f"{rows.optional_day('OdczytDo', meter.window_until)}"
        f"{_element('PrzyjmujeOdczyt', rows.flag(meter.readable))}</b:Urzadzenie>"
    )


def _readings(folder: Folder, meter_no: str) -> str:
    found = folder.readings(meter_no)
    if found is None:
        raise Refused(Reason.NO_METER)
    return _element("NrWodomierza", folder.dials[meter_no].meter_no) + _list("Odczyty", map(_reading, found))


def _reading(reading: MeterReading) -> str:
    used = "" if reading.consumption is None else _element("Zuzycie", rows.amount(reading.consumption))
    return (
        f"<b:Odczyt>{_element('NrFabryczny', reading.serial_no)}{_element('Stan', rows.amount(reading.value))}"
        f"{_element('DataOdczytu', rows.day(reading.read_on))}{_element('Zrodlo', rows.SOURCE[reading.source])}"
        f"{used}{rows.optional('NrObcy', reading.reference)}</b:Odczyt>"
    )


def _case(case: Case) -> str:
    documents = (
        f"<b:Pismo>{_element('IdPisma', each.document_ref)}{_element('Nazwa', each.name)}</b:Pismo>"
        for each in case.documents
    )
    return (
        f"<b:Sprawa>{_element('NrSprawy', case.case_no)}{_element('Rodzaj', KINDS[case.kind])}"
        f"{_element('Etap', _STATUS[case.status])}{_element('DataWplywu', rows.day(case.opened_on))}"
        f"{rows.optional('NrObcy', case.reference)}{rows.optional_day('TerminOdpowiedzi', case.reply_by)}"
        f"{rows.optional_day('DataOdpowiedzi', case.answered_on)}{rows.optional('Odpowiedz', case.answer)}"
        f"{_list('Pisma', documents)}</b:Sprawa>"
    )


def _offer(offer: Offer) -> str:
    return (
        f"<b:Oferta>{_element('IdOferty', offer.offer_ref)}{_element('Rodzaj', _OFFER[offer.kind])}"
        f"{_element('Tytul', offer.title)}{_element('Opis', offer.text)}"
        f"{rows.optional_day('WaznaOd', offer.valid_from)}{rows.optional_day('WaznaDo', offer.valid_until)}</b:Oferta>"
    )
