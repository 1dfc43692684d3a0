"""What has to be done before anything else is seen: the second factor, then the first password, then the terms."""

from enum import StrEnum
from typing import Any

from flask import Flask, redirect, request, url_for
from flask_login import current_user

from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import problem_response
from gateway.session_store import SignedIn


class Step(StrEnum):
    SECOND_FACTOR = "second_factor"
    PASSWORD = "password"  # noqa: S105 (the name of a step)
    TERMS = "terms"


PAGES = {
    Step.SECOND_FACTOR: "pages.second_factor_step",
    Step.PASSWORD: "pages.first_password",
    Step.TERMS: "pages.accept_terms",
}
_PROBLEMS = {
    Step.SECOND_FACTOR: "second-factor-needed",
    Step.PASSWORD: "password-change-needed",
    Step.TERMS: "terms-needed",
}
# Leaving, and how the page looks and reads; what links in mails open shows nothing of the account.
_ALWAYS = {
    *("pages.login", "pages.logout", "pages.language", "pages.appearance"),
    *("pages.second_code", "pages.forgotten", "pages.reset_password", "pages.prove_email"),
    *("pages.terms_text", "pages.privacy_text", "pages.account_closed"),
    *("pages.prove", "pages.proved", "pages.answer_question", "pages.answered"),
}


def step_of(found: SignedIn) -> Step | None:
    """The next step that this session waits for, or None."""
    if found.waits_for:
        return Step.SECOND_FACTOR
    if found.first_password:
        return Step.PASSWORD
    if found.terms_version != portal().terms.terms.version:
        return Step.TERMS
    return None


def problem(found: SignedIn, *, done_here: Step | None = None) -> Any:
    """The API's answer while a step waits, or None; ``done_here`` is the step that the call itself does."""
    step = step_of(found)
    return None if step in (None, done_here) else problem_response(KINDS[_PROBLEMS[step]])


def init_app(app: Flask) -> None:
    """Keep the pages behind the steps."""
    app.before_request(_pages)


def _pages() -> Any:
    if request.blueprint != "pages" or request.endpoint in _ALWAYS or not current_user.is_authenticated:
        return None
    step = step_of(current_user._get_current_object())
    if step is None or request.endpoint == PAGES[step]:
        return None
    return redirect(url_for(PAGES[step]), 303)
