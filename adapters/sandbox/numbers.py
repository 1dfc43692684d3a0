"""Numbers with right check digits, so that what checks them has something true to check: NRB, NIP, KSeF."""

from datetime import date
from random import Random

_BANK = "99990001"  # no bank has this number
_NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)
UTILITY_NIP = "9990000008"


def nrb(customer_no: str) -> str:
    """The individual account of a customer: 26 digits, mod 97 as in ISO 13616."""
    rest = _BANK + customer_no.rjust(16, "0")
    return f"{98 - int(rest + '252100') % 97:02d}{rest}"


def nip(random: Random) -> str:
    """A tax number of ten digits whose last is the weighted sum of the others mod 11."""
    while True:
        digits = [9, 9, 9, *(random.randrange(10) for _ in range(6))]
        check = sum(weight * digit for weight, digit in zip(_NIP_WEIGHTS, digits, strict=True)) % 11
        if check < 10:
            return "".join(map(str, digits)) + str(check)


def ksef_no(issued_on: date, serial: int) -> str:
    """The number that KSeF would give: NIP of the issuer, day, twelve hexadecimal digits and their CRC-8."""
    start = f"{UTILITY_NIP}-{issued_on:%Y%m%d}-{serial * 2654435761 % (1 << 48):012X}"
    return f"{start}-{_crc8(start.encode()):02X}"


def _crc8(octets: bytes) -> int:
    crc = 0
    for octet in octets:
        crc ^= octet
        for _ in range(8):
            crc = crc << 1 ^ 0x107 if crc & 0x80 else crc << 1
    return crc
