"""What every ``ebok`` command shares: where the configuration is, and how mistakes are told."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from adapters.errors import Misconfigured
from gateway.config_check import load_or_explain
from gateway.database import Database
from gateway.portal import Portal
from gateway.remote_clock import RemoteClock
from gateway.settings import Settings


class Context:
    """Where the configuration is; read when a command needs it."""

    def __init__(self, config: Path | None) -> None:
        self.config = config

    def settings(self) -> Settings:
        return load_or_explain(self.config, os.environ)

    def database(self) -> Database:
        settings = self.settings()
        return Database(settings.database.url, base=settings.base)

    def portal(self) -> Portal:
        from gateway.app import create_app

        made: Portal = create_app(self.settings()).extensions["ebok"]
        if isinstance(made.clock, RemoteClock):
            made.clock.refresh()
        return made


def explained(command: Callable[..., Any]) -> Callable[..., Any]:
    """Show mistakes as a list, one a line, and end with status 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Misconfigured as error:
            click.echo(f"{error.message}", err=True)
            for mistake in error.mistakes:
                click.echo(f"  - {mistake}", err=True)
            sys.exit(1)
        except SQLAlchemyError as error:
            click.echo(f"The portal's database does not answer as it should ({type(error).__name__}).", err=True)
            click.echo("  - is database.url right, and did you run `ebok db upgrade`?", err=True)
            sys.exit(1)

    return run
