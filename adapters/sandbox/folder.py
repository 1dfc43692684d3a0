"""One customer at the office: meters, cases, particulars, and whether what they send is taken."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from adapters.sandbox import casework, dial_history, particulars
from adapters.sandbox.calls import Reason
from adapters.sandbox.casework import CaseFile
from adapters.sandbox.particulars import Particulars
from adapters.sandbox.records import Party
from adapters.sandbox.sending import Sending
from adapters.sandbox.till import is_sound
from schemas import (
    Case,
    ConsentContent,
    Contract,
    DataChangeContent,
    Meter,
    MeterReading,
    PaymentContent,
    Reading,
    ReadingContent,
    SupplyPoint,
)


class Folder:
    """What is in it is replaced and never altered, so that readers need no lock; the office changes one at a time."""

    def __init__(self, party: Party, seed: int, base_day: date) -> None:
        self.party = party
        self.dials = dial_history.write(party, seed, base_day)
        self.cases = casework.write(party, seed, base_day)
        self.blocked = False
        self._particulars = particulars.write(party, seed)
        self._read = False

    def particulars(self, now: datetime, answer_after: timedelta) -> Particulars:
        """As they are now: a new name counts when its case is answered."""
        for case in reversed(self.cases):
            if case.new_name is not None and case.at(now, answer_after).answered_at is not None:
                return replace(self._particulars, name=case.new_name)
        return self._particulars

    def contracts(self) -> tuple[Contract, ...]:
        """With what customers have read since the register was written."""
        return tuple(map(self._with_readings, self.party.contracts)) if self._read else self.party.contracts

    def readings(self, meter_no: str) -> tuple[MeterReading, ...] | None:
        dial = self.dials.get(meter_no)
        return dial.history if dial else None

    def as_records(self, now: datetime, answer_after: timedelta) -> list[Case]:
        return [each.as_record(now, answer_after) for each in self.cases]

    def judge(self, sending: Sending, today: date) -> Reason | None:
        """Why this is not taken."""
        if self.blocked:
            return Reason.BLOCKED
        if isinstance(sending.content, ReadingContent):
            dial = self.dials.get(sending.content.meter_no)
            return dial.judge(sending.content, today) if dial else Reason.NO_METER
        if isinstance(sending.content, PaymentContent) and not is_sound(sending.content):
            return Reason.WRONG_PAYMENT
        return None

    def enter(self, sending: Sending, case: CaseFile | None) -> None:
        """Let it have its effect."""
        match sending.content:
            case ReadingContent(meter_no=meter_no) as content:
                read = self.dials[meter_no].read(content, sending.reference)
                self.dials = {**self.dials, meter_no: read}
                self._read = True
            case DataChangeContent() as content:
                self._particulars = self._particulars.changed(content)
            case ConsentContent() as content:
                self._particulars = self._particulars.consented(content)
        if case is not None:
            self.cases = (*self.cases, case)

    def answer(self, answered: CaseFile) -> None:
        self.cases = tuple(answered if each.case_no == answered.case_no else each for each in self.cases)

    def _with_readings(self, contract: Contract) -> Contract:
        points = tuple(self._point(each) for each in contract.supply_points)
        return replace(contract, supply_points=points)

    def _point(self, point: SupplyPoint) -> SupplyPoint:
        return replace(point, meters=tuple(replace(each, last_reading=self._last(each)) for each in point.meters))

    def _last(self, meter: Meter) -> Reading | None:
        dial = self.dials.get(meter.meter_no)
        return dial.previous if dial else meter.last_reading
