"""``ebok payments``: where payments stand, for the operator without a browser.

Each deed is in the audit log under the name of the command line.
"""

import click

from gateway.cli_context import Context, explained
from gateway.cli_staff import ACTOR
from gateway.outbox.desk import By
from gateway.payments import desk
from gateway.payments.states import PaymentState
from gateway.portal import Portal

_BY = By(ACTOR)


@click.group()
def payments() -> None:
    """Payments on their way to a payment operator and back."""


@payments.command("list")
@click.option("--state", type=click.Choice([each.value for each in PaymentState]), help="Only these; else all open.")
@click.option("--limit", default=100, show_default=True)
@click.pass_obj
@explained
def payments_list(context: Context, state: str | None, limit: int) -> None:
    """Show where payments stand: never what is paid."""
    database = context.database()
    for each in desk.everything(database, PaymentState(state) if state else None, limit):
        said = f"{each.public_id}  {each.state:8}  {each.operator:8}  begun {each.created_at:%Y-%m-%d %H:%M}Z"
        click.echo(f"{said}  {each.error}".rstrip())
    click.echo(", ".join(f"{count} {name}" for name, count in desk.counts(database).items()))


@payments.command("show")
@click.argument("number")
@click.pass_obj
@explained
def payments_show(context: Context, number: str) -> None:
    """Show all but the content of one payment."""
    try:
        found = desk.get(context.database(), number)
    except desk.NotThere:
        raise _not_there() from None
    for name in desk.Shown.__dataclass_fields__:
        value = getattr(found, name)
        if value not in (None, "", ()):
            click.echo(f"{name:14}  {' '.join(value) if isinstance(value, tuple) else value}")


@payments.command("ask")
@click.argument("number")
@click.pass_obj
@explained
def payments_ask(context: Context, number: str) -> None:
    """Ask its operator about it now."""
    try:
        state = desk.ask(_portal(context), number, _BY)
    except desk.NotThere:
        raise _not_there() from None
    except desk.NotNow as error:
        raise click.ClickException(f"it is {error.state.value}: its operator has nothing to add") from None
    click.echo(f"{number} is {state.value}.")


@payments.command("settle")
@click.argument("number")
@click.option("--outcome", type=click.Choice(list(desk.OUTCOMES)), required=True)
@click.confirmation_option(prompt="Did you look it up at the operator or in the billing system?")
@click.pass_obj
@explained
def payments_settle(context: Context, number: str, outcome: str) -> None:
    """Say what became of it: paid (the billing system is told), failed (nothing taken, or given back), booked."""
    try:
        state = desk.settle(_portal(context), number, _BY, outcome=outcome)
    except desk.NotThere:
        raise _not_there() from None
    except desk.NotNow as error:
        raise click.ClickException(f"it is {error.state.value}: that cannot be said of it") from None
    click.echo(f"{number} is {state.value}.")


def _not_there() -> click.ClickException:
    return click.ClickException("there is no payment of this number")


def _portal(context: Context) -> Portal:
    from gateway.app import create_app

    made: Portal = create_app(context.settings()).extensions["ebok"]
    return made
