"""The office over REST: meters, readings, cases and offers as JSON, and what it says to the one who sent something."""

from collections.abc import Iterable

from adapters.clock import local_day
from adapters.sandbox import rest_rows as rows
from adapters.sandbox.calls import Call, Reason, Refused
from adapters.sandbox.folder import Folder
from adapters.sandbox.offers import offers
from adapters.sandbox.rest_sending import KINDS
from adapters.sandbox.sending import Receipt
from adapters.sandbox.world import World
from schemas import Case, CaseStatus, MeterReading, MeterToRead, Offer, OfferKind

_STATUS = {
    CaseStatus.RECEIVED: "przyjeta",
    CaseStatus.IN_PROGRESS: "w_toku",
    CaseStatus.ANSWERED: "odpowiedziano",
    CaseStatus.CLOSED: "zamknieta",
}
_OFFER = {OfferKind.PRODUCT: "produkt", OfferKind.PROMOTION: "promocja"}


def content(world: World, call: Call) -> str:
    """The answer to ``meters``, ``readings``, ``cases`` or ``offers``; raises ``Refused``."""
    folder = world.bureau.folder(call.customer_no)
    start = f'{{"nr_odbiorcy": "{folder.party.customer_no}", '
    if call.operation == "meters":
        today = local_day(world.clock.now())
        return f'{start}"wodomierze": {_list(_meter(each.to_read(today)) for each in folder.dials.values())}}}'
    if call.operation == "readings":
        return f"{start}{_readings(folder, call.item)}}}"
    if call.operation == "cases":
        return f'{start}"sprawy": {_list(map(_case, world.bureau.cases(call.customer_no)))}}}'
    if call.operation == "offers":
        return f'{start}"oferty": {_list(map(_offer, offers(folder.party, world.base_day)))}}}'
    raise Refused(Reason.NO_SUCH_OPERATION)


def taken(receipt: Receipt) -> str:
    return f"{{{_receipt(receipt)}}}"


def found(receipt: Receipt) -> str:
    return f'{{{_receipt(receipt)}, "rodzaj": "{KINDS[receipt.kind]}", "liczba": {receipt.count}}}'


def _receipt(receipt: Receipt) -> str:
    return (
        f'"nr_odbiorcy": {rows.text(receipt.customer_no)}, "nr_obcy": {rows.text(receipt.reference)}, '
        f'"nr_sprawy": {rows.text(receipt.case_no)}, "termin": {rows.day_or_null(receipt.reply_by)}'
    )


def _list(found: Iterable[str]) -> str:
    return f"[{', '.join(found)}]"


def _meter(meter: MeterToRead) -> str:
    expected = window = "null"
    if meter.expected_from is not None:
        expected = f'{{"od": {meter.expected_from}, "do": {meter.expected_until}}}'
    if meter.window_from is not None:
        window = f'{{"od": {rows.day_or_null(meter.window_from)}, "do": {rows.day_or_null(meter.window_until)}}}'
    return (
        f'{{"nr": "{meter.meter_no}", "nr_fabryczny": "{meter.serial_no}", "rola": "{rows.ROLE[meter.role]}", '
        f'"miejsce": {rows.text(meter.place)}, "cyfry": {{"calkowite": {meter.digits}, "ulamkowe": {meter.places}}}, '
        f'"legalizacja_do": {rows.day_or_null(meter.valid_until)}, '
        f'"zamontowano": {rows.day_or_null(meter.installed_on)}, "odczyt": {rows.last(meter.previous)}, '
        f'"spodziewany": {expected}, "okno": {window}, "przyjmuje_odczyty": {rows.flag(meter.readable)}}}'
    )


def _readings(folder: Folder, meter_no: str) -> str:
    found = folder.readings(meter_no)
    if found is None:
        raise Refused(Reason.NO_METER)
    return f'"nr": "{folder.dials[meter_no].meter_no}", "odczyty": {_list(map(_reading, found))}'


def _reading(reading: MeterReading) -> str:
    used = "null" if reading.consumption is None else f"{reading.consumption}"
    return (
        f'{{"nr_fabryczny": "{reading.serial_no}", "stan": {reading.value}, "data": "{reading.read_on.isoformat()}", '
        f'"zrodlo": "{rows.SOURCE[reading.source]}", "zuzycie": {used}, "nr_obcy": {rows.text(reading.reference)}}}'
    )


def _case(case: Case) -> str:
    documents = _list(f'{{"id": "{each.document_ref}", "nazwa": {rows.text(each.name)}}}' for each in case.documents)
    return (
        f'{{"nr": "{case.case_no}", "rodzaj": "{KINDS[case.kind]}", "etap": "{_STATUS[case.status]}", '
        f'"wplynelo": "{case.opened_on.isoformat()}", "nr_obcy": {rows.text(case.reference)}, '
        f'"termin": {rows.day_or_null(case.reply_by)}, "odpowiedziano": {rows.day_or_null(case.answered_on)}, '
        f'"odpowiedz": {rows.text(case.answer)}, "pisma": {documents}}}'
    )


def _offer(offer: Offer) -> str:
    return (
        f'{{"id": "{offer.offer_ref}", "rodzaj": "{_OFFER[offer.kind]}", "tytul": {rows.text(offer.title)}, '
        f'"opis": {rows.text(offer.text)}, "od": {rows.day_or_null(offer.valid_from)}, '
        f'"do": {rows.day_or_null(offer.valid_until)}}}'
    )
