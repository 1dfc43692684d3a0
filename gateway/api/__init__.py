"""The JSON API under /api/v1, described in OpenAPI 3.1 from the same schemas that answer it."""

from typing import Any

from flask import Flask
from flask_smorest import Api

from gateway.api import (
    account,
    body,
    cases,
    documentation,
    meters,
    offers,
    outages,
    own_customers,
    payments,
    profile,
    registration,
    schemas,
    submissions,
    transfers,
    views,
)
from gateway.problems import PROBLEM_JSON
from schemas import fields

_OF_A_CUSTOMER = (own_customers, profile, meters, cases, submissions, offers, transfers, payments)
"""Each adds its calls to the customers' blueprint on being imported."""
_STRICT = (
    fields.Money,
    fields.Volume,
    fields.Nrb,
    fields.CustomerNo,
    fields.Text,
    fields.LongText,
    fields.Count,
    fields.KsefNo,
    fields.Currency,
    fields.Flag,
    fields.Day,
    fields.Instant,
    fields.Word,
)


class _Api(Api):
    """flask-smorest with our own schema of errors; the exceptions themselves are answered by ``gateway.problems``."""

    ERROR_SCHEMA = schemas.Problem

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        # flask-smorest has one content type for good and bad answers; ours differ.
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_JSON
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE


def init_app(app: Flask) -> None:
    """Register the calls, the description and its page."""
    app.config.update(
        API_TITLE="eBOK Gateway",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": documentation.ABOUT},
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        },
    )
    body.init_app(app)
    api = _Api()
    for field in _STRICT:
        api.register_field(field, field.json_type["type"], field.json_type.get("format"))
    api.init_app(app)
    api.ma_plugin.converter.add_attribute_function(_describe)
    for blueprint in (
        views.tokens,
        views.customers,
        account.account,
        account.codes,
        registration.registrations,
        outages.outages,
    ):
        api.register_blueprint(blueprint)
    documentation.init_app(app, api)


def _describe(_converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    if isinstance(field, fields.Word):
        words = [each.value for each in field.words]
        return {"enum": [*words, None] if field.allow_none else words}
    if isinstance(field, fields.Strict):
        return {name: value for name, value in field.json_type.items() if name in ("pattern", "minimum")}
    return {}
