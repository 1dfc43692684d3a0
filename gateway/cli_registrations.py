"""The command that shows where registrations stand, without a word of what was typed in them."""

from typing import Any

import click
from sqlalchemy import select

from gateway.cli_context import Context, explained
from gateway.models import Registration
from gateway.registration.records import OPEN


@click.command()
@click.option("--all", "decided", is_flag=True, help="Those that were decided too.")
@click.pass_obj
@explained
def registrations(context: Context, decided: bool) -> None:
    """List registrations: when they came, their state, how often the ERP was asked, whether a mail failed."""
    table: Any = Registration.__table__
    query = select(table).order_by(table.c.id)
    if not decided:
        query = query.where(table.c.state.in_(OPEN))
    with context.database().reading() as connection:
        rows = connection.execute(query).all()
    for row in rows:
        marks = [f"checks {row.checks}", row.reason, "mail failed" if row.mail_failed else ""]
        said = "  ".join(filter(None, marks))
        click.echo(f"{row.public_id}  {row.created_at:%Y-%m-%d %H:%M}Z  {row.state:<9}  {said}")
    if not rows:
        click.echo("No registration waits.")
