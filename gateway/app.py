"""The application factory: puts the parts of a portal together from its settings."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from adapters.base import Adapter
from adapters.clock import Clock, SystemClock
from adapters.payments import PaymentOperator
from gateway import (
    api,
    error_pages,
    headers,
    health,
    hooks,
    metrics,
    pages,
    problems,
    sessions,
    staff,
    trusted_hosts,
    unwritable,
)
from gateway.database import Database
from gateway.files.spooling import SpoolingRequest
from gateway.incoming import Incoming
from gateway.login_watch import FailureWatch
from gateway.portal import Portal
from gateway.portal_parts import Parts, build_parts
from gateway.remote_clock import RemoteClock
from gateway.sealing import Sealer
from gateway.selfservice import gate
from gateway.session_store import PAGE, PERSONAL, STAFF, TOKEN, Sessions
from gateway.settings import Settings
from gateway.submitting import uploads
from gateway.throttle import Throttles
from gateway.tokens import TokenService

_LARGEST_FORM = 64 * 1024


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    adapter: Adapter | None = None,
    operators: Mapping[str, PaymentOperator] | None = None,
) -> Flask:
    """The portal as a WSGI application; raises ``Misconfigured`` with all that is wrong.

    ``clock``, ``adapter`` and ``operators`` are for tests and for programs that embed the portal.
    """
    clock = clock or _clock(settings)
    portal = _build(settings, clock, build_parts(settings, clock, adapter, operators))
    app = Flask("gateway")
    app.request_class = SpoolingRequest
    _configure(app, settings)
    app.extensions["ebok"] = portal
    trusted_hosts.init_app(app, settings)
    uploads.init_app(app)
    CSRFProtect(app)
    # Its context processor would ask the database for each page, also for the one that says that it is away.
    manager = LoginManager(app, add_context_processor=False)
    sessions.init_app(manager)
    problems.init_app(app, page=error_pages.render)
    forms_to = {host for operator in portal.operators.values() for host in operator.hosts}
    headers.init_app(app, secure=settings.web.secure_cookies, forms_to=forms_to)
    unwritable.init_app(app)
    gate.init_app(app)
    pages.init_app(app)
    staff.init_app(app)
    api.init_app(app)
    health.init_app(app)
    hooks.init_app(app)
    metrics.init_app(app)
    # Whoever calls the API shows a token, which no other site can make a browser send; payment operators sign.
    for blueprint in ("tokens", "customers", "account", "codes", "registrations", "outages", "hooks"):
        app.extensions["csrf"].exempt(app.blueprints[blueprint])
    if isinstance(portal.clock, RemoteClock):
        app.before_request(portal.clock.refresh)
    app.wsgi_app = Incoming(app.wsgi_app, threads=settings.web.threads)  # type: ignore[method-assign]
    if settings.web.proxies:
        hops = settings.web.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _build(settings: Settings, clock: Clock, parts: Parts) -> Portal:
    secrets = [settings.web.secret_key, *settings.web.secret_key_fallbacks]
    sealer = Sealer(secrets)
    return Portal(
        settings=settings,
        clock=clock,
        database=parts.database,
        erp=parts.erp,
        sealer=sealer,
        tokens=TokenService(secrets, clock, timedelta(hours=settings.security.link_hours)),
        throttles=Throttles(parts.database, sealer),
        failures=FailureWatch(settings.security.login_alarm),
        terms=parts.terms,
        mail_texts=parts.mail_texts,
        offers=parts.offers,
        notices=parts.notices,
        operators=parts.operators,
        **_sessions(settings, parts.database),
    )


def _sessions(settings: Settings, database: Database) -> dict[str, Sessions]:
    day, idle = timedelta(hours=settings.sessions.hours), timedelta(minutes=settings.sessions.idle_minutes)
    staff_idle = timedelta(minutes=settings.security.staff_idle_minutes)
    api = timedelta(hours=settings.sessions.token_hours)
    return {
        "page_sessions": Sessions(database, kind=PAGE, life=day, idle=idle),
        "token_sessions": Sessions(database, kind=TOKEN, life=api, idle=None),
        "staff_sessions": Sessions(database, kind=STAFF, life=day, idle=staff_idle),
        "personal_sessions": Sessions(database, kind=PERSONAL, life=api, idle=None),
    }


def _clock(settings: Settings) -> Clock:
    return RemoteClock(settings.clock.url) if settings.clock.url else SystemClock()


class _CookieSession(SecureCookieSessionInterface):
    """Flask's signed cookie, with SHA-256 in place of SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.web.secure_cookies
    app.config.update(
        SECRET_KEY=settings.web.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.web.secret_key_fallbacks) or None,
        SESSION_COOKIE_NAME="__Host-ebok" if secure else "ebok",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=_LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,  # the session's own end is the limit
        WTF_CSRF_SSL_STRICT=secure,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.session_interface = _CookieSession()
