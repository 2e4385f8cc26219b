"""Phone interviews: HR says who phones whom, and the interviewer enters what the client says."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_security import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from feedback import current
from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.models.interviews import Interview
from feedback.services.accounts import accounts
from feedback.services.ballot_box import interviews, invitations
from feedback.services.ballot_box.ballots import Answers
from feedback.services.ballot_box.interviews import Candidate
from feedback.services.ballot_box.invitations import Holding, Instructions, OpenTask, Visit
from feedback.services.campaigns import campaigns
from feedback.services.ground.errors import DomainError
from feedback.services.mail import outbox
from feedback.transaction import transaction
from feedback.views.ballot_box import rater_pages
from feedback.views.ground.guards import EVERYBODY, for_roles
from feedback.views.ground.navigation import OFFICE
from forms.builder import BallotForm
from forms.interviews import AssignmentForm, pair

blueprint = Blueprint("interviews", __name__)

FORM_FIELDS = ("csrf_token", "lang")  # what the form sends beside the answers

Page = str | tuple[str, int]


@blueprint.get("/interviews")
@for_roles(*EVERYBODY)
def index() -> Page:
    is_office = any(current_user.has_role(role) for role in OFFICE)
    return render_template(
        "ballot_box/interviews/index.html",
        mine=interviews.of_interviewer(db.session(), current_user.id),
        campaigns=interviews.open_campaigns(db.session()) if is_office else [],
    )


@blueprint.get("/interviews/<campaign>")
@for_roles(*OFFICE)
def show(campaign: str) -> Page:
    found = campaigns.find(db.session(), campaign)
    clients = interviews.candidates(db.session(), found)
    return assignment_page(found, clients, assignment_form(clients))


@blueprint.post("/interviews/<campaign>")
@for_roles(*OFFICE)
def assign(campaign: str) -> Page | Response:
    session, now = db.session(), current.now()
    found = campaigns.find(session, campaign)
    clients = interviews.candidates(session, found)
    form = assignment_form(clients)
    if not form.validate():
        return assignment_page(found, clients, form), 422
    interviewer = accounts.by_id(session, int(form.interviewer.data))
    keys = [pair(value) for value in form.clients.data]
    try:
        with transaction():
            number = interviews.assign(session, found, keys, interviewer, actor=current_user.email, now=now)
    except DomainError as error:
        form.form_errors.append(gettext(error.sentence, **error.facts))
        return assignment_page(found, clients, form), 422
    flash(ngettext("%(num)s interview is assigned.", "%(num)s interviews are assigned.", number))
    return redirect(url_for(".show", campaign=campaign), 303)


@blueprint.post("/interviews/<int:contact>/<int:cell>/take-back")
@for_roles(*OFFICE)
def take_back(contact: int, cell: int) -> Response:
    interview = interviews.find(db.session(), (contact, cell))
    code = interview.cell.subject.campaign.code
    with transaction() as session:
        interviews.take_back(session, interview, actor=current_user.email, now=current.now())
    return redirect(url_for(".show", campaign=code), 303)


@blueprint.get("/interviews/<int:contact>/<int:cell>")
@for_roles(*EVERYBODY)
def conduct(contact: int, cell: int) -> Page:
    interview = own(contact, cell)
    if interview.finished:
        return render_template("ballot_box/interviews/sent.html", interview=interview)
    visit, task = interviews.visit(db.session(), current.custody(), interview, now=current.now())
    instructions = invitations.instructions(db.session(), visit, task)
    return form_page(interview, visit, task, instructions, rater_pages.ballot_form(instructions, task))


@blueprint.post("/interviews/<int:contact>/<int:cell>")
@for_roles(*EVERYBODY)
def enter(contact: int, cell: int) -> Page | Response:
    interview, session = own(contact, cell), db.session()
    now = current.now()
    visit, task = interviews.visit(session, current.custody(), interview, now=now, holding=Holding.SHARED)
    instructions = invitations.instructions(session, visit, task)
    posted = MultiDict(request.form)
    for name in FORM_FIELDS:
        posted.pop(name, None)
    form = rater_pages.ballot_form(instructions, task, posted)
    if not form.validate():
        return form_page(interview, visit, task, instructions, form), 422
    answers = Answers.of(instructions.questionnaire, form.ratings, form.comments)
    with transaction():
        if interviews.submit(session, interview, visit, task, answers):
            outbox.owe_interview(session, visit.campaign_id, visit.nonce, task.position, now=now)
    return redirect(url_for(".conduct", contact=contact, cell=cell), 303)


def own(contact: int, cell: int) -> Interview:
    """Interviews are there for their interviewer only."""
    interview = interviews.find(db.session(), (contact, cell))
    if interview.interviewer_id != current_user.id:
        abort(404)
    return interview


def assignment_form(clients: list[Candidate]) -> AssignmentForm:
    form = AssignmentForm(request.form)
    form.clients.choices = [(f"{one.contact.id}-{one.cell_id}", one.contact.name) for one in clients]
    form.interviewer.choices = [
        ("", gettext("Please choose")),
        *((str(user.id), user.email) for user in accounts.enabled(db.session())),
    ]
    return form


def assignment_page(campaign: Campaign, clients: list[Candidate], form: AssignmentForm) -> str:
    return render_template(
        "ballot_box/interviews/show.html",
        campaign=campaign,
        clients=clients,
        form=form,
        chosen=set(form.clients.data or ()),
        takes_answers=campaign.accepts_answers(current.now()),
    )


def form_page(
    interview: Interview, visit: Visit, task: OpenTask, instructions: Instructions, form: BallotForm
) -> str:
    return render_template(
        "ballot_box/interviews/form.html",
        interview=interview,
        visit=visit,
        entry=rater_pages.entry(task, instructions.scheme, ()),
        group=instructions.group(task),
        form=form,
    )
