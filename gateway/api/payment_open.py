"""What the API answers to whoever would pay a second time what is on its way."""

from typing import NoReturn

from flask import abort
from marshmallow import fields as marshmallow_fields

from gateway.api import schemas
from gateway.problem_kinds import KINDS
from gateway.problems import problem_response


class OpenProblem(schemas.Problem):
    payment = marshmallow_fields.String(
        metadata={"description": "The number of the payment that it is in, where that is the account's own."}
    )


def refuse_what_is_open(public_id: str | None) -> NoReturn:
    """Answer 409; another account's payment has no number here."""
    members = {"payment": public_id} if public_id else {}
    abort(problem_response(KINDS["payment-open"], **members))
