"""An interviewer who reads the report cannot take off what he entered until one answer is left."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from feedback.models.accounts import RoleName
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell, CellStatus
from feedback.models.interviews import Interview
from feedback.models.invitations import Invitation, Task
from feedback.models.results import Comment
from feedback.services.accounts import accounts
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
            self.office.answer(nonce, PHONE, "by phone")
            key = session.execute(
                select(Invitation.contact_id, Task.cell_id).join(Task).where(Task.nonce == nonce)
            ).one()
            session.add(Interview(**key._mapping, interviewer_id=caller.id, finished=True, counted=True))
        session.commit()

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
    return Survey(office, office.open({"client": 12}))


@pytest.mark.parametrize(("phone", "link"), [(2, 1), (2, 2), (9, 1), (1, 2)])
def test_fewer_answers_by_link_than_the_minimum_are_withheld_however_many_were_heard(
    survey: Survey, phone: int, link: int
):
    cell, report = survey.closed(phone, link)
    assert (cell.answered, cell.status) == (phone + link, CellStatus.WITHHELD)
    assert report.feedback.score is None
    assert survey.office.session.scalars(select(Comment)).all() == []


def test_enough_answers_by_link_are_shown_with_those_by_phone(survey: Survey):
    cell, report = survey.closed(2, 3)
    assert (cell.answered, cell.status) == (5, CellStatus.SHOWN)
    assert report.feedback.score is not None and report.feedback.score.n == 5


def test_items_and_comments_need_five_and_distributions_ten_whom_nobody_heard(survey: Survey):
    _, report = survey.closed(8, 4)
    assert {figure.distribution for item in report.items for figure in item.groups} == {None}
    assert all(isinstance(item.total, Withheld) for item in report.items)
    assert report.comments == ()


@pytest.mark.parametrize(("phone", "link", "spread"), [(5, 5, False), (3, 9, False), (2, 10, True)])
def test_a_distribution_needs_ten_whom_nobody_heard_also_where_the_mean_is_shown(
    survey: Survey, phone: int, link: int, spread: bool
):
    _, report = survey.closed(phone, link)
    figures = [figure for item in report.items for figure in item.groups if figure.title.en == "Clients"]
    assert figures and not any(isinstance(figure.mean, Withheld) for figure in figures)
    assert {figure.distribution is not None for figure in figures} == {spread}


@pytest.mark.parametrize(("link", "counted"), [(2, 0), (3, 5)])
def test_an_item_needs_as_many_ratings_by_link_as_a_group_needs_answers(
    survey: Survey, link: int, counted: int
):
    """Where some skip it: of two who were heard and two others the report would tell what those two said."""
    survey.phone(2)
    survey.link(link)
    for nonce in survey._next(5):
        survey.office.answer(nonce, {"attitude-2": LINK})
    survey.office.close(survey.campaign)
    assert ratings_kept(survey.office.session, item="attitude-1") == counted


def test_a_group_that_was_only_phoned_has_nobody_left_to_protect(survey: Survey):
    cell, report = survey.closed(10, 0)
    assert (cell.status, report.comments[0].texts[0]) == (CellStatus.SHOWN, "by phone")
    assert any(figure.distribution for item in report.items for figure in item.groups)


def test_an_unreadable_answer_is_taken_for_one_by_link(survey: Survey):
    survey.phone(2)
    survey.link(3)
    one = survey.office.session.scalars(select(Ballot.slot).where(Ballot.envelope.is_not(None))).first()
    survey.office.session.execute(update(Ballot).where(Ballot.slot == one).values(envelope=b"spoilt"))
    survey.office.close(survey.campaign)
    (cell,) = survey.office.session.scalars(select(Cell).where(Cell.group == "client"))
    assert (cell.status, survey.campaign.unreadable) == (CellStatus.WITHHELD, 1)
