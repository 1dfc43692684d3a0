"""Products and promotions: from the ERP where it has them, else from the operator's Markdown files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from gateway.folder_of_texts import FolderOfTexts, Head, WrongHead, known_names, needed
from gateway.marked import marked
from gateway.settings import Settings
from schemas import Offer, OfferKind, values

LANGUAGES = ("pl", "en", "uk")
_NAMES = ("kind", "title", "valid_from", "valid_until", "language")


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """An offer and the language that it is written in; None where nobody said."""

    offer: Offer
    language: str | None = None

    @property
    def html(self) -> Markup:
        """Its text under a heading of the second level."""
        return marked(self.offer.text, below=2)


def offer_files(settings: Settings) -> FolderOfTexts[ShownOffer]:
    """The folder of ``content.offers``."""
    folder = settings.base / settings.content.offers if settings.content.offers else None
    return FolderOfTexts(folder, key="content.offers", read=_read)


def valid(offers: Iterable[ShownOffer], *, today: date, language: str) -> list[ShownOffer]:
    """Those on offer today, in the reader's language or in none; promotions, which end, come first."""
    found = [each for each in offers if each.offer.is_valid(today) and each.language in (None, language)]
    return sorted(found, key=lambda each: each.offer.kind is not OfferKind.PROMOTION)


def _read(name: str, head: Head, text: str) -> ShownOffer:
    known_names(head, *_NAMES)
    kind = needed(head, "kind")
    if kind not in list(OfferKind):
        raise WrongHead(f"kind: expected one of {', '.join(OfferKind)}")
    since, until = day(head, "valid_from"), day(head, "valid_until")
    if since and until and since > until:
        raise WrongHead("valid_until: expected a day on or after valid_from")
    title = needed(head, "title")
    try:
        values.text(title)
        values.text(name)
        values.long_text(text)
    except ValueError as error:
        raise WrongHead(f"title or text: {error}") from None
    return ShownOffer(Offer(name, OfferKind(kind), title, text, since, until), language(head))


def day(head: Head, name: str) -> date | None:
    """A day of the head; None where it is not given."""
    try:
        return values.day(head[name]) if head.get(name) else None
    except ValueError as error:
        raise WrongHead(f"{name}: {error}") from None


def language(head: Head) -> str | None:
    """The language of the head; None where it is not given."""
    found = head.get("language") or None
    if found is not None and found not in LANGUAGES:
        raise WrongHead(f"language: expected one of {', '.join(LANGUAGES)}")
    return found
