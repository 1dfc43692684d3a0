"""The invented utility, its customers and what happened to them: plain facts that ``fill`` books into Tryton.

Nothing here knows Tryton. Every name, number and account is made up; the check digits are right. The history is
the same on every run: it starts in January 2025, ends in October 2026, and hangs on no clock.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random

FIRST_DAY = date(2025, 1, 1)
LAST_DAY = date(2026, 10, 31)
SEED = 20250101

WATER_PRICE = Decimal("5.4200")  # PLN a m³, net
SEWAGE_PRICE = Decimal("7.9600")
FEE_PRICE = Decimal("6.2500")  # PLN a billing period, net

COMPANY_NAME = "Wodociągi Brzozowa Dolina sp. z o.o."
CITY = "Brzozowa Dolina"
POSTAL_CODE = "99-098"

NO_INVOICES = "100120"
MANY_INVOICES = "100121"
LATE_BOOKING = "100102"
REVERSED_PAYMENT = "100103"
TWO_INSTALMENTS = "100104"
CORRECTED = "100105"
FULLY_CREDITED = "100106"
OVERPAID = "100107"
ALSO_A_SUPPLIER = "100113"


class Habit(StrEnum):
    """How a customer pays."""

    PROMPT = "prompt"  # before it is due
    LATE = "late"  # some weeks after it was due
    PARTIAL = "partial"  # a part of each third invoice
    STOPPED = "stopped"  # nothing since the summer of 2026


@dataclass(frozen=True)
class Person:
    """One customer: ``every`` is the billing period in months, ``points`` how many supply points they have."""

    code: str
    name: str
    street: str
    number: str
    unit: str = ""
    email: str = ""
    nip: str = ""
    habit: Habit = Habit.PROMPT
    every: int = 3
    points: int = 1
    sewage: bool = True
    fee: bool = True
    since: date = FIRST_DAY
    until: date | None = None

    @property
    def is_company(self) -> bool:
        return bool(self.nip)

    @property
    def account(self) -> str:
        """Their individual account: an NRB in a bank that does not exist."""
        return nrb("9990000" + "7", "0415" + self.code.zfill(12))


@dataclass
class Issue:
    """An invoice for one supply point; ``key`` names it within this history."""

    key: str
    code: str
    day: date
    point: int
    water: Decimal
    instalments: bool = False
    draft: bool = False


@dataclass
class Pay:
    """A payment booked on ``day`` that the bank dates ``dated``; without ``amount`` whatever is left to pay."""

    day: date
    code: str
    dated: date
    invoice: str | None = None
    amount: Decimal | None = None
    key: str = ""


@dataclass
class Credit:
    """A correction of an invoice: without ``water`` of all of it, else of so many m³ of water."""

    key: str
    day: date
    invoice: str
    water: Decimal | None = None


@dataclass
class Reverse:
    """The reversal of a payment that was booked by mistake."""

    day: date
    payment: str


@dataclass
class History:
    """Everything that happened, in the order of booking within each kind."""

    issues: list[Issue] = field(default_factory=list)
    pays: list[Pay] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    reverses: list[Reverse] = field(default_factory=list)

    def days(self) -> list[date]:
        events = (*self.issues, *self.pays, *self.credits, *self.reverses)
        return sorted({event.day for event in events})


def nip(nine: str) -> str:
    """A tax number with its check digit, from nine digits that can have one (their weighted sum is not 10 mod 11)."""
    check = sum(int(d) * w for d, w in zip(nine, (6, 5, 7, 2, 3, 4, 5, 6, 7), strict=True)) % 11
    assert check < 10, f"no tax number starts with {nine}"
    return f"{nine}{check}"


def nrb(sort_code: str, rest: str) -> str:
    """A Polish account number of 26 digits, check digits first (ISO 13616 with country PL)."""
    body = sort_code + rest
    check = 98 - int(body + "252100") % 97
    return f"{check:02d}{body}"


COMPANY_NIP = nip("999000101")

PEOPLE: tuple[Person, ...] = (
    Person("100101", "Anna Kowalczyk", "ul. Klonowa", "3", "2", email="anna.kowalczyk@poczta.example"),
    Person("100102", "Łucja Świętosławska-Żółć", "ul. Źródlana", "14", email="lucja@poczta.example", every=1),
    Person("100103", "Marek Wiśnia", "ul. Lipowa", "7", "11", habit=Habit.LATE),
    Person("100104", "Barbara Jabłońska", "os. Słoneczne", "22", "5", email="b.jablonska@poczta.example"),
    Person("100105", "Grzegorz Brzęczyk", "ul. Polna", "1A", every=1, sewage=False),
    Person("100106", "Oksana Szewczenko", "ul. Długa", "40", "8", email="oksana@poczta.example"),
    Person("100107", "Tomasz Dąb", "ul. Leśna", "9"),
    Person("100108", "Zofia Gęś", "ul. Kwiatowa", "12", "3", habit=Habit.PARTIAL, every=2),
    Person("100109", "Jan O'Brien", "ul. Portowa", "2", habit=Habit.STOPPED, every=1),
    Person("100110", "Katarzyna i Paweł Sosna", "ul. Ogrodowa", "31", sewage=False),
    Person("100111", "Henryk Wróbel", "ul. Krótka", "5", "1", habit=Habit.LATE, until=date(2026, 3, 31)),
    Person("100112", "Piekarnia „Rogal” Nowicka i Wspólnicy sp. j.", "Rynek", "4", nip=nip("999000175")),
    Person("100113", "Hydroserwis Próba sp. z o.o.", "ul. Przemysłowa", "17", nip=nip("999000212"), every=2),
    Person(
        "100114", "Szkoła Podstawowa nr 3 & Przedszkole", "ul. Szkolna", "10", nip=nip("999000249"), habit=Habit.LATE
    ),
    Person("100115", "Myjnia Perła s.c.", "ul. Łąkowa", "8", nip=nip("999000286"), habit=Habit.PARTIAL, points=2),
    Person("100116", "Wspólnota Mieszkaniowa Klonowa 5", "ul. Klonowa", "5", nip=nip("999000323"), every=2),
    Person("100117", "Ewa Lis", "ul. Zielona", "19", "4", email="ewa.lis@poczta.example", since=date(2025, 9, 1)),
    Person("100118", "Stanisław Młynarz", "ul. Młyńska", "6", habit=Habit.STOPPED),
    Person("100119", "Iwona Mak", "ul. Makowa", "33", "7", email="iwona@poczta.example", points=2),
    Person("100120", "Nadia Nowa", "ul. Nowa", "1", "1", email="nadia@poczta.example", since=date(2026, 10, 20)),
    Person(
        "100121",
        "Zarząd Nieruchomości Dolina sp. z o.o.",
        "al. Brzozowa",
        "100",
        email="zarzad@dolina.example",
        nip=nip("999000360"),
        points=6,
        sewage=False,
        fee=False,
    ),
    Person("100122", "Wiktor Żak", "ul. Stawowa", "2", "9", habit=Habit.PARTIAL),
)


def history() -> History:
    """The whole of what happened, always the same."""
    chance = Random(SEED)
    story = History()
    for person in PEOPLE:
        for number, (day, point) in enumerate(_billing_days(person), start=1):
            water = Decimal(chance.randint(3, 18) if not person.is_company else chance.randint(40, 160))
            issue = Issue(f"{person.code}-{number}", person.code, day, point, water)
            story.issues.append(issue)
            story.pays.extend(_payments(person, issue, number, chance))
    _special_cases(story)
    story.issues.sort(key=lambda issue: (issue.day, issue.key))
    story.pays = [pay for pay in story.pays if pay.day <= LAST_DAY]
    return story


def _billing_days(person: Person) -> list[tuple[date, int]]:
    days = []
    for months in range(22):
        if months % person.every:
            continue
        day = date(2025 + months // 12, months % 12 + 1, 5 if person.every == 1 else 12)
        if day < person.since or (person.until and day > person.until):
            continue
        days.extend((day, point) for point in range(person.points))
    return [] if person.code == NO_INVOICES else days


def _payments(person: Person, issue: Issue, number: int, chance: Random) -> list[Pay]:
    if person.habit is Habit.STOPPED and issue.day > date(2026, 6, 30):
        return []
    # Two days of each month, because each day of booking takes Tryton as long as several payments.
    month = issue.day + timedelta(days=35) if person.habit is Habit.LATE else issue.day
    day = month.replace(day=15 if person.code == MANY_INVOICES else chance.choice((15, 18)))
    part = Decimal("20.00") if person.habit is Habit.PARTIAL and number % 3 == 0 else None
    return [Pay(day, person.code, day, issue.key, part)]


def _special_cases(story: History) -> None:
    """What a portal must get right and a smooth history would not show."""
    paid = {pay.invoice: pay for pay in story.pays}

    # The bank dated it in June, the accountants booked it in July.
    late = paid[f"{LATE_BOOKING}-18"]
    late.dated, late.day = date(2026, 6, 29), date(2026, 7, 2)

    # Somebody else's money, booked on New Year's Eve and reversed in the new year.
    wrong = Pay(date(2025, 12, 31), REVERSED_PAYMENT, date(2025, 12, 31), None, Decimal("150.00"), "wrong")
    story.pays.append(wrong)
    story.reverses.append(Reverse(date(2026, 1, 2), "wrong"))

    for issue in story.issues:
        if issue.key == f"{TWO_INSTALMENTS}-7":
            issue.instalments = True
            story.pays.remove(paid[issue.key])
    story.issues.append(Issue("draft", TWO_INSTALMENTS, date(2026, 10, 30), 0, Decimal(9), draft=True))

    # A correction of 3 m³, taken off what was then paid; another that was left open after a full payment.
    story.credits.append(Credit("K1", date(2026, 2, 7), f"{CORRECTED}-14", Decimal(3)))
    paid[f"{CORRECTED}-14"].day = paid[f"{CORRECTED}-14"].dated = date(2026, 2, 16)
    story.credits.append(Credit("K2", date(2026, 9, 28), f"{CORRECTED}-21", Decimal(2)))
    story.pays.remove(paid[f"{FULLY_CREDITED}-6"])
    story.credits.append(Credit("K3", date(2026, 4, 20), f"{FULLY_CREDITED}-6"))

    # Money on account, for no invoice.
    day = date(2026, 10, 15)
    story.pays.append(Pay(day, OVERPAID, day, None, Decimal("500.00"), "advance"))
