"""Who may read which report. What is not for a reader does not exist for him: it looks the same as absent.

A released report is for the manager of its release and for those above him; until then today's line decides.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from feedback.models.accounts import RoleName
from feedback.models.campaigns import WITH_RESULTS, Campaign, Subject
from feedback.models.people import Person
from feedback.models.results import ReleasedReport
from feedback.services.ground import campaign_codes
from feedback.services.ground.errors import NotFound


@dataclass(frozen=True)
class Reader:
    """The signed-in person, as far as it decides what he may read."""

    person_id: int | None
    roles: frozenset[str]

    @property
    def reads_everything(self) -> bool:
        return bool(self.roles & {RoleName.HR, RoleName.ADMIN})

    @property
    def leads(self) -> bool:
        return RoleName.MANAGER in self.roles and self.person_id is not None


def readable(reader: Reader) -> ColumnElement[bool]:
    """The subjects whose report the reader may see, as a condition on Subject joined with Campaign."""
    if reader.reads_everything:
        return Campaign.state.in_(WITH_RESULTS)
    if reader.person_id is None or not reader.roles & {RoleName.MANAGER, RoleName.EMPLOYEE}:
        return false()
    own = and_(Subject.person_id == reader.person_id, _is_released())
    return or_(own, in_team(reader))


def _is_released() -> ColumnElement[bool]:
    """Reports are released one by one: a manager may be ahead of the campaign with those of his people."""
    return select(ReleasedReport.subject_id).where(ReleasedReport.subject_id == Subject.id).exists()


def in_team(reader: Reader) -> ColumnElement[bool]:
    """The subjects with results whose reports are the reader's as their manager."""
    return and_(_report_led_by(reader), Campaign.state.in_(WITH_RESULTS))


def led_by(reader: Reader) -> ColumnElement[bool]:
    """The subjects whom the reader leads today, directly or through others; never himself. Not for reports."""
    if not reader.leads:
        return false()
    return and_(Subject.person_id.in_(_people_under(reader.person_id)), Subject.person_id != reader.person_id)


def people_led_by(reader: Reader) -> ColumnElement[bool]:
    """The people whom the reader leads today, directly or through others, as a condition on Person; never himself."""
    if not reader.leads:
        return false()
    return and_(Person.id.in_(_people_under(reader.person_id)), Person.id != reader.person_id)


def _report_led_by(reader: Reader) -> ColumnElement[bool]:
    """As `led_by`, but a released report stays with the manager of its first release, wherever its subject went."""
    if not reader.leads:
        return false()
    under = _people_under(reader.person_id)
    managed = or_(Subject.manager_id == reader.person_id, Subject.manager_id.in_(under))
    by_release = and_(_is_released(), managed)
    by_today = and_(~_is_released(), Subject.person_id.in_(under))
    return and_(or_(by_release, by_today), Subject.person_id != reader.person_id)


def _people_under(manager_id: int | None) -> Select[int]:
    """UNION drops people already found, so that a circle of managers ends."""
    under = select(Person.id).where(Person.manager_id == manager_id).cte("under", recursive=True)
    under = under.union(select(Person.id).join(under, Person.manager_id == under.c.id))
    return select(under.c.id)


def find_subject(session: Session, reader: Reader, campaign: str, person: str) -> Subject:
    """The subject, with campaign and person, if the reader may see the report."""
    called = Campaign.code == campaign_codes.stored(session, campaign)
    query = _subjects().where(readable(reader), called, Person.code == person)
    subject = session.scalars(query).one_or_none()
    if subject is None:
        raise NotFound(f"there is no report on {person} in campaign {campaign}")
    return subject


def find_campaign(session: Session, reader: Reader, code: str) -> Campaign:
    """The campaign, if there is anything in it for the reader; HR sees every campaign, results or not."""
    called = Campaign.code == campaign_codes.stored(session, code)
    query = select(Campaign).where(called, _has_something_for(reader))
    campaign = session.scalars(query).one_or_none()
    if campaign is None:
        raise NotFound(f"there is no campaign {code}")
    return campaign


def _has_something_for(reader: Reader) -> ColumnElement[bool]:
    return true() if reader.reads_everything else Campaign.subjects.any(readable(reader))


def subjects_in(session: Session, reader: Reader, campaign: str) -> list[Subject]:
    """The subjects of a campaign whose reports the reader may see, each with the campaign."""
    called = Campaign.code == campaign_codes.stored(session, campaign)
    query = _subjects().where(readable(reader), called)
    return list(session.scalars(query.order_by(Person.code)))


def team_campaigns(session: Session, reader: Reader) -> list[Campaign]:
    """The campaigns with results about people whom the reader leads, newest first."""
    query = select(Campaign).where(Campaign.subjects.any(in_team(reader)))
    return list(session.scalars(query.order_by(Campaign.closes_at.desc(), Campaign.id.desc())))


def team_in(session: Session, reader: Reader, campaign: Campaign) -> list[Subject]:
    query = _subjects().where(in_team(reader), Campaign.id == campaign.id)
    return list(session.scalars(query.order_by(Person.code)))


def own_subjects(session: Session, reader: Reader) -> list[Subject]:
    """The reader himself in every released campaign, newest first."""
    if reader.person_id is None:
        return []
    query = _subjects().where(Subject.person_id == reader.person_id)
    query = query.where(_is_released(), readable(reader))
    return list(session.scalars(query.order_by(Campaign.closes_at.desc(), Campaign.id.desc())))


def _subjects() -> Select[Subject]:
    return (
        select(Subject)
        .join(Subject.campaign)
        .join(Subject.person)
        .options(
            contains_eager(Subject.campaign),
            contains_eager(Subject.person),
            joinedload(Subject.department),
        )
    )


def may_answer(reader: Reader) -> ColumnElement[bool]:
    """The subjects whose objections are for the reader to answer: HR, and who leads by the release; never his own."""
    if not reader.reads_everything:
        return _report_led_by(reader)
    return true() if reader.person_id is None else Subject.person_id != reader.person_id


def to_release(session: Session, reader: Reader, campaign: Campaign) -> list[Subject]:
    """Whose report the reader may release, or has released: of everybody for HR, else those he leads."""
    may = true() if reader.reads_everything else _report_led_by(reader)
    query = _subjects().where(may, Campaign.state.in_(WITH_RESULTS), Campaign.id == campaign.id)
    return list(session.scalars(query.order_by(Person.code)))
