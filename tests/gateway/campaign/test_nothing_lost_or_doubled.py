"""Thousands of submissions while everything fails and everybody falls: the ERP has each of them, and each once.

EBOK_SUBMISSIONS and EBOK_KILLS are for each database, face and level; without them the smallest round of each face.
"""

import os
import re
import time
from pathlib import Path

import pytest

from tests.gateway.campaign.books import compare
from tests.gateway.campaign.chaos import Chaos
from tests.gateway.campaign.clerk import look_after
from tests.gateway.campaign.conftest import Place, places
from tests.gateway.campaign.ground import Ground
from tests.gateway.campaign.senders import Sender

SUBMISSIONS = int(os.environ.get("EBOK_SUBMISSIONS", "24"))
KILLS = int(os.environ.get("EBOK_KILLS", "4"))
SEED = int(os.environ.get("EBOK_SEED", "1"))
SENDERS = 4
PATIENCE = 300 + 2 * SUBMISSIONS
ALL = [
    (database, face, level)
    for database in ("sqlite", "postgres")
    for face in ("soap", "rest")
    for level in ("deduplicates", "findable", "none")
]
SHORT = [("sqlite", "soap", "findable"), ("postgres", "rest", "none")]


@pytest.mark.parametrize(("database", "face", "level"), places(ALL if "EBOK_SUBMISSIONS" in os.environ else SHORT))
def test_the_erp_has_each_once(place: Place, database: str, face: str, level: str) -> None:
    began = time.monotonic()
    with place(database, face, level) as here:
        chaos = Chaos(here, SEED, KILLS)
        senders = [Sender(here, number, SUBMISSIONS // SENDERS, chaos.progress) for number in range(SENDERS)]
        chaos.start()
        for each in senders:
            each.start()
        wait_for(here, chaos, senders)
        chaos.calm()
        by_person = chaos.by_person + everything_ends(here)
        figures = compare(here, senders) | {"not_accepted": sum(each.refused for each in senders)}
        trouble = in_the_logs(here.folder)
    lost = sum(sum(each.lost.values()) for each in senders)
    told = {"place": (database, face, level), **figures, "kills": chaos.kills, "faults": chaos.faults.total()}
    print({**told, "by_person": by_person, "unanswered": lost, "log": trouble, "s": round(time.monotonic() - began)})


def wait_for(here: Ground, chaos: Chaos, senders: list[Sender]) -> None:
    """Until everything has its receipt; a process that was killed at a key's request leaves it held for a minute."""
    end = time.monotonic() + PATIENCE
    while any(each.is_alive() for each in senders) or chaos.progress() < 1:
        assert time.monotonic() < end, [(len(each.done), each.lost) for each in senders]
        assert (chaos.failure, [each.failure for each in senders]) == (None, [None] * len(senders))
        time.sleep(0.2)
    assert [each.failure for each in senders] == [None] * len(senders)


def everything_ends(here: Ground) -> int:
    """Let time pass until nothing is in motion; how often a person had to decide."""
    end, by_person = time.monotonic() + PATIENCE, 0
    while open_ones := [row for row in here.rows() if row.settled_at is None]:
        assert time.monotonic() < end, [(row.state, row.error, row.next_at) for row in open_ones][:9]
        by_person += look_after(here)
        time.sleep(0.5)
        here.advance(minutes=7)
    return by_person


def in_the_logs(folder: Path) -> int:
    """How many lines of trouble the processes wrote; none of a mistake of our own."""
    text = "".join(each.read_text(errors="replace") for each in folder.glob("*.log"))
    for word in ("Traceback", "IllegalEdge", "AssertionError", "KeyError", "TypeError"):
        assert word not in text, text[max(0, text.find(word) - 500) :][:3000]
    assert not re.search(r"Numer \d+-\d+\.|osoba\d+@", text), "what was sent is in no log"
    return text.count("\n")
