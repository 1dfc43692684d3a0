"""What the pages, the API, the staff's side and the worker use of registrations."""

from gateway.registration.arriving import answer, prove, question_of, submit
from gateway.registration.checking import check_some
from gateway.registration.deciding import ask_again, confirm, refuse
from gateway.registration.reading import course, get, of_account, waiting
from gateway.registration.reasons import REASONS, reason_text, reason_texts
from gateway.registration.records import (
    AlreadyDecided,
    ChangedMeanwhile,
    Duplicates,
    Finding,
    NotChecked,
    NotThere,
    State,
    Step,
    Typed,
    Waiting,
)

__all__ = [
    "REASONS",
    "AlreadyDecided",
    "ChangedMeanwhile",
    "Duplicates",
    "Finding",
    "NotChecked",
    "NotThere",
    "State",
    "Step",
    "Typed",
    "Waiting",
    "answer",
    "ask_again",
    "check_some",
    "confirm",
    "course",
    "get",
    "of_account",
    "prove",
    "question_of",
    "reason_text",
    "reason_texts",
    "refuse",
    "submit",
    "waiting",
]
