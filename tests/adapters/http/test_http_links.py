"""A link in an answer takes no password to another host, however it is written."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import BadData
from tests.adapters.http.calls import client
from tests.adapters.http.servers import Peer, answer, peer


def test_a_link_is_followed_to_the_same_host_only() -> None:
    with peer(answer()) as server, peer(answer()) as other, client(f"{server.url}/api", auth=("u", "p")) as http:
        http.send("GET", f"{server.url}/api/next?page=2")
        with pytest.raises(BadData):
            http.send("GET", f"{other.url}/api/next")
        with pytest.raises(BadData):
            http.send("GET", server.url.replace("http", "https") + "/next")
    assert server.requests[0].startswith(b"GET /api/next?page=2 ")
    assert not other.requests


@pytest.mark.parametrize(
    "link",
    [
        "http://localhost:{other}\\@localhost:{ours}/x",
        "http://localhost:{other}\\\\@localhost:{ours}/x",
        "http://localhost:{other}/\\@localhost:{ours}/x",
        "http://localhost:{ours}\\x",
        "http://u:p@localhost:{ours}/x",
        "http://@localhost:{ours}/x",
        "http://localhost:{other}@localhost:{ours}/x",
        "http://localhost:{ours}@localhost:{other}/x",
        "http://localhost:{other}#@localhost:{ours}/x",
        "http://localhost:{other}?@localhost:{ours}/x",
        "http://localhost:{ours}/x\r\nX-Evil: 1",
        "http://local\thost:{ours}/x",
        "http://localhost:{ours}/\x00",
        "http://[bad/",
        "http://localhost:99999999/",
        "http://localhost:port/",
        "http:///x",
        "http://",
        "://localhost:{ours}/",
        "ftp://localhost:{ours}/",
        "http://\u2100.localhost:{ours}/",
        "http://.localhost:{ours}/",
        "http://localhost.:{ours}/",
    ],
)
def test_a_link_that_leads_elsewhere_by_any_reading_goes_nowhere(link: str) -> None:
    with peer(answer()) as server, peer(answer()) as other, client(server.url, auth=("u", "p")) as http:
        ours, others = (each.url.rpartition(":")[2] for each in (server, other))
        with pytest.raises(BadData):
            http.send("GET", link.format(ours=ours, other=others))
    assert not other.requests
    assert not server.requests


@pytest.fixture(scope="module")
def two_peers() -> Iterator[tuple[Peer, Peer]]:
    with peer(answer()) as ours, peer(answer()) as other:
        yield ours, other


PIECES = ["http://", "localhost", ":", "OURS", "OTHER", "\\", "@", "/", "?", "#", "[", "]", "%40", "%5C", "a", " "]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
@settings(max_examples=300, deadline=None)
def test_no_link_of_any_shape_takes_the_password_to_another_host(
    two_peers: tuple[Peer, Peer], pieces: list[str]
) -> None:
    ports = [each.url.rpartition(":")[2] for each in two_peers]
    link = f"http://localhost:{''.join(pieces)}".replace("OURS", ports[0]).replace("OTHER", ports[1])
    with client(two_peers[0].url, auth=("u", "p")) as http, suppress(BadData):
        http.send("GET", link)
    assert not two_peers[1].requests
