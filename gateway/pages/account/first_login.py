"""The steps before anything else is seen: a code on a new device, one's own password, the terms."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from gateway.pages.blueprint import bp
from gateway.portal import portal
from gateway.selfservice import consents, gate, passwords, second_factor, sentences
from gateway.selfservice.entry import EMAIL
from gateway.selfservice.person import Refused, known
from gateway.session_store import Overtaken
from gateway.sessions import begin, signed_in, trust_this_browser, who


def _done() -> ResponseReturnValue:
    return redirect(url_for("pages.start"), 303)


@bp.route("/logowanie/kod", methods=["GET", "POST"])
@login_required
def second_factor_step() -> ResponseReturnValue:
    found, mistakes = signed_in(), {}
    if not found.waits_for:
        return _done()
    account_id = found.account_id or 0
    if request.method == "POST":
        try:
            second_factor.check(portal(), who(), found.session_id, request.form.get("code", "")[:40])
        except Refused as refused:
            mistakes = refused.mistakes
        else:
            try:
                begin(account_id, instead_of=found.key)
            except Overtaken:
                return redirect(url_for("pages.login"), 303)
            answer = redirect(url_for("pages.start"), 303)
            return trust_this_browser(answer, account_id) if request.form.get("remember") else answer
    person = known(portal(), account_id)
    page = render_template(
        "account/second_factor.html",
        mistakes=mistakes,
        method=person.second_factor,
        days=portal().settings.security.device_days,
        sent=request.args.get("wyslano"),
        code_is_out=second_factor.code_is_out(portal(), found.session_id),
    )
    return page, 422 if mistakes else 200


@bp.post("/logowanie/kod/nowy")
@login_required
def second_code() -> ResponseReturnValue:
    found, sent = signed_in(), False
    if found.waits_for:
        person = known(portal(), found.account_id or 0)
        if person.second_factor == EMAIL:
            sent = second_factor.send_code(portal(), person, found.session_id)
    return redirect(url_for("pages.second_factor_step", wyslano="tak" if sent else "nie"), 303)


@bp.route("/konto/pierwsze-haslo", methods=["GET", "POST"])
@login_required
def first_password() -> ResponseReturnValue:
    found, mistakes = signed_in(), {}
    if not found.first_password:
        return _done()
    if request.method == "POST":
        try:
            passwords.change_first(portal(), who(), new_password())
        except Refused as refused:
            mistakes = refused.mistakes
        else:
            begin(found.account_id or 0)
            return _done()
    hint = strength_hint(found.account_id or 0)
    return render_template("account/first_password.html", mistakes=mistakes, strength=hint), 422 if mistakes else 200


@bp.route("/konto/regulamin", methods=["GET", "POST"])
@login_required
def accept_terms() -> ResponseReturnValue:
    mistakes, found = {}, signed_in()
    if gate.step_of(found) is not gate.Step.TERMS:
        return _done()
    if request.method == "POST":
        try:
            if not request.form.get("accepted"):
                raise Refused(accepted=sentences.NOT_ACCEPTED)
            consents.accept(portal(), who(), request.form.get("version", ""), channel="page")
        except Refused as refused:
            mistakes = {"accepted": next(iter(refused.mistakes.values()))}
        else:
            return _done()
    changed = consents.accepted_another(portal(), found.account_id or 0)
    page = render_template("account/terms.html", mistakes=mistakes, texts=portal().terms, changed=changed)
    return page, 422 if mistakes else 200


def strength_hint(account_id: int) -> object:
    """How strong the new password is that was just typed and not taken; nothing before the first try."""
    typed = request.form.get("new_password", "")
    return passwords.hint(portal(), known(portal(), account_id), typed) if typed else ""


def new_password() -> str:
    """The new password as it was typed twice; raises ``Refused`` when the two differ."""
    typed = request.form.get("new_password", "")
    if typed != request.form.get("repeated", ""):
        raise Refused(repeated=sentences.NOT_REPEATED)
    return typed
