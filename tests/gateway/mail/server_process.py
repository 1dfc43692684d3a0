"""An SMTP server to be killed: writes Message-ID and address of what it takes to a file, safely, before it answers.

Arguments: the port, and the file, which appears when the server listens.
"""

import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from adapters.sandbox.mailbox import Mailbox, MailReceiver


class Written(Mailbox):
    """Takes a moment before and after writing, so that a kill falls there as well."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def put(self, to: list[str], content: bytes) -> None:
        super().put(to, content)
        time.sleep(0.004)
        with self._file.open("a") as log:
            letter = self.read()[-1]
            log.write(f"{letter.message_id.strip('<>').partition('@')[0]} {letter.to}\n")
            log.flush()
            os.fsync(log.fileno())
        time.sleep(0.004)


def main() -> None:
    port, file = int(sys.argv[1]), Path(sys.argv[2])
    MailReceiver(Written(file), port).start()
    file.touch()
    threading.Event().wait()


if __name__ == "__main__":
    main()
