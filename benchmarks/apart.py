"""How far two sets of times are apart: the ratios of their medians and tails, and whether chance explains it."""

from collections.abc import Sequence
from math import erfc, sqrt
from statistics import median, quantiles

_MOST, _CHANCE = 0.05, 0.01
"""Told apart is what differs by more than 5 % and not by chance."""


def apart(one: Sequence[float], other: Sequence[float]) -> str:
    """A line of a table; ``longer`` is how often one of the first takes longer than one of the second (0.5: as often).

    ``p`` is Mann and Whitney's, two-sided: how likely chance alone puts them so far apart.
    """
    longer, chance = _mann_whitney(one, other)
    medians, tails = median(one) / median(other), quantiles(one, n=10)[8] / quantiles(other, n=10)[8]
    judged = "ok" if abs(medians - 1) <= _MOST or chance > _CHANCE else "MISS"
    return (
        f"{median(one) * 1e3:7.2f} {median(other) * 1e3:7.2f}  median {medians:5.3f} x  p90 {tails:5.3f} x  "
        f"longer {longer:5.3f}  p {chance:5.3f}   {judged} (5 %, p < 0.01)"
    )


def _mann_whitney(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    ranked = sorted([(value, True) for value in one] + [(value, False) for value in other])
    n, m = len(one), len(other)
    ranks = sum(rank for rank, (_, first) in enumerate(ranked, 1) if first)
    longer = (ranks - n * (n + 1) / 2) / (n * m)
    z = (longer - 0.5) / sqrt((n + m + 1) / (12 * n * m))
    return longer, erfc(abs(z) / sqrt(2))
