"""A worker in a process of its own, to be killed or paused. Its ERP is a directory that other processes see too.

Arguments: the database, the folder of what the ERP got, its level, a file that appears at the first send, how many
seconds each send takes, and how many the lease lasts.
"""

import os
import sys
import threading
import time
from datetime import date
from pathlib import Path

from adapters.capabilities import Recognition
from adapters.clock import SystemClock
from gateway.background import Background
from gateway.outbox.worker import deliver_some
from schemas import Delivery, Submission, SubmissionKind
from tests.gateway.outbox.office import Erp, ScriptedAdapter, office


class FolderErp(ScriptedAdapter):
    """Each arrival is a file of its own: ``order-reference-pid``, so that nothing that came can be overlooked."""

    def __init__(self, folder: Path, level: str, begun: Path | None = None, seconds: float = 0.0) -> None:
        super().__init__(Erp(recognition=Recognition(level)))
        self.folder = folder
        self.begun = begun
        self.seconds = seconds

    def _submit(self, submission: Submission) -> Delivery:
        reference = submission.reference
        if self.begun is not None:
            self.begun.touch()
        time.sleep(self.seconds)
        if self.erp.recognition is Recognition.DEDUPLICATES and self._times(reference):
            return Delivery(reference, case_no="S/1")
        (self.folder / f"{time.time_ns():020}_{reference}_{os.getpid()}").touch()
        return Delivery(reference, case_no="S/1", reply_by=date(2030, 1, 1))

    def _find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        return Delivery(reference, case_no="S/1") if self._times(reference) else None

    def _times(self, reference: str) -> int:
        return len(list(self.folder.glob(f"*_{reference}_*")))


def arrived(folder: Path) -> list[str]:
    """The references in the order in which they came."""
    return [path.name.split("_")[1] for path in sorted(folder.iterdir())]


def main() -> None:
    url, folder, level, begun, seconds, lease = sys.argv[1:]
    adapter = FolderErp(Path(folder), level, Path(begun), float(seconds))
    limits = {"OUTBOX__LEASE_SECONDS": lease, "GUARD__SUBMISSION_SECONDS": "1", "GUARD__SUBMISSIONS": "1"}
    with office(url, adapter=adapter, clock=SystemClock(), **limits) as here:
        background = Background(here.portal, pause=0.05)
        # One at a time, so that a pause does not meet another thread that holds SQLite's one lock for writing.
        background.jobs = [deliver_some]
        background.start()
        threading.Event().wait()


if __name__ == "__main__":
    main()
