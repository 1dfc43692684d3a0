"""One family of errors, named by what the portal does next.

Each carries a message that is safe to show and a ``detail`` for the log alone; neither holds a response body or
personal data.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class AdapterError(Exception):
    """Anything that an adapter may raise; ``detail`` goes into the log, never onto a page."""

    message = "The billing system could not answer."

    def __init__(self, detail: str = "", *, message: str | None = None) -> None:
        super().__init__(detail or message or self.message)
        self.detail = detail
        if message is not None:
            self.message = message


class Unavailable(AdapterError):
    """Come back later: unreachable, too slow, too busy, or not letting us in.

    ``sent`` is False only where it is certain that the request never left, so that even a write may be sent again.
    """

    message = "The billing system does not answer at the moment. Please try again later."

    def __init__(
        self, detail: str = "", *, message: str | None = None, retry_after: float = 15, sent: bool = True
    ) -> None:
        super().__init__(detail, message=message)
        self.retry_after = retry_after
        self.sent = sent


class NotAsked(Unavailable):
    """Our own guard held the call back, as the ERP does not answer others: it never left, nothing was tried.

    Only the guard raises it.
    """

    def __init__(self, detail: str = "", *, retry_after: float = 15) -> None:
        super().__init__(detail, retry_after=retry_after, sent=False)


class Rejected(AdapterError):
    """The ERP understood and said no; ``code`` is its own, from the adapter's list of refusals.

    The customer is shown ``code`` and why: ``message``, or one of ``translations``, by language such as "pl".
    """

    message = "The billing system refused this."

    def __init__(
        self,
        detail: str = "",
        *,
        message: str | None = None,
        code: str = "",
        translations: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, message=message)
        self.code = code
        self.translations = dict(translations or {})

    def words_in(self, language: str) -> str:
        """The adapter's own words for the customer, in their language if it has them; empty where it has none."""
        own = str(vars(self).get("message", ""))
        return self.translations.get(language) or own or next(iter(self.translations.values()), "")


class NotFound(AdapterError):
    """Not there, or not yours: the portal answers 404 to both and never says which."""

    message = "There is no such thing here."


class NotSupported(AdapterError):
    """This billing system cannot do that; what is not declared is not shown, so meeting this is a bug."""

    message = "The billing system does not offer this."


class BadData(AdapterError):
    """The answer breaks the contract: malformed, incomplete, or of another type than agreed."""

    message = "The billing system gave an answer that cannot be trusted, so it is not shown."


class OwnerMismatch(BadData):
    """The answer belongs to another customer: nothing of it is shown, and an alarm is raised."""


class Misconfigured(AdapterError):
    """The start fails; ``mistakes`` lists every one, each with file, key and what was expected."""

    message = "The configuration has mistakes."

    def __init__(self, *mistakes: str) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = list(mistakes)


@contextmanager
def noting(mistakes: list[str]) -> Iterator[None]:
    """Go on after a ``Misconfigured``, adding its mistakes to the list: what is wrong elsewhere is to be said too."""
    try:
        yield
    except Misconfigured as error:
        mistakes += error.mistakes
