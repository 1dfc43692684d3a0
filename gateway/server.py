"""Serves the portal with granian."""

import multiprocessing
import os
import socket
from pathlib import Path

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from adapters.errors import Misconfigured
from gateway import orphan, wsgi
from gateway.app import create_app
from gateway.settings import Settings


def serve(settings: Settings, config: Path | None) -> None:
    """Listen until told to stop (SIGTERM, Ctrl-C); raises ``Misconfigured`` before anything listens."""
    _check_port(settings)
    create_app(settings).extensions["ebok"].database.upgrade()
    if config is not None:
        os.environ["EBOK_CONFIG"] = str(config.resolve())
    # argon2 leaves 19 MiB in each thread's arena otherwise; read by the workers, which are new processes.
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "1048576")
    Server(
        "gateway.server:worker",
        factory=True,
        address=settings.web.host,
        port=settings.web.port,
        interface=Interfaces.WSGI,
        workers=settings.web.workers,
        blocking_threads=settings.web.threads,
        backlog=2048,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
        log_access=False,
    ).serve()


def worker() -> Flask:
    """What a process of granian's serves; it ends with the one that started it, were that killed too."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        orphan.end_with(parent.pid)
    return wsgi.app()


def _check_port(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.web.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.web.host, settings.web.port))
        except OSError as error:
            raise Misconfigured(
                f"web.host, web.port: cannot listen on {settings.web.host}:{settings.web.port}: {error.strerror}"
            ) from None
