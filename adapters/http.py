"""One hardened HTTP client for every adapter that speaks HTTP, so that no adapter has to remember the traps.

Each call has connect, read and total time-outs and a cap on its bytes after decompression; it is sent once, follows
no redirect, and carries no cookie, no proxy and no password from the environment. TLS is always verified.
"""

import logging
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest, Request
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import DecodeError, HTTPError

from adapters.errors import BadData, Unavailable
from adapters.http_deadline import Deadline, monotonic
from adapters.http_explain import explain
from adapters.http_target import link_origin, origin, origin_of_prepared
from adapters.http_wire import WatchedAdapter
from adapters.limits import Limits

Kind = Literal["read", "document", "write"]
Query = Mapping[str, str | int | Sequence[str]] | Sequence[tuple[str, str]]

CHUNK_BYTES = 64 * 1024
SLOWEST_DOCUMENT = 4 * 1024  # bytes per second that we wait for the ERP; a slow customer does not count
_READABLE = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})

# urllib3 writes whole URLs into its log, and ours have customer numbers in them.
logging.getLogger("urllib3").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of any status; ``headers`` are found by name in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case; empty when there is none."""
        return media_type(self.headers)


def media_type(headers: Mapping[str, str]) -> str:
    """The content type without its parameters, in lower case; empty when there is none."""
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


class Download(Iterator[bytes]):
    """An answer whose body comes in chunks of at most 64 KiB, with memory flat; close it when done or giving up.

    Closing frees the connection at once. Reading raises ``Unavailable`` or ``BadData``. With ``kind="document"`` the
    whole answer must come within ``total_seconds`` unless ``take_time`` is called.
    """

    def __init__(
        self,
        response: requests.Response,
        deadline: Deadline,
        *,
        host: str,
        limits: Limits,
        kind: Kind,
        forgotten: deque[requests.Response],
    ) -> None:
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._deadline = deadline
        self._host = host
        self._limits = limits
        self._patient = False
        self._forgotten = forgotten
        self._most = limits.document_bytes if kind == "document" else limits.answer_bytes
        self._read = 0
        self._waited = 0.0
        self._closed = False

    @property
    def size(self) -> int | None:
        """The size in bytes, where the ERP says it beforehand."""
        given = self.headers.get("Content-Length", "")
        if self.headers.get("Content-Encoding", "identity") != "identity" or not given.isascii() or not given.isdigit():
            return None
        return int(given)

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case; empty when there is none."""
        return media_type(self.headers)

    def __next__(self) -> bytes:
        if self._closed:
            raise StopIteration
        started = monotonic()
        try:
            chunk: bytes = self._response.raw.read1(CHUNK_BYTES, decode_content=True)
        except DecodeError as error:
            self.close()
            raise BadData(f"{self._host}: the answer's compression is broken") from error
        except (HTTPError, OSError) as error:
            self.close()
            raise Unavailable(explain(error, self._host, self._deadline)) from error
        if not chunk:
            self.close()
            # A body without a length looks finished when its connection is cut.
            if self._deadline.expired:
                raise Unavailable(explain(None, self._host, self._deadline))
            raise StopIteration
        self._read += len(chunk)
        self._waited += monotonic() - started
        if self._read > self._most:
            self.close()
            raise BadData(f"{self._host}: the answer is larger than {self._most} bytes")
        if self._patient and self._waited > self._limits.total_seconds and self._read < self._waited * SLOWEST_DOCUMENT:
            self.close()
            raise Unavailable(f"{self._host}: the document comes too slowly")
        return chunk

    def take_time(self) -> None:
        """The answer proved to be the document: from now on it may take ``document_seconds``."""
        self._patient = True
        self._deadline.extend(self._limits.document_seconds)

    def read(self) -> bytes:
        """All that is left, up to the cap."""
        return b"".join(self)

    def close(self) -> None:
        """Give the connection back, or drop it when there was more to come; harmless to repeat."""
        if not self._closed:
            self._closed = True
            self._deadline.end()
            self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        # A forgotten download would keep its place in the pool for ever. The garbage collector runs anywhere, also
        # inside the pool's own lock, so the closing is left to the next call.
        if not getattr(self, "_closed", True):
            self._forgotten.append(self._response)


class HttpClient:
    """Speaks to one ERP under ``base_url``; shared by many threads.

    ``auth`` is a user and password for HTTP Basic; ``ca_file`` a PEM file that replaces the public authorities;
    ``proxy`` the URL of a proxy. Documents have connections of their own, so that slow downloads never hold up the
    other calls. With ``redirects_answer`` a redirect is an answer like any other, and still not followed.
    """

    def __init__(
        self,
        base_url: str,
        *,
        limits: Limits | None = None,
        auth: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        ca_file: str | None = None,
        proxy: str | None = None,
        redirects_answer: bool = False,
    ) -> None:
        self.limits = limits = limits or Limits()
        self.base_url = base_url
        self._origin = origin(base_url)
        self._host = urlsplit(base_url).netloc.rpartition("@")[2]
        # Bytes, because requests would write the strings as Latin-1 and Polish passwords do not fit.
        self._auth: Any = (auth[0].encode(), auth[1].encode()) if auth else None
        self._headers = {"User-Agent": "ebok-gateway", **(headers or {})}
        self._ca: str | bool = ca_file or True
        self._redirects_answer = redirects_answer
        self._proxies = {"http": proxy, "https": proxy} if proxy else None
        self._forgotten: deque[requests.Response] = deque()
        self._lanes = {
            "read": WatchedAdapter(limits.read_connections),
            "write": WatchedAdapter(limits.submission_connections),
            "document": WatchedAdapter(limits.document_connections),
        }

    def send(
        self,
        method: str,
        target: str = "",
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Query | None = None,
        kind: Kind = "read",
    ) -> Answer:
        """Send once and read the whole answer; ``target`` is a path under ``base_url``, or a URL at the same host.

        Raises ``Unavailable`` (its ``sent`` is False where the request certainly never left) or ``BadData``. Any
        status but a redirect is an answer: what it means is for the caller to say.
        """
        with self.stream(method, target, body=body, headers=headers, query=query, kind=kind) as download:
            return Answer(download.status, download.headers, download.read())

    def stream(
        self,
        method: str,
        target: str = "",
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Query | None = None,
        kind: Kind = "document",
    ) -> Download:
        """Send once and hand over the answer when its headers are there; the caller closes it. Raises as ``send``.

        All of it must come within ``total_seconds``, until the caller calls the download's ``take_time``.
        """
        prepared = self._prepared(method, target, body, headers, query, kind)
        while self._forgotten:
            self._forgotten.popleft().close()
        try:
            deadline = Deadline(self.limits.submission_seconds if kind == "write" else self.limits.total_seconds)
        except RuntimeError as error:  # no thread for the watchdog, and without it nothing is sent
            raise Unavailable(f"{self._host}: no thread to watch the call", sent=False) from error
        try:
            with deadline.active():
                response = self._lanes[kind].send(
                    prepared,
                    stream=True,
                    # what was sent may be long in the making, and its answer comes in one piece
                    timeout=(
                        self.limits.connect_seconds,
                        deadline.seconds if kind == "write" else self.limits.read_seconds,
                    ),
                    verify=self._ca,
                    proxies=self._proxies,
                )
        except (requests.RequestException, HTTPError, OSError) as error:
            deadline.end()
            raise Unavailable(explain(error, self._host, deadline), sent=deadline.sent) from error
        except BaseException:
            deadline.end()
            raise
        forgotten = self._forgotten
        return self._admitted(
            Download(response, deadline, host=self._host, limits=self.limits, kind=kind, forgotten=forgotten)
        )

    def close(self) -> None:
        """Close all connections; the client is not used afterwards."""
        while self._forgotten:
            self._forgotten.popleft().close()
        for lane in self._lanes.values():
            lane.close()

    def _admitted(self, download: Download) -> Download:
        """The answer, unless its headers alone condemn it."""
        size = download.size
        if 300 <= download.status < 400 and not self._redirects_answer:
            problem: Exception = Unavailable(f"{self._host}: redirected (HTTP {download.status}), not followed")
        elif download.headers.get("Content-Encoding", "").strip().lower() not in _READABLE:
            problem = BadData(f"{self._host}: the answer is compressed in a way that was not asked for")
        elif size is not None and size > download._most:
            problem = BadData(f"{self._host}: the answer is larger than {download._most} bytes")
        else:
            return download
        download.close()
        raise problem

    def _prepared(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str] | None, query: Any, kind: Kind
    ) -> PreparedRequest:
        # A compressed document could not be told whole from cut, and a PDF hardly shrinks.
        asked = {"Accept-Encoding": "identity" if kind == "document" else "gzip, deflate"}
        prepared = Request(
            method,
            self._url(target),
            headers=CaseInsensitiveDict({**self._headers, **asked, **(headers or {})}),
            params=query,
            data=body,
            auth=self._auth,
        ).prepare()
        if origin_of_prepared(prepared.url) != self._origin:
            raise BadData(f"{self._host}: the request would leave for another host")
        return prepared

    def _url(self, target: str) -> str:
        if "://" not in target:
            return f"{self.base_url.rstrip('/')}/{target.lstrip('/')}" if target else self.base_url
        # A link out of an answer: with our password it goes to our ERP alone.
        try:
            ours = link_origin(target) == self._origin
        except ValueError:
            ours = False
        if not ours:
            raise BadData(f"{self._host}: a link leads to another host, or is no plain address")
        return target
