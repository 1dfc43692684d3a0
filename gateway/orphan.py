"""Ends a process whose parent is gone, so that a parent that was killed leaves nobody behind on its port."""

import os
import runpy
import signal
import sys
import time
from threading import Thread

_LOOK_SECONDS = 0.5
_LAST_SECONDS = 10.0


def end_with(parent: int) -> None:
    """Watch from a thread that ``parent`` is still this process's parent; end as at SIGTERM when it is not.

    Asking for the parent works on every Unix; Linux alone can be told to send a signal at its death.
    """
    Thread(target=_watch, args=[parent], name="parent watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_LAST_SECONDS)
    os._exit(1)  # what is still being answered would hold the port, and nobody is left who would end it


def main() -> None:
    """``python -m gateway.orphan PARENT MODULE …``: run a module as ``python -m`` does, while the parent lives."""
    _, parent, module, *arguments = sys.argv
    end_with(int(parent))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
