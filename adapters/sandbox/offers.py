"""What the sandbox's utility has on offer: now, formerly, and soon."""

from datetime import date, timedelta

from adapters.sandbox.records import Party
from schemas import CustomerKind, Offer, OfferKind


def offers(party: Party, base_day: date) -> list[Offer]:
    """What this customer may see, in no order of time; days are counted from the day on which the world began."""

    def day(days: int) -> date:
        return base_day + timedelta(days=days)

    found = [
        Offer(
            "PROD-LEG",
            OfferKind.PRODUCT,
            "Wodomierz z odczytem radiowym",
            "Odczytujemy **bez wizyty**, a Państwo widzą zużycie z każdego dnia.\n\n* montaż w cenie\n* 5 lat rękojmi",
        ),
        Offer(
            "PROM-OGR",
            OfferKind.PROMOTION,
            "Podlicznik ogrodowy 30% taniej",
            "Za wodę do podlewania nie płaci się za ścieki.\n\nPromocja dotyczy zakupu i montażu.",
            day(-20),
            day(40),
        ),
        Offer(
            "PROM-EFA",
            OfferKind.PROMOTION,
            "E-faktura i 5 zł mniej",
            "Kto zgodzi się na e-fakturę, płaci za następny rachunek **5 zł mniej**.",
            day(-200),
            day(-1),
        ),
        Offer("PROM-ZIM", OfferKind.PROMOTION, "Zimowe przeglądy studzienek", "Zapisy od zaraz.", day(30), day(120)),
    ]
    if party.kind is CustomerKind.COMPANY:
        text = "Jedna faktura dla wszystkich budynków i plik CSV z rozliczeniem."
        found.append(Offer("PROD-ZBI", OfferKind.PRODUCT, "Faktura zbiorcza", text, day(-400)))
    return found
