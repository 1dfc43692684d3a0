"""Lets a call fail as a fault wants it, whoever is asked."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from adapters.clock import Clock
from adapters.sandbox import spoiled, wire
from adapters.sandbox.calls import Answer, Call, Refused
from adapters.sandbox.faces import Face
from adapters.sandbox.faults import Fault, FaultKind

_HANG_SECONDS = 3600.0
_SLOW_SECONDS = 2.0
_LATE_SECONDS = 5.0

CLOSING = frozenset(
    {
        FaultKind.REFUSE_CONNECTION,
        FaultKind.RESET,
        FaultKind.RESET_BEFORE_BODY,
        FaultKind.RESET_AFTER_BODY,
        FaultKind.ACCEPTED_BUT_NO_ANSWER,
        FaultKind.ACCEPTED_LATE,
        FaultKind.HANG,
        FaultKind.DRIP,
        FaultKind.DRIP_HEADERS,
        FaultKind.TRUNCATE,
    }
)
"""After them the connection is closed."""


class Asked(Protocol):
    """A call that can be answered rightly or wrongly."""

    @property
    def operation(self) -> str: ...

    @property
    def does(self) -> bool:
        """Whether it changes anything: then it is done even if nobody waits for the answer."""
        ...

    def answer(self) -> Answer: ...

    def spoiled(self, kind: FaultKind, *, elsewhere: str) -> Answer:
        """What a fault makes of the answer."""
        ...

    def take_late(self, seconds: float) -> None:
        """Let it have its effect later; nobody hears of it."""
        ...


@dataclass(frozen=True, slots=True)
class FaceCall:
    """A call of the billing system, through one of its faces."""

    face: Face
    call: Call

    @property
    def operation(self) -> str:
        return self.call.operation

    @property
    def does(self) -> bool:
        return self.call.sending is not None

    def answer(self) -> Answer:
        try:
            return self.face.answer(self.call)
        except Refused as refused:
            return self.face.refuse(refused.reason)

    def spoiled(self, kind: FaultKind, *, elsewhere: str) -> Answer:
        try:
            return spoiled.answer(self.face, self.call, kind, elsewhere=elsewhere)
        except Refused as refused:
            return self.face.refuse(refused.reason)

    def take_late(self, seconds: float) -> None:
        """Nobody hears of a refusal either."""
        if self.call.sending:
            with suppress(Refused):
                self.face.world.bureau.take(self.call.sending, late=seconds)


def fail(
    to: socket.socket, asked: Asked, fault: Fault, *, elsewhere: str, clock: Clock, lifted: Event
) -> Answer | None:
    """Do what the fault does; what is returned is still to be sent in the ordinary way."""
    seconds = fault.seconds
    match fault.kind:
        case FaultKind.REFUSE_CONNECTION | FaultKind.RESET | FaultKind.RESET_BEFORE_BODY | FaultKind.RESET_AFTER_BODY:
            wire.reset(to)
        case FaultKind.ACCEPTED_BUT_NO_ANSWER:
            asked.answer()
            wire.still_there(to, seconds or 0.0, clock, lifted)
        case FaultKind.ACCEPTED_LATE:
            asked.take_late(_LATE_SECONDS if seconds is None else seconds)
        case FaultKind.HANG:
            wire.still_there(to, _HANG_SECONDS if seconds is None else seconds, clock, lifted)
        case FaultKind.DRIP | FaultKind.DRIP_HEADERS:
            headers = fault.kind is FaultKind.DRIP_HEADERS
            wire.drip(to, asked.answer(), headers=headers, clock=clock, lifted=lifted)
        case FaultKind.TRUNCATE:
            wire.truncate(to, asked.answer())
        case FaultKind.SLOW:
            taken = asked.answer() if asked.does else None  # done, whether or not somebody waits for it
            if wire.still_there(to, _SLOW_SECONDS if seconds is None else seconds, clock, lifted):
                return taken or asked.answer()
        case _:
            return asked.spoiled(fault.kind, elsewhere=elsewhere)
    return None
