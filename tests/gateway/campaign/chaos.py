"""What goes wrong in a campaign: faults of the billing system, SIGKILL for web processes and workers, leaps of time."""

import random
import time
from collections import Counter
from threading import Event, Thread
from typing import Any

from tests.gateway.campaign.clerk import look_after
from tests.gateway.campaign.ground import Ground

_SENDING = {
    "reset_before_body": 0,
    "reset_after_body": 0,
    "reset": 0,
    "refuse_connection": 0,
    "hang": 3,
    "accepted_but_no_answer": 1,
    "accepted_late": 5,
    "truncate": 0,
    "html_200": 0,
    "html_500": 0,
    "slow": 1,
    "drip": 0,
    "drip_headers": 0,
    "busy": 0,
    "unauthorized": 0,
    "redirect": 0,
    "soap_fault_unknown": 0,
    "missing_field": 0,
    "foreign_owner": 0,
}
"""Faults of what is sent in, with the seconds that they take where they take any."""

_ASKING = ("hang", "reset", "truncate", "html_200", "html_500", "slow", "unauthorized", "busy", "soap_fault_unknown")
_WORKERS = 2


class Kept:
    """One of the portal's processes, killed and started again over and over."""

    def __init__(self, here: Ground, seed: int, *arguments: str) -> None:
        self.kills = 0
        self._here, self._arguments, self._chance = here, arguments, random.Random(seed)
        self._group = here.nursery.start(*arguments)
        self._again = self._next()

    def fall(self) -> None:
        """Die, when its time has come."""
        if time.monotonic() < self._again:
            return
        self._here.nursery.kill(self._group)
        self.kills += 1
        if self._arguments[0] == "serve":
            self._here.let_keys_go()
        self._start()

    def stand(self) -> None:
        """Come back, were it gone of itself: as its port was not free yet, for one."""
        if not self._here.nursery.lives(self._group):
            self._start()

    def _start(self) -> None:
        self._group = self._here.nursery.start(*self._arguments)
        self._again = self._next()

    def _next(self) -> float:
        up = (1.0, 8.0) if self._arguments[0] == "serve" else (0.3, 5.0)
        return time.monotonic() + self._chance.uniform(*up)


class Chaos(Thread):
    """Runs until ``calm`` is called; ``kills`` is how many there have been of each sort."""

    def __init__(self, here: Ground, seed: int, kills: int) -> None:
        super().__init__(name="chaos", daemon=True)
        self.faults: Counter[str] = Counter()
        self.by_person = 0
        self.failure: BaseException | None = None
        self._here, self._chance, self._wanted = here, random.Random(seed), kills
        self._calm = Event()
        self._web = Kept(here, seed, "serve")
        self._workers = [Kept(here, seed + number + 1, "worker") for number in range(_WORKERS)]
        self._looked = 0.0

    @property
    def kills(self) -> dict[str, int]:
        return {"web": self._web.kills, "worker": sum(each.kills for each in self._workers)}

    def progress(self) -> float:
        """How much of its killing is done, so that the senders neither finish before it nor wait for it long."""
        return 1.0 if not self._wanted else min(1.0, (sum(self.kills.values()) + 3) / self._wanted)

    def calm(self) -> None:
        self._calm.set()
        self.join()
        self._here.control("DELETE", "faults")

    def run(self) -> None:
        try:
            while not self._calm.wait(self._chance.uniform(0.05, 0.4)):
                self._break_something()
                self._let_time_pass()
                for each in (self._web, *self._workers):
                    each.stand()
                    if sum(self.kills.values()) < self._wanted:
                        each.fall()
                if time.monotonic() > self._looked + 3:
                    self._looked = time.monotonic()
                    self.by_person += look_after(self._here)
        except BaseException as error:
            self.failure = error
            raise

    def _break_something(self) -> None:
        chance = self._chance
        if chance.random() < 0.6:
            kind = chance.choice(list(_SENDING))
            fault: dict[str, Any] = {"operation": "submit", "fault": kind, "times": chance.randint(1, 3)}
            if _SENDING[kind]:
                fault["seconds"] = round(chance.uniform(0.1, _SENDING[kind]), 2)
        elif chance.random() < 0.5:
            fault = {"operation": "find_submission", "fault": chance.choice(_ASKING), "times": chance.randint(1, 3)}
        elif chance.random() < 0.3:
            fault = {"operation": "*", "fault": "refuse_connection", "times": chance.randint(1, 5)}
        else:
            self._here.control("DELETE", "faults")
            return
        self.faults[fault["fault"]] += 1
        self._here.control("PUT", "faults", fault)

    def _let_time_pass(self) -> None:
        chance = self._chance
        if chance.random() < 0.02:
            time.sleep(1.5)  # what left before is there by now, as it would be after hours
            self._here.advance(hours=chance.choice([1, 3, 24]))
        else:
            self._here.advance(seconds=chance.uniform(1, 40))
