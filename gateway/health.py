"""Says whether this process may be sent requests; an ERP that is down only degrades it."""

from typing import Any

from flask import Blueprint, Flask, jsonify
from sqlalchemy.exc import SQLAlchemyError

from adapters.errors import AdapterError
from adapters.guard.breaker import BreakerState
from gateway.erp import erp
from gateway.portal import portal

bp = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/healthz")
def healthz() -> Any:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> Any:
    """503 while the database or its migrations are not there; an ERP that is down is ``degraded`` with 200."""
    try:
        database = "ok" if portal().database.is_current() else "migrations missing: run ebok db upgrade"
    except SQLAlchemyError:
        database = "unreachable"
    try:
        erp().ping()
        billing = "ok"
    except AdapterError:
        billing = "unavailable"
    if any(state.breaker is not BreakerState.CLOSED for state in erp().state()):
        billing = "unavailable"  # known from the calls themselves, also where the mapping has no ping
    ready = database == "ok"
    status = "down" if not ready else "ok" if billing == "ok" else "degraded"
    return jsonify(status=status, database=database, erp=billing), 200 if ready else 503
