"""Figures for the operator's monitoring, at /metrics behind a token of its own; counts and times, nobody's data."""

import hmac

from flask import Blueprint, Flask, Response, abort, request
from prometheus_client import REGISTRY, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from gateway.outbox.metrics import measure
from gateway.payments.metrics import measure as measure_payments
from gateway.portal import portal

bp = Blueprint("metrics", __name__)

ALARM = Gauge("ebok_login_alarm", "1 while far more logins fail than people mistype")


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/metrics")
def metrics() -> Response:
    """404 without the right token, so that nobody learns that it is here."""
    token = portal().settings.metrics.token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)
    measure(portal())
    measure_payments(portal())
    ALARM.set(portal().failures.is_raised(portal().clock.now()))
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
