"""How a customer is reached: what the register says beyond name and address, and what the customer asks to change."""

import unicodedata
from dataclasses import dataclass, replace
from random import Random

from adapters.sandbox.records import Party
from schemas import ConsentContent, DataChangeContent

_MANAGER = "Zarządca Nieruchomości „Opoka”, ul. Rynek 4, 99-991 Zdrojewo Wielkie"


@dataclass(frozen=True, slots=True)
class Particulars:
    """``postal_address`` is for letters, if it is another; ``e_invoices`` is None where nobody has asked yet."""

    name: str
    postal_address: str | None
    phone: str | None
    email: str | None
    e_invoices: bool | None

    def changed(self, content: DataChangeContent) -> "Particulars":
        """With what may be changed without asking; a new name waits for a clerk."""
        return replace(
            self,
            postal_address=content.postal_address or self.postal_address,
            phone=content.phone or self.phone,
            email=content.email or self.email,
        )

    def consented(self, content: ConsentContent) -> "Particulars":
        return replace(self, e_invoices=content.given, email=content.email or self.email)


def write(party: Party, seed: int) -> Particulars:
    """The same for the same seed; nobody has such an address or number."""
    random = Random(f"{seed}:{party.customer_no}:particulars")  # noqa: S311 (a world, not a secret)
    phone = f"+48 99 555 {party.ordinal // 100:02d} {party.ordinal % 100:02d}"
    email = f"{_slug(party.name)}@poczta.example"
    if party.persona == "anna":
        return Particulars(party.name, None, phone, email, False)
    if party.persona == "new":
        return Particulars(party.name, None, None, None, None)
    if party.persona.startswith("managed"):
        return Particulars(party.name, _MANAGER, phone, "biuro@opoka.example", True)
    return Particulars(
        party.name,
        f"skr. poczt. {random.randrange(1, 90)}, {party.postcode} {party.town}" if random.random() < 0.2 else None,
        phone if random.random() < 0.8 else None,
        email if random.random() < 0.7 else None,
        random.choice((True, False, None)),
    )


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().replace("ł", "l")).encode("ascii", "ignore").decode()
    return ".".join("".join(each if each.isalnum() else " " for each in plain).split())[:40].strip(".")
