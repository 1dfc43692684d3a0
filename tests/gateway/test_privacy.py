"""After a full visit nothing of the billing system is left: not in the database, on the disk, or in the logs."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from gateway import logs
from gateway.settings import Log
from tests.stack import Stack, stack


@pytest.fixture(params=["soap", "rest"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    with stack(tmp_path, face=request.param) as made:
        yield made


def marks(portal: Stack) -> set[str]:
    """What the ERP told about these customers, in every spelling that could be left behind."""
    found = set()
    for login in ("anna", "zarzadca"):
        api = portal.api(login)
        balance = api.get("balance").json
        found |= {balance["amount"], balance["payment_account"]}
        found |= {each["name"] for each in api.customers}
        for invoice in api.get("invoices").json["items"]:
            found |= {invoice["invoice_no"], invoice["gross"], invoice["payment_account"], invoice["ksef_no"] or ""}
        profile = api.get("profile").json
        found |= {profile["address"], profile["email"], profile["phone"]}
        for meter in api.get("meters").json:
            found |= {meter["meter_no"], meter["serial_no"], meter["place"]}
        for case in api.get("cases").json["items"]:
            found |= {case["case_no"], case["answer"], *(each["name"] for each in case["documents"])}
        for contract in api.get("contracts").json:
            found |= {contract["contract_no"], *(point["address"] for point in contract["supply_points"])}
    found = {each for each in found if each and len(each) >= 5}
    return found | {each.replace(".", ",") for each in found} | {each.replace("/", "-") for each in found}


def visit(portal: Stack) -> None:
    """Every page and call, then each of them again while the ERP misbehaves."""
    meters, cases = portal.api().get("meters").json, portal.api().get("cases").json["items"]
    for fault in (None, "missing_field", "html_500", "foreign_owner", "soap_fault_business", "soap_fault_unknown"):
        if fault:
            portal.fault("*", fault)
            portal.portal.erp.forget("100001")
        browser = portal.browser()
        cid = portal.api().customers[0]["id"]
        items = portal.api().get("invoices").json.get("items", [])
        pages = ["/", f"/o/{cid}/", f"/o/{cid}/umowy", f"/o/{cid}/faktury", f"/o/{cid}/rozliczenia", "/klienci"]
        pages += [f"/o/{cid}/faktury/{each['id']}" for each in items[:3]]
        pages += [f"/o/{cid}/faktury/{each['id']}/dokument" for each in items[:2]]
        for page in pages:
            browser.get(page).get_data()
        api = portal.api()
        for path in ("profile", "meters", "cases", "offers", "submissions"):
            api.get(path)
        for meter in meters:
            api.get(f"meters/{meter['id']}/readings")
        for case in cases:
            for document in case["documents"]:
                api.get(document["url"]).get_data()
    portal.control("DELETE", "faults")


def test_a_full_visit_leaves_no_trace(portal: Stack, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure(Log(format="json", level="debug"))
    try:
        wanted = marks(portal)
        assert len(wanted) > 60
        visit(portal)
    finally:
        for handler in list(logging.getLogger().handlers):
            handler.flush()
        structlog.reset_defaults()  # or later tests would write into what is captured here
    out, err = capfd.readouterr()
    assert '"event"' in err  # the faults were logged, so there was something to leak
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".sqlite" for path in files)
    kept = {path.name: path.read_bytes() for path in files} | {"stdout": out.encode(), "stderr": err.encode()}
    for name, octets in kept.items():
        leaked = [mark for mark in wanted if mark.encode() in octets]
        assert not leaked, (name, leaked[:3])


def test_the_command_line_says_no_password(tmp_path: Path) -> None:
    from gateway.cli import main

    environ = {
        "EBOK_UTILITY__NAME": "W",
        "EBOK_WEB__SECRET_KEY": "x" * 40,
        "EBOK_DATABASE__URL": f"sqlite:///{tmp_path}/portal.sqlite",
        "EBOK_ERP__ADAPTER": "soap",
        "EBOK_PASSWORD": "a password that nobody shows",
    }
    runner = CliRunner()
    assert runner.invoke(main, ["registrations"], env=environ).exit_code == 1, "before there are tables"
    assert runner.invoke(main, ["db", "upgrade"], env=environ).exit_code == 0
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}, "nobody else on the host reads it"
    added = runner.invoke(main, ["account", "add", "anna", "--customer", "100001"], env=environ)
    assert added.exit_code == 0, added.output
    assert environ["EBOK_PASSWORD"] not in added.output
    again = runner.invoke(main, ["account", "add", "ANNA", "--customer", "100001"], env=environ)
    assert again.exit_code == 1
    assert "taken" in again.output
