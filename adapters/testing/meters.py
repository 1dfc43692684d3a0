"""The part of the suite about meters and what was read on them."""

from contextlib import suppress

import pytest

from adapters.base import Adapter
from adapters.capabilities import Capability
from adapters.errors import AdapterError, NotFound, OwnerMismatch
from adapters.testing.facts import Facts
from adapters.testing.given import ODD, Given, meter_numbers, needs
from adapters.testing.records import misfits
from schemas import MeterReadingSchema, MeterToReadSchema


class Meters(Given):
    @pytest.fixture
    def has_meters(self, adapter: Adapter) -> None:
        """Skips where the adapter shows no meters."""
        needs(adapter, Capability.METERS)

    @pytest.mark.usefixtures("has_meters")
    def test_every_meter_names_its_owner(self, adapter: Adapter, facts: Facts) -> None:
        """Take ``customer_no`` from the answer, not from the question: that is how a mix-up comes to light."""
        for known in facts.customers:
            assert {each.customer_no for each in adapter.meters(known.customer_no)} <= {known.customer_no}

    @pytest.mark.usefixtures("has_meters")
    def test_each_meter_is_there_once(self, adapter: Adapter, facts: Facts) -> None:
        """``meter_no`` is the place's, and stays when the device is exchanged; those that were taken away are out."""
        for known in facts.customers:
            meters = adapter.meters(known.customer_no)
            assert known.meters in (None, len(meters))
            assert len({each.meter_no for each in meters}) == len(meters)
            assert len({each.serial_no for each in meters}) == len(meters), "two places with one device"

    @pytest.mark.usefixtures("has_meters")
    def test_every_field_of_a_meter_is_of_its_exact_type(self, adapter: Adapter, facts: Facts) -> None:
        """Compare with ``schemas.MeterToReadSchema``: volumes are ``Decimal`` in m³, days are ``date``."""
        for known in facts.customers:
            wrong = {name for each in adapter.meters(known.customer_no) for name in misfits(each, MeterToReadSchema)}
            assert wrong == set()

    @pytest.mark.usefixtures("has_meters")
    def test_a_dial_can_show_what_was_read_on_it(self, adapter: Adapter, facts: Facts) -> None:
        """``digits`` counts whole m³, ``places`` what is read after the comma: look for litres, or for both in one."""
        for known in facts.customers:
            for meter in adapter.meters(known.customer_no):
                assert meter.digits > 0
                if meter.previous is not None:
                    assert 0 <= meter.previous.value < 10**meter.digits

    @pytest.mark.usefixtures("has_meters")
    def test_what_is_expected_has_its_bounds_in_order(self, adapter: Adapter, facts: Facts) -> None:
        """Look for bounds or days the wrong way round; leave both out where the ERP has none."""
        for known in facts.customers:
            for meter in adapter.meters(known.customer_no):
                if meter.expected_from is not None and meter.expected_until is not None:
                    assert meter.expected_from <= meter.expected_until
                if meter.window_from is not None and meter.window_until is not None:
                    assert meter.window_from <= meter.window_until

    @pytest.mark.usefixtures("has_meters")
    def test_an_unknown_customer_has_no_meters(self, adapter: Adapter, facts: Facts) -> None:
        """``NotFound`` or an empty list, and never what belongs to somebody else."""
        with suppress(NotFound):
            assert list(adapter.meters(facts.unknown_customer_no)) == []


class Readings(Given):
    @pytest.fixture
    def has_readings(self, adapter: Adapter) -> None:
        """Skips where the adapter lists no readings."""
        needs(adapter, Capability.READINGS)

    @pytest.mark.usefixtures("has_readings")
    def test_every_reading_names_its_owner_and_its_meter(self, adapter: Adapter, facts: Facts) -> None:
        """Take both from the answer, not from the question: that is how a mix-up comes to light."""
        for known in facts.customers:
            for meter_no in meter_numbers(adapter, known.customer_no):
                found = adapter.readings(known.customer_no, meter_no)
                assert {(each.customer_no, each.meter_no) for each in found} <= {(known.customer_no, meter_no)}

    @pytest.mark.usefixtures("has_readings")
    def test_all_readings_are_there_once_the_newest_first(self, adapter: Adapter, facts: Facts) -> None:
        """Those of former devices too; the same row twice is a paging mistake."""
        for known in facts.customers:
            for meter_no in meter_numbers(adapter, known.customer_no):
                found = adapter.readings(known.customer_no, meter_no)
                days = [each.read_on for each in found]
                assert days == sorted(days, reverse=True)
                assert len(set(found)) == len(found)

    @pytest.mark.usefixtures("has_readings")
    def test_every_field_of_a_reading_is_of_its_exact_type(self, adapter: Adapter, facts: Facts) -> None:
        """Compare with ``schemas.MeterReadingSchema``; ``read_on`` is a day, not an instant."""
        for known in facts.customers:
            for meter_no in meter_numbers(adapter, known.customer_no):
                found = adapter.readings(known.customer_no, meter_no)
                assert {name for each in found for name in misfits(each, MeterReadingSchema)} == set()

    @pytest.mark.usefixtures("has_readings")
    def test_the_last_reading_of_a_meter_is_in_its_history(self, adapter: Adapter, facts: Facts) -> None:
        """``previous`` and ``_readings`` are two answers of the ERP; both must be mapped alike, serial number too."""
        needs(adapter, Capability.METERS)
        for known in facts.customers:
            for meter in adapter.meters(known.customer_no):
                if meter.previous is None:
                    continue
                found = adapter.readings(known.customer_no, meter.meter_no)
                same = [(each.value, each.read_on, each.source) for each in found if each.serial_no == meter.serial_no]
                last = meter.previous
                assert (last.value, last.read_on, last.source) in same
                assert max(day for _, day, _ in same) == last.read_on

    @pytest.mark.usefixtures("has_readings")
    def test_another_customers_meter_has_no_readings_for_this_one(self, adapter: Adapter, facts: Facts) -> None:
        """Ask the ERP with both customer and meter, or give the owner that it names: ``NotFound`` or nothing.

        A reading that is stamped with the number that was asked for fails here.
        """
        mine = set(meter_numbers(adapter, facts.first.customer_no))
        theirs = [each for each in meter_numbers(adapter, facts.second.customer_no) if each not in mine]
        if not theirs:
            pytest.skip("the first two customers of `facts` have meters with the same numbers, or none")
        for meter_no in theirs:
            try:
                assert list(adapter.readings(facts.first.customer_no, meter_no)) == []
            except (NotFound, OwnerMismatch):
                continue

    @pytest.mark.usefixtures("has_readings")
    def test_an_unknown_meter_has_no_readings(self, adapter: Adapter, facts: Facts) -> None:
        """``NotFound`` or an empty list; nor has a meter any that is asked for with an unknown customer."""
        mine = meter_numbers(adapter, facts.first.customer_no)
        for customer_no, meter_no in (
            (facts.first.customer_no, facts.unknown_meter_no),
            *((facts.unknown_customer_no, each) for each in mine[:1]),
        ):
            try:
                assert list(adapter.readings(customer_no, meter_no)) == []
            except NotFound:
                continue

    @pytest.mark.usefixtures("has_readings")
    def test_odd_meter_numbers_raise_nothing_but_the_projects_errors(self, adapter: Adapter, facts: Facts) -> None:
        """Put the number into a request as data, quoted by the library; turn foreign exceptions into ours."""
        for odd in ODD:
            try:
                assert list(adapter.readings(facts.first.customer_no, odd)) == []
            except AdapterError:
                continue
