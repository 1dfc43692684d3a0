"""The next-day rule from outside: random histories booked in the ERP, the clock moved day by day, the API compared
with an independent sum of the ERP's own ledger.

``EBOK_HISTORIES`` sets how many histories; the default is a short version of the campaign.
"""

import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.stack import NOON, Api, Stack, stack

WARSAW = ZoneInfo("Europe/Warsaw")
HISTORIES = int(os.environ.get("EBOK_HISTORIES", "8"))
DAYS = [
    *("2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2026-12-31", "2027-01-01"),
    *("2028-02-28", "2028-02-29", "2026-06-15", "2027-02-28"),
]
HOURS = ["00:00:00", "00:00:01", "00:30:00", "01:59:59", "03:00:00", "12:00:00", "22:59:59", "23:30:00", "23:59:59"]


@pytest.fixture(scope="module", params=["soap", "rest"])
def portal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(tmp_path_factory.mktemp("portal"), face=request.param, CACHE__SECONDS="0") as made:
        yield made
        made.set_now(NOON.isoformat())


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_amount_date_and_pending_agree_with_the_erps_ledger(portal: Stack, seed: int) -> None:
    dice = random.Random(seed)
    customer = str(100101 + seed % 12)
    api = portal.api("zarzadca")
    api.at = f"/api/v1/customers/{next(each['id'] for each in api.customers if each['customer_no'] == customer)}"
    day = datetime.fromisoformat(DAYS[seed % len(DAYS)]) - timedelta(days=1)
    for _ in range(4):
        for hour in sorted(dice.sample(HOURS, 4)):
            moment = datetime.fromisoformat(f"{day:%Y-%m-%d}T{hour}").replace(tzinfo=WARSAW, fold=dice.randint(0, 1))
            portal.set_now(moment.isoformat())
            book(portal, dice, customer, moment)
            compare(portal, api, customer, moment)
        day += timedelta(days=1)


def book(portal: Stack, dice: random.Random, customer: str, moment: datetime) -> None:
    amount = Decimal(dice.randint(1, 99999)).scaleb(-2)
    other_day = (moment + timedelta(days=dice.randint(-9, 9))).date().isoformat()
    match dice.choice(["payment", "reversal", "invoice", "dated invoice", "nothing"]):
        case "payment":
            portal.control("POST", f"customers/{customer}/payments", {"amount": str(amount), "value_on": other_day})
        case "reversal":
            for sign in ("", "-"):
                portal.control(
                    "POST", f"customers/{customer}/payments", {"amount": f"{sign}{amount}", "value_on": other_day}
                )
        case "invoice":
            portal.control("POST", f"customers/{customer}/invoices", {"gross": str(amount), "due_on": other_day})
        case "dated invoice":
            body = {"gross": str(amount), "due_on": other_day, "issued_on": other_day}
            portal.control("POST", f"customers/{customer}/invoices", body)


def compare(portal: Stack, api: Api, customer: str, moment: datetime) -> None:
    """Knows the rule as the terms say it, and nothing of the portal's code."""
    ledger = portal.control("GET", f"customers/{customer}/ledger")
    entries: list[dict[str, Any]] = ledger["entries"] if isinstance(ledger, dict) else ledger
    yesterday = (moment.date() - timedelta(days=1)).isoformat()
    counted = sum((Decimal(each["amount"]) for each in entries if each["posted_on"] <= yesterday), Decimal("0.00"))
    pending = sorted((each["posted_on"], each["amount"]) for each in entries if each["posted_on"] > yesterday)

    balance = api.get("balance").json
    assert (balance["as_of"], balance["amount"]) == (yesterday, f"{counted:.2f}")
    assert balance["next_refresh_on"] == (moment.date() + timedelta(days=1)).isoformat()
    assert sorted((each["posted_on"], each["amount"]) for each in balance["pending"]) == pending
    for each in balance["pending"]:
        posted = datetime.fromisoformat(each["posted_on"])
        assert each["counts_on"] == (posted + timedelta(days=1)).date().isoformat()
    statement = api.get("ledger", limit=1).json["items"]
    if statement:
        assert statement[0]["balance"] == balance["amount"]


def test_the_cache_never_carries_a_balance_past_midnight(tmp_path: Path) -> None:
    with stack(tmp_path, CACHE__SECONDS="3600") as cached:
        cached.set_now("2026-03-28T23:59:59+01:00")
        api = cached.api()
        before = api.get("balance").json
        cached.set_now("2026-03-29T00:00:00+01:00")
        after = api.get("balance").json
        assert (before["as_of"], after["as_of"]) == ("2026-03-27", "2026-03-28")
