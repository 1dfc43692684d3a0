"""A process that has imported everything and forks the portal's processes, so that many can be killed.

Orders come on standard input, one JSON a line; each is answered with a line. ``start`` forks ``ebok`` with the given
arguments and answers its process group; ``lives`` and ``bury`` look after it. ``once`` forks a process that does one
thing over a portal that stands ready, with an edge to die at, waits for it, and answers what it told and passed.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import Any

from click import ClickException
from flask import Flask

from adapters.clock import SetClock
from gateway import app as gateway_app
from gateway import background, cli, server, wsgi
from gateway.outbox.worker import deliver_some
from gateway.payments.worker import follow_payments
from gateway.settings_file import load
from tests.gateway.campaign.edges import Edges

LOADED = (background, server, wsgi)
_clock = SetClock()
_apps: list[Flask] = []
_groups: list[int] = []


def start(order: dict[str, Any]) -> Any:
    pid = os.fork()
    if pid:
        os.setpgid(pid, pid)
        _groups.append(pid)
        return pid
    os.setpgid(0, 0)
    _groups.clear()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(order["environment"])
    try:
        cli.main(order["arguments"], standalone_mode=False)
    except ClickException as refusal:
        refusal.show()
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)


def once(order: dict[str, Any]) -> Any:
    if not _apps:
        _apps.append(gateway_app.create_app(load(None, os.environ), clock=_clock))
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        _child(order, lambda told: os.write(writing, json.dumps(told).encode() + b"\n"))
    os.close(writing)
    with open(reading, encoding="utf-8") as pipe:
        told = [json.loads(line) for line in pipe]
    _, status = os.waitpid(pid, 0)
    return {"status": os.waitstatus_to_exitcode(status), "told": told}


def _child(order: dict[str, Any], tell: Callable[[Any], Any]) -> None:
    status = 1
    try:
        portal = _apps[0].extensions["ebok"]
        edges = Edges(order["die_at"], tell)
        _clock.set(datetime.fromisoformat(order["now"]))
        edges.lay(portal.database.engine)
        told = _DO[order["what"]](_apps[0], order)
        tell({"passed": edges.passed, "told": told})
        status = 0
    finally:
        os._exit(status)


def _deliver(app: Flask, order: dict[str, Any]) -> int:
    done = 0
    while some := deliver_some(app.extensions["ebok"]):
        done += some
    return done


def _follow(app: Flask, order: dict[str, Any]) -> int:
    return follow_payments(app.extensions["ebok"])


def _post(app: Flask, order: dict[str, Any]) -> Any:
    if "json" in order:
        answer = app.test_client().post(order["path"], json=order["json"], headers=order["headers"])
        return [answer.status_code, answer.json]
    data: dict[str, Any] = dict(order["fields"])
    data["files"] = [(BytesIO(octets.encode("latin-1")), name) for name, octets in order["files"]]
    answer = app.test_client().post(order["path"], data=data, headers=order["headers"])
    return [answer.status_code, answer.json]


def lives(order: dict[str, Any]) -> bool:
    return os.waitpid(order["group"], os.WNOHANG)[0] == 0


def bury(order: dict[str, Any]) -> None:
    with suppress(ChildProcessError):  # buried already
        os.waitpid(order["group"], 0)


_DO = {"deliver": _deliver, "follow": _follow, "post": _post}


_ORDERS: dict[str, Callable[[dict[str, Any]], Any]] = {"start": start, "once": once, "lives": lives, "bury": bury}


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what is logged is no answer
    try:
        for line in sys.stdin:
            order = json.loads(line)
            print(json.dumps(_ORDERS[order["do"]](order)), file=answers, flush=True)
    finally:  # whoever gave the orders is gone
        for group in _groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
