"""Takes in the body of what a program sends: JSON, or a form with files. Nothing in it is believed yet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from flask import abort, request
from flask_babel import gettext

from gateway.api.body import readable_json
from gateway.files import AcceptedFile, RefusedFiles
from gateway.files.limits import bounded
from gateway.files.spooling import no_room_for
from gateway.files.taking import take
from gateway.files.words import why
from gateway.outbox import NoRoom
from gateway.portal import portal
from gateway.problem_kinds import KINDS
from gateway.problems import problem_response
from gateway.unwritable import has_nul

JSON, FORM = "application/json", "multipart/form-data"
_JSON_BYTES = 256 * 1024
_FLAGS = ("insisted", "given")
_WRITTEN = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields by their names, and the judged files; ``where`` is how problems call the place of a field."""

    values: Mapping[str, Any]
    files: tuple[AcceptedFile, ...] = ()
    where: str = "json"

    def body(self, *whose: str | None) -> str:
        """Everything that makes two requests with one key the same."""
        files = [[each.name, each.sha256] for each in self.files]
        return json.dumps([whose, self.values, files], sort_keys=True, ensure_ascii=False)

    def refuse(self, mistakes: Mapping[str, Any], **members: Any) -> NoReturn:
        """Answer 422 with what is wrong at which field."""
        errors = {name: said if isinstance(said, list | dict) else [str(said)] for name, said in mistakes.items()}
        abort(problem_response(KINDS["invalid-request"], errors={self.where: errors}, **members))


def take_in() -> Sent:
    """The body of the current request; answers 400, 413, 415 or 422 for one that cannot be taken."""
    if request.mimetype == JSON:
        request.max_content_length = _JSON_BYTES
        body = readable_json()
        return Sent(body) if isinstance(body, dict) else Sent({}).refuse({"_schema": "expected an object"})
    if request.mimetype != FORM:
        detail = gettext("Wyślij dane jako application/json albo, z plikami, jako multipart/form-data.")
        abort(problem_response(KINDS["unsupported-media-type"], detail=detail))
    bounded(portal().settings)
    if not request.form and not request.files:  # werkzeug makes nothing of a form that is cut or mangled
        abort(400)
    if has_nul(list(request.form.items(multi=True))):
        abort(400)
    return _form()


def _form() -> Sent:
    sent = Sent(
        {name: _WRITTEN.get(text, text) if name in _FLAGS else text for name, text in request.form.items()},
        where="form",
    )
    strange = {name: "Unknown field." for name in request.files if name != "files"}
    twice = {name: "expected once" for name, texts in request.form.lists() if len(texts) > 1}
    if strange or twice:
        sent.refuse({**strange, **twice})
    if no_room_for(request.files.getlist("files")):
        raise NoRoom("the temporary folder is full", no_place=True)
    try:
        files = take(request.files.getlist("files"), portal().settings)
    except RefusedFiles as refused:
        sent.refuse({"files": [why(each, portal().settings) for each in refused.refused]})
    return Sent(sent.values, files, sent.where)
