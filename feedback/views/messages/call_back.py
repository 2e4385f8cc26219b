"""Where a client asks to be called, with a name and apart from all answers. Its pages are of `respond`."""

from flask import Flask, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.presentation.locales import language
from feedback.services.ballot_box import invitations
from feedback.services.ballot_box.invitations import ADDRESS_FIELDS, Visit
from feedback.services.ground.errors import UnknownLink
from feedback.services.messages import call_backs
from feedback.services.messages.call_backs import CallBackCard
from feedback.transaction import transaction
from feedback.views.ballot_box import rater_pages, respond
from feedback.views.ballot_box.not_stored import REDRAWN
from feedback.views.ballot_box.rater_pages import TaskEntry, render
from feedback.views.ballot_box.respond import Page
from forms.call_backs import LONGEST, CallBackForm


def register(app: Flask) -> None:
    respond.add_page(app, "/s/<token>/<position>/call-back", call_back)
    respond.add_page(app, "/s/call-back", ask_for_call, method="POST")


def call_back(token: str, position: str) -> Page:
    visit = respond.visit_of(token)
    entry = client_entry(visit, position)
    if "sent" in request.args:
        return render("call_asked.html", token=token, visit=visit, entry=entry)
    return card_page(token, visit, entry, CallBackForm())


def ask_for_call() -> Page | Response:
    posted = respond.posted_fields()
    token, position, _ = (posted.pop(name, "") for name in ADDRESS_FIELDS)
    visit = respond.visit_of(token)
    entry = client_entry(visit, position)
    form = CallBackForm(posted)
    if not form.validate():
        return card_page(token, visit, entry, form), 422
    cell_id = visit.task(entry.position).cell_id
    with transaction() as session:
        call_backs.leave(session, cell_id, CallBackCard(**form.data), today=current.today())
    return redirect(url_for(".call_back", token=token, position=position, sent=1, lang=language()), 303)


def redraw(posted: MultiDict[str, str]) -> str:
    token, position, _ = (posted.pop(name, "") for name in ADDRESS_FIELDS)
    visit = respond.visit_of(token)
    return card_page(token, visit, client_entry(visit, position), CallBackForm(posted))


REDRAWN["respond.ask_for_call"] = redraw


def client_entry(visit: Visit, position: str) -> TaskEntry:
    task = respond.task_of(visit, position)
    scheme = invitations.instructions(db.session(), visit, task).scheme
    entry = rater_pages.entry(task, scheme, ())
    if not entry.may_ask_for_call:
        raise UnknownLink("only clients are called back")
    return entry


def card_page(token: str, visit: Visit, entry: TaskEntry, form: CallBackForm) -> str:
    return render("call_back.html", token=token, visit=visit, entry=entry, form=form, longest=LONGEST)
