"""The only module that builds the adapter, and how views ask it."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import holidays

from adapters import registry
from adapters.base import Adapter
from adapters.clock import Clock, local_day
from adapters.errors import AdapterError, Misconfigured, NotSupported
from adapters.guard import GuardedAdapter, GuardSettings
from adapters.guard.cache import Cache
from adapters.guard.redis_cache import RedisCache
from adapters.limits import Limits
from adapters.mapping import Mistakes
from adapters.mapping.options import FILES, MORE, examine_options
from adapters.settlement import EVERY_DAY, RefreshDays
from gateway import incidents
from gateway.erp_metrics import observe_erp
from gateway.portal import portal
from gateway.settings import Settings
from gateway.settings_mistakes import named
from schemas import Basis

# Threads that wait for the ERP on behalf of a page; the guard, not this, limits what reaches the ERP.
_waiting = ThreadPoolExecutor(max_workers=48, thread_name_prefix="side-by-side")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a page: its ``value``, or the ``error`` that took its place."""

    value: Any = None
    error: AdapterError | None = None


def erp() -> GuardedAdapter:
    """The billing system, behind its guard."""
    return portal().erp


def today() -> date:
    """The day it is in Europe/Warsaw by the portal's clock."""
    return local_day(portal().clock.now())


def side_by_side(**calls: Callable[[], Any]) -> dict[str, Part]:
    """Make calls to the ERP at the same time: costs the slowest, and one that fails leaves the others."""
    tasks = {name: _waiting.submit(copy_context().run, _part, call) for name, call in calls.items()}
    return {name: task.result() for name, task in tasks.items()}


def a_few_at_a_time(calls: Mapping[str, Callable[[], Any]], *, at_once: int = 6) -> dict[str, Part]:
    """The same for many calls of one kind, such as names: one reader does not take all places at the ERP."""
    parts: dict[str, Part] = {}
    names = list(calls)
    for first in range(0, len(names), at_once):
        parts |= side_by_side(**{name: calls[name] for name in names[first : first + at_once]})
    return parts


def _part(call: Callable[[], Any]) -> Part:
    try:
        return Part(value=call())
    except AdapterError as error:
        incidents.record(error, failed=False)
        return Part(error=error)


def build_adapter(settings: Settings) -> Adapter:
    """The adapter that the settings name; raises ``Misconfigured``. No I/O to the ERP."""
    try:
        return _built(settings)
    except Misconfigured as error:
        raise Misconfigured(*(named(each, settings.variables) for each in error.mistakes)) from error.__cause__


def _built(settings: Settings) -> Adapter:
    chosen = registry.load(settings.erp.adapter)
    options = _options(settings, settings.erp.adapter)
    try:
        return chosen.from_settings(options, limits=_limits(settings))
    except Misconfigured:
        raise
    except NotSupported:
        raise Misconfigured(f'erp.adapter: "{settings.erp.adapter}" has no from_settings') from None
    except Exception as error:  # of somebody's own adapter; its text could repeat a password
        told = f"{type(error).__name__} in its from_settings"
        raise Misconfigured(f'erp.adapter: "{settings.erp.adapter}" cannot be built: {told}') from error


def check_unused_tables(settings: Settings) -> None:
    """Look at the tables of the adapters that are not named; raises ``Misconfigured`` with what is wrong in them."""
    mistakes = Mistakes()
    for kind in sorted(MORE.keys() - {settings.erp.adapter}):
        examine_options(_options(settings, kind), kind, mistakes, in_use=False)
    chosen = settings.erp.adapter
    if chosen in MORE:
        told = f"unknown key; the adapter {chosen} reads [erp.{chosen}]"
        mistakes.found += [f"erp.options.{name}: {told}" for name in settings.erp.options]
    mistakes.raise_any()


def _options(settings: Settings, adapter: str) -> dict[str, Any]:
    """The adapter's own table, its files as they are found from the configuration's folder."""
    tables = {"soap": settings.erp.soap, "rest": settings.erp.rest}
    options = dict(tables.get(adapter, settings.erp.options))
    for name in FILES & options.keys():
        beside = settings.base / str(options[name])
        if os.path.isfile(beside):  # a built-in mapping has a name and no file here
            options[name] = str(beside)
    return options


def build_cache(settings: Settings, clock: Clock) -> Cache | None:
    """The cache that processes share, or None for memory; raises ``Misconfigured``. No I/O."""
    if not settings.cache.redis_url:
        return None
    # Another adapter or rule gives other answers, so their processes do not share.
    secret = "\0".join((settings.web.secret_key, settings.erp.adapter, settings.erp.refresh))
    cache = RedisCache(settings.cache.redis_url, secret=secret, clock=clock, seconds=settings.cache.seconds)
    return cache if settings.cache.seconds > 0 else None


def build_guard(adapter: Adapter, settings: Settings, clock: Clock, *, cache: Cache | None = None) -> GuardedAdapter:
    """The guarded adapter; raises ``Misconfigured`` where the adapter cannot keep the rule and may not do without."""
    if adapter.basis is Basis.LIVE and not settings.erp.allow_live_balance:
        raise Misconfigured(
            "erp.allow_live_balance: this adapter gives only the balance of the moment and cannot keep the "
            "next-day rule; set this to true to show that figure labelled so"
        )
    guard = settings.guard
    return GuardedAdapter(
        adapter,
        settings=GuardSettings(
            reads_at_once=guard.reads,
            documents_at_once=guard.documents,
            submissions_at_once=guard.submissions,
            submission_seconds=guard.submission_seconds,
            crowd=settings.web.threads // 4,
            total_seconds=guard.total_seconds,
            breaker_open_seconds=guard.breaker_open_seconds,
            cache_seconds=settings.cache.seconds,
        ),
        clock=clock,
        days=refresh_days(settings),
        observe=observe_erp,
        cache=cache,
    )


def refresh_days(settings: Settings) -> RefreshDays:
    """Every day, or Poland's business days: Monday to Friday without public holidays."""
    if settings.erp.refresh == "calendar_day":
        return EVERY_DAY
    return RefreshDays(lambda day: day.weekday() < 5 and day not in _public_holidays(day.year))


@cache
def _public_holidays(year: int) -> frozenset[date]:
    """A year's own set: the library's growing one must not be shared by threads while it grows."""
    return frozenset(holidays.country_holidays("PL", years=year))


def _limits(settings: Settings) -> Limits:
    guard = settings.guard
    return Limits(
        connect_seconds=guard.connect_seconds,
        read_seconds=guard.read_seconds,
        total_seconds=guard.total_seconds,
        submission_seconds=guard.submission_seconds,
        document_seconds=guard.document_seconds,
        answer_bytes=guard.answer_megabytes * 1024 * 1024,
        document_bytes=guard.document_megabytes * 1024 * 1024,
        submission_connections=guard.submissions,
        read_connections=guard.reads + guard.documents,  # a document may have to ask for its invoice first
        document_connections=guard.documents,
    )
