"""Names everything that is wrong with a configuration at once: in the file, the variables, and what they lead to."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from adapters.clock import SystemClock
from adapters.errors import Misconfigured
from gateway.portal_parts import build_parts
from gateway.settings import Settings
from gateway.settings_file import read


def load_or_explain(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings; raises ``Misconfigured`` with their mistakes and those of the mapping, files and database.

    What these say of right settings is raised by whoever builds them.
    """
    settings, mistakes = read(path, environ)
    if not mistakes.found:
        return settings
    try:
        build_parts(replace(settings, variables={}), SystemClock()).erp.close()  # the names are given below
    except Misconfigured as error:
        mistakes.add_lines(error.mistakes)
    raise Misconfigured(*mistakes.found)
