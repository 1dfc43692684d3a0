"""The kinds of problems, each with what its reader is told; ``gateway.problems`` says which error is of which kind."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem: its stable name, status, English title, and what to tell the reader in their language."""

    name: str
    status: int
    title: str
    detail: Any


KINDS = {
    each.name: each
    for each in (
        Problem(
            "unavailable",
            503,
            "The billing system does not answer",
            _(
                "System rozliczeniowy chwilowo nie odpowiada na to zapytanie. Spróbuj ponownie za chwilę. "
                "Konto w eBOK działa, a inne dane mogą być dostępne."
            ),
        ),
        Problem(
            "bad-data",
            502,
            "The billing system's answer cannot be trusted",
            _(
                "System rozliczeniowy przysłał odpowiedź, której nie możemy zaufać, więc jej nie pokazujemy. "
                "Zapisaliśmy to zdarzenie. Konto w eBOK działa, a inne dane mogą być dostępne."
            ),
        ),
        Problem("not-found", 404, "Not here", _("Nie ma tu niczego pod tym adresem.")),
        Problem(
            "not-supported",
            404,
            "Not offered by this billing system",
            _("System rozliczeniowy tego przedsiębiorstwa nie udostępnia tej informacji."),
        ),
        Problem(
            "rejected", 422, "Refused by the billing system", _("System rozliczeniowy odmówił wykonania tej operacji.")
        ),
        Problem(
            "invalid-request",
            422,
            "The request has mistakes",
            _("Zapytanie zawiera błędy. Popraw wskazane pola i wyślij je ponownie."),
        ),
        Problem(
            "wrong-host",
            400,
            "Not reached under this name",
            _("Biuro nie działa pod tym adresem. Wejdź na nie adresem, który podają wodociągi."),
        ),
        Problem("malformed", 400, "The request cannot be read", _("Nie udało się odczytać zapytania.")),
        Problem(
            "unauthorized",
            401,
            "A valid token is needed",
            _("Potrzebny jest ważny token. Utwórz go przez POST /api/v1/tokens."),
        ),
        Problem(
            "invalid-credentials",
            401,
            "Wrong login or password",
            _("Login lub hasło są nieprawidłowe. Sprawdź je i spróbuj ponownie."),
        ),
        Problem(
            "second-factor-needed",
            403,
            "A second factor is needed",
            _("Potrzebny jest jeszcze kod. Wyślij go razem z polem challenge przez POST /api/v1/tokens/second-factor."),
        ),
        Problem(
            "password-change-needed",
            403,
            "The first password must be changed",
            _("Najpierw zmień pierwsze hasło na własne, przez POST /api/v1/account/password."),
        ),
        Problem(
            "terms-needed",
            403,
            "The terms must be accepted",
            _("Najpierw przeczytaj i zaakceptuj regulamin, przez GET i POST /api/v1/account/terms."),
        ),
        Problem(
            "out-of-scope",
            403,
            "This token does not reach that far",
            _("Ten token służy tylko do czytania faktur jednego odbiorcy."),
        ),
        Problem(
            "form-expired",
            400,
            "The form has expired",
            _("Formularz stracił ważność. Wróć do poprzedniej strony, odśwież ją i wyślij formularz ponownie."),
        ),
        Problem(
            "too-many-requests",
            429,
            "Too many at once",
            _("Z tej sieci przyszło dużo zgłoszeń naraz. Spróbuj ponownie później."),
        ),
        Problem(
            "token-not-usable",
            410,
            "The link's token does not work",
            _("Ten link jest nieprawidłowy, był już użyty albo stracił ważność. Poproś o nowy."),
        ),
        Problem(
            "idempotency-key-needed",
            400,
            "A header Idempotency-Key is needed",
            _(
                "Dodaj nagłówek Idempotency-Key: od 1 do 255 drukowalnych znaków ASCII, dla każdego zgłoszenia inny, "
                "na przykład UUID. To samo zgłoszenie wysyłaj ponownie z tym samym kluczem."
            ),
        ),
        Problem(
            "idempotency-key-reused",
            422,
            "This key was used for something else",
            _("Z tym kluczem przyjęliśmy już coś innego. Jeśli to nowe zgłoszenie, wyślij je z nowym kluczem."),
        ),
        Problem(
            "still-running",
            409,
            "The same request is being answered just now",
            _("To samo zgłoszenie właśnie przyjmujemy. Wyślij je ponownie za chwilę, a dostaniesz to potwierdzenie."),
        ),
        Problem(
            "payment-open",
            409,
            "Something chosen is on its way already",
            _("Coś z wybranych rzeczy jest już w drodze w innej płatności. Nie płać tego drugi raz."),
        ),
        Problem(
            "operator-away",
            503,
            "The payment operator does not answer",
            _("Operator płatności chwilowo nie odpowiada. Spróbuj ponownie za chwilę."),
        ),
        Problem(
            "unsigned",
            401,
            "Not signed by the payment operator",
            _("Tego powiadomienia nie podpisał operator płatności."),
        ),
        Problem("method-not-allowed", 405, "Not done this way", _("Tego adresu nie można użyć w ten sposób.")),
        Problem("too-large", 413, "Too large", _("Przesłane dane są za duże.")),
        Problem("unsupported-media-type", 415, "Wrong type of content", _("Wyślij dane jako application/json.")),
        Problem(
            "memory-unavailable",
            503,
            "The portal's own memory does not answer",
            _("Biuro chwilowo nie działa. Spróbuj ponownie za chwilę."),
        ),
        Problem(
            "too-many-tries",
            429,
            "Too many wrong tries",
            _("Za dużo nieudanych prób. Odczekaj chwilę i spróbuj ponownie; z każdą kolejną czeka się dłużej."),
        ),
        Problem(
            "busy",
            503,
            "Too many people are logging in",
            _("Zbyt wiele osób loguje się w tej chwili. Spróbuj ponownie za kilka sekund."),
        ),
        Problem(
            "internal",
            500,
            "A mistake of ours",
            _("Po naszej stronie wystąpił błąd. Zapisaliśmy go. Spróbuj ponownie później."),
        ),
    )
}
