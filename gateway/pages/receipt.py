"""A form on its way to the outbox: what was typed and chosen, what is wrong, and the receipt that answers it.

The receipt is the answer to the POST itself and holds the copy of what was sent, which is wiped soon after; a reload
sends the same key and body, and gets the same receipt. So does who goes back and sends the same again, for an hour.
"""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_login import current_user

from gateway.accounts import Link
from gateway.erp import erp
from gateway.files import AcceptedFile, RefusedFiles
from gateway.files.names import clean
from gateway.files.spooling import no_room_for
from gateway.files.taking import take
from gateway.files.words import why
from gateway.outbox import Draft, KeyReused, NoRoom, Receipt
from gateway.outbox.receiving import accept, taken_before
from gateway.outbox.words import said
from gateway.portal import portal
from gateway.readings.by_serial import ReadingBySerial
from gateway.requester import network
from gateway.selfservice.person import known
from gateway.sessions import signed_in
from gateway.submitting import Wrong
from schemas import Content, SubmissionKind

Found = TypeVar("Found")
_LONGEST_KEY = 60
_LONGEST_TYPED = 12_000


class Paper:
    """One form as it came; ``key`` names it, so that a double click or a reload is one submission.

    ``mistakes`` maps a field to the sentence beside it; ``trouble`` is why it was not taken though nothing is wrong.
    """

    def __init__(self) -> None:
        self.key = request.form.get("key", "")[:_LONGEST_KEY] or secrets.token_urlsafe(16)
        self.mistakes: dict[str, str] = {}
        self.trouble = ""
        self.status = 200
        self.retry_after = 0

    @property
    def sent(self) -> bool:
        return request.method == "POST"

    @property
    def files_again(self) -> list[str]:
        """The names of files that were chosen and have to be chosen again, as no browser keeps them."""
        return [clean(each.filename) for each in request.files.getlist("files") if each.filename]

    def typed(self, name: str, default: str = "") -> str:
        """What was typed, to be shown again."""
        return request.form.get(name, "" if self.sent else default)[:_LONGEST_TYPED]

    def read(self, reader: Callable[[], Found]) -> Found | None:
        """What a reader makes of the form, or None with its sentences in ``mistakes``."""
        try:
            return reader()
        except Wrong as wrong:
            self.mistakes |= wrong.by_field
            return None

    def files(self, *, taken: bool) -> tuple[AcceptedFile, ...]:
        """The files that go along; ``taken`` is whether the ERP takes any with this."""
        given = request.files.getlist("files")
        if not taken:
            if self.files_again:
                self.mistakes["files"] = gettext("Tego nie da się wysłać z plikami. Opisz wszystko słowami.")
            return ()
        if no_room_for(given):
            self._not_written(NoRoom("the temporary folder is full", no_place=True))
            return ()
        try:
            return take(given, portal().settings)
        except RefusedFiles as refused:
            self.mistakes["files"] = " ".join(str(why(each, portal().settings)) for each in refused.refused)
            return ()

    def draft(
        self,
        kind: SubmissionKind,
        content: Content | ReadingBySerial,
        *,
        link: Link | None,
        files: tuple[AcceptedFile, ...] = (),
        supersedes: str | None = None,
    ) -> Draft:
        """What is to be sent, by whoever sent this form."""
        account_id = signed_in().account_id if current_user.is_authenticated else None
        return Draft(
            kind=kind,
            content=content,
            key=self.key,
            language=str(get_locale()),
            account_id=account_id,
            network=network(),
            customer_no=None if link is None else link.customer_no,
            email=None if account_id is None else known(portal(), account_id).email,
            files=files,
            supersedes=supersedes,
            from_page=True,
        )

    def repeated(self, draft: Draft) -> tuple[Draft, Receipt] | None:
        """What was taken from this form before, or from its like, so as not to judge it by what it changed itself."""
        if self.mistakes or self.trouble:
            return None
        try:
            receipt = taken_before(portal(), draft)
        except (KeyReused, NoRoom):  # said when it is accepted
            return None
        return None if receipt is None else (draft, receipt)

    def accepted(
        self, kind: SubmissionKind, content: Content | ReadingBySerial, **more: Any
    ) -> tuple[Draft, Receipt] | None:
        """Accept what ``draft`` makes of it for good; None where it was not, with ``trouble`` that says why."""
        if self.trouble:
            return None
        draft = self.draft(kind, content, **more)
        try:
            return draft, accept(portal(), draft)
        except KeyReused:
            self.key, self.status = secrets.token_urlsafe(16), 422
            self.trouble = gettext(
                "Ten formularz już przyjęliśmy, z inną treścią. Jeśli to ma być nowe zgłoszenie, wyślij je jeszcze raz."
            )
        except NoRoom as full:
            self._not_written(full)
        return None

    def answer(self, page: str) -> ResponseReturnValue:
        """The form again, with the status of what happened to it."""
        status = 422 if self.mistakes and self.status == 200 else self.status
        return page, status, {"Retry-After": str(self.retry_after)} if self.retry_after else {}

    def _not_written(self, full: NoRoom) -> None:
        self.status, self.retry_after = 503, int(full.retry_after)
        if full.disk_is_full:
            self.trouble = gettext(
                "Nie możemy teraz przyjąć zgłoszenia, bo nie mamy go gdzie zapisać. To nasz kłopot, nie Twój. "
                "Wyślij formularz jeszcze raz później."
            )
            return
        self.trouble = gettext(
            "Nie mogliśmy teraz zapisać zgłoszenia, więc go nie przyjęliśmy. To nasz kłopot, nie Twój. "
            "Wyślij formularz jeszcze raz za pół minuty."
        )


def receipt_page(draft: Draft, receipt: Receipt, link: Link | None) -> ResponseReturnValue:
    """The receipt with the copy of what was sent."""
    return render_template(
        "cases/receipt.html",
        receipt=receipt,
        copy=said(draft, draft.language),
        email=draft.email,
        own=link,
    )


def accepted_kinds(*kinds: SubmissionKind) -> list[SubmissionKind]:
    """Those of the kinds that the ERP takes; what it does not take is not shown."""
    return [each for each in kinds if each in erp().accepts]


def with_files(*kinds: SubmissionKind) -> bool:
    """Whether files may go with any of these."""
    return portal().settings.files.most > 0 and any(erp().accepts[each].files for each in accepted_kinds(*kinds))
