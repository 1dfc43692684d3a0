"""A worker to be killed. Arguments: the database, the SMTP port, when the fast clock began, a file that appears."""

import sys
import threading
from datetime import datetime
from pathlib import Path

from gateway.background import Background
from tests.gateway.mail.office import FastClock, office


def main() -> None:
    url, port, start, ready = sys.argv[1:]
    with office(url, int(port), clock=FastClock(datetime.fromisoformat(start))) as here:
        Path(ready).touch()
        Background(here.portal, pause=0.2).start()
        threading.Event().wait()


if __name__ == "__main__":
    main()
