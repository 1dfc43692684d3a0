"""``ebok payments``: where payments stand, for the operator without a browser.

Each deed is in the audit log under the name of the command line.
"""

import click

from gateway.cli_context import Context
from gateway.cli_desk import BY, about, listing, show, show_all
from gateway.payments import desk
from gateway.payments.states import PaymentState


@click.group()
def payments() -> None:
    """Payments on their way to a payment operator and back."""


@listing(payments, PaymentState, "all open")
def payments_list(context: Context, state: str | None, limit: int) -> None:
    """Show where payments stand: never what is paid."""
    database = context.database()
    found = desk.everything(database, PaymentState(state) if state else None, limit)
    lines = (
        f"{each.public_id}  {each.state:8}  {each.operator:8}  begun {each.created_at:%Y-%m-%d %H:%M}Z  {each.error}"
        for each in found
    )
    show_all(lines, desk.counts(database))


@about(payments, "show")
def payments_show(context: Context, number: str) -> None:
    """Show all but the content of one payment, and how it can be settled."""
    found = desk.get(context.database(), number)
    show(found)
    click.echo(f"{'outcomes':14}  {' '.join(found.outcomes) or 'none'}")


@about(payments, "ask", never="its operator has nothing to add")
def payments_ask(context: Context, number: str) -> None:
    """Ask its operator about it now."""
    state = desk.ask(context.portal(), number, BY)
    click.echo(f"{number} is {state.value}.")


@about(payments, "settle", never="`ebok payments show` names the outcomes that it can have")
@click.option("--outcome", type=click.Choice(list(desk.OUTCOMES)), required=True)
@click.confirmation_option(prompt="Did you look it up at the operator or in the billing system?")
def payments_settle(context: Context, number: str, outcome: str) -> None:
    """Say what became of it: paid (the billing system is told), failed (nothing taken, or given back), booked."""
    state = desk.settle(context.portal(), number, BY, outcome=outcome)
    click.echo(f"{number} is {state.value}.")
