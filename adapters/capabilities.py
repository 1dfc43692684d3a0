"""What an adapter may declare beyond what every adapter does; the portal shows nothing that is not declared."""

from dataclasses import dataclass
from enum import StrEnum


class Capability(StrEnum):
    """What an adapter may offer beyond the required hooks."""

    LEDGER = "ledger"
    DOCUMENT = "document"
    METERS = "meters"
    READINGS = "readings"
    CASES = "cases"
    CASE_DOCUMENT = "case_document"
    OFFERS = "offers"


class Recognition(StrEnum):
    """What the ERP makes of our reference, which decides what may be done when an answer was lost."""

    DEDUPLICATES = "deduplicates"
    """The same reference twice is one thing to it, and it recognises that before it would refuse anything: what is in
    doubt is sent again."""
    FINDABLE = "findable"
    """It can be asked for a reference: what is in doubt is looked for, and sent again if it is surely not there."""
    NONE = "none"
    """Neither: what is in doubt is never sent again by machine; a person decides."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How an ERP takes one kind of submission; ``files`` is whether it takes files with it.

    What is not there ``lag_seconds`` after it was sent will not turn up any more; only with ``FINDABLE`` of use.
    """

    recognition: Recognition
    files: bool = False
    lag_seconds: float = 0.0
