"""One Tryton for all the tests, served from a copy of what was built before."""

from collections.abc import Iterator

import pytest

from tests.tryton import build
from tests.tryton.server import TrytonServer
from tests.tryton.truth import Truth


@pytest.fixture(scope="session")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrytonServer]:
    """A running Tryton with a history of its own; what a test books in it stays."""
    try:
        build.ensure()
    except build.CannotInstall as error:
        pytest.skip(f"Tryton cannot be installed here: {str(error).splitlines()[-1]}")
    with TrytonServer(tmp_path_factory.mktemp("tryton")) as server:
        server.warm_up()
        yield server


@pytest.fixture(scope="session")
def truth(tryton: TrytonServer) -> Iterator[Truth]:
    """What Tryton says itself."""
    witness = Truth(tryton)
    yield witness
    witness.close()
