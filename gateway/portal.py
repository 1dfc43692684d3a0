"""What one running portal consists of, built once by the factory and found from anywhere in a request."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app

from adapters.clock import Clock
from adapters.guard import GuardedAdapter
from adapters.payments import PaymentOperator
from gateway.database import Database
from gateway.folder_of_texts import FolderOfTexts
from gateway.login_watch import FailureWatch
from gateway.mail.texts import MailTexts
from gateway.notices import Notice
from gateway.offers import ShownOffer
from gateway.sealing import Sealer
from gateway.session_store import Sessions
from gateway.settings import Settings
from gateway.terms import Terms
from gateway.throttle import Throttles
from gateway.tokens import TokenService


@dataclass(frozen=True, slots=True)
class Portal:
    """The parts that views use; each is shared by all threads."""

    settings: Settings
    clock: Clock
    database: Database
    erp: GuardedAdapter
    operators: Mapping[str, PaymentOperator]
    sealer: Sealer
    page_sessions: Sessions
    token_sessions: Sessions
    staff_sessions: Sessions
    personal_sessions: Sessions
    tokens: TokenService
    throttles: Throttles
    failures: FailureWatch
    terms: Terms
    mail_texts: MailTexts
    offers: FolderOfTexts[ShownOffer]
    notices: FolderOfTexts[Notice]


def portal() -> Portal:
    """The portal that is answering this request."""
    found = current_app.extensions["ebok"]
    assert isinstance(found, Portal)
    return found
