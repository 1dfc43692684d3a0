"""``ebok outbox``: what customers sent and where it is, for the operator without a browser.

Each look at a content and each deed is in the audit log under the name of the command line.
"""

import os
from collections.abc import Iterable
from errno import EEXIST
from pathlib import Path
from secrets import token_hex

import click

from gateway.cli_context import Context, explained
from gateway.cli_staff import ACTOR
from gateway.outbox import desk, exporting, parcel
from gateway.outbox.records import State
from gateway.portal import Portal

_BY = desk.By(ACTOR)


@click.group()
def outbox() -> None:
    """What customers sent, on its way into the billing system."""


@outbox.command("list")
@click.option("--state", type=click.Choice([each.value for each in State]), help="Only these; else all on their way.")
@click.option("--limit", default=100, show_default=True)
@click.pass_obj
@explained
def outbox_list(context: Context, state: str | None, limit: int) -> None:
    """Show where submissions stand: never what is in them."""
    database = context.database()
    for each in desk.everything(database, State(state) if state else None, limit):
        why = f"behind {each.behind}" if each.behind else each.refusal or each.error
        said = f"{each.public_id}  {each.state:9}  {each.kind:11}  accepted {each.accepted_at:%Y-%m-%d %H:%M}Z"
        click.echo(f"{said}  attempts {each.attempts:<3}  {why}".rstrip())
    click.echo(", ".join(f"{count} {name}" for name, count in desk.counts(database).items()))


@outbox.command("show")
@click.argument("number")
@click.pass_obj
@explained
def outbox_show(context: Context, number: str) -> None:
    """Show all but the content of one submission."""
    found = _found(context, number)
    for name in desk.Shown.__dataclass_fields__:
        value = getattr(found, name)
        if value not in (None, ""):
            click.echo(f"{name:14}  {value}")


@outbox.command("retry")
@click.argument("number")
@click.pass_obj
@explained
def outbox_retry(context: Context, number: str) -> None:
    """Let it go on at once, with all its tries again."""
    try:
        state = desk.retry(_portal(context), number, _BY)
    except desk.NotThere:
        raise _not_there() from None
    except desk.NotNow as error:
        raise click.ClickException(f"it is {error.state.value}: it cannot be sent again") from None
    click.echo(f"{number} goes on from {state.value}.")


@outbox.command("settle")
@click.argument("number")
@click.option("--reason", type=click.Choice(desk.REASONS), required=True)
@click.option("--case-no", default="", help="Its number in the billing system, where there is one.")
@click.confirmation_option(prompt="Its content and files will be wiped. Is it settled?")
@click.pass_obj
@explained
def outbox_settle(context: Context, number: str, reason: str, case_no: str) -> None:
    """End it by hand: it is not sent any more, and its content and files are wiped."""
    try:
        desk.settle(_portal(context), number, _BY, reason=reason, case_no=case_no)
    except desk.NotThere:
        raise _not_there() from None
    except desk.NotNow as error:
        raise click.ClickException(f"it is {error.state.value}: it cannot be settled") from None
    click.echo(f"{number} is settled.")


@outbox.command("export")
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=False))
@click.pass_obj
@explained
def outbox_export(context: Context, number: str, file: Path) -> None:
    """Write content and files into a new ZIP FILE, readable by its owner alone."""
    try:
        _write_whole(file, exporting.export(_portal(context), number, _BY))
    except desk.NotThere:
        raise _not_there() from None
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


def _found(context: Context, number: str) -> desk.Shown:
    try:
        return desk.get(context.database(), number)
    except desk.NotThere:
        raise _not_there() from None


def _not_there() -> click.ClickException:
    return click.ClickException("there is no submission of this number")


def _portal(context: Context) -> Portal:
    from gateway.app import create_app

    made: Portal = create_app(context.settings()).extensions["ebok"]
    return made
