"""The ``ebok`` command: serve the portal, look after its database and accounts, check things, show a demo."""

import os
import sys
from pathlib import Path

import click

from adapters.clock import SystemClock
from adapters.errors import AdapterError, Misconfigured
from gateway.accounts import AccountProblem, add_account
from gateway.cli_context import Context, explained
from gateway.cli_mail import mail, worker
from gateway.cli_outbox import outbox
from gateway.cli_payments import payments
from gateway.cli_registrations import registrations
from gateway.cli_staff import ACCOUNT_COMMANDS, audit, staff
from gateway.config_example import render
from gateway.demo import run_demo
from gateway.ports import port_option


@click.group()
@click.version_option(package_name="ebok-gateway")
@click.option(
    "--config",
    envvar="EBOK_CONFIG",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The TOML file; without it config.toml here, if there is one, else the environment alone.",
)
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """eBOK Gateway: the electronic customer office in front of a billing system."""
    default = Path("config.toml")
    context.obj = Context(config or (default if default.exists() else None))


main.add_command(mail)
main.add_command(outbox)
main.add_command(payments)
main.add_command(worker)
main.add_command(staff)
main.add_command(audit)


@main.command()
@click.pass_obj
@explained
def serve(context: Context) -> None:
    """Serve the portal."""
    from gateway.server import serve as run

    settings = context.settings()
    if settings.demo and os.environ.get("EBOK_DEMO") != "1":
        raise Misconfigured("demo: this is the demo's configuration; it is not for production, use ebok demo")
    run(settings, context.config)


@main.command()
@click.option("--adapter", type=click.Choice(["soap", "rest"]), envvar="EBOK_DEMO_ADAPTER", default="soap")
@port_option("--port", "EBOK_PORT", 8080, "The portal's.")
@port_option("--sandbox-port", "EBOK_SANDBOX_PORT", 8090, "The billing system's.")
@port_option("--smtp-port", "EBOK_SMTP_PORT", 8025, "The demo's mailbox.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path(".demo"), show_default=True)
@explained
def demo(adapter: str, port: int, sandbox_port: int, smtp_port: int, folder: Path) -> None:
    """Run the portal in front of the sandbox billing system, with invented customers."""
    run_demo(adapter=adapter, port=port, sandbox_port=sandbox_port, smtp_port=smtp_port, folder=folder)


@main.group()
def db() -> None:
    """The portal's own database."""


@db.command("upgrade")
@click.pass_obj
@explained
def db_upgrade(context: Context) -> None:
    """Bring the tables to this version's migrations."""
    context.database().upgrade()
    click.echo("The database is up to date.")


@main.group()
def account() -> None:
    """Accounts of customers."""


for each in ACCOUNT_COMMANDS:
    account.add_command(each)


@account.command("add")
@click.argument("login")
@click.option("--customer", "customers", multiple=True, required=True, help="A customer number; may be repeated.")
@click.password_option(envvar="EBOK_PASSWORD", help="12 to 128 characters; asked for when not given.")
@click.pass_obj
@explained
def account_add(context: Context, login: str, customers: tuple[str, ...], password: str) -> None:
    """Make an account and link it with customers."""
    try:
        add_account(
            context.database(),
            login=login,
            password=password,
            customer_nos=list(customers),
            now=SystemClock().now(),
        )
    except AccountProblem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{login} may see {len(customers)} customer(s).")


@main.group()
def config() -> None:
    """The configuration."""


@config.command("check")
@click.pass_obj
@explained
def config_check(context: Context) -> None:
    """Name every mistake in the configuration and the mapping; asks nothing of the ERP."""
    from gateway.app import create_app

    create_app(context.settings())
    click.echo("The configuration is right.")


@config.command("example")
def config_example() -> None:
    """Print config.example.toml."""
    click.echo(render(), nl=False)


@main.group()
def adapter() -> None:
    """The way to the billing system."""


@adapter.command("ping")
@click.pass_obj
@explained
def adapter_ping(context: Context) -> None:
    """Ask whether the billing system answers."""
    from gateway.erp import build_adapter

    try:
        build_adapter(context.settings()).ping()
    except Misconfigured:
        raise  # each mistake on a line of its own
    except AdapterError as error:
        raise click.ClickException(f"{error.message} ({error.detail})") from None
    click.echo("The billing system answers.")


@adapter.command("check")
@click.option("--write", is_flag=True, help="Send to the billing system too, as the facts' [writing] allows; it stays.")
@click.argument("facts", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
@explained
def adapter_check(context: Context, facts: Path, arguments: tuple[str, ...], write: bool) -> None:
    """Prove the configured adapter with the conformance suite.

    FACTS is a TOML file of what you know of some customers; see docs/adapters.md. ARGUMENTS go to pytest, after --.
    """
    from gateway.erp import build_adapter

    try:
        from adapters.testing import read_facts, run
    except ImportError:
        raise click.ClickException("this needs pytest: pip install 'ebok-gateway[check]'") from None
    known = read_facts(facts)
    if write and known.writing is None:
        raise Misconfigured(f"{facts}: writing: expected this table, which says for whom may be written")
    sys.exit(run(build_adapter(context.settings()), known, write=write, arguments=list(arguments)))


@main.command()
@click.pass_obj
@explained
def openapi(context: Context) -> None:
    """Print the API's description (OpenAPI 3.1)."""
    import json

    from gateway.app import create_app

    app = create_app(context.settings())
    click.echo(json.dumps(app.extensions["ebok.openapi"].spec.to_dict(), indent=2, ensure_ascii=False))


main.add_command(registrations)


if __name__ == "__main__":
    main()
