"""What the staff's pages call things: states, reasons, deeds in the log, and how what was typed compares."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l

from adapters.clock import WARSAW
from gateway.pages.filters import day, money
from gateway.registration.service import Finding, State, Typed, Waiting

STATES: dict[State, LazyString] = {
    State.NEW: _l("adres niepotwierdzony"),
    State.PROVED: _l("czeka na odpowiedź systemu"),
    State.CHECKED: _l("czeka na decyzję"),
    State.ASKED: _l("czeka na odpowiedź klienta"),
    State.CONFIRMED: _l("potwierdzone"),
    State.REFUSED: _l("odrzucone"),
}
ROLES = {"clerk": _l("pracownik BOK"), "administrator": _l("administrator")}
SESSIONS = {"page": _l("przeglądarka"), "token": _l("program (API)"), "personal": _l("token osobisty")}
LOCK_REASONS = {
    "customer-asked": _l("prośba klienta"),
    "suspicious": _l("podejrzane logowania"),
    "no-longer-entitled": _l("klient nie ma już prawa do danych"),
    "other": _l("inny powód"),
}
UNLOCK_REASONS = {
    "customer-asked": _l("prośba klienta"),
    "cleared-up": _l("sprawa wyjaśniona"),
    "by-mistake": _l("zablokowane przez pomyłkę"),
    "other": _l("inny powód"),
}
REFUSALS = {
    "not-matching": _l("dane się nie zgadzają"),
    "not-entitled": _l("osoba nieuprawniona"),
    "duplicate": _l("zgłoszenie albo dostęp już jest"),
    "no-answer": _l("brak odpowiedzi na pytanie"),
    "other": _l("inny powód"),
}
DEEDS = {
    "account.first_password_resent": _l("wysłał(a) nowe pierwsze hasło"),
    "account.found": _l("znalazł(a) konto w wyszukiwarce"),
    "account.locked": _l("zablokował(a) konto"),
    "account.sessions_ended": _l("zakończył(a) sesje konta"),
    "account.unlocked": _l("odblokował(a) konto"),
    "account.viewed": _l("obejrzał(a) konto"),
    "accounts.searched": _l("szukał(a) kont"),
    "audit.searched": _l("przeszukał(a) dziennik"),
    "payment.asked": _l("zapytał(a) operatora o płatność"),
    "payment.begun": _l("rozpoczął(-ęła) płatność"),
    "payment.booked": _l("płatność jest zaksięgowana"),
    "payment.confirmed": _l("operator potwierdził płatność"),
    "payment.content_viewed": _l("obejrzał(a) treść płatności"),
    "payment.doubt": _l("płatność czeka na decyzję"),
    "payment.failed": _l("płatność się nie powiodła"),
    "payment.notice_forged": _l("powiadomienie o płatności ze złym podpisem"),
    "payment.settled": _l("zdecydował(a) o płatności"),
    "payment.viewed": _l("obejrzał(a) płatność"),
    "payments.listed": _l("obejrzał(a) listę płatności"),
    "registration.asked": _l("zadał(a) pytanie do zgłoszenia"),
    "registration.checked": _l("system rozliczeniowy odpowiedział w sprawie zgłoszenia"),
    "registration.confirmed": _l("potwierdził(a) zgłoszenie"),
    "registration.refused": _l("odrzucił(a) zgłoszenie"),
    "registration.viewed": _l("obejrzał(a) zgłoszenie"),
    "registrations.listed": _l("obejrzał(a) listę zgłoszeń"),
    "settings.viewed": _l("obejrzał(a) ustawienia"),
    "staff.added": _l("dodał(a) pracownika"),
    "staff.code_failed": _l("podał(a) zły kod drugiego składnika"),
    "staff.listed": _l("obejrzał(a) listę pracowników"),
    "staff.locked": _l("zablokował(a) pracownika"),
    "staff.logged_in": _l("zalogował(a) się"),
    "staff.logged_out": _l("wylogował(a) się"),
    "staff.login_failed": _l("nieudane logowanie"),
    "staff.password_changed": _l("zmienił(a) swoje hasło"),
    "staff.password_shown": _l("podał(a) hasło, czeka drugi składnik"),
    "staff.password_set": _l("ustawił(a) pracownikowi pierwsze hasło"),
    "staff.recovery_code_used": _l("użył(a) kodu zapasowego"),
    "staff.second_factor_reset": _l("usunął(-ęła) pracownikowi drugi składnik"),
    "staff.second_factor_set": _l("ustawił(a) drugi składnik"),
    "staff.unlocked": _l("odblokował(a) pracownika"),
    "submission.accepted": _l("wysłał(a) przesyłkę"),
    "submission.content_viewed": _l("obejrzał(a) treść przesyłki"),
    "submission.exported": _l("pobrał(a) treść i pliki przesyłki"),
    "submission.sent_again": _l("wysłał(a) przesyłkę ponownie"),
    "submission.settled": _l("załatwił(a) przesyłkę ręcznie"),
    "submission.viewed": _l("obejrzał(a) przesyłkę"),
    "submissions.listed": _l("obejrzał(a) listę przesyłek"),
    "terms.viewed": _l("obejrzał(a) regulamin"),
    "account.closed": _l("zamknął(-ęła) swoje konto"),
    "account.second_factor_reset": _l("usunął(-ęła) drugi składnik konta"),
    "data.exported": _l("pobrał(a) swoje dane"),
    "email.change_asked": _l("poprosił(a) o zmianę adresu e-mail"),
    "email.changed": _l("zmienił(a) adres e-mail"),
    "link.removed": _l("odłączył(a) odbiorcę"),
    "login.changed": _l("zmienił(a) login"),
    "login.code_refused": _l("podał(a) zły kod przy logowaniu"),
    "login.done": _l("zalogował(a) się"),
    "login.password": _l("podał(a) hasło, czeka drugi składnik"),
    "password.changed": _l("zmienił(a) swoje hasło"),
    "password.first_changed": _l("ustawił(a) własne hasło zamiast pierwszego"),
    "password.forgotten": _l("poprosił(a) o link do nowego hasła"),
    "password.reset": _l("ustawił(a) nowe hasło linkiem z poczty"),
    "registration.answered": _l("odpowiedział(a) na pytanie do zgłoszenia"),
    "registration.proved": _l("potwierdził(a) adres e-mail zgłoszenia"),
    "registration.submitted": _l("wysłał(a) zgłoszenie"),
    "second_factor.changed": _l("zmienił(a) swój drugi składnik"),
    "session.ended": _l("zakończył(a) jedną ze swoich sesji"),
    "session.others_ended": _l("zakończył(a) swoje pozostałe sesje"),
    "terms.accepted": _l("zaakceptował(a) regulamin"),
    "token.made": _l("utworzył(a) token osobisty"),
    "token.revoked": _l("odwołał(a) token osobisty"),
}
DETAILS = {
    "api": _l("przez API"),
    "first password": _l("pierwszym hasłem"),
    "new account": _l("nowe konto"),
    "one more customer": _l("kolejny odbiorca"),
    "page": _l("na stronie"),
    **LOCK_REASONS,
    **UNLOCK_REASONS,
    **REFUSALS,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison; ``agrees`` is None where there is nothing to compare, or a person has to."""

    label: Any
    typed: Any
    found: Any = ""
    agrees: bool | None = None
    number: bool = False


def comparison(each: Waiting) -> list[Row]:
    """What was typed beside what the ERP says, line by line."""
    typed, found = each.typed, each.finding
    if typed is None:
        return []
    told = found if found is not None and found.known and not found.trouble else None
    return [
        _customer_row(typed, found),
        Row(_l("Imię i nazwisko albo nazwa"), typed.name, told.name if told else "", _same(typed, told)),
        _invoice_row(typed, told),
        _gross_row(typed, told),
        _kind_row(typed, told),
        *_nip_row(typed, told),
        Row(_l("Adres"), "", told.address if told else ""),
        Row(_l("E-mail"), typed.email),
        *([Row(_l("Telefon"), typed.phone, number=True)] if typed.phone else []),
        *([Row(_l("Odpowiedź na pytanie"), typed.answer)] if typed.answer else []),
    ]


def differences(found: Finding) -> Any:
    """In a few words, why number, amount and tax number do not all agree."""
    if not found.known:
        return _l("nie ma takiego odbiorcy")
    if not found.invoiced:
        return _l("nie ma jeszcze żadnej faktury")
    differing = [
        *([_l("numer faktury")] if not found.invoice_found else []),
        *([_l("kwota")] if found.invoice_found and not found.amount_agrees else []),
        *([_l("NIP")] if found.nip_agrees is False else []),
    ]
    return _l("różni się: %(what)s", what=", ".join(map(str, differing)))


def _customer_row(typed: Typed, found: Finding | None) -> Row:
    label = _l("Numer odbiorcy")
    if found is None or found.trouble:
        return Row(label, typed.customer_no, number=True)
    said: Any = typed.customer_no if found.known else _l("nie ma takiego odbiorcy")
    return Row(label, typed.customer_no, said, found.known, True)


def _same(typed: Typed, told: Finding | None) -> bool | None:
    if told is None or not typed.name:
        return None
    return sorted(_words(typed.name)) == sorted(_words(told.name))


def _words(name: str) -> list[str]:
    """Names compare without capitals and in any order: surnames come first as often as last."""
    return "".join(each if each.isalnum() else " " for each in name.casefold()).split()


def _invoice_row(typed: Typed, told: Finding | None) -> Row:
    found: Any = ""
    if told is not None:
        found = _l("nie ma faktury o tym numerze") if told.invoiced else _l("nie ma jeszcze żadnej faktury")
        if told.invoice_found:
            found = _l("jest, z dnia %(day)s", day=day(told.issued_on)) if told.issued_on else _l("jest")
    return Row(_l("Numer faktury"), typed.invoice_no, found, told.invoice_found if told else None, True)


def _gross_row(typed: Typed, told: Finding | None) -> Row:
    found = money(told.gross) if told is not None and told.gross is not None else ""
    agrees = told.amount_agrees if told is not None and told.invoice_found else None
    return Row(_l("Kwota brutto"), money(typed.gross), found, agrees, True)


def _kind_row(typed: Typed, told: Finding | None) -> Row:
    kinds = {"company": _l("firma"), "person": _l("osoba")}
    asked = kinds["company" if typed.nip else "person"]
    return Row(
        _l("Osoba czy firma"), asked, kinds.get(told.kind, "") if told else "", told.kind_agrees if told else None
    )


def _nip_row(typed: Typed, told: Finding | None) -> list[Row]:
    """Only where somebody tells one: a person has none."""
    found = told.nip if told else ""
    if not typed.nip and not found:
        return []
    return [Row(_l("NIP"), typed.nip, found, told.nip_agrees if told else None, True)]


def deed(action: str) -> Any:
    """What an action of the audit log is called; one of another part keeps its own name."""
    return DEEDS.get(action, action)


def detail(text: str) -> Any:
    """What stands beside a deed in the log, in the clerk's language where it is a fixed word."""
    return DETAILS.get(text, text)


def moment(value: datetime | None) -> str:
    """An instant as a clerk reads it: the day and the time in Warsaw."""
    if value is None:
        return ""
    return format_datetime(value, "dd.MM.y, HH:mm", tzinfo=WARSAW, locale=get_locale()).replace(" ", "\u00a0")
