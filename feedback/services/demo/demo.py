"""The demo company at work, through the same services as everything else: ballots are really cast, sealed and mixed.

Who answers and what is drawn from a fixed seed; keys and links are as random as everywhere.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.accounts import RoleName
from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.figures import FigureKind
from feedback.models.incidents import Severity
from feedback.models.invitations import Invitation, Task
from feedback.models.people import Person
from feedback.services.accounts.reading_rights import Reader
from feedback.services.ballot_box import invitations
from feedback.services.ballot_box.ballots import Answers
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.invitations import Holding, box_of, slot_of
from feedback.services.ballot_box.tokens import Tokens
from feedback.services.campaigns import campaigns, lifecycle
from feedback.services.closing import campaign_closing
from feedback.services.definitions import library
from feedback.services.definitions.frozen_definitions import read_questionnaire
from feedback.services.demo import demo_company, demo_names
from feedback.services.demo.demo_company import DemoCompany
from feedback.services.fact_files import figure_files
from feedback.services.fact_files.figure_files import FigureFile
from feedback.services.goals import goal_score_files
from feedback.services.incidents import moves, scheme_rules
from feedback.services.incidents.moves import IncidentReport
from feedback.services.incidents.rights import Acting
from feedback.services.messages import call_backs
from feedback.services.messages.call_backs import CallBackCard
from feedback.services.people import client_files, people, people_files
from feedback.services.planning import campaign_file_format, campaign_file_import
from feedback.services.releases import releases
from feedback.services.rosters import nominations
from feedback.services.rosters.nomination_lists import NominationRole
from feedback.services.tables import periods
from feedback.services.tables.import_plan import Author
from forms.questionnaire import Item, ItemKind, Questionnaire

SEED = 20_260_930
ZONE = ZoneInfo("Asia/Shanghai")
ACTOR = "demo"
HR, COMPLIANCE = "hr@demo.example", "compliance@demo.example"
COMMENT_SHARE = 0.45
CANNOT_JUDGE_SHARE = 0.04
CLOSED_QUARTER, OPEN_QUARTER, YEAR = "2026Q3", "2026Q4", "2026"
NOMINATING, APPROVING = timedelta(days=5), timedelta(days=10)
OPENED = datetime(2026, 8, 17, 1, tzinfo=UTC)  # so long ago that clients may be asked again
COLLECTING = timedelta(days=14)
CLOSED = OPENED + COLLECTING + timedelta(days=1)
VETOED, UNDER_INVESTIGATION = 20, 13

# What share of a subject's raters in a group answers, going round the subjects: all, some, too few, none.
RESPONSE = {
    "client": (1, 1, 0.8, 1, 0.5, 1, 0.8, 1, 1, 0, 1),
    "peer": (1, 0.8, 0.6, 0.4, 0.2, 1, 0.8, 0),
    "subordinate": (1, 0.7, 0.5, 1, 0),
    "supervisor": (1, 1, 1, 1, 1, 1, 0),
    "self": (1, 1, 1, 0),
}
ANSWERED_SO_FAR = {"client": (0.25, 0.5, 0), "peer": (0.4, 0.2, 0), "self": (0, 0, 1)}
LENIENCY = {"client": 0.1, "peer": 0.0, "subordinate": -0.1, "supervisor": -0.15, "self": 0.35}


@dataclass(frozen=True)
class Asked:
    """A task that is to be answered, with the link it came by."""

    nonce: bytes
    position: int
    subject: int
    group: str


def build(session: Session, custody: Custody, company: DemoCompany, *, now: datetime) -> None:
    dice = random.Random(SEED)
    people_files.import_file(session, demo_company.people(company), actor=ACTOR, now=OPENED)
    client_files.import_file(session, demo_company.clients(company), actor=ACTOR, now=OPENED)
    peers = demo_company.peers(company, dice)
    closed = _open(session, custody, CLOSED_QUARTER, peers, now=OPENED)
    _answer(session, custody, closed, RESPONSE, dice, now=OPENED)
    campaign_closing.close(session, custody, closed, actor=ACTOR, now=CLOSED)
    _appraise(session, company, dice, now=CLOSED)
    releases.release(session, closed, actor=ACTOR, now=CLOSED)
    running = _open(session, custody, OPEN_QUARTER, peers, now=now)
    _answer(session, custody, running, ANSWERED_SO_FAR, dice, now=now)
    _ask_for_calls(session, running, now=now)
    _nominate(session, peers, now=now)


def _open(
    session: Session, custody: Custody, quarter: str, peers: Mapping[str, list[str]], *, now: datetime
) -> Campaign:
    spec = demo_company.campaign(quarter, (now + COLLECTING).date(), peers)
    plan = campaign_file_import.plan(
        session, campaign_file_format.outline(session, spec.encode(), Path(), ZONE)
    )
    campaign = campaigns.create(session, plan, actor=ACTOR, now=now)
    campaigns.open(session, custody, campaign, actor=ACTOR, now=now)
    return campaign


def _ask_for_calls(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """The day before yesterday, so that the cards are there to be read."""
    cells = session.scalars(
        select(Cell.id).join(Subject).where(Subject.campaign_id == campaign.id, Cell.group == "client")
    ).all()
    for cell_id, words in zip(cells, demo_names.CARDS, strict=False):
        call_backs.leave(session, cell_id, CallBackCard(*words), today=now.date() - timedelta(days=2))


def _nominate(session: Session, peers: Mapping[str, list[str]], *, now: datetime) -> None:
    """The annual 360: half of the proposals are there, and the managers have begun to decide."""
    spec = demo_company.annual_campaign(YEAR, (now + APPROVING + COLLECTING).date())
    plan = campaign_file_import.plan(
        session, campaign_file_format.outline(session, spec.encode(), Path(), ZONE)
    )
    plan = replace(plan, nominations_until=now + NOMINATING, approvals_until=now + APPROVING)
    campaign = campaigns.create(session, plan, actor=ACTOR, now=now)
    lifecycle.start_nominating(session, campaign, actor=ACTOR, now=now)
    for place, subject in enumerate(campaign.subjects):
        for number, rater in enumerate(peers.get(subject.person.code, ())[::2]):
            proposal = nominations.propose(
                session, subject, rater, "peer", part=NominationRole.SUBJECT, actor=ACTOR, now=now
            )
            if (place + number) % 3 == 0:
                nominations.decide(
                    session,
                    subject,
                    proposal.id,
                    number < 3,
                    part=NominationRole.MANAGER,
                    actor=ACTOR,
                    now=now,
                )


def _appraise(session: Session, company: DemoCompany, dice: random.Random, now: datetime) -> None:
    period, rules = CLOSED_QUARTER, library.scheme().appraisal
    author = Author(ACTOR, now, now.astimezone(ZONE).date())
    figures = FigureFile(
        FigureKind.ACTUAL, f"crm-{period}.csv", demo_company.figures(company, rules, dice), period
    )
    figure_files.import_file(session, figures, author)
    goal_score_files.import_file(session, demo_company.goal_scores(company, dice), period, author)
    for place, confirmed in ((VETOED, True), (UNDER_INVESTIGATION, False)):
        if place < company.subjects:
            _accuse(session, people.find(session, company.subject_codes[place]), place, confirmed, now)


def _accuse(session: Session, person: Person, place: int, confirmed: bool, now: datetime) -> None:
    """HR reports, compliance confirms."""
    reporter = Acting(HR, Reader(None, frozenset({RoleName.HR})), now)
    confirmer = Acting(COMPLIANCE, Reader(None, frozenset({RoleName.COMPLIANCE})), now)
    said = IncidentReport(
        Severity.CRITICAL,
        demo_names.INCIDENT,
        periods.first_day(CLOSED_QUARTER),
        f"AUDIT-2026-{place:03}",
        period=CLOSED_QUARTER,
    )
    incident = moves.report(session, person, said, reporter, today=now.date())
    if confirmed:
        rules = scheme_rules.of_period(session, CLOSED_QUARTER)
        moves.confirm(session, incident, rules, demo_names.PROVED, confirmer, today=now.date())


def _answer(
    session: Session,
    custody: Custody,
    campaign: Campaign,
    response: Mapping[str, tuple[float, ...]],
    dice: random.Random,
    *,
    now: datetime,
) -> None:
    questionnaire = read_questionnaire(campaign.questionnaire)
    opinion = Opinion(questionnaire, len(campaign.subjects), dice)
    for asked in _willing(session, campaign, response):
        visit = invitations.visit(session, custody, asked.nonce, now=now, holding=Holding.SHARED)
        answers = opinion.of(asked.subject, asked.group)
        invitations.submit(session, visit, visit.task(asked.position), answers)


def _willing(
    session: Session, campaign: Campaign, response: Mapping[str, tuple[float, ...]]
) -> Iterator[Asked]:
    """Of each cell as many raters as its group's share says; the subjects are counted in their order."""
    rows = session.execute(
        select(Task.nonce, Task.position, Cell.group, Subject.id)
        .join(Cell, Task.cell_id == Cell.id)
        .join(Subject)
        .where(Subject.campaign_id == campaign.id)
        .order_by(Subject.id, Cell.id, Task.nonce)
    ).all()
    order = {subject: place for place, subject in enumerate(sorted({row.id for row in rows}))}
    cells: dict[tuple[int, str], list[Asked]] = {}
    for row in rows:
        asked = Asked(row.nonce, row.position, order[row.id], row.group)
        cells.setdefault((asked.subject, asked.group), []).append(asked)
    for (subject, group), raters in cells.items():
        shares = response.get(group, (0,))
        yield from raters[: round(len(raters) * shares[subject % len(shares)])]


class Opinion:
    """Raters who agree on a subject's strengths more than chance, and differ by temper, group and item."""

    def __init__(self, questionnaire: Questionnaire, subjects: int, dice: random.Random) -> None:
        self._questionnaire = questionnaire
        self._dice = dice
        self._performance = [dice.gauss(4.0, 0.45) for _ in range(subjects)]
        self._profile = [
            {dimension.id: dice.gauss(0, 0.3) for dimension in questionnaire.dimensions}
            for _ in range(subjects)
        ]

    def of(self, subject: int, group: str) -> Answers:
        temper = self._performance[subject] + LENIENCY[group] + self._dice.gauss(0, 0.35)
        items = self._questionnaire.items_for(group)
        ratings = {
            item.id: self._rating(item, temper, subject)
            for item in items
            if item.kind is not ItemKind.COMMENT
        }
        comments = {item.id: self._comment(group, temper) for item in items if item.kind is ItemKind.COMMENT}
        return Answers.of(self._questionnaire, {k: v for k, v in ratings.items() if v}, comments)

    def _rating(self, item: Item, temper: float, subject: int) -> int:
        """A place on the item's scale, 0 for "cannot judge"."""
        if item.kind is ItemKind.NPS:
            return 1 + min(10, max(0, round(2.1 * temper + self._dice.gauss(0, 0.9))))
        if not item.headline and self._dice.random() < CANNOT_JUDGE_SHARE:
            return 0
        feeling = temper + self._profile[subject][item.dimension or ""] + self._dice.gauss(0, 0.55)
        return min(5, max(1, round(feeling)))

    def _comment(self, group: str, temper: float) -> str:
        if self._dice.random() > COMMENT_SHARE:
            return ""
        pleased = temper + self._dice.gauss(0, 0.5) > 3.6
        if group == "client":
            return self._dice.choice(demo_names.CLIENT_PRAISE if pleased else demo_names.CLIENT_CRITICISM)
        return self._dice.choice(demo_names.COLLEAGUE_PRAISE if pleased else demo_names.COLLEAGUE_CRITICISM)


def sample_links(session: Session, custody: Custody, tokens: Tokens) -> dict[str, str]:
    """For each rater group of the open quarter a path to a form that is not filled in yet."""
    campaign = campaigns.find(session, OPEN_QUARTER)
    keys = box_of(custody, campaign)
    used = set(session.scalars(select(Ballot.slot).where(Ballot.envelope.is_not(None))))
    rows = session.execute(
        select(Invitation, Task, Cell.group)
        .join(Task, Task.nonce == Invitation.nonce)
        .join(Cell, Task.cell_id == Cell.id)
        .where(Invitation.campaign_id == campaign.id)
        .order_by(Cell.id, Task.nonce)
    ).all()
    load = Counter(row.Task.nonce for row in rows)
    waiting = [row for row in rows if slot_of(keys, row.Invitation, row.Task) not in used]
    links: dict[str, str] = {}
    for _, task, group in sorted(waiting, key=lambda row: load[row.Task.nonce]):
        link = f"/s/{tokens.issue(task.nonce)}"
        links.setdefault(group, link if load[task.nonce] == 1 else f"{link}/{task.position}")
    return links
