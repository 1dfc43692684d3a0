"""Logging in against bare argon2id of the same cost: how many a second on this machine."""

import time
from concurrent.futures import ThreadPoolExecutor

import requests
from argon2 import PasswordHasher

from benchmarks.running import PASSWORD, running

_SECONDS = 5.0
_AT_ONCE = 4


def main() -> None:
    """Print the table."""
    hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    kept = hasher.hash(PASSWORD)
    bare = _rate(lambda: hasher.verify(kept, PASSWORD), at_once=2)
    with running("rest") as portal, requests.Session() as session:
        url = f"{portal.portal}/api/v1/tokens"
        body = {"login": "bench", "password": PASSWORD}

        def log_in() -> None:
            if session.post(url, json=body, timeout=30).status_code != 201:
                raise SystemExit("login: a right password was refused; nothing measured")

        ours = _rate(log_in, at_once=_AT_ONCE)
    print("Logins a second, argon2id at 19 MiB, t=2")
    print(f"  argon2id alone {bare:6.1f}")
    print(f"  ebok           {ours:6.1f}   {ours / bare:5.2f} x   {'ok' if ours >= 40 else 'MISS'} (40 a second)")


def _rate(call: object, *, at_once: int) -> float:
    until = time.perf_counter() + _SECONDS

    def repeat() -> int:
        done = 0
        while time.perf_counter() < until:
            call()  # type: ignore[operator]
            done += 1
        return done

    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        done = sum(task.result() for task in [pool.submit(repeat) for _ in range(at_once)])
    return done / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
