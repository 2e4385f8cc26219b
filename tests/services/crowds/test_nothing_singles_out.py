"""Everything that is published of a random campaign, through the real services, against who adds and subtracts it.

Of which answers a number is the sum is found out from outside: one group's answers are changed, and what moves with
them is about them.
"""

import random
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.invitations import Invitation, Task
from feedback.models.nominations import Nomination, NominationState
from feedback.models.people import Department, Person
from feedback.services.ballot_box import declining, invitations
from feedback.services.ballot_box.invitations import Holding
from feedback.services.campaigns import campaigns, overview
from feedback.services.crowds import response_rates
from feedback.services.quality import campaign_quality
from feedback.services.quality.quality_document import Share
from feedback.services.releases import releases
from feedback.services.reports import reports
from feedback.services.reports.report_document import Reason, Report, Withheld
from feedback.services.rosters import link_reissue, roster_changes
from feedback.services.rosters.rosters import Request
from forms.scheme import Family, with_minimum
from tests.factories import ACTOR, AFTER, NOW, Office, shipped_scheme
from tests.services.crowds.singling_out import LEAST, Figure, singled_out

BY = {"actor": ACTOR, "now": NOW}
GROUPS = {group.id: group for group in shipped_scheme().groups}
TITLES = {group.title["en"]: group.id for group in GROUPS.values()}
COLLEAGUES = ("supervisor", "peer", "subordinate")


def opened(office: Office, dice: random.Random) -> Campaign:
    """Few colleagues who rate each other in several roles and departments, and clients of one person or of several."""
    scheme = with_minimum(shipped_scheme(), {"peer": dice.choice((3, 3, 5))})
    plan = office.plan(
        *[{"client": dice.choice((0, 1, 2, 3, 4))} for _ in range(dice.randint(1, 4))], scheme=scheme
    )
    west = Department(code="west", name="西区")
    for subject in plan.subjects:
        subject.department = dice.choice((office.department(), west))
    colleagues = [office.person() for _ in range(5)]
    asked = [
        Request(subject, dice.choice(COLLEAGUES), rater)
        for subject in plan.subjects
        for rater in dice.sample([*colleagues, *set(plan.subjects) - {subject}], dice.randint(1, 5))
    ]
    asked += [Request(subject, "self", subject) for subject in plan.subjects if dice.random() < 0.5]
    office.session.flush()
    plan = replace(plan, requests=(*plan.requests, *asked))
    campaign = campaigns.create(office.session, plan, actor=ACTOR, now=NOW)
    campaigns.open(office.session, office.custody, campaign, **BY)
    office.session.commit()
    return campaign


def raters_of(campaign: Campaign, session: Session) -> dict[int, set]:
    """Who can answer now, by cell."""
    rows = session.execute(
        select(Task.cell_id, func.coalesce(Invitation.person_id, -Invitation.contact_id))
        .join(Invitation)
        .where(Invitation.campaign_id == campaign.id, Invitation.revoked.is_(False))
    )
    found: dict[int, set] = {}
    for cell, rater in rows:
        found.setdefault(cell, set()).add(rater)
    return found


def raters_who_may_have_answered(campaign: Campaign, session: Session) -> dict[int, set]:
    """Also those who lost their request later: an answer that was in the box is counted."""
    rows = session.execute(
        select(Cell.id, func.coalesce(Nomination.person_id, -Nomination.contact_id))
        .join(Nomination, (Nomination.subject_id == Cell.subject_id) & (Nomination.group == Cell.group))
        .join(Cell.subject)
        .where(Subject.campaign_id == campaign.id, Nomination.state != NominationState.DECLINED)
    )
    found: dict[int, set] = {}
    for cell, rater in rows:
        found.setdefault(cell, set()).add(rater)
    return found


def change_the_roster(office: Office, campaign: Campaign, dice: random.Random) -> None:
    """Somebody declines, is withdrawn, loses his link or comes in late."""
    nonces = office.session.scalars(select(Task.nonce).order_by(Task.nonce)).all()
    nonce, act = dice.choice(nonces), dice.choice(("decline", "withdraw", "revoke", "add"))
    invitation = office.session.get_one(Invitation, nonce)
    if act == "revoke":
        link_reissue.revoke(office.session, nonce, **BY)
    elif act == "add":
        subject = dice.choice(campaign.subjects)
        roster_changes.add(
            office.session, office.custody, subject, dice.choice(COLLEAGUES), new_person(office), **BY
        )
    elif act == "withdraw":
        subject = invitation.tasks[0].cell.subject
        nomination = roster_changes.find_by_rater(office.session, subject, invitation.rater)
        roster_changes.remove(office.session, nomination, **BY)
    elif not invitation.revoked:
        visit = invitations.visit(office.session, office.custody, nonce, now=NOW, holding=Holding.ALONE)
        declining.decline(office.session, visit, visit.tasks[0])
    office.session.commit()


def new_person(office: Office) -> Person:
    person = office.person()
    office.session.flush()
    return person


def answer_some(office: Office, dice: random.Random) -> None:
    tasks = office.session.execute(
        select(Task.nonce, Task.position).join(Invitation).where(~Invitation.revoked)
    )
    for nonce, position in tasks.all():
        if dice.random() < 0.7:
            office.answer(nonce, position=position)


def lines(office: Office, campaign: Campaign) -> dict[Hashable, int]:
    """Every number of answers on the pages about a campaign, by where it stands."""
    office.session.expire_all()
    found = response_rates.rates(office.session, campaign)
    listed = overview.of_campaign(office.session, campaign).responses
    assert listed == found.groups
    shown = {("group", line.title.en): line.answered for line in found.groups}
    shown |= {("department", line.title.en): line.answered for line in found.departments}
    return shown | ({"total": found.total.answered} if found.total else {})


def figures_of_lines(office: Office, campaign: Campaign) -> list[Figure]:
    """Found out by an answer more or less in each cell."""
    session, before = office.session, lines(office, campaign)
    figures: dict[Hashable, dict[int, int]] = {line: {} for line in before}
    for cell in session.scalars(select(Cell.id).join(Cell.subject).where(~Cell.is_pool)).all():
        with one_answer_changed(session, cell) as by:
            after = lines(office, campaign)
        assert after.keys() == before.keys()
        for line in after:
            if by and after[line] != before[line]:
                figures[line][cell] = (after[line] - before[line]) // by
    return list(figures.values())


@contextmanager
def one_answer_changed(session: Session, cell_id: int) -> Iterator[int]:
    """Says by how much; not at all where nobody is asked."""
    cell = session.get_one(Cell, cell_id)
    by = 0
    if cell.answered is not None and cell.invited:
        by = -1 if cell.answered else 1
        session.execute(update(Cell).where(Cell.id == cell_id).values(answered=cell.answered + by))
    elif slots := session.scalars(select(Ballot).where(Ballot.cell_id == cell_id)).all():
        by = -1 if slots[0].envelope else 1
        envelope = None if slots[0].envelope else b"sealed"
        session.execute(update(Ballot).where(Ballot.slot == slots[0].slot).values(envelope=envelope))
    yield by
    session.rollback()


def figures_of_report(report: Report, cells: dict[str, int]) -> Iterator[Figure]:
    """What the report on one person says about numbers of answers, in figures or in words."""
    for group in report.groups:
        titles = [title.en for title in group.merged] or [group.title.en]
        if group.ballots is not None or group.total == Withheld(Reason.NO_ANSWERS):
            yield {cells[TITLES[title]]: 1 for title in titles}
    for response in report.responses:
        yield {cells[TITLES[title]]: 1 for title in response.title.en.split(" + ")}


def told_by_words(report: Report, cells: dict[str, Cell], raters: dict[int, set]) -> set[int]:
    """Those who answer under their names, and a few beside shown colleagues: "merged" would stand there otherwise."""
    shown = {
        GROUPS[TITLES[title]].family
        for group in report.groups
        if group.ballots is not None
        for title in [title.en for title in group.merged] or [group.title.en]
    }
    few = {
        group.id
        for group in report.groups
        if isinstance(group.total, Withheld)
        and group.total.reason is Reason.TOO_FEW
        and GROUPS[group.id].family in shown
        and len(raters.get(cells[group.id].id, ())) < LEAST
        and not cells[group.id].answered
    }
    return {cells[group].id for group in few | {group.id for group in GROUPS.values() if group.attributed}}


@pytest.mark.parametrize("seed", range(16))
def test_whoever_adds_and_subtracts_everything_published_finds_nobody(office: Office, seed: int):
    dice = random.Random(seed)
    campaign = opened(office, dice)
    answer_some(office, dice)
    for _ in range(dice.choice((0, 0, 1, 3))):
        change_the_roster(office, campaign, dice)
    raters = raters_of(campaign, office.session)
    while_open = figures_of_lines(office, campaign)
    assert singled_out(while_open, raters) is None
    office.close(campaign)
    releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
    office.session.commit()
    assert figures_of_lines(office, campaign) == while_open
    published, known = list(while_open), set()
    raters = raters_who_may_have_answered(campaign, office.session)
    for subject in campaign.subjects:
        report = reports.of_subject(office.session, subject)
        cells = {cell.group: cell for cell in subject.cells}
        published += figures_of_report(report, {group: cell.id for group, cell in cells.items()})
        known |= told_by_words(report, cells, raters)
    assert singled_out(published, {cell: some for cell, some in raters.items() if cell not in known}) is None
    assert quality_lines(office, campaign) == dict(
        (line.title.en, line.answered) for line in response_rates.rates(office.session, campaign).groups
    )


def quality_lines(office: Office, campaign: Campaign) -> dict[str, int]:
    found = campaign_quality.of_campaign(office.session, campaign).responses
    shares = {line.title.en: line.answered for line in found if isinstance(line.answered, Share)}
    return {title: round(share.share * share.of) for title, share in shares.items()}


def test_some_of_these_campaigns_have_lines_reports_and_people_to_protect(office: Office):
    """Or the test above would hold because nothing is published."""
    dice = random.Random(1)
    campaign = opened(office, dice)
    everything = [{cell: 1} for cell in raters_of(campaign, office.session)]
    assert len(figures_of_lines(office, campaign)) >= 3
    assert singled_out(everything, raters_of(campaign, office.session))
    assert Family.CLIENTS in {GROUPS[cell.group].family for cell in campaign.subjects[0].cells}
