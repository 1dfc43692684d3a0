"""What a payment says, sealed in the portal's memory while it is on its way, and wiped at its end."""

from dataclasses import asdict, dataclass
from decimal import Decimal

from gateway.payments.records import Part, total
from gateway.sealing import Sealer

_PURPOSE = "payment"


@dataclass(frozen=True, slots=True)
class Contents:
    """What is paid, who is written to, and where the customer goes on; empty where it was wiped.

    ``paid_by`` is the number of another payment that has paid one of the same invoices meanwhile.
    """

    parts: tuple[Part, ...] = ()
    currency: str = "PLN"
    email: str | None = None
    redirect_url: str | None = None
    paid_by: str = ""

    @property
    def amount(self) -> Decimal:
        return total(self.parts)


def seal(sealer: Sealer, reference: str, contents: Contents) -> bytes:
    values = asdict(contents)
    values["parts"] = [asdict(each) | {"amount": str(each.amount)} for each in contents.parts]
    return sealer.seal_json(values, _PURPOSE, reference)


def unseal(sealer: Sealer, reference: str, payload: bytes | None) -> Contents:
    """What was sealed; nothing where it was wiped, or sealed with a secret key that is no longer accepted."""
    values = sealer.open_json(payload, _PURPOSE, reference)
    if values is None:
        return Contents()
    parts = tuple(Part(**{**each, "amount": Decimal(each["amount"])}) for each in values.pop("parts"))
    return Contents(parts=parts, **values)
