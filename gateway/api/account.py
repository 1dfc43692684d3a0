"""The calls about one's own account: the steps of a first login, the password, the profile."""

from typing import Any

from flask import abort, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, validate
from marshmallow import fields as marshmallow_fields
from werkzeug.exceptions import UnprocessableEntity

from gateway.api import schemas
from gateway.api.bearer import find_holder, token_holder
from gateway.api.entering import finish, new_token
from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import PROBLEM_JSON, problem_response
from gateway.selfservice import consents, gate, own_sessions, passwords, personal_tokens
from gateway.selfservice.person import Refused, known
from gateway.sessions import who
from schemas import fields

_PROBLEM = {"schema": schemas.Problem, "content_type": PROBLEM_JSON}
_SECURED: dict[str, Any] = {"security": [{"token": []}]}
_STEPS = {
    "account.change_password": gate.Step.PASSWORD,
    "account.get_terms": gate.Step.TERMS,
    "account.accept_terms": gate.Step.TERMS,
}

account = Blueprint("account", __name__, url_prefix="/api/v1/account", description="One's own account")
codes = Blueprint("codes", __name__, url_prefix="/api/v1", description="The second factor")


@account.before_request
def _let_in() -> Any:
    find_holder(personal=True)
    if token_holder().link_id is not None:
        return problem_response(KINDS["out-of-scope"])
    return gate.problem(token_holder(), done_here=_STEPS.get(request.endpoint or ""))


class SecondFactor(Schema):
    class Meta:
        unknown = RAISE

    challenge = marshmallow_fields.String(required=True, validate=validate.Length(1, 100))
    code = marshmallow_fields.String(required=True, validate=validate.Length(1, 40))


class PasswordChange(Schema):
    class Meta:
        unknown = RAISE

    current_password = marshmallow_fields.String(
        load_default="",
        validate=validate.Length(max=128),
        metadata={"description": "Not needed in place of a first password, which logging in has used up."},
    )
    new_password = marshmallow_fields.String(required=True, validate=validate.Length(1, 200))


class TermsInForce(Schema):
    version = marshmallow_fields.String(required=True)
    text = marshmallow_fields.String(required=True, metadata={"description": "Markdown."})
    privacy = marshmallow_fields.String(required=True, metadata={"description": "Markdown."})
    text_hash = marshmallow_fields.String(required=True, metadata={"description": "SHA-256 of the text."})
    accepted = marshmallow_fields.Boolean(required=True)


class TermsAccepted(Schema):
    class Meta:
        unknown = RAISE

    version = marshmallow_fields.String(required=True, validate=validate.Length(1, 32))


class Profile(Schema):
    login = marshmallow_fields.String(required=True)
    email = marshmallow_fields.String(required=True, allow_none=True)
    holder = marshmallow_fields.String(required=True)
    phone = marshmallow_fields.String(required=True)
    language = marshmallow_fields.String(required=True)
    second_factor = marshmallow_fields.String(required=True, validate=validate.OneOf(["email", "totp", "off"]))
    terms_version = marshmallow_fields.String(required=True, allow_none=True)
    created_at = fields.Instant(required=True)


class SessionItem(Schema):
    id = marshmallow_fields.String(required=True, attribute="public_id")
    kind = marshmallow_fields.String(required=True, validate=validate.OneOf(["page", "token"]))
    device = marshmallow_fields.String(required=True)
    created_at = fields.Instant(required=True)
    seen_at = fields.Instant(required=True)
    expires_at = fields.Instant(required=True)
    current = marshmallow_fields.Boolean(required=True, metadata={"description": "The one that asks."})


class PersonalTokenItem(Schema):
    id = marshmallow_fields.String(required=True, attribute="public_id")
    name = marshmallow_fields.String(required=True, attribute="label")
    customer_no = fields.CustomerNo(required=True)
    created_at = fields.Instant(required=True)
    used_at = fields.Instant(required=True, allow_none=True)
    expires_at = fields.Instant(required=True)


class MadePersonalToken(schemas.Token):
    id = marshmallow_fields.String(required=True, metadata={"description": "By which it is revoked."})


class PersonalTokenWish(Schema):
    class Meta:
        unknown = RAISE

    name = marshmallow_fields.String(required=True, validate=validate.Length(1, 80))
    customer = marshmallow_fields.String(
        required=True, validate=validate.Length(1, 40), metadata={"description": "The customer's id, as in URLs."}
    )
    last_day = fields.Day(required=True)


@codes.route("/tokens/second-factor", methods=["POST"])
@codes.arguments(SecondFactor)
@codes.response(201, schemas.Token)
@codes.alt_response(401, description="The challenge has ended", **_PROBLEM)
@codes.alt_response(422, description="The code does not fit", **_PROBLEM)
def finish_second_factor(given: dict[str, str]) -> Any:
    """Turn the challenge of a login and the code that belongs to it into a token."""
    return refusing(finish, given["challenge"], given["code"])


@account.route("")
@account.response(200, Profile)
@account.doc(**_SECURED)
def get_profile() -> Any:
    """What the portal knows of the holder of this account."""
    person = known(portal(), who().account_id)
    named = {name: getattr(person, name) for name in ("login", "email", "holder", "phone", "language")}
    return {
        **named,
        "second_factor": person.second_factor,
        "terms_version": token_holder().terms_version,
        "created_at": person.created_at,
    }


@account.route("/password", methods=["POST"])
@account.arguments(PasswordChange)
@account.response(200, schemas.Token)
@account.alt_response(422, description="The current password is wrong, or the new one is too easy", **_PROBLEM)
@account.doc(**_SECURED)
def change_password(given: dict[str, str]) -> Any:
    """Change the password; it ends every session and token, and gives a new one."""
    if token_holder().first_password:
        refusing(passwords.change_first, portal(), who(), given["new_password"])
    else:
        refusing(passwords.change, portal(), who(), given["current_password"], given["new_password"])
    return new_token(who().account_id)


@account.route("/terms")
@account.response(200, TermsInForce)
@account.doc(**_SECURED)
def get_terms() -> Any:
    """The terms in force and the information on personal data."""
    terms = portal().terms
    return {
        "version": terms.terms.version,
        "text": terms.terms.markdown,
        "privacy": terms.privacy.markdown,
        "text_hash": terms.terms.text_hash,
        "accepted": token_holder().terms_version == terms.terms.version,
    }


@account.route("/terms", methods=["POST"])
@account.arguments(TermsAccepted)
@account.response(204)
@account.alt_response(422, description="Another version is in force", **_PROBLEM)
@account.doc(**_SECURED)
def accept_terms(given: dict[str, str]) -> None:
    """Accept the terms of this version."""
    refusing(consents.accept, portal(), who(), given["version"], channel="api")


@account.route("/sessions")
@account.response(200, SessionItem(many=True))
@account.doc(**_SECURED)
def list_sessions() -> Any:
    """What is signed in to this account, browsers and programs, the last used first."""
    return own_sessions.sessions_of(portal(), who(), token_holder().session_id)


@account.route("/sessions/<sid>", methods=["DELETE"])
@account.response(204)
@account.alt_response(404, description="No such session", **_PROBLEM)
@account.doc(**_SECURED)
def end_session(sid: str) -> None:
    """End one of them at once."""
    if not own_sessions.end_one(portal(), who(), sid):
        abort(404)


@account.route("/personal-tokens")
@account.response(200, PersonalTokenItem(many=True))
@account.doc(**_SECURED)
def list_personal_tokens() -> Any:
    """The personal tokens that still work, the newest first, with their last use."""
    return personal_tokens.tokens_of(portal(), who())


@account.route("/personal-tokens", methods=["POST"])
@account.arguments(PersonalTokenWish)
@account.response(201, MadePersonalToken)
@account.alt_response(422, description="A field is wrong", **_PROBLEM)
@account.doc(**_SECURED)
def make_personal_token(given: dict[str, Any]) -> Any:
    """A token for reading the invoices of one customer until a day; it is shown only here."""
    key, expires_at = refusing(
        personal_tokens.make,
        portal(),
        who(),
        name=given["name"],
        link_public_id=given["customer"],
        last_day=given["last_day"],
    )
    return {"id": personal_tokens.id_of(portal(), key), "token": key, "expires_at": expires_at}


@account.route("/personal-tokens/<tid>", methods=["DELETE"])
@account.response(204)
@account.alt_response(404, description="No such token", **_PROBLEM)
@account.doc(**_SECURED)
def revoke_personal_token(tid: str) -> None:
    """Revoke one at once."""
    if not personal_tokens.revoke(portal(), who(), tid):
        abort(404)


def refusing(act: Any, *given: Any, **named: Any) -> Any:
    """Do it, or answer 422 with what is wrong at which field."""
    try:
        return act(*given, **named)
    except Refused as refused:
        problem = UnprocessableEntity()
        problem.data = {  # type: ignore[attr-defined]  # as flask-smorest tells of wrong fields
            "messages": {"json": {name: [str(sentence)] for name, sentence in refused.mistakes.items()}}
        }
        raise problem from None
