"""The pages of the utility's staff under /staff: their own login, registrations to decide, accounts, the audit log."""

from typing import Any

from flask import Flask, g

from gateway.staff import accounts, administration, login, outbox, payments, queue, words
from gateway.staff.blueprint import bp

__all__ = ["accounts", "administration", "init_app", "login", "outbox", "payments", "queue"]


def init_app(app: Flask) -> None:
    """Give the application the staff's pages."""
    for name, each in (("deed", words.deed), ("detail", words.detail), ("moment", words.moment)):
        app.add_template_filter(each, name)
    app.register_blueprint(bp)


@bp.context_processor
def _frame() -> dict[str, Any]:
    """What every page of the staff has around it; asks nothing, for the page of a failure stands in it too."""
    found = g.get("staff")
    return {
        "me": None if found is None or found.waits_for else found,
        "half_in": found is not None and bool(found.waits_for),
        "states": words.STATES,
        "roles": words.ROLES,
        "kinds": words.SESSIONS,
        "refusals": words.REFUSALS,
        "differences": words.differences,
    }
