"""What a WSGI server imports: the portal built from ``EBOK_CONFIG`` and the environment."""

import atexit
import os
from pathlib import Path

from flask import Flask

from adapters.errors import Misconfigured
from gateway import logs
from gateway.app import create_app
from gateway.background import Background
from gateway.config_check import load_or_explain


def app() -> Flask:
    """Build the application; a factory, so that importing this opens nothing."""
    config = os.environ.get("EBOK_CONFIG")
    settings = load_or_explain(Path(config) if config else None, os.environ)
    if settings.demo and os.environ.get("EBOK_DEMO") != "1":
        raise Misconfigured("demo: this is the demo's configuration; it is not for production")
    logs.configure(settings.log)
    made = create_app(settings)
    if settings.worker.inside:
        background = Background(made.extensions["ebok"])
        background.start()
        atexit.register(background.stop)
    return made
