"""The ports that the demo is told to use, and whether they can be had."""

import socket
from collections.abc import Callable
from typing import Any

import click

HOST = "127.0.0.1"


class NoPort(click.UsageError):
    """A port that cannot be had; the message says which, and what to set instead."""


def port_option(name: str, variable: str, usual: int, about: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option of a command that takes a port, also from an environment variable."""
    port = click.IntRange(1, 65535)
    return click.option(
        name, type=port, envvar=variable, show_envvar=True, default=usual, show_default=True, help=about
    )


def check_ports(**wanted: int | None) -> None:
    """Raise ``NoPort`` unless every port, given by the name of its variable, is free and no other's."""
    by_port: dict[int, str] = {}
    for variable, port in wanted.items():
        if port is None:
            continue
        if port in by_port:
            raise NoPort(f"{by_port[port]} and {variable} are both {port}; each needs a port of its own")
        if not _is_free(port):
            raise NoPort(f"port {port} is in use; choose another with {variable}")
        by_port[port] = variable


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
