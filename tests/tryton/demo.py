"""The demo in front of a real ERP: ``make demo-tryton`` sets Tryton up once, then runs it with the portal before it."""

import json

import click

from adapters.errors import Misconfigured
from gateway.demo import BackEnd, run
from gateway.ports import check_ports, port_option
from tests.tryton import build, world

FOLDER = build.ROOT / ".demo" / "tryton-demo"
LOGINS = {
    "anna": [world.CORRECTED],
    "zarzadca": [
        *(world.MANY_INVOICES, world.LATE_BOOKING, world.REVERSED_PAYMENT, world.TWO_INSTALMENTS, world.FULLY_CREDITED),
        *(world.OVERPAID, "100108", "100109", "100111", world.ALSO_A_SUPPLIER, "100115", world.NO_INVOICES),
    ],
}


@click.command()
@port_option("--port", "EBOK_PORT", 8080, "The portal's.")
@port_option("--erp-port", "EBOK_SANDBOX_PORT", 8090, "Tryton's.")
def main(port: int, erp_port: int) -> None:
    """Build if need be, then show until Ctrl-C."""
    check_ports(EBOK_PORT=port, EBOK_SANDBOX_PORT=erp_port)
    built = build.ensure(say=lambda line: print(f"Tryton: {line}", flush=True))
    key = json.loads((built.folder / "access.json").read_text())["rest_key"]
    url = f"http://127.0.0.1:{erp_port}/{build.DATABASE}"
    run(
        BackEnd(
            name="Tryton, with an invented water utility",
            module=["tests.tryton.server", "--port", str(erp_port), "--folder", str(FOLDER / "tryton")],
            port=erp_port,
            ready_url=f"{url}/rest/model/party.party",
            settings=f"""\
[erp]
adapter = "rest"

[erp.rest]
mapping = "tryton"
url = "{url}"
token = "{key}"
""",
        ),
        port=port,
        folder=FOLDER,
        logins=LOGINS,
        about=f"over REST; its history ends on {world.LAST_DAY}",
    )


if __name__ == "__main__":
    try:
        main()
    except (Misconfigured, build.CannotInstall) as error:
        raise SystemExit(str(error)) from error
    except KeyboardInterrupt:
        pass
