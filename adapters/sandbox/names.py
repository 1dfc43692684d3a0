"""Invented names and addresses; the town is in no gazetteer."""

from random import Random

TOWN = "Zdrojewo Wielkie"
POSTCODES = ("99-990", "99-991", "99-992")

_WOMEN = ("Agnieszka", "Barbara", "Danuta", "Ewa", "Grażyna", "Halina", "Joanna", "Katarzyna", "Łucja", "Małgorzata")
_MEN = ("Andrzej", "Błażej", "Dariusz", "Grzegorz", "Jan", "Krzysztof", "Łukasz", "Marek", "Paweł", "Wojciech")
_SURNAMES = ("Brzęczyk", "Gżegżółka", "Kowal", "Mąka", "Nowak", "Ptak", "Sęk", "Wróbel", "Zięba", "Żuraw")
_ADJECTIVES = ("Borow", "Dąbrow", "Jezior", "Kamień", "Lisow", "Młyń", "Olszew", "Rzeczyc", "Świerkow", "Żabiń")
_STREETS = (
    "Akacjowa",
    "Brzozowa",
    "Cicha",
    "Długa",
    "Jaśminowa",
    "Kręta",
    "Łąkowa",
    "Młyńska",
    "Nad Potokiem",
    "Ogrodowa",
    "Piękna",
    "Różana",
    "Studzienna",
    "Świerkowa",
    "Wodna",
    "Źródlana",
    "Żeglarska",
)
_TRADES = ("Piekarnia", "Pralnia", "Myjnia", "Ogrodnictwo", "Zakład Fryzjerski", "Hurtownia", "Przedszkole", "Bar")
_BRANDS = ("Kłos", "Bąbelek", "Kropla", "Zielony Gaj", "Łabędź", "Północ", "Źródełko", "Świt", "Pod Dębem", "Żuczek")
_FORMS = ("sp. z o.o.", "s.c.", "sp.j.", "S.A.")


def person(random: Random) -> str:
    """A woman's or a man's name, with the surname's ending to fit."""
    woman = random.random() < 0.5
    first = random.choice(_WOMEN if woman else _MEN)
    if random.random() < 0.5:
        return f"{first} {random.choice(_SURNAMES)}"
    return f"{first} {random.choice(_ADJECTIVES)}{'ska' if woman else 'ski'}"


def company(random: Random) -> str:
    return f"{random.choice(_TRADES)} „{random.choice(_BRANDS)}” {random.choice(_FORMS)}"


def street(random: Random, *, flat: bool = True) -> str:
    number = f"{random.randrange(1, 90)}{random.choice(('', '', '', 'A', 'B'))}"
    if flat and random.random() < 0.4:
        number += f"/{random.randrange(1, 40)}"
    return f"ul. {random.choice(_STREETS)} {number}"
