"""A submission that is refused for good: wiped, and its sender told why in the same transaction."""

from collections.abc import Callable

from sqlalchemy import Connection

from gateway.mail import LANGUAGES, enqueue
from gateway.outbox import words
from gateway.outbox.queue import Taken
from gateway.outbox.states import Event
from gateway.portal import Portal
from schemas import SubmissionKind


def refuse(
    portal: Portal,
    taken: Taken,
    event: Event,
    code: str,
    email: str | None,
    settle: Callable[..., bool],
    *,
    why: Callable[[str], str] = lambda _: "",
) -> None:
    """End it as refused with the ERP's own ``code``, or ``words.VIRUS``; without an address the receipt alone tells.

    ``why`` gives the adapter's own words for the customer in a language, where it has any. The receipt keeps them in
    all of ours: it may be read in another than it was sent in.
    """
    code = "".join(each for each in code if each.isprintable())[:64]
    told = {language: said for language in LANGUAGES if (said := why(language))}

    def tell(connection: Connection) -> None:
        if not email:
            return
        enqueue(
            connection,
            to=email,
            template="submission_refused",
            language=taken.language,
            values={
                "number": taken.public_id,
                "kind": words.kind_name(SubmissionKind(taken.kind), taken.language),
                "reason": words.refusal(code, taken.language, told),
            },
            now=portal.clock.now(),
            sealer=portal.sealer,
            account_id=taken.account_id,
        )

    settle(event, also=tell, refusal=code, refusal_why=told or None, error="")
