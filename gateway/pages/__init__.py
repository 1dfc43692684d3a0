"""The pages for customers: what a person sees in a browser, one file per thing they come to do."""

from flask import Flask

from gateway.pages import (
    account,
    account_statement,
    appearance,
    cases,
    choosing,
    consent,
    contracts,
    customers,
    filters,
    frame,
    invoices,
    letters,
    login,
    meters,
    offers,
    outage,
    own_customers,
    particulars,
    paying,
    payments,
    preferences,
    reading_sheet,
    readings,
    registration,
    start,
    unlisted_reading,
)
from gateway.pages.blueprint import bp

__all__ = [
    "account",
    "account_statement",
    "appearance",
    "cases",
    "choosing",
    "consent",
    "contracts",
    "customers",
    "init_app",
    "invoices",
    "letters",
    "login",
    "meters",
    "offers",
    "outage",
    "own_customers",
    "particulars",
    "paying",
    "payments",
    "reading_sheet",
    "readings",
    "registration",
    "start",
    "unlisted_reading",
]


def init_app(app: Flask) -> None:
    """Teach the application our languages, formats and frame, and give it the pages."""
    preferences.init_app(app)
    filters.init_app(app)
    frame.init_app(app)
    app.register_blueprint(bp)
