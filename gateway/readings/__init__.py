"""The rules of readings: what may be read on a meter, what is wrong with it, and what only looks unlikely."""

from gateway.readings.entry import Entry, Typed, read
from gateway.readings.records import Doubt, Judged, Mistake
from gateway.readings.rules import before, judge, window

__all__ = ["Doubt", "Entry", "Judged", "Mistake", "Typed", "before", "judge", "read", "window"]
