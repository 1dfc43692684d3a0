"""``ebok mail`` and ``ebok worker``: the queue of mail, and the process that empties it."""

import signal
from typing import Any

import click
from sqlalchemy import select

from gateway.cli_context import Context, explained
from gateway.mail import queue, states
from gateway.models import Mail

_STATES = (states.QUEUED, states.SENDING, states.SENT, states.FAILED)


@click.group()
def mail() -> None:
    """Mail on its way."""


@mail.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only these; without it, all but what was sent.")
@click.option("--limit", default=100, show_default=True)
@click.pass_obj
@explained
def mail_list(context: Context, state: str | None, limit: int) -> None:
    """Show the queue: never to whom a mail goes, or what it says."""
    database = context.database()
    wanted = [state] if state else [each for each in _STATES if each != states.SENT]
    shown = select(Mail).where(Mail.state.in_(wanted)).order_by(Mail.id.desc()).limit(limit)
    with database.reading() as connection:
        for row in connection.execute(shown):
            when = row.sent_at or row.next_at
            click.echo(
                f"{row.id:>8}  {row.state:7}  {row.template:22}  attempts {row.attempts:<3}  "
                f"written {row.created_at:%Y-%m-%d %H:%M}  "
                f"{f'{_verb(row.state)} {when:%Y-%m-%d %H:%M}  ' if when else ''}{row.error}"
            )
    click.echo(", ".join(f"{count} {name}" for name, count in queue.counts(database).items()))


@mail.command("retry")
@click.pass_obj
@explained
def mail_retry(context: Context) -> None:
    """Try everything that waits at once; what has failed for good is wiped and cannot be sent again."""
    click.echo(f"{queue.hurry(context.database())} mail(s) will be tried at once.")


@click.command()
@click.pass_obj
@explained
def worker(context: Context) -> None:
    """Deliver what customers sent, send mail, check registrations, until told to stop.

    For worker.inside = false, as many as you like.
    """
    from gateway import logs
    from gateway.app import create_app
    from gateway.background import Background

    settings = context.settings()
    logs.configure(settings.log)
    portal = create_app(settings).extensions["ebok"]
    if not portal.database.is_current():
        raise click.ClickException("the database is not that of this version: run ebok db upgrade first")
    background = Background(portal)

    def finish(*_: Any) -> None:
        background.stop()

    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGINT, finish)
    background.start()
    click.echo("Working; Ctrl-C ends it.")
    background.wait()


def _verb(state: str) -> str:
    return "sent" if state == states.SENT else "due"
