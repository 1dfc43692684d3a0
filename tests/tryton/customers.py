"""Puts the invented customers and their contracts into Tryton.

Runs inside Tryton's own environment (see ``fill``), never in the portal's.
"""

from typing import Any

from trytond.pool import Pool

from tests.tryton import world
from tests.tryton.masterdata import Books


def parties(books: Books) -> dict[str, Any]:
    """The customers, each with an address, a way to reach them and an individual account of the utility's."""
    pool = Pool()
    Party, Account = (pool.get(name) for name in ("party.party", "bank.account"))
    found = {}
    for person in world.PEOPLE:
        party = Party(name=person.name, code=person.code, lang=books.lang)
        party.categories = [books.categories[person.is_company]]
        party.addresses = [_address(person, point, books) for point in range(person.points)]
        if person.nip:
            party.identifiers = [{"type": "pl_vat", "code": person.nip}]
        if person.email:
            party.contact_mechanisms = [{"type": "email", "value": person.email}]
        found[person.code] = party
    Party.save(list(found.values()))
    # The account belongs to the utility and is this customer's to pay to: both own it.
    accounts = []
    for person in world.PEOPLE:
        account = Account(currency=books.company.currency)
        account.owners = [books.company.party, found[person.code]]
        account.numbers = [{"type": "iban", "number": f"PL{person.account}"}]
        accounts.append(account)
    Account.save(accounts)
    return {code: Party(party.id) for code, party in found.items()}


def contracts(books: Books, found: dict[str, Any]) -> None:
    """A running subscription for each supply point; the supply point is its address and its reference."""
    pool = Pool()
    Subscription, Line = (pool.get(f"sale.subscription{part}") for part in ("", ".line"))
    new, ended = [], []
    for person in world.PEOPLE:
        party = found[person.code]
        services = [books.water, books.sewage] if person.sewage else [books.water]
        for point in range(person.points):
            contract = Subscription(company=books.company, party=party, currency=books.company.currency)
            contract.reference = f"PP-{person.code}-{point + 1:02d}"
            contract.invoice_address, contract.payment_term = party.addresses[point], books.term
            contract.start_date, contract.end_date = person.since, person.until
            contract.invoice_recurrence = books.monthly
            contract.lines = [
                Line(
                    service=service,
                    description=service.product.name,
                    quantity=10.0,
                    unit=service.product.default_uom,
                    unit_price=service.product.list_price,
                    consumption_recurrence=books.monthly,
                    start_date=person.since,
                    end_date=person.until,
                )
                for service in services
            ]
            (ended if person.until else new).append(contract)
    for batch in (new, ended):
        Subscription.save(batch)
        Subscription.quote(batch)
        Subscription.run(batch)
    Subscription.close(ended)


def _address(person: world.Person, point: int, books: Books) -> dict[str, Any]:
    number = person.number if not point else f"{int(person.number.rstrip('A')) + 2 * point}"
    return {
        "street_name": person.street,
        "building_number": number,
        "unit_number": person.unit,
        "postal_code": world.POSTAL_CODE,
        "city": world.CITY,
        "country": books.country.id,
    }
