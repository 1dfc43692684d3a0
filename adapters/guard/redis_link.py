"""Talks to a Redis that may be away: every question ends soon, and after a failure it is left alone for a moment."""

import logging
from concurrent.futures import Future
from threading import Lock
from typing import Any

from adapters.clock import Clock
from adapters.errors import Misconfigured
from adapters.guard.workers import Workers

QUIET_SECONDS = 1.0
CONNECTIONS = 8
_WHOLE = 5

Command = tuple[bytes | str | int, ...]

log = logging.getLogger("ebok.guard")


class RedisLink:
    """Asked by all threads; nothing that Redis does or does not do is raised.

    ``seconds`` bound each wait for the network; five times as many bound the whole question, whatever drips in and
    however long its host's name takes to be found, which is why threads of its own do the asking.
    """

    def __init__(self, url: str, *, clock: Clock, seconds: float) -> None:
        self._redis = _client(url, seconds)
        self._clock = clock
        self._seconds = seconds
        self._workers = Workers("ebok-cache", CONNECTIONS)
        self._lock = Lock()
        self._quiet_until: float | None = None  # None while all is well

    def ask(self, *commands: Command, always: bool = False) -> list[Any] | None:
        """The replies to these commands, sent in one go; None where there are none.

        After a failure one question a second finds out whether Redis is back, the others are not sent, unless
        ``always``. A key that holds another type than the command wants has the reply None.
        """
        if not always and not self._may_ask():
            return None
        answered: Future[list[Any]] = Future()

        def work() -> None:
            if answered.set_running_or_notify_cancel():
                try:
                    answered.set_result(self._send(commands))
                except BaseException as raised:
                    answered.set_exception(raised)

        self._workers.start(work)
        try:
            replies = [_reply(each) for each in answered.result(_WHOLE * self._seconds)]
        except Exception as error:  # what comes instead of a reply can make the client raise anything
            answered.cancel()
            self._failed(type(error).__name__)
            return None
        self._answered()
        return replies

    def close(self) -> None:
        self._redis.connection_pool.disconnect()

    def _send(self, commands: tuple[Command, ...]) -> list[Any]:
        with self._redis.pipeline(transaction=False) as pipe:
            for command in commands:
                pipe.execute_command(*command)
            return list(pipe.execute(raise_on_error=False))

    def _may_ask(self) -> bool:
        if self._quiet_until is None:
            return True
        now = self._clock.monotonic()
        with self._lock:
            if self._quiet_until is not None and now < self._quiet_until:
                return False
            if self._quiet_until is not None:
                self._quiet_until = now + QUIET_SECONDS
            return True

    def _failed(self, how: str) -> None:
        with self._lock:
            first = self._quiet_until is None
            self._quiet_until = self._clock.monotonic() + QUIET_SECONDS
        # An idle connection may still hold what was meant for a question that was given up.
        self._redis.connection_pool.disconnect(inuse_connections=False)
        if first:
            log.warning("the cache in Redis cannot be used: %s; the billing system is asked every time", how)

    def _answered(self) -> None:
        if self._quiet_until is None:
            return
        with self._lock:
            self._quiet_until = None
        log.info("the cache in Redis can be used again")


def _reply(reply: Any) -> Any:
    if isinstance(reply, Exception):
        if str(reply).startswith("WRONGTYPE"):
            return None
        raise reply
    return reply


def _client(url: str, seconds: float) -> Any:
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError:
        raise Misconfigured("cache.redis_url: needs the package redis: pip install 'ebok-gateway[redis]'") from None
    try:
        pool = redis.ConnectionPool.from_url(
            url,
            socket_connect_timeout=seconds,
            socket_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        pool.connection_class(**pool.connection_kwargs)  # connects to nothing, but refuses an unknown option
    except (ValueError, TypeError, redis.RedisError):
        # Their texts may repeat the password.
        raise Misconfigured(
            "cache.redis_url: expected redis://[user:password@]host[:port][/database], rediss://… or unix://…"
        ) from None
    return redis.Redis(connection_pool=pool)
