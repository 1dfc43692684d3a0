"""The settings that judge files, as they are where nothing is set."""

import pytest

from gateway.settings import Settings
from gateway.settings_file import load


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load(
        None,
        {
            "EBOK_UTILITY__NAME": "Wodociągi",
            "EBOK_WEB__SECRET_KEY": "k" * 40,
            "EBOK_DATABASE__URL": "sqlite:///unused.sqlite",
            "EBOK_ERP__ADAPTER": "soap",
        },
    )
