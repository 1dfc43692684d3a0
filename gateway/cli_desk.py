"""What the command lines of a clerk's desk share: naming one thing, what is refused of it, and how it is shown."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any

import click

from gateway.cli_context import explained
from gateway.cli_staff import ACTOR
from gateway.outbox import desk as outbox
from gateway.payments import desk as payments

BY = outbox.By(ACTOR)


def listing(group: click.Group, states: type[StrEnum], rest: str) -> Callable[[Callable[..., None]], click.Command]:
    """The command ``list``, of one state or of the ``rest``."""

    def wrapped(command: Callable[..., None]) -> click.Command:
        command = click.pass_obj(explained(command))
        command = click.option("--limit", default=100, show_default=True, help="The newest so many.")(command)
        choice = click.Choice([each.value for each in states])
        return group.command("list")(click.option("--state", type=choice, help=f"Only these; else {rest}.")(command))

    return wrapped


def about(group: click.Group, name: str, *, never: str = "") -> Callable[[Callable[..., None]], click.Command]:
    """A command about one NUMBER; ``never`` is what to say of one that stands where this cannot be done."""

    def wrapped(command: Callable[..., None]) -> click.Command:
        @wraps(command)
        def run(context: Any, number: str, **options: Any) -> None:
            try:
                command(context, number, **options)
            except (outbox.NotThere, payments.NotThere):
                hint = f"`ebok {group.name} list` shows the numbers, with --state also of what is over"
                raise click.ClickException(f"there is no {number}: {hint}") from None
            except (outbox.NotNow, payments.NotNow) as error:
                raise click.ClickException(f"{number} is {error.state.value}: {never}") from None

        return group.command(name)(click.argument("number")(click.pass_obj(explained(run))))

    return wrapped


def show(record: Any) -> None:
    """Its fields, those that say something."""
    for name in type(record).__dataclass_fields__:
        value = getattr(record, name)
        if value not in (None, "", ()):
            click.echo(f"{name:14}  {' '.join(value) if isinstance(value, tuple) else value}")


def show_all(lines: Iterable[str], counts: Mapping[str, int]) -> None:
    """A line each, and how many there are in all."""
    for line in lines:
        click.echo(line.rstrip())
    click.echo(", ".join(f"{count} {name}" for name, count in counts.items()))
