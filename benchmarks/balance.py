"""The balance over 100,000 postings against a bare ``sum()`` of their Decimals."""

import gc
import random
import time
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from adapters.settlement import settle_ledger
from schemas import EntryKind, LedgerEntry

_ROUNDS = 9


def main() -> None:
    """Print the table."""
    dice = random.Random(1)
    today = date(2026, 3, 29)
    entries = [
        LedgerEntry(
            "1",
            str(number),
            EntryKind.INVOICE,
            None,
            Decimal(dice.randint(-99999, 99999)).scaleb(-2),
            today - timedelta(days=dice.randint(1, 3650)),
        )
        for number in range(100_000)
    ]
    amounts = [entry.amount for entry in entries]
    zero = Decimal("0.00")
    if settle_ledger(zero, entries, today=today).amount != sum(amounts, zero):
        raise SystemExit("balance: the sums differ; nothing measured")
    bare, ruled = [], []
    gc.disable()
    for _ in range(_ROUNDS):
        started = time.process_time()
        sum(amounts, zero)
        between = time.process_time()
        settle_ledger(zero, entries, today=today)
        bare.append(between - started)
        ruled.append(time.process_time() - between)
    gc.enable()
    ratio = median(rule / plain for rule, plain in zip(ruled, bare, strict=True))
    print("Balance by the rule over 100,000 postings (sums equal)")
    print(f"  sum()   {median(bare) * 1e3:8.2f} ms")
    print(
        f"  ebok    {median(ruled) * 1e3:8.2f} ms   {ratio:5.2f} x   {'ok' if ratio <= 2.0 else 'MISS'} (2.0 x at most)"
    )


if __name__ == "__main__":
    main()
