"""Says what is wrong with a PEM file that the configuration names, before a connection has to fail because of it."""

import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def trouble_with_authorities(file: Path) -> str | None:
    """Why TLS could not trust this file's authorities; None where it can."""
    try:
        ssl.create_default_context(cafile=str(file))
    except ssl.SSLError:
        return "a file without a certificate that can be read"
    except (OSError, ValueError) as error:
        return _unreadable(error)
    return None


def trouble_with_certificate(file: Path) -> str | None:
    """Why this is not a certificate; None where it is one."""
    try:
        x509.load_pem_x509_certificate(file.read_bytes())
    except OSError as error:
        return _unreadable(error)
    except ValueError:
        return "a file without a certificate that can be read"
    return None


def trouble_with_key(file: Path) -> str | None:
    """Why this is not a private key that needs no password; None where it is one."""
    try:
        load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        return _unreadable(error)
    except TypeError:
        return "a key that is locked with a password"
    except Exception:  # cryptography's own errors have no common root
        return "a file without a private key that can be read"
    return None


def _unreadable(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, IsADirectoryError):
        return "a folder"
    return "a file that cannot be read"
