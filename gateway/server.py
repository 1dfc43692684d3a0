"""Serves the portal with granian."""

import os
import socket
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from adapters.errors import Misconfigured
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
        "gateway.wsgi:app",
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


def _check_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.web.host, settings.web.port))
        except OSError as error:
            raise Misconfigured(
                f"web.host, web.port: cannot listen on {settings.web.host}:{settings.web.port}: {error.strerror}"
            ) from None
