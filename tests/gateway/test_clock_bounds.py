"""At the ends of the years to which the sandbox's clock can be put, pages and calls still answer."""

from collections.abc import Iterator

import pytest

from tests.stack import NOON, Stack, stack


@pytest.fixture(scope="module", params=["calendar_day", "business_day"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(tmp_path_factory.mktemp("portal"), ERP__REFRESH=request.param, CACHE__SECONDS="0") as made:
        yield made


@pytest.mark.parametrize("now", ["1990-01-01T00:00:00Z", "2200-12-31T23:59:59Z"])
def test_nothing_is_a_mistake_of_ours(whole: Stack, now: str) -> None:
    whole.set_now(NOON.isoformat())
    whole.set_now(now)
    browser, api = whole.browser(), whole.api()
    for page in ("", "faktury", "rozliczenia", "rozliczenia?od=1900-01-01", "rozliczenia?do=2200-12-31", "umowy"):
        assert browser.get(f"/o/{api.customers[0]['id']}/{page}").status_code == 200, page
    for call in ("contracts", "invoices", "balance", "ledger", "ledger?since=0001-01-01", "ledger?until=9999-12-31"):
        assert api.client.get(f"{api.at}/{call}", headers=api.headers).status_code == 200, call
    whole.set_now(NOON.isoformat())
