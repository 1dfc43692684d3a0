"""Several portals over one Redis, each a guard with a cache and connections of its own."""

import secrets

from adapters.base import Adapter
from adapters.clock import SetClock
from adapters.guard import GuardedAdapter
from adapters.guard.redis_cache import RedisCache
from tests.adapters.guard.back_end import guard


class Share:
    """What is made here shares a secret that nothing else has, and so its entries."""

    def __init__(self, url: str, clock: SetClock) -> None:
        self.url = url
        self.clock = clock
        self.secret = secrets.token_hex(16)
        self._made: list[RedisCache] = []

    def cache(self, *, secret: str | None = None, timeout_seconds: float = 5.0, seconds: float = 15.0) -> RedisCache:
        """As another process would have it; by default with time-outs that a busy machine does not reach."""
        made = RedisCache(
            self.url,
            secret=secret or self.secret,
            clock=self.clock,
            seconds=seconds,
            timeout_seconds=timeout_seconds,
        )
        self._made.append(made)
        return made

    def guard(self, back_end: Adapter, *, cache: RedisCache | None = None) -> GuardedAdapter:
        return guard(back_end, self.clock, cache=cache or self.cache(), total_seconds=10.0)

    def close(self) -> None:
        for made in self._made:
            made.close()
