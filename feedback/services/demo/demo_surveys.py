"""The campaigns of the demo company: ballots are really cast, sealed and mixed.

Who answers and what is drawn from a fixed seed; keys and links are as random as everywhere.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.ballots import Ballot
from feedback.models.campaigns import Campaign, Cell, Subject
from feedback.models.invitations import Invitation, Task
from feedback.models.people import Person
from feedback.services.ballot_box import invitations
from feedback.services.ballot_box.ballots import Answers
from feedback.services.ballot_box.custody import Custody
from feedback.services.ballot_box.invitations import Holding, box_of, slot_of
from feedback.services.ballot_box.tokens import Tokens
from feedback.services.campaigns import campaigns, lifecycle
from feedback.services.definitions.frozen_definitions import read_questionnaire
from feedback.services.demo import demo_company, demo_names
from feedback.services.demo.demo_stage import ACTOR, ZONE, Stage
from feedback.services.messages import call_backs
from feedback.services.messages.call_backs import CallBackCard
from feedback.services.planning import campaign_file_format, campaign_file_import
from feedback.services.rosters import nominations
from feedback.services.rosters.nomination_lists import NominationRole
from forms.questionnaire import Item, ItemKind, Questionnaire

COMMENT_SHARE = 0.45
CANNOT_JUDGE_SHARE = 0.04
LENIENCY = {"client": 0.1, "peer": 0.0, "subordinate": -0.1, "supervisor": -0.15, "self": 0.35}
NOMINATING, APPROVING = timedelta(days=5), timedelta(days=10)
COLLECTING = timedelta(days=14)

# What share of a subject's raters in a group answers, going round the subjects: all, some, too few, none.
Response = Mapping[str, tuple[float, ...]]
RESPONSE: Response = {
    "client": (1, 1, 1, 1, 0.3, 1, 1, 1, 1, 0, 1),
    "peer": (1, 0.8, 0.6, 0.4, 0.2, 1, 0.8, 0),
    "subordinate": (1, 0.7, 0.5, 1, 0),
    "supervisor": (1, 1, 1, 1, 1, 1, 0),
    "self": (1, 1, 1, 0),
}
EVERYBODY: Response = {group: (1,) for group in RESPONSE}
ANSWERED_SO_FAR: Response = {"client": (0.25, 0.5, 0), "peer": (0.4, 0.2, 0), "self": (0, 0, 1)}


@dataclass(frozen=True)
class Asked:
    """A task that is to be answered, with the link it came by. place: of the subject among the others."""

    nonce: bytes
    position: int
    subject: str
    place: int
    group: str


def open_campaign(stage: Stage, spec: str, now: datetime) -> Campaign:
    """As its file says."""
    campaign = campaigns.create(stage.session, _plan(stage, spec), actor=ACTOR, now=now)
    campaigns.open(stage.session, stage.custody, campaign, actor=ACTOR, now=now)
    return campaign


def _plan(stage: Stage, spec: str) -> campaigns.CampaignPlan:
    outline = campaign_file_format.outline(stage.session, spec.encode(), Path(), ZONE)
    return campaign_file_import.plan(stage.session, outline)


def answer(
    stage: Stage,
    campaign: Campaign,
    response: Response,
    dice: random.Random,
    clients: Callable[[str], float],
    *,
    few: frozenset[str] = frozenset(),
    now: datetime,
) -> None:
    """clients: how well the raters think of whom; few: whose raters hardly answer."""
    questionnaire = read_questionnaire(campaign.questionnaire)
    opinions = Opinions(questionnaire, clients, dice)
    for asked in _willing(stage.session, campaign, response, few):
        visit = invitations.visit(stage.session, stage.custody, asked.nonce, now=now, holding=Holding.SHARED)
        given = opinions.of(asked.subject, asked.group)
        invitations.submit(stage.session, visit, visit.task(asked.position), given)


def _willing(
    session: Session, campaign: Campaign, response: Response, few: frozenset[str]
) -> Iterator[Asked]:
    """Of each cell as many raters as its group's share says; the subjects are counted in their order."""
    rows = session.execute(
        select(Task.nonce, Task.position, Cell.group, Subject.id, Person.code)
        .join(Cell, Task.cell_id == Cell.id)
        .join(Subject, Cell.subject_id == Subject.id)
        .join(Person, Subject.person_id == Person.id)
        .where(Subject.campaign_id == campaign.id)
        .order_by(Subject.id, Cell.id, Task.nonce)
    ).all()
    order = {subject: place for place, subject in enumerate(sorted({row.id for row in rows}))}
    cells: dict[tuple[int, str], list[Asked]] = {}
    for row in rows:
        asked = Asked(row.nonce, row.position, row.code, order[row.id], row.group)
        cells.setdefault((asked.place, asked.group), []).append(asked)
    for (place, group), raters in cells.items():
        shares = response.get(group, (0,))
        share = 0.25 if raters[0].subject in few else shares[place % len(shares)]
        yield from raters[: round(len(raters) * share)]


class Opinions:
    """Raters who agree on a subject's strengths more than chance, and differ by temper, group and item."""

    def __init__(
        self, questionnaire: Questionnaire, performance: Callable[[str], float], dice: random.Random
    ) -> None:
        self._questionnaire = questionnaire
        self._performance = performance
        self._dice = dice
        self._profiles: dict[str, dict[str, float]] = {}

    def of(self, subject: str, group: str) -> Answers:
        temper = self._performance(subject) + LENIENCY[group] + self._dice.gauss(0, 0.35)
        items = self._questionnaire.items_for(group)
        ratings = {
            item.id: self._rating(item, temper, subject)
            for item in items
            if item.kind is not ItemKind.COMMENT
        }
        comments = {item.id: self._comment(group, temper) for item in items if item.kind is ItemKind.COMMENT}
        return Answers.of(self._questionnaire, {k: v for k, v in ratings.items() if v}, comments)

    def _profile(self, subject: str) -> dict[str, float]:
        """What he is better at than at the rest, and worse."""
        if subject not in self._profiles:
            dimensions = self._questionnaire.dimensions
            self._profiles[subject] = {dimension.id: self._dice.gauss(0, 0.3) for dimension in dimensions}
        return self._profiles[subject]

    def _rating(self, item: Item, temper: float, subject: str) -> int:
        """A place on the item's scale, 0 for "cannot judge"."""
        if item.kind is ItemKind.NPS:
            return 1 + min(10, max(0, round(2.1 * temper + self._dice.gauss(0, 0.9))))
        if not item.headline and self._dice.random() < CANNOT_JUDGE_SHARE:
            return 0
        feeling = temper + self._profile(subject)[item.dimension or ""] + self._dice.gauss(0, 0.55)
        return min(5, max(1, round(feeling)))

    def _comment(self, group: str, temper: float) -> str:
        if self._dice.random() > COMMENT_SHARE:
            return ""
        pleased = temper + self._dice.gauss(0, 0.5) > 3.6
        if group == "client":
            return self._dice.choice(demo_names.CLIENT_PRAISE if pleased else demo_names.CLIENT_CRITICISM)
        return self._dice.choice(demo_names.COLLEAGUE_PRAISE if pleased else demo_names.COLLEAGUE_CRITICISM)


def ask_for_calls(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """The day before yesterday, so that the cards are there to be read."""
    cells = session.scalars(
        select(Cell.id).join(Subject).where(Subject.campaign_id == campaign.id, Cell.group == "client")
    ).all()
    for cell_id, words in zip(cells, demo_names.CARDS, strict=False):
        call_backs.leave(session, cell_id, CallBackCard(*words), today=now.date() - timedelta(days=2))


def nominate(stage: Stage, year: str, peers: Mapping[str, list[str]], *, now: datetime) -> None:
    """The annual 360: half of the proposals are there, and the managers have begun to decide."""
    spec = demo_company.annual_campaign(year, (now + APPROVING + COLLECTING).date())
    plan = replace(_plan(stage, spec), nominations_until=now + NOMINATING, approvals_until=now + APPROVING)
    campaign = campaigns.create(stage.session, plan, actor=ACTOR, now=now)
    lifecycle.start_nominating(stage.session, campaign, actor=ACTOR, now=now)
    for place, subject in enumerate(campaign.subjects):
        for number, rater in enumerate(peers.get(subject.person.code, ())[::2]):
            part = NominationRole.SUBJECT
            proposal = nominations.propose(
                stage.session, subject, rater, "peer", part=part, actor=ACTOR, now=now
            )
            if (place + number) % 3 == 0:
                part, is_agreed = NominationRole.MANAGER, number < 3
                nominations.decide(
                    stage.session, subject, proposal.id, is_agreed, part=part, actor=ACTOR, now=now
                )


def sample_links(session: Session, custody: Custody, tokens: Tokens, code: str) -> dict[str, str]:
    """For each rater group of an open campaign a path to a form that is not filled in yet."""
    campaign = campaigns.find(session, code)
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
