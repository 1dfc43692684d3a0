"""Says in the reader's language what is wrong with a reading, and what makes us ask about it."""

from flask_babel import gettext, ngettext

from gateway.pages.filters import day, volume
from gateway.readings.records import Doubt, Judged, Mistake
from schemas import MeterToRead, Reading


def wrong(mistake: Mistake, meter: MeterToRead, previous: Reading | None) -> str:
    """A sentence for the field that the mistake is in."""
    match mistake:
        case Mistake.NO_VALUE:
            return gettext("Wpisz wskazanie wodomierza.")
        case Mistake.NOT_DIGITS:
            return gettext("Wpisz same cyfry, tak jak stoją na liczydle, na przykład 123.")
        case Mistake.TOO_MANY_DIGITS:
            return ngettext(
                "Przed przecinkiem jest na tym liczydle tylko %(num)d cyfra. Czerwonych cyfr nie wpisuj.",
                "Przed przecinkiem są na tym liczydle tylko %(num)d cyfry. Czerwonych cyfr nie wpisuj.",
                meter.digits,
            )
        case Mistake.TOO_MANY_PLACES if not meter.places:
            return gettext("Wpisz tylko pełne metry sześcienne: cyfry przed przecinkiem, bez czerwonych.")
        case Mistake.TOO_MANY_PLACES:
            return ngettext(
                "Po przecinku wpisz najwyżej %(num)d cyfrę.", "Po przecinku wpisz najwyżej %(num)d cyfry.", meter.places
            )
        case Mistake.LOWER if previous is not None:
            return gettext(
                "To mniej niż przy poprzednim odczycie: %(day)s było %(value)s. Sprawdź cyfry i numer wodomierza.",
                day=day(previous.read_on),
                value=volume(previous.value),
            )
        case Mistake.NOT_READABLE:
            return gettext("Ten wodomierz odczytujemy sami, drogą radiową. Nie trzeba podawać odczytu.")
        case Mistake.EXCHANGED:
            return gettext(
                "W tym miejscu jest teraz inny wodomierz, numer fabryczny %(serial)s. Odczytaj ten nowy.",
                serial=meter.serial_no,
            )
    return _of_day(mistake, meter, previous)


def _of_day(mistake: Mistake, meter: MeterToRead, previous: Reading | None) -> str:
    match mistake:
        case Mistake.NO_DAY:
            return gettext("Podaj dzień, w którym odczytano wodomierz.")
        case Mistake.FUTURE:
            return gettext("Ten dzień jeszcze nie nadszedł. Podaj dzień, w którym odczytano wodomierz.")
        case Mistake.BEFORE_PREVIOUS if previous is not None:
            return gettext(
                "Z późniejszego dnia mamy już odczyt: %(day)s. Podaj nowszy.",
                day=day(previous.read_on),
            )
        case Mistake.BEFORE_INSTALLED if meter.installed_on is not None:
            return gettext("Ten wodomierz założono dopiero %(day)s.", day=day(meter.installed_on))
        case Mistake.OUT_OF_WINDOW:
            return window(meter)
    return gettext("Podaj datę, która istnieje, na przykład 29.03.2026.")


def window(meter: MeterToRead) -> str:
    """From when until when readings are taken; empty where that is always."""
    first, last = meter.window_from, meter.window_until
    if first and last:
        return gettext("Odczyty przyjmujemy od %(first)s do %(last)s.", first=day(first), last=day(last))
    if first:
        return gettext("Odczyty przyjmujemy od %(first)s.", first=day(first))
    return gettext("Odczyty przyjmowaliśmy do %(last)s.", last=day(last)) if last else ""


def doubt(judged: Judged, meter: MeterToRead, previous: Reading | None) -> str:
    """Why we ask whether the value is right."""
    used = volume(judged.used) if judged.used is not None else ""
    match judged.doubt:
        case Doubt.WENT_ROUND if previous is not None:
            return gettext(
                "To mniej niż przy poprzednim odczycie (%(value)s). Tak jest, gdy liczydło doszło do końca i zaczęło "
                "od zera. Zużycie wyniosłoby wtedy %(used)s.",
                value=volume(previous.value),
                used=used,
            )
        case Doubt.BELOW_ESTIMATE if previous is not None:
            return gettext(
                "To mniej niż ostatni stan, %(value)s, ale tamten był tylko oszacowany.", value=volume(previous.value)
            )
        case Doubt.LITTLE:
            return gettext("To mniej, niż się spodziewaliśmy (%(range)s).", range=expected(meter))
        case Doubt.MUCH if used and expected(meter):
            return gettext(
                "To więcej, niż się spodziewaliśmy (%(range)s). Zużycie od poprzedniego odczytu wyniosłoby %(used)s.",
                range=expected(meter),
                used=used,
            )
        case Doubt.MUCH if used:
            return gettext("To bardzo dużo: zużycie od poprzedniego odczytu wyniosłoby %(used)s.", used=used)
    return gettext("To więcej, niż się spodziewaliśmy (%(range)s).", range=expected(meter))


def expected(meter: MeterToRead) -> str:
    """The expected range in words; empty where nothing is expected."""
    least, most = meter.expected_from, meter.expected_until
    if least is not None and most is not None:
        return gettext("od %(least)s do %(most)s", least=volume(least), most=volume(most))
    if most is not None:
        return gettext("najwyżej %(most)s", most=volume(most))
    return gettext("co najmniej %(least)s", least=volume(least)) if least is not None else ""


def digits(meter: MeterToRead) -> str:
    """Which digits of the dial are to be given."""
    whole = ngettext("%(num)d cyfra przed przecinkiem", "%(num)d cyfr przed przecinkiem", meter.digits)
    if not meter.places:
        return gettext("Wpisz czarne cyfry, czyli pełne metry sześcienne (%(whole)s). Czerwone pomiń.", whole=whole)
    part = ngettext("%(num)d cyfra po przecinku", "%(num)d cyfry po przecinku", meter.places)
    return gettext("Wpisz wszystkie cyfry z liczydła (%(whole)s, %(part)s).", whole=whole, part=part)
