"""The API against its own description: generated requests, valid and not, answered as the description says.

``EBOK_FUZZ`` sets how many requests each call gets; the default is a short version of the campaign.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.stack import Stack, stack

EXAMPLES = int(os.environ.get("EBOK_FUZZ", "25"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, dict[str, str], str]]:
    with stack(tmp_path_factory.mktemp("portal"), face="rest", GUARD__BREAKER_OPEN_SECONDS="0") as made:
        api = made.api("anna")
        yield made, api.headers, api.customers[0]["id"]


def operations(app: Any) -> dict[str, Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return {each.ok().label: each.ok() for each in schema.get_all_operations()}


CALLS = [
    *("GET /api/v1/terms", "POST /api/v1/registrations", "POST /api/v1/registrations/prove"),
    *("POST /api/v1/customers", "DELETE /api/v1/customers/{cid}"),
    *("POST /api/v1/tokens", "DELETE /api/v1/tokens", "GET /api/v1/customers"),
    *("POST /api/v1/tokens/second-factor", "GET /api/v1/account", "POST /api/v1/account/password"),
    *("GET /api/v1/account/terms", "POST /api/v1/account/terms"),
    *("GET /api/v1/account/sessions", "DELETE /api/v1/account/sessions/{sid}"),
    *("GET /api/v1/account/personal-tokens", "POST /api/v1/account/personal-tokens"),
    "DELETE /api/v1/account/personal-tokens/{tid}",
    *(f"GET /api/v1/customers/{{cid}}/{each}" for each in ("contracts", "invoices", "balance", "ledger")),
    *(
        f"GET /api/v1/customers/{{cid}}/invoices/{{iid}}{each}"
        for each in ("", "/document", "/transfer", "/transfer.svg")
    ),
    *(f"GET /api/v1/customers/{{cid}}/{each}" for each in ("profile", "meters", "cases", "offers", "submissions")),
    *("GET /api/v1/customers/{cid}/meters/{mid}/readings", "GET /api/v1/customers/{cid}/submissions/{receipt}"),
    *(f"GET /api/v1/customers/{{cid}}/cases/{{no}}{each}" for each in ("", "/documents/{did}")),
    *("POST /api/v1/customers/{cid}/submissions", "POST /api/v1/outages", "GET /api/v1/e-invoice-consent"),
    *("POST /api/v1/customers/{cid}/payments", "GET /api/v1/customers/{cid}/payments"),
    "GET /api/v1/customers/{cid}/payments/{no}",
]


def test_every_call_is_fuzzed(running: tuple[Stack, dict[str, str], str]) -> None:
    assert set(operations(running[0].app)) == set(CALLS)


@pytest.mark.parametrize("label", CALLS)
def test_every_answer_is_described(label: str, running: tuple[Stack, dict[str, str], str]) -> None:
    portal, own, customer = running
    # The token must live on for the other calls, so the one that ends a token gets nobody's.
    headers = {"Authorization": "Bearer nobody's"} if label.startswith("DELETE") else own

    # A cursor that was not given out and days in the wrong order fit the schema and are refused all the same.
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operations(portal.app)[label].as_strategy())
    def fuzz(case: schemathesis.Case) -> None:
        if "cid" in case.path_parameters:
            case.path_parameters["cid"] = customer
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    fuzz()
