"""Builds the parts of a portal that can be configured wrongly, so that what is wrong with each is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.base import Adapter
from adapters.clock import Clock
from adapters.errors import Misconfigured, noting
from adapters.guard import GuardedAdapter
from adapters.payments import PaymentOperator
from adapters.payments.registry import operators as build_operators
from gateway.database import Database
from gateway.erp import build_adapter, build_cache, build_guard, check_unused_tables
from gateway.folder_of_texts import FolderOfTexts
from gateway.mail.smtp import check_ca_file
from gateway.mail.texts import MailTexts, load_mail_texts
from gateway.notices import Notice, notice_files
from gateway.offers import ShownOffer, offer_files
from gateway.payments.own_email import check_own_email
from gateway.settings import Settings
from gateway.settings_mistakes import named
from gateway.submitting.consent_text import in_force
from gateway.terms import Terms, load_terms


@dataclass(frozen=True, slots=True)
class Parts:
    """What the settings describe; nothing is opened and nobody is asked yet."""

    database: Database
    erp: GuardedAdapter
    operators: Mapping[str, PaymentOperator]
    terms: Terms
    mail_texts: MailTexts
    offers: FolderOfTexts[ShownOffer]
    notices: FolderOfTexts[Notice]


def build_parts(
    settings: Settings,
    clock: Clock,
    adapter: Adapter | None = None,
    operators: Mapping[str, PaymentOperator] | None = None,
) -> Parts:
    """Every part, with ``adapter`` and ``operators`` in place of those that the settings name; raises
    ``Misconfigured`` with all."""
    mistakes: list[str] = []
    database = cache = guarded = terms = mail_texts = None
    with noting(mistakes):
        database = Database(settings.database.url, base=settings.base)
    with noting(mistakes):
        terms = load_terms(settings)
    with noting(mistakes):
        in_force(settings)
    with noting(mistakes):
        check_ca_file(settings)
    with noting(mistakes):
        mail_texts = load_mail_texts(settings)
    offers, notices = offer_files(settings), notice_files(settings)
    with noting(mistakes):
        offers.check()
    with noting(mistakes):
        notices.check()
    with noting(mistakes):
        payments = settings.payments
        operators = build_operators({"p24": payments.p24, "payu": payments.payu}) if operators is None else operators
        check_own_email(settings, operators.values())
    with noting(mistakes):
        cache = build_cache(settings, clock)
    with noting(mistakes):
        check_unused_tables(settings)
    with noting(mistakes):
        guarded = build_guard(adapter or build_adapter(settings), settings, clock, cache=cache)
    if database is None or guarded is None or terms is None or mail_texts is None or mistakes:
        raise Misconfigured(*(named(each, settings.variables) for each in mistakes))
    return Parts(database, guarded, operators or {}, terms, mail_texts, offers, notices)
