"""How a program gets in: a token at once, or a challenge that a code turns into a token."""

from datetime import timedelta
from typing import Any

from flask import abort

from gateway import requester
from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import problem_response
from gateway.selfservice import second_factor
from gateway.selfservice.entry import EMAIL, Entry
from gateway.selfservice.person import Who
from gateway.session_store import Overtaken

_LIFE = timedelta(minutes=15)


def new_token(account_id: int, **more: Any) -> dict[str, Any]:
    """A fresh token and when it ends, as the API tells it; answers 401 where the password was changed meanwhile."""
    now = portal().clock.now()
    try:
        key, expires_at = portal().token_sessions.begin(now, account_id=account_id, device=requester.device(), **more)
    except Overtaken:
        abort(401)
    return {"token": key, "expires_at": expires_at}


def challenge(entry: Entry) -> Any:
    """The problem that asks for a second factor; the challenge is good for nothing else."""
    now, sessions = portal().clock.now(), portal().token_sessions
    try:
        key, _ = sessions.begin(
            now,
            account_id=entry.person.id,
            waits_for=entry.waits_for,
            expires_at=now + _LIFE,
            device=requester.device(),
            password_hash=entry.password_hash,
        )
    except Overtaken:
        abort(401)
    found = sessions.find(key, now)
    if found and entry.method == EMAIL:
        second_factor.send_code(portal(), entry.person, found.session_id)
    return problem_response(KINDS["second-factor-needed"], challenge=key, method=entry.method)


def finish(key: str, code: str) -> dict[str, Any]:
    """A token in place of the challenge, which ends; raises ``Refused``, or answers 401 for no challenge."""
    found = portal().token_sessions.find(key, portal().clock.now())
    if found is None or not found.waits_for:
        abort(401)
    account_id = found.account_id or 0
    who = Who(account_id, requester.network())
    second_factor.check(portal(), who, found.session_id, code)
    return new_token(account_id, instead_of=key)
