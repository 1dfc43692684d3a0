"""``ebok staff``, ``ebok audit`` and what ``ebok account`` does beside adding: for the operator, without a browser.

Each deed is in the audit log under the name of the command line.
"""

from datetime import UTC, datetime, time
from typing import Any

import click

from adapters.clock import WARSAW, SystemClock
from gateway import audit as audit_log
from gateway import audit_query
from gateway.cli_context import Context, explained
from gateway.password_rules import weakness
from gateway.passwords import first_password
from gateway.remote_clock import RemoteClock
from gateway.sealing import Sealer
from gateway.settings import Settings
from gateway.staff import care, people

ACTOR = "command line"


@click.group()
def staff() -> None:
    """The utility's people who sign in at /staff."""


@staff.command("add")
@click.argument("login")
@click.option("--role", type=click.Choice(people.ROLES), default=people.CLERK, show_default=True)
@click.password_option(envvar="EBOK_PASSWORD", help="12 to 128 characters; asked for when not given.")
@click.pass_obj
@explained
def staff_add(context: Context, login: str, role: str, password: str) -> None:
    """Add a person; their first login sets up the second factor."""
    settings, now = context.settings(), _now(context.settings())
    weak = weakness(password, (login, settings.utility.name))
    if weak is not None and not settings.demo:
        raise click.ClickException(f"password: {_WEAK[weak.value]}")
    database = context.database()
    try:
        people.add_staff(database, login=login, role=role, password=password, now=now)
    except people.StaffProblem as problem:
        raise click.ClickException(str(problem)) from None
    with database.transaction() as connection:
        audit_log.record(
            connection, at=now, actor=ACTOR, action="staff.added", subject=login.strip().lower(), detail=role
        )
    click.echo(f"{login.strip().lower()} may sign in at /staff as {role}.")


@staff.command("list")
@click.pass_obj
@explained
def staff_list(context: Context) -> None:
    """Show everybody: role, second factor, locked or not."""
    for each in people.everybody(context.database()):
        factor = "second factor set" if each.enrolled else "no second factor yet"
        click.echo(f"{each.login:24}  {each.role:13}  {factor:20}  {'locked' if each.locked_at else ''}".rstrip())


@staff.command("lock")
@click.argument("login")
@click.pass_obj
@explained
def staff_lock(context: Context, login: str) -> None:
    """Lock a person out; their sessions end at once."""
    _change(context, login, "staff.locked", lambda connection, person, now: people.lock(connection, person, now))


@staff.command("unlock")
@click.argument("login")
@click.pass_obj
@explained
def staff_unlock(context: Context, login: str) -> None:
    """Let a person in again."""
    _change(context, login, "staff.unlocked", lambda connection, person, now: people.unlock(connection, person))


@staff.command("reset-second-factor")
@click.argument("login")
@click.pass_obj
@explained
def staff_reset(context: Context, login: str) -> None:
    """Forget a lost second factor; the next login sets up a new one."""

    def reset(connection: Any, person: int, now: datetime) -> None:
        people.forget_second_factor(connection, person)

    _change(context, login, "staff.second_factor_reset", reset)


@click.command("list")
@click.option("--locked", is_flag=True, help="Only those that are locked.")
@click.pass_obj
@explained
def account_list(context: Context, locked: bool) -> None:
    """Show accounts: login, how many customers they see, and their state."""
    with context.database().reading() as connection:
        for each in care.everyone(connection):
            if locked and each.locked_at is None:
                continue
            state = "locked" if each.locked_at else "first password" if each.waits_for_first_login else ""
            click.echo(f"{each.login:40}  customers {len(each.customer_nos):<4}  {state}".rstrip())


@click.command("lock")
@click.argument("login")
@click.option("--reason", type=click.Choice(care.LOCK_REASONS), default="other", show_default=True)
@click.pass_obj
@explained
def account_lock(context: Context, login: str, reason: str) -> None:
    """Lock an account: its sessions and tokens end at once, its holder is told by mail."""
    _care(context, login, lambda connection, account, deed: care.lock(connection, account, deed, reason=reason))
    click.echo(f"{login} is locked.")


@click.command("unlock")
@click.argument("login")
@click.option("--reason", type=click.Choice(care.UNLOCK_REASONS), default="other", show_default=True)
@click.pass_obj
@explained
def account_unlock(context: Context, login: str, reason: str) -> None:
    """Let an account in again."""
    _care(context, login, lambda connection, account, deed: care.unlock(connection, account, deed, reason=reason))
    click.echo(f"{login} is unlocked.")


@click.command("resend-password")
@click.argument("login")
@click.pass_obj
@explained
def account_resend(context: Context, login: str) -> None:
    """Mail a new first password to somebody who has not changed theirs yet; it is shown nowhere."""
    settings, password = context.settings(), first_password()

    def resend(connection: Any, account: int, deed: care.Deed) -> None:
        care.resend_first_password(connection, account, deed, settings, password)

    _care(context, login, resend)
    click.echo(f"A new first password is on its way to {login}.")


@click.command("reset-second-factor")
@click.argument("login")
@click.pass_obj
@explained
def account_reset(context: Context, login: str) -> None:
    """For whoever lost their app for codes: codes come by e-mail again, and all sessions end."""
    _care(context, login, care.reset_second_factor)
    click.echo(f"{login} gets codes by e-mail again, where there is an address.")


@click.command()
@click.option("--customer", default="", help="Who saw or changed what of this customer number.")
@click.option("--account", default="", help="What this login did, and what was done with it.")
@click.option("--staff", "person", default="", help="What this person of the staff did and saw.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="In Warsaw's time.")
@click.option("--limit", default=1000, show_default=True, help="The newest so many.")
@click.pass_obj
@explained
def audit(context: Context, customer: str, account: str, person: str, since: datetime | None, limit: int) -> None:
    """Who saw or changed what, the oldest first; asking is written down too."""
    database, now = context.database(), _now(context.settings())
    start = datetime.combine(since.date(), since.time() or time(), WARSAW) if since else None
    with database.transaction() as connection:
        events = audit_query.find(
            connection, customer_no=customer, account=account, staff=person, since=start, limit=limit
        )
        audit_log.record(connection, at=now, actor=ACTOR, action="audit.searched", customer_no=customer[:32] or None)
    for each in reversed(events):
        whom = "  ".join(filter(None, [each.customer_no and f"customer {each.customer_no}", each.login, each.subject]))
        at = each.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        network, detail = each.network or "-", f"  ({each.detail})" if each.detail else ""
        click.echo(f"{at}Z  {each.actor:24}  {each.action:30}  {network:20}  {whom}{detail}".rstrip())
    if not events:
        click.echo("Nothing like that is in the log.")


ACCOUNT_COMMANDS = (account_list, account_lock, account_unlock, account_resend, account_reset)
_WEAK = {
    "short": "expected 12 to 128 characters",
    "long": "expected 12 to 128 characters",
    "common": "this is one of those that are tried first",
    "context": "this is made of words that are tried first: password, the login, the utility's name",
}


def _change(context: Context, login: str, action: str, change: Any) -> None:
    database, now = context.database(), _now(context.settings())
    try:
        person = people.by_login(database, login)
        with database.transaction() as connection:
            change(connection, person.id, now)
            audit_log.record(connection, at=now, actor=ACTOR, action=action, subject=person.login)
    except people.StaffProblem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{person.login}: done.")


def _care(context: Context, login: str, do: Any) -> None:
    settings = context.settings()
    sealer = Sealer([settings.web.secret_key, *settings.web.secret_key_fallbacks])
    deed = care.Deed(actor=ACTOR, now=_now(settings), sealer=sealer)
    try:
        with context.database().transaction() as connection:
            do(connection, care.id_of(connection, login), deed)
    except care.CareProblem as problem:
        raise click.ClickException(str(problem)) from None


def _now(settings: Settings) -> datetime:
    """The moment by the portal's own clock, which in a demo is the sandbox's."""
    if not settings.clock.url:
        return SystemClock().now()
    clock = RemoteClock(settings.clock.url)
    clock.refresh()
    return clock.now()
