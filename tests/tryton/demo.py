"""The demo in front of a real ERP: ``make demo-tryton`` sets Tryton up once, then runs it with the portal before it."""

import json
import os
import sys

from adapters.errors import Misconfigured
from gateway.demo import BackEnd, run
from tests.tryton import build, world

FOLDER = build.ROOT / ".demo" / "tryton-demo"
PORTS = {"PORT": 8080, "SANDBOX_PORT": 8090}
LOGINS = {
    "anna": [world.CORRECTED],
    "zarzadca": [
        *(world.MANY_INVOICES, world.LATE_BOOKING, world.REVERSED_PAYMENT, world.TWO_INSTALMENTS, world.FULLY_CREDITED),
        *(world.OVERPAID, "100108", "100109", "100111", world.ALSO_A_SUPPLIER, "100115", world.NO_INVOICES),
    ],
}


def main() -> None:
    """Build if need be, then show until Ctrl-C; ``EBOK_PORT`` and ``EBOK_SANDBOX_PORT`` as for the other demo."""
    built = build.ensure(say=lambda line: print(f"Tryton: {line}", flush=True))
    key = json.loads((built.folder / "access.json").read_text())["rest_key"]
    port, erp_port = (int(os.environ.get(f"EBOK_{name}") or usual) for name, usual in PORTS.items())
    url = f"http://127.0.0.1:{erp_port}/{build.DATABASE}"
    run(
        BackEnd(
            name="Tryton, with an invented water utility",
            command=[
                *(sys.executable, "-m", "tests.tryton.server"),
                *("--port", str(erp_port), "--folder", str(FOLDER / "tryton")),
            ],
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
