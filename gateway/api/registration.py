"""Registering over the API: the same answer for everybody, as on the page."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request
from flask_babel import get_locale, gettext
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from gateway.api.schemas import Problem
from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import PROBLEM_JSON, problem_response
from gateway.registration import flood, service
from gateway.registration.form import LONGEST, Form
from gateway.requester import network
from schemas import fields as strict

_NAMES = {"terms": "accept_terms", "privacy": "know_privacy"}
"""What the page's form calls otherwise."""
PROBLEM = {"schema": Problem, "content_type": PROBLEM_JSON}

registrations = Blueprint("registrations", __name__, url_prefix="/api/v1", description="Becoming a user")


def text(name: str, about: str, *, required: bool = True) -> fields.String:
    default: dict[str, Any] = {} if required else {"load_default": ""}
    return fields.String(
        required=required,
        validate=validate.Length(1 if required else 0, LONGEST[name]),
        metadata={"description": about},
        **default,
    )


class Registration(Schema):
    """What is on a paper invoice, and about who registers."""

    class Meta:
        unknown = RAISE

    customer_no = text("customer_no", "As on the invoice.")
    invoice_no = text("invoice_no", "The number of one invoice, from paper.")
    gross = text("gross", 'Its gross amount in PLN, such as "1 234,56" or "1234.56".')
    name = text("name", "Of the person or the company.")
    email = text("email", "Gets a link, and later the password.")
    phone = text("phone", "May be left out.", required=False)
    nip = text("nip", "Of a company; left out by a person.", required=False)
    accept_terms = strict.Flag(required=True, metadata={"description": "true: GET /terms was read and is accepted."})
    know_privacy = strict.Flag(
        required=True, metadata={"description": "true: the information on personal data in GET /terms was read."}
    )

    @validates_schema(skip_on_field_errors=False)
    def _as_on_the_page(self, data: dict[str, Any], **_: Any) -> None:
        """All that is wrong at once: the page's rules for whatever has come in its right type."""
        form = _form(data)
        form.registration()
        told = {_NAMES.get(field, field): str(said) for field, said in form.mistakes.items()}
        mistakes = {name: [said] for name, said in told.items() if name in data}
        if mistakes:
            raise ValidationError(mistakes)


def _form(given: Mapping[str, Any]) -> Form:
    return Form(
        {
            **{name: value for name, value in given.items() if isinstance(value, str)},
            "kind": "company" if given.get("nip") else "person",
            **{name: "1" if given.get(sent) else "" for name, sent in _NAMES.items()},
        }
    )


class Accepted(Schema):
    status = fields.String(required=True, validate=validate.Equal("accepted"))
    detail = fields.String(required=True)


class Proof(Schema):
    class Meta:
        unknown = RAISE

    token = fields.String(
        required=True, validate=validate.Length(1, 400), metadata={"description": "From the link in the mail."}
    )


class TermsText(Schema):
    version = fields.String(required=True)
    markdown = fields.String(required=True)
    text_hash = fields.String(required=True, metadata={"description": "SHA-256 of the Markdown, in hexadecimal."})


class TermsTexts(Schema):
    terms = fields.Nested(TermsText, required=True)
    privacy = fields.Nested(TermsText, required=True)


@registrations.route("/terms")
@registrations.response(200, TermsTexts)
def get_terms() -> Any:
    """The terms and the information on personal data that are in force."""
    return {"terms": portal().terms.terms, "privacy": portal().terms.privacy}


@registrations.route("/registrations", methods=["POST"])
@registrations.arguments(Registration)
@registrations.response(202, Accepted)
@registrations.alt_response(422, description="A field is wrong", **PROBLEM)
@registrations.alt_response(429, description="Too many from this network; see Retry-After", **PROBLEM)
def register(given: dict[str, Any]) -> Response:
    """Ask for access; the answer is the same whoever is known here. A mail with a link follows.

    With a header Idempotency-Key of 1 to 40 characters, a repetition with the same body is the same registration.
    """
    typed = _form(given).registration()
    assert typed is not None  # or the schema would have said why not
    wait = flood.seconds_to_wait(portal(), network())
    if wait:
        answer = problem_response(KINDS["too-many-requests"])
        answer.headers["Retry-After"] = str(wait)
        return answer
    once = request.headers.get("Idempotency-Key", "")[:40]
    service.submit(portal(), typed, language=str(get_locale()), network=network(), channel="api", once=once)
    flood.count(portal(), network())
    return _accepted(gettext("Przyjęliśmy zgłoszenie. Wysłaliśmy link, którym trzeba potwierdzić adres e-mail."))


@registrations.route("/registrations/prove", methods=["POST"])
@registrations.arguments(Proof)
@registrations.response(202, Accepted)
@registrations.alt_response(410, description="The token is wrong, used or expired", **PROBLEM)
def prove(given: dict[str, str]) -> Response:
    """Prove the e-mail address with the token of the mail's link; a mail says how the registration ended."""
    service.prove(portal(), given["token"])
    return _accepted(gettext("Adres jest potwierdzony. O wyniku napiszemy e-mailem."))


def _accepted(detail: str) -> Response:
    answer = jsonify({"status": "accepted", "detail": detail})
    answer.status_code = 202
    return answer
