"""The API describes itself, speaks the reader's language, and says how it fares."""

import pytest

from tests.stack import Stack

OPEN_CALLS = {
    *("post /api/v1/tokens", "post /api/v1/tokens/second-factor"),
    *("post /api/v1/outages", "get /api/v1/e-invoice-consent"),
    *("get /api/v1/terms", "post /api/v1/registrations", "post /api/v1/registrations/prove"),
}


def test_the_description_is_openapi_and_its_page_names_every_call(portal: Stack) -> None:
    client = portal.client()
    spec = client.get("/api/v1/openapi.json").json
    assert spec["openapi"] == "3.1.0"
    page = client.get("/api/v1/").text
    for path, item in spec["paths"].items():
        assert path.replace("{", "{") in page
        for method in item:
            if method in ("get", "post", "delete"):
                secured = item[method].get("security")
                assert secured or f"{method} {path}" in OPEN_CALLS
    assert "http://" not in page.replace(client.get("/api/v1/").request.host_url, "")


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
def test_problems_speak_the_readers_language(portal: Stack, language: str) -> None:
    answers = {
        portal.client().get("/api/v1/nothing", headers={"Accept-Language": each}).json["detail"]
        for each in (language, "pl")
    }
    assert len(answers) == (1 if language == "pl" else 2)


def test_health_and_readiness(portal: Stack) -> None:
    client = portal.client()
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "database": "ok", "erp": "ok"}
    portal.fault("ping", "html_500")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"], answer.json["erp"]) == (200, "degraded", "unavailable")
