"""What released campaigns of a period tell an appraisal about many people at once, and which of them count.

Only what is released enters: a report as it was released, or the shown cells of released campaigns.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, undefer

from feedback.models.campaigns import Campaign, CampaignState, Subject
from feedback.models.people import Person
from feedback.models.results import ReleasedReport
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground import documents
from feedback.services.ground.bilingual import Bilingual
from feedback.services.ground.errors import NotPossible
from feedback.services.ground.row_locks import among
from feedback.services.releases import joined_feedback
from feedback.services.releases.feedback_inputs import (
    CampaignInput,
    CellScore,
    FeedbackCell,
    FeedbackDimension,
    FeedbackSources,
)
from feedback.services.releases.joined_feedback import Source
from feedback.services.reports.report_document import Reason
from feedback.services.scores.scorecards import Estimate, Shortage
from feedback.services.tables import periods
from forms.appraisals.choices import CampaignFeed, PeriodKind, YearClients
from forms.appraisals.rules import FeedbackRules, PeriodFeedback
from forms.scheme import AbsentGroup, Family, Scheme
from forms.words import N_

NOT_RELEASED = N_("%(campaign)s is not released: an appraisal uses released results only")
WHICH_COUNTS = N_(
    "%(a)s and %(b)s are both released for %(period)s: the scheme must say which counts ([feedback])"
)
OF_CLIENTS = (CampaignFeed.CLIENT, CampaignFeed.BOTH)
COUNTERPART = {
    CampaignFeed.CLIENT: CampaignFeed.COLLEAGUES,
    CampaignFeed.COLLEAGUES: CampaignFeed.CLIENT,
}
NOTHING = FeedbackSources((), None)


@dataclass(frozen=True)
class Entry:
    """A person as the subject of a campaign that has begun."""

    person_id: int
    code: str
    subject_id: int
    campaign: Campaign

    @property
    def kind(self) -> CampaignFeed:
        return CampaignFeed(self.campaign.kind)

    @property
    def families(self) -> set[Family]:
        return {group.family for group in read_scheme(self.campaign.scheme).groups}


@dataclass(frozen=True)
class FeedChoice:
    """Whose report counts as it is, or from which campaigns clients and the others of one score come."""

    report: Entry | None = None
    clients: tuple[Entry, ...] = ()
    others: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return (self.report,) if self.report else (*self.clients, *self.others)


def of_people(
    session: Session, people: Collection[int], period: str, scheme: Scheme
) -> Mapping[int, FeedbackSources]:
    """By person. Raises NotPossible for what is not released, and for two campaigns without a rule."""
    entries = _entries(session, people, period, scheme)
    rules = _Rules(period, scheme.appraisal.feedback)
    choices = {person_id: rules.choice(own) for person_id, own in entries.items()}
    reports = _reports(session, [entry for choice in choices.values() for entry in choice.entries])
    _check_released(choices.values(), reports)
    together = {id: choice for id, choice in choices.items() if choice.entries and not choice.report}
    joined = joined_feedback.of_people(
        session, scheme, {id: _sources(choice) for id, choice in together.items()}
    )
    return {
        id: FeedbackSources(
            tuple(_input(reports[entry.subject_id], entry, id not in joined) for entry in choice.entries),
            joined.get(id),
        )
        for id, choice in choices.items()
    }


def _entries(
    session: Session, people: Collection[int], period: str, scheme: Scheme
) -> dict[int, list[Entry]]:
    """By person, from one statement: those of the period, and for a year of its quarters; drafts have not begun.
    One that asked observers alone is no feedback where the scheme has none: what they saw is entered for a KPI.
    """
    wanted = [period]
    if periods.kind_of(period) is PeriodKind.YEAR:
        wanted += periods.quarters_of(period)
    query = (
        select(Subject.id, Campaign, Person.id, Person.code)
        .join(Subject.campaign)
        .join(Subject.person)
        .where(Campaign.period.in_(wanted), Campaign.state != CampaignState.DRAFT)
        .where(among(Subject.person_id, people))
        .options(undefer(Campaign.scheme), undefer(Campaign.questionnaire))
        .order_by(Campaign.closes_at, Campaign.id)
    )
    found: dict[int, list[Entry]] = defaultdict(list)
    wanted_people, unknown = set(people), {Family.OBSERVER} - {group.family for group in scheme.groups}
    for subject_id, campaign, person_id, code in session.execute(query):
        entry = Entry(person_id, code, subject_id, campaign)
        if person_id in wanted_people and not entry.families <= unknown:
            found[person_id].append(entry)
    return found


@dataclass(frozen=True)
class _Rules:
    period: str
    feedback: FeedbackRules

    @property
    def feed(self) -> PeriodFeedback:
        return {
            PeriodKind.MONTH: self.feedback.month,
            PeriodKind.QUARTER: self.feedback.quarter,
            PeriodKind.YEAR: self.feedback.year,
        }[periods.kind_of(self.period)]

    def choice(self, entries: Sequence[Entry]) -> FeedChoice:
        if self.feed.clients is not None or self.feed.others is not None:
            return self._of_year(entries)
        own = [entry for entry in entries if entry.campaign.period == self.period]
        if self.feed.kinds:
            return self._by_kind([entry for entry in own if entry.kind in self.feed.kinds])
        self._one_at_most(own)
        return FeedChoice(own[0]) if own else FeedChoice()

    def _by_kind(self, own: Sequence[Entry]) -> FeedChoice:
        """The first kind of the list that there is. A survey of clients alone and a 360 make one score together."""
        in_order = sorted(own, key=lambda entry: self.feed.kinds.index(entry.kind))
        if not in_order:
            return FeedChoice()
        first = self._of_kind(in_order, in_order[0].kind)
        other = COUNTERPART.get(in_order[0].kind)
        second = self._of_kind(in_order, other)
        if not second:
            return FeedChoice(first[0])
        return (
            FeedChoice(None, second, first)
            if other is CampaignFeed.CLIENT
            else FeedChoice(None, first, second)
        )

    def _of_year(self, entries: Sequence[Entry]) -> FeedChoice:
        quarters = [entry for entry in entries if entry.campaign.period != self.period]
        own = [entry for entry in entries if entry.campaign.period == self.period]
        if self.feed.clients is YearClients.POOLED_QUARTERS:
            clients = self._one_per_quarter([entry for entry in quarters if entry.kind in OF_CLIENTS])
        else:
            clients = self._of_kind(own, self.feed.clients)
        if self.feed.others is None:
            return FeedChoice(None, clients, ())
        others = self._of_kind(own, self.feed.others) or self._of_kind(quarters, self.feed.others)
        return FeedChoice(None, clients, others)

    def _of_kind(self, entries: Iterable[Entry], kind: str | None) -> tuple[Entry, ...]:
        found = [entry for entry in entries if kind is not None and entry.kind == kind]
        self._one_at_most(found)
        return tuple(found)

    def _one_per_quarter(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        for quarter in {entry.campaign.period for entry in entries}:
            self._one_at_most([entry for entry in entries if entry.campaign.period == quarter])
        return tuple(entries)

    def _one_at_most(self, entries: Sequence[Entry]) -> None:
        if len(entries) > 1:
            first, second = (entry.campaign.code for entry in entries[:2])
            raise NotPossible(WHICH_COUNTS, a=first, b=second, period=entries[0].campaign.period)


# The document of a released report; by the hundred, only what is needed of it is read.
Released = Mapping[str, Any]


def _reports(session: Session, entries: Sequence[Entry]) -> dict[int, Released]:
    """The newest release of each, by subject, from one statement."""
    subjects = {entry.subject_id for entry in entries}
    campaigns = {entry.campaign.id for entry in entries}
    newest = (
        select(ReleasedReport.subject_id, func.max(ReleasedReport.version).label("version"))
        .join(Subject, Subject.id == ReleasedReport.subject_id)
        .where(Subject.campaign_id.in_(campaigns))
        .group_by(ReleasedReport.subject_id)
        .subquery()
    )
    is_newest = and_(
        ReleasedReport.subject_id == newest.c.subject_id, ReleasedReport.version == newest.c.version
    )
    rows = session.execute(select(ReleasedReport.subject_id, ReleasedReport.document).join(newest, is_newest))
    return {id: documents.content(document) for id, document in rows if id in subjects}


def _check_released(choices: Iterable[FeedChoice], reports: Mapping[int, Released]) -> None:
    for choice in choices:
        for entry in choice.entries:
            if entry.subject_id not in reports:
                raise NotPossible(NOT_RELEASED, campaign=entry.campaign.code)


def _sources(choice: FeedChoice) -> tuple[Source, ...]:
    clients = [Source(entry.campaign, entry.code, _families(choice, True)) for entry in choice.clients]
    others = [Source(entry.campaign, entry.code, _families(choice, False)) for entry in choice.others]
    return (*clients, *others)


def _families(choice: FeedChoice, clients: bool) -> frozenset[Family]:
    """Pooled quarters that are alone tell of everybody whom they asked."""
    if not choice.others:
        return frozenset(Family)
    return frozenset({Family.CLIENTS}) if clients else frozenset(Family) - {Family.CLIENTS}


def _input(report: Released, entry: Entry, alone: bool) -> CampaignInput:
    feedback, basis, satisfaction = report["feedback"], report["basis"], report["satisfaction"]
    rating = read_scheme(entry.campaign.scheme).rating
    shortage = feedback["shortage"]
    return CampaignInput(
        code=entry.campaign.code,
        title=Bilingual(**report["campaign"]["title"]),
        period=report["campaign"]["period"],
        kind=str(entry.campaign.kind),
        counts=basis["counts"],
        questionnaire=_definition(basis["questionnaire"]),
        scheme=_definition(basis["scheme"]),
        score=_estimate(feedback["score"]),
        error=feedback["error"],
        shortage=Shortage(shortage) if shortage else None,
        coverage=feedback["coverage"],
        minimum_coverage=feedback["minimum_coverage"],
        deviation=rating.absent_group is AbsentGroup.DEVIATION,
        dimensions=tuple(
            FeedbackDimension(
                each["id"], Bilingual(**each["title"]), each["weight"], _estimate(each["total"])
            )
            for each in report["dimensions"]
        ),
        cells=tuple(_cells(report)) if alone else (),
        satisfied=_estimate(satisfaction.get("share")),
        nps=_estimate(report["nps"]),
    )


def _definition(label: Mapping[str, Any]) -> str:
    return f"{label['id']}:{label['version']}"


def _estimate(figure: Mapping[str, Any] | None) -> Estimate | None:
    """What is withheld has a reason and no number."""
    return Estimate(**figure) if figure and "value" in figure else None


def _cells(report: Released) -> Iterator[FeedbackCell]:
    """Dimensions name only the groups that were asked, in the order of the groups."""
    asked = [group for group in report["groups"] if group["total"].get("reason") != Reason.NOBODY_INVITED]
    scores: dict[str, list[CellScore]] = {group["id"]: [] for group in asked}
    for dimension in report["dimensions"]:
        for group, cell in zip(asked, dimension["groups"], strict=True):
            if (found := _estimate(cell["score"])) is not None:
                scores[group["id"]].append(CellScore(dimension["id"], found))
    yield from (_cell(group, scores[group["id"]]) for group in asked if not group["is_self"])


def _cell(group: Mapping[str, Any], scores: Sequence[CellScore]) -> FeedbackCell:
    why = group["total"].get("reason")
    return FeedbackCell(
        id=group["id"],
        title=Bilingual(**group["title"]),
        merged=tuple(Bilingual(**title) for title in group["merged"]),
        weight=group["weight"],
        ballots=group["ballots"],
        total=_estimate(group["total"]),
        why=Reason(why) if why else None,
        dimensions=tuple(scores),
    )
