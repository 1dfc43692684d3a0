"""Reads the WSDL that lies beside the mapping, without the network, and says in plain words what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import zeep
from lxml import etree
from zeep.exceptions import Error as ZeepError
from zeep.exceptions import ExternalReferenceForbidden
from zeep.settings import Settings
from zeep.wsdl import Document
from zeep.wsdl.bindings import Soap11Binding, Soap12Binding

from adapters.mapping.mistakes import Mistakes, one_of

_FORBIDDEN: Any = ExternalReferenceForbidden
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"


class LocalFiles(zeep.Transport):
    """Loads a WSDL and its imports from files alone, and sends nothing."""

    def __init__(self) -> None:  # zeep's own would open a session
        self.cache = None
        self._close_session = False

    def load(self, url: str) -> bytes:
        """The bytes of a local file; a web address is refused."""
        parts = urlsplit(url)
        if parts.scheme in ("", "file") and not parts.netloc:
            return Path(unquote(parts.path) if parts.scheme else url).read_bytes()
        raise _FORBIDDEN(url)

    def post_xml(self, address: str, envelope: etree._Element, headers: dict[str, str]) -> Any:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Wsdl:
    """A WSDL with the one binding that is spoken."""

    document: Any
    binding: Any

    @property
    def soap(self) -> str:
        """The namespace of the binding's SOAP version."""
        return SOAP_11 if isinstance(self.binding, Soap11Binding) else SOAP_12

    def operations(self) -> dict[str, Any]:
        """zeep's operations by their names."""
        return dict(self.binding.all())


def read_wsdl(file: Path, service: str | None, port: str | None, mistakes: Mistakes) -> Wsdl | None:
    """The WSDL in ``file``, and the binding of the service and port named, or the first that is SOAP's."""
    read: Any = Document
    settings = Settings(strict=True, raw_response=True, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        document = read(str(file.resolve()), LocalFiles(), settings=settings)
    except ExternalReferenceForbidden:
        mistakes.add("erp.wsdl", "a WSDL whose imports lie beside it as files; nothing is loaded from the network")
    except OSError as error:
        # Which file it was matters here, and where it was looked for: an import is named as it was found.
        missing = file if error.filename in (None, str(file.resolve())) else error.filename
        mistakes.add("erp.wsdl", f"a WSDL that can be read: {missing}: {error.strerror}")
    except (ZeepError, etree.XMLSyntaxError) as error:
        mistakes.add("erp.wsdl", f"a WSDL that follows its standard: {_plain(error, file)}")
    except Exception as error:  # whatever else a broken WSDL makes zeep stumble over
        mistakes.add("erp.wsdl", f"a WSDL that zeep can read; it stops with {type(error).__name__}")
    else:
        binding = _binding(document, service, port, mistakes)
        return Wsdl(document, binding) if binding is not None else None
    return None


def _plain(error: Exception, file: Path) -> str:
    """zeep's message without folders, which would be noise, and with the place it names."""
    message = " ".join(str(getattr(error, "message", None) or error).split())
    message = message.replace(f"{file.resolve().parent}/", "").replace(f"{file.resolve().parent.parent}/", "")
    line = getattr(error, "sourceline", None)
    return message + (f" (line {line} of {Path(getattr(error, 'filename', None) or file).name})" if line else "")


def _binding(document: Any, service: str | None, port: str | None, mistakes: Mistakes) -> Any:
    services = document.services
    if service is not None and service not in services:
        mistakes.add("erp.service", one_of(service, services, "service of the WSDL"))
        return None
    chosen = [services[service]] if service is not None else list(services.values())
    ports = {name: found for each in chosen for name, found in each.ports.items()}
    if port is not None and port not in ports:
        mistakes.add("erp.port", one_of(port, ports, "port of the WSDL"))
        return None
    wanted: Iterable[Any] = [ports[port]] if port is not None else ports.values()
    for found in wanted:
        if isinstance(found.binding, (Soap11Binding, Soap12Binding)):
            return found.binding
    mistakes.add("erp.wsdl", "a service with a port that speaks SOAP 1.1 or 1.2 over HTTP")
    return None
