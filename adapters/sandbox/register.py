"""The register of customers: who they are, what they have contracts for, and which story their books tell."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from adapters.sandbox import names, numbers
from adapters.sandbox.records import Party
from schemas import Contract, CustomerKind, Meter, MeterRole, Reading, ReadingSource, Service, SupplyPoint

ANNA = "100001"
MANAGED = tuple(str(number) for number in range(100101, 100113))
NEWCOMER = "100201"
LARGEST = "100301"
OTHERS = tuple(str(number) for number in range(200001, 200201))

_BOTH = (Service.WATER, Service.SEWAGE)
PERSONAS = (
    "one_invoice",
    "ten_years_monthly",
    "regular",
    "arrears",
    "overpaid",
    "part_paid",
    "corrected",
    "reversal",
    "refunded",
    "no_account",
    "late",
    "new",
    "two_contracts",
    "prepaid",
    "paid_up",
)


def parties(seed: int, today: date) -> Iterator[Party]:
    """Every customer, the same for the same seed and day."""
    roll = [
        (ANNA, "anna"),
        *((number, _managed(number)) for number in MANAGED),
        (NEWCOMER, "new"),
        (LARGEST, "largest"),
    ]
    roll += [(number, PERSONAS[place % len(PERSONAS)]) for place, number in enumerate(OTHERS)]
    for ordinal, (customer_no, persona) in enumerate(roll):
        random = Random(f"{seed}:{customer_no}:register")  # noqa: S311 (a world, not a secret)
        party = _party(random, ordinal, customer_no, persona)
        contracts = _contracts(random, party, today)
        yield replace(party, contracts=tuple(map(_told, contracts)) if customer_no in MANAGED else contracts)


def _managed(customer_no: str) -> str:
    return "managed_arrears" if customer_no in MANAGED[3::5] else "managed"


def _party(random: Random, ordinal: int, customer_no: str, persona: str) -> Party:
    managed = persona.startswith("managed")
    company = managed or persona == "largest" or (customer_no in OTHERS and ordinal % 4 == 0)
    street = names.street(random, flat=not company)
    if persona == "anna":
        name, street = "Anna Borowska", "ul. Źródlana 12/3"
    elif managed:
        name = f"Wspólnota Mieszkaniowa {street}"
    elif persona == "largest":
        name = "Spółdzielnia Mieszkaniowa „Nad Potokiem”"
    else:
        name = names.company(random) if company else names.person(random)
    return Party(
        ordinal=ordinal,
        customer_no=customer_no,
        name=name,
        kind=CustomerKind.COMPANY if company else CustomerKind.PERSON,
        nip=numbers.nip(random) if company else None,
        street=street,
        postcode=random.choice(names.POSTCODES),
        town=names.TOWN,
        payment_account=None if persona == "no_account" else numbers.nrb(customer_no),
        persona=persona,
    )


def _contracts(random: Random, party: Party, today: date) -> tuple[Contract, ...]:
    count = {"largest": 25, "two_contracts": 2}.get(party.persona, 1)
    return tuple(_contract(random, party, today, place) for place in range(1, count + 1))


def _contract(random: Random, party: Party, today: date, place: int) -> Contract:
    days = 20 if party.persona == "new" else random.randrange(3700, 6000)
    since = today - timedelta(days=days)
    ended = party.persona == "two_contracts" and place == 1
    services: tuple[Service, ...] = _BOTH
    if party.persona != "anna" and random.random() < 0.25:
        services = (Service.WATER,)
    address = party.address
    if party.persona == "largest":
        address = f"{names.street(random, flat=False)}, {party.postcode} {party.town}"
    point = SupplyPoint(f"PP-{party.customer_no}-{place}", address, _meters(random, party, today, place))
    return Contract(
        customer_no=party.customer_no,
        contract_no=f"U/{since.year}/{party.customer_no}/{place}",
        services=services,
        valid_from=since,
        valid_until=today - timedelta(days=400) if ended else None,
        supply_points=(point,),
    )


def _told(contract: Contract) -> Contract:
    """With the stories of some main meters: one about to go round, one read by radio, one whose verification ended."""
    story = _STORIES.get(contract.customer_no)
    if story is None:
        return contract
    point = contract.supply_points[0]
    meters = (story(point.meters[0]), *point.meters[1:])
    return replace(contract, supply_points=(replace(point, meters=meters),))


def _about_to_go_round(meter: Meter) -> Meter:
    assert meter.last_reading is not None
    return replace(meter, last_reading=Reading(Decimal(99_987), meter.last_reading.read_on, ReadingSource.INSPECTOR))


def _read_by_radio(meter: Meter) -> Meter:
    assert meter.last_reading is not None
    value = meter.last_reading.value.quantize(Decimal("0.001"))
    return replace(meter, last_reading=Reading(value, meter.last_reading.read_on, ReadingSource.RADIO))


def _no_longer_verified(meter: Meter) -> Meter:
    assert meter.last_reading is not None
    return replace(meter, valid_until=date(meter.last_reading.read_on.year - 1, 6, 30))


_STORIES: dict[str, Callable[[Meter], Meter]] = {
    MANAGED[1]: _about_to_go_round,
    MANAGED[2]: _read_by_radio,
    MANAGED[5]: _no_longer_verified,
}


def _meters(random: Random, party: Party, today: date, place: int) -> tuple[Meter, ...]:
    roles = [MeterRole.MAIN]
    if party.persona == "anna" or (party.kind is CustomerKind.PERSON and random.random() < 0.3):
        roles.append(MeterRole.GARDEN)
    if party.persona.startswith("managed") or (party.kind is CustomerKind.COMPANY and random.random() < 0.3):
        roles += [MeterRole.SUB] * random.randrange(1, 4)
    return tuple(
        Meter(
            meter_no=f"W{party.customer_no}{place:02d}{number:02d}",
            role=role,
            valid_until=date(today.year + random.randrange(0, 5), 12, 31) if random.random() < 0.9 else None,
            last_reading=None if party.persona == "new" else _reading(random, today, role),
        )
        for number, role in enumerate(roles, 1)
    )


def _reading(random: Random, today: date, role: MeterRole) -> Reading:
    source = random.choice(list(ReadingSource))
    litres = random.randrange(20_000, 900_000) // (8 if role is MeterRole.GARDEN else 1)
    places = 3 if source is ReadingSource.RADIO else 0
    value = Decimal(litres).scaleb(-3).quantize(Decimal(1).scaleb(-places))
    return Reading(value, today - timedelta(days=random.randrange(3, 60)), source)
