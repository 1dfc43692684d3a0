"""``ebok outbox``: what customers sent and where it is, for the operator without a browser.

Each look at a content and each deed is in the audit log under the name of the command line.
"""

import os
from collections.abc import Iterable
from errno import EEXIST
from pathlib import Path
from secrets import token_hex

import click

from gateway.cli_context import Context
from gateway.cli_desk import BY, about, listing, show, show_all
from gateway.outbox import desk, exporting, parcel
from gateway.outbox.records import State


@click.group()
def outbox() -> None:
    """What customers sent, on its way into the billing system."""


@listing(outbox, State, "all on their way")
def outbox_list(context: Context, state: str | None, limit: int) -> None:
    """Show where submissions stand: never what is in them."""
    database = context.database()
    found = desk.everything(database, State(state) if state else None, limit)
    lines = (
        f"{each.public_id}  {each.state:9}  {each.kind:11}  accepted {each.accepted_at:%Y-%m-%d %H:%M}Z"
        f"  attempts {each.attempts:<3}  {f'behind {each.behind}' if each.behind else each.refusal or each.error}"
        for each in found
    )
    show_all(lines, desk.counts(database))


@about(outbox, "show")
def outbox_show(context: Context, number: str) -> None:
    """Show all but the content of one submission."""
    show(desk.get(context.database(), number))


@about(outbox, "retry", never="it cannot be sent again")
def outbox_retry(context: Context, number: str) -> None:
    """Let it go on at once, with all its tries again."""
    state = desk.retry(context.portal(), number, BY)
    click.echo(f"{number} goes on from {state.value}.")


@about(outbox, "settle", never="it cannot be settled")
@click.option("--reason", type=click.Choice(desk.REASONS), required=True)
@click.option("--case-no", default="", help="Its number in the billing system, where there is one.")
@click.confirmation_option(prompt="Its content and files will be wiped. Is it settled?")
def outbox_settle(context: Context, number: str, reason: str, case_no: str) -> None:
    """End it by hand: it is not sent any more, and its content and files are wiped."""
    desk.settle(context.portal(), number, BY, reason=reason, case_no=case_no)
    click.echo(f"{number} is settled.")


@about(outbox, "export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=False))
def outbox_export(context: Context, number: str, file: Path) -> None:
    """Write content and files into a new ZIP FILE, readable by its owner alone."""
    try:
        _write_whole(file, exporting.export(context.portal(), number, BY))
    except parcel.Unreadable as error:
        raise click.ClickException(f"it cannot be read: {error}") from None
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None
    click.echo(f"{number} is in {file}.")


def _write_whole(file: Path, pieces: Iterable[bytes]) -> None:
    """Under its name only once all of it is on the disk: a part of a ZIP looks like one. Writes nothing over."""
    if file.exists():
        raise FileExistsError(EEXIST, os.strerror(EEXIST))
    part = file.with_name(f".{file.name}.{token_hex(8)}")
    try:
        part.touch(mode=0o600, exist_ok=False)
        with part.open("wb") as out:
            for piece in pieces:
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
