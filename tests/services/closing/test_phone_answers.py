"""An interviewer who reads the report cannot take off what he entered until one answer is left."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from feedback.models.accounts import RoleName
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell, CellStatus
from feedback.models.interviews import Interview
from feedback.models.invitations import Invitation, Task
from feedback.models.results import Comment, ItemTotal
from feedback.services.accounts import accounts
from feedback.services.ballot_box import interviews, invitations
from feedback.services.ballot_box.ballots import Answers
from feedback.services.crowds import response_rates
from feedback.services.reports import reports
from feedback.services.reports.report_document import Report, Withheld
from tests.factories import ACTOR, NOW, Office, ratings_kept

PHONE, LINK = 1, 5


@dataclass
class Survey:
    """Clients of one subject, some asked by phone: those say 1 to everything, the others 5."""

    office: Office
    campaign: Campaign
    answered: int = 0

    def phone(self, number: int) -> None:
        session = self.office.session
        caller = accounts.create(session, "caller@example.com", None, RoleName.HR, actor=ACTOR, now=NOW)
        session.flush()
        for nonce in self._next(number):
            self._interview(nonce, caller.id)
        session.commit()

    def _interview(self, nonce: bytes, caller: int) -> None:
        session, custody = self.office.session, self.office.custody
        key = session.execute(
            select(Invitation.contact_id, Task.cell_id).join(Task).where(Task.nonce == nonce)
        ).one()
        interview = Interview(**key._mapping, interviewer_id=caller)
        session.add(interview)
        session.flush()
        visit, task = interviews.visit(session, custody, interview, now=NOW)
        asked = invitations.instructions(session, visit, task).questionnaire
        ratings = {item.id: PHONE for item in asked.items_for("client") if item in asked.counted_items}
        answers = Answers.of(asked, ratings, {item.id: "by phone" for item in asked.comment_items})
        assert interviews.submit(session, interview, visit, task, answers)

    def link(self, number: int) -> None:
        for nonce in self._next(number):
            self.office.answer(nonce, LINK, "by link")

    def _next(self, number: int) -> list[bytes]:
        first, self.answered = self.answered, self.answered + number
        return self.office.nonces(self.campaign, "client")[first : self.answered]

    def closed(self, phone: int, link: int) -> tuple[Cell, Report]:
        self.phone(phone)
        self.link(link)
        self.office.close(self.campaign)
        (subject,) = self.campaign.subjects
        cell = next(cell for cell in subject.cells if cell.group == "client")
        return cell, reports.of_subject(self.office.session, subject)


@pytest.fixture
def survey(office: Office) -> Survey:
    return Survey(office, office.open({"client": 13}))


@pytest.mark.parametrize(("phone", "link"), [(3, 1), (3, 2), (9, 1), (4, 2)])
def test_fewer_answers_by_link_than_the_minimum_are_withheld_however_many_were_heard(
    survey: Survey, phone: int, link: int
):
    cell, report = survey.closed(phone, link)
    assert (cell.answered, cell.status) == (phone + link, CellStatus.WITHHELD)
    assert report.feedback.score is None
    assert survey.office.session.scalars(select(Comment)).all() == []


def test_enough_answers_by_link_are_shown_with_those_by_phone(survey: Survey):
    cell, report = survey.closed(3, 3)
    assert (cell.answered, cell.status) == (6, CellStatus.SHOWN)
    assert report.feedback.score is not None and report.feedback.score.n == 6


def test_items_and_comments_need_five_and_distributions_ten_whom_nobody_heard(survey: Survey):
    _, report = survey.closed(8, 4)
    assert {figure.distribution for item in report.items for figure in item.groups} == {None}
    assert all(isinstance(item.total, Withheld) for item in report.items)
    assert report.comments == ()


@pytest.mark.parametrize(("phone", "link", "spread"), [(5, 5, False), (3, 9, False), (3, 10, True)])
def test_a_distribution_needs_ten_whom_nobody_heard_also_where_the_mean_is_shown(
    survey: Survey, phone: int, link: int, spread: bool
):
    _, report = survey.closed(phone, link)
    figures = [figure for item in report.items for figure in item.groups if figure.title.en == "Clients"]
    assert figures and not any(isinstance(figure.mean, Withheld) for figure in figures)
    assert {figure.distribution is not None for figure in figures} == {spread}


@pytest.mark.parametrize(("link", "counted"), [(2, 0), (3, 6)])
def test_an_item_needs_as_many_ratings_by_link_as_a_group_needs_answers(
    survey: Survey, link: int, counted: int
):
    """Where some skip it: of three who were heard and two others the report would tell what those two said."""
    survey.phone(3)
    survey.link(link)
    for nonce in survey._next(5):
        survey.office.answer(nonce, {"attitude-2": LINK})
    survey.office.close(survey.campaign)
    assert ratings_kept(survey.office.session, item="attitude-1") == counted


def test_a_group_that_was_only_phoned_has_nobody_left_to_protect(survey: Survey):
    cell, report = survey.closed(10, 0)
    assert (cell.status, report.comments[0].texts[0]) == (CellStatus.SHOWN, "by phone")
    assert any(figure.distribution for item in report.items for figure in item.groups)


def test_an_unreadable_answer_is_nobodys_crowd(survey: Survey):
    survey.phone(3)
    survey.link(3)
    one = survey.office.session.scalars(select(Ballot.slot).where(Ballot.envelope.is_not(None))).first()
    survey.office.session.execute(update(Ballot).where(Ballot.slot == one).values(envelope=b"spoilt"))
    survey.office.close(survey.campaign)
    (cell,) = survey.office.session.scalars(select(Cell).where(Cell.group == "client"))
    assert (cell.status, survey.campaign.unreadable) == (CellStatus.WITHHELD, 1)


def test_three_interviews_about_three_people_are_none_that_are_counted_together(office: Office):
    """Each would tell, by the number of answers about one person, whether that client had also answered by link."""
    survey = Survey(office, office.open(*[{"client": 4}] * 3))
    caller = accounts.create(office.session, "caller@example.com", None, RoleName.HR, actor=ACTOR, now=NOW)
    office.session.flush()
    for subject in range(3):
        phoned, *others = office.nonces(survey.campaign, "client", subject)
        survey._interview(phoned, caller.id)
        office.session.commit()
        for nonce in others:
            office.answer(nonce, LINK)
    office.close(survey.campaign)
    cells = office.session.scalars(select(Cell).where(Cell.group == "client")).all()
    assert [(cell.answered, cell.interviewed) for cell in cells] == [(3, 0)] * 3


def test_fewer_than_three_interviews_are_not_counted(survey: Survey):
    cell, _ = survey.closed(2, 4)
    assert (cell.answered, cell.interviewed, cell.status) == (4, 0, CellStatus.SHOWN)


@pytest.mark.parametrize("first", ["phone", "link"])
def test_the_clients_own_answer_goes_first_whichever_came_first(survey: Survey, first: str):
    clients = survey.office.nonces(survey.campaign, "client")
    if first == "phone":
        survey.phone(3)
    survey.office.answer(clients[0], LINK, "myself")
    if first == "link":
        survey.phone(3)
    survey.link(7)
    survey.office.close(survey.campaign)
    (cell,) = survey.office.session.scalars(select(Cell).where(Cell.group == "client"))
    assert (cell.answered, cell.interviewed) == (10, 3)
    totals = select(ItemTotal.ratings, ItemTotal.points).filter_by(cell_id=cell.id, item="attitude-1")
    assert survey.office.session.execute(totals).all() == [(10, 20 * (2 * PHONE + 8 * LINK))]
    assert "myself" in survey.office.session.scalars(select(Comment.text)).all()


def test_until_the_close_no_number_moves_when_an_interview_is_entered(survey: Survey):
    """Else whoever enters one would see whether the client had answered."""
    survey.link(4)
    before = progress(survey)
    survey.phone(3)
    assert progress(survey) == before


def progress(survey: Survey) -> object:
    return response_rates.rates(survey.office.session, survey.campaign)


@pytest.mark.parametrize("answered", [True, False])
def test_what_is_noted_and_shown_is_the_same_whether_a_phoned_client_had_answered(
    answered: bool, survey: Survey
):
    """All but his answers: the numbers say how many clients were asked by phone, not whose was dropped."""
    if answered:
        survey.office.answer(survey.office.nonces(survey.campaign, "client")[0], LINK)
    cell, _ = survey.closed(3, 4)
    assert (cell.answered, cell.interviewed, cell.status) == (7, 3, CellStatus.SHOWN)
