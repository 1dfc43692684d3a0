"""``python -m adapters.sandbox``: the sandbox on a port, until Ctrl-C."""

import argparse
import signal
import sys
from pathlib import Path
from threading import Event
from typing import Any

from adapters.sandbox.mailbox import MailReceiver
from adapters.sandbox.server import SandboxServer


def main() -> None:
    """Run a sandbox from the command line."""
    options = argparse.ArgumentParser(prog="python -m adapters.sandbox", description=__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8090)
    options.add_argument("--seed", type=int, default=1, help="which world; the same seed gives the same customers")
    options.add_argument("--data", type=Path, help="a file for what is booked and sent in; else it is in memory")
    options.add_argument("--auth", metavar="USER:PASSWORD", help="ask for these with HTTP basic authentication")
    options.add_argument("--smtp-port", type=int, help="receive mail there, from this machine alone, for /mail")
    given = options.parse_args()
    user, _, password = (given.auth or "").partition(":")
    server = SandboxServer(
        given.port,
        seed=given.seed,
        data=given.data,
        auth=(user, password) if given.auth else None,
        host=given.host,
    )
    done = Event()

    def finish(*_: Any) -> None:
        done.set()

    signal.signal(signal.SIGINT, finish)
    signal.signal(signal.SIGTERM, finish)
    with server:
        sys.stdout.write(f"sandbox: {server.url}/soap?wsdl  {server.url}/rest  {server.url}/control\n")
        receiver = None
        if given.smtp_port is not None:
            receiver = MailReceiver(server.mailbox, given.smtp_port).start()
            sys.stdout.write(f"mailbox: {server.url}/mail, SMTP on port {receiver.port}\n")
        sys.stdout.flush()
        done.wait()
        if receiver is not None:
            receiver.stop()


if __name__ == "__main__":
    main()
