"""What is said beside a field that has to be put right: what is wrong, and what to do."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from gateway.password_rules import Strength, Weakness

WRONG_CURRENT = _l("To nie jest Twoje obecne hasło. Wpisz je jeszcze raz.")
NO_CURRENT = _l("Wpisz swoje obecne hasło.")
NO_LOGIN = _l("Wpisz login albo adres e-mail.")
MAILED_PASSWORD = _l("To jest hasło z wiadomości e-mail. Wymyśl własne.")
SAME_PASSWORD = _l("Nowe hasło jest takie samo jak obecne. Wybierz inne.")
NOT_REPEATED = _l("Oba nowe hasła muszą być takie same. Wpisz je jeszcze raz.")
CHANGED_MEANWHILE = _l("Hasło zmieniono przed chwilą gdzie indziej. Zaloguj się nowym.")
WEAK = {
    Weakness.SHORT: _l("Hasło jest za krótkie. Użyj co najmniej 12 znaków, na przykład kilku słów."),
    Weakness.LONG: _l("Hasło jest za długie. Użyj najwyżej 128 znaków."),
    Weakness.COMMON: _l(
        "To hasło łatwo odgadnąć: jest na liście często używanych albo to kolejne lub powtórzone znaki. Wybierz inne."
    ),
    Weakness.CONTEXT: _l(
        "To hasło łatwo odgadnąć: prawie całe składa się ze słowa „hasło”, z Twojego loginu, imienia i nazwiska albo z "
        "nazwy przedsiębiorstwa. Użyj kilku innych słów."
    ),
}
STRENGTH = {
    Strength.ENOUGH: _l("Wpisane hasło wystarczy. Jeszcze jedno słowo zrobi z niego dobre."),
    Strength.GOOD: _l("Wpisane hasło jest dobre."),
    Strength.STRONG: _l("Wpisane hasło jest mocne."),
}
NOT_ACCEPTED = _l("Zaznacz, że akceptujesz regulamin. Bez tego nie możemy pokazać Twoich danych.")
OTHER_TERMS = _l("Regulamin zmienił się, gdy go czytano. Przeczytaj nową wersję.")
NOT_AN_EMAIL = _l("Podaj adres e-mail, na przykład anna@poczta.example.")
SAME_EMAIL = _l("To już jest adres Twojego konta. Podaj inny.")
NOT_A_LOGIN = _l("Login ma od 3 do 64 znaków: litery bez polskich znaków, cyfry oraz . _ @ + -")
LOGIN_TAKEN = _l("Ten login jest zajęty. Wybierz inny.")
LOGIN_OF_ANOTHER = _l("Adresem e-mail w loginie może być tylko adres Twojego konta.")
WRONG_CODE = _l("Ten kod nie pasuje. Sprawdź go i wpisz jeszcze raz.")
CODE_ENDED = _l("Ten kod już nie działa. Poproś o nowy.")
NO_NAME = _l("Nazwij token, na przykład: biuro rachunkowe. Nazwa ma najwyżej 80 znaków.")
NO_CUSTOMER = _l("Wybierz jednego z odbiorców na liście.")
NOT_A_DAY = _l("Podaj dzień od jutra do najwyżej dwóch lat naprzód, na przykład 29.03.2027.")
TOO_MANY_TOKENS = _l("Masz już 20 tokenów. Odwołaj któryś z nich.")
NOT_CONFIRMED = _l("Zaznacz, że chcesz zamknąć konto.")


def too_short(length: int) -> LazyString:
    return _l("Wpisane hasło ma znaków: %(length)s. Potrzeba co najmniej 12.", length=length)


def too_often(seconds: int) -> LazyString:
    return _l("Za dużo prób. Spróbuj ponownie za %(seconds)s s.", seconds=seconds)
