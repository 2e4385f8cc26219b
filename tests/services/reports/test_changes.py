"""What changed since the campaign before, and when nothing may be said about it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from feedback.extensions import db
from feedback.models.campaigns import Campaign, CampaignKind
from feedback.models.people import Person
from feedback.models.results import ReleasedReport
from feedback.services.campaigns import campaigns
from feedback.services.ground.documents import numbered, restore
from feedback.services.releases import releases
from feedback.services.reports import changes, reports
from feedback.services.reports.change_document import NotComparable, Obstacle, ScoreChange, SubjectChanges
from tests.factories import ACTOR, NOW, Office, shipped_questionnaire, shipped_scheme
from tests.statements import counted

MANY = {"client": 8, "supervisor": 1}


def cycle(
    office: Office,
    people: Sequence[Person],
    *sizes: dict[str, int],
    code: str = "2026Q3",
    ratings: Sequence[int] = (3,),
    months: int = 0,
    groups_rated: Mapping[str, int] = MappingProxyType({}),
    **plan: object,
) -> Campaign:
    """A released campaign about these people, so many months later; ratings by subject, the last for all others.

    groups_rated: ratings of rater groups that differ from the others.
    """
    office.now = NOW + timedelta(days=30 * months)
    drafted = office.plan(*sizes, code=code)
    same = dict(zip(drafted.subjects, people, strict=True))
    requests = tuple(
        replace(request, subject=same[request.subject], rater=same.get(request.rater, request.rater))
        for request in drafted.requests
    )
    drafted = replace(drafted, subjects=tuple(people), requests=requests, **plan)
    campaign = campaigns.create(office.session, drafted, actor=ACTOR, now=office.now)
    campaigns.open(office.session, office.custody, campaign, actor=ACTOR, now=office.now)
    for place, size in enumerate(sizes):
        for group in size:
            for nonce in office.nonces(campaign, group, place):
                office.answer(nonce, groups_rated.get(group, ratings[min(place, len(ratings) - 1)]))
    office.close(campaign)
    releases.release(office.session, campaign, actor=ACTOR, now=office.now)
    office.session.commit()
    return campaign


def staff(office: Office, count: int = 1) -> list[Person]:
    return [office.person(level="senior") for _ in range(count)]


def changes_of(office: Office, campaign: Campaign) -> list[SubjectChanges | NotComparable]:
    return list(changes.of_campaign(office.session, campaign).values())


def test_a_large_change_of_many_answers_is_detected(office: Office):
    people = staff(office)
    cycle(office, people, MANY, ratings=[2])
    (found,) = changes_of(office, cycle(office, people, MANY, code="2026Q4", ratings=[5], months=3))
    assert isinstance(found, SubjectChanges) and isinstance(found.total, ScoreChange)
    assert (found.campaign, found.groups) == ("2026Q3", ("client", "supervisor"))
    assert (found.total.earlier, found.total.later) == pytest.approx((40, 100))
    assert found.total.difference == pytest.approx(60)
    assert found.total.detected and found.total.p < 0.05
    assert all(each.change.detected for each in found.dimensions)


def test_changes_name_the_counts_they_start_from(office: Office):
    people = staff(office)
    before = cycle(office, people, MANY)
    (found,) = changes_of(office, cycle(office, people, MANY, code="2026Q4", months=3))
    (report,) = reports.build_all(office.session, before).values()
    assert found.counts == report.basis.counts


def test_equal_answers_are_no_detectable_change(office: Office):
    people = staff(office)
    cycle(office, people, MANY)
    (found,) = changes_of(office, cycle(office, people, MANY, code="2026Q4", months=3))
    assert found.total.difference == pytest.approx(0) and not found.total.detected


def test_a_group_shown_once_only_makes_no_change(office: Office):
    people = staff(office)
    cycle(office, people, {"client": 5, "supervisor": 1})
    both = {"client": 5, "supervisor": 1, "peer": 4}
    (found,) = changes_of(office, cycle(office, people, both, code="2026Q4", months=3))
    assert found.groups == ("client", "supervisor")
    assert found.total.difference == pytest.approx(0)


def test_without_a_required_group_both_times_only_dimensions_are_compared(office: Office):
    people = staff(office)
    cycle(office, people, {"client": 2, "supervisor": 1, "peer": 3})
    after = {"client": 5, "supervisor": 1, "peer": 3}
    (found,) = changes_of(office, cycle(office, people, after, code="2026Q4", months=3))
    assert found.total == NotComparable(Obstacle.UNOFFICIAL)
    assert all(isinstance(each.change, ScoreChange) for each in found.dimensions)


def test_nothing_shown_both_times_is_no_comparison(office: Office):
    people = staff(office)
    cycle(office, people, {"client": 3})
    (found,) = changes_of(office, cycle(office, people, {"peer": 3}, code="2026Q4", months=3))
    assert found.total == NotComparable(Obstacle.NOT_SHOWN)
    assert {each.change for each in found.dimensions} == {NotComparable(Obstacle.NOT_SHOWN)}


def test_the_first_campaign_of_a_kind_has_nothing_before_it(office: Office):
    people = staff(office)
    cycle(office, people, MANY, kind=CampaignKind.CLIENT)
    later = cycle(office, people, MANY, code="2026Q4", months=3)
    assert changes_of(office, later) == [NotComparable(Obstacle.FIRST)]


def test_a_campaign_that_is_not_released_is_not_compared_with(office: Office):
    people = staff(office)
    unreleased = cycle(office, people, MANY)
    later = cycle(office, people, MANY, code="2026Q4", months=3)
    office.session.execute(delete(ReleasedReport))
    unreleased.state, unreleased.released_at = "closed", None
    assert changes_of(office, later) == [NotComparable(Obstacle.FIRST)]


def test_another_version_of_the_questionnaire_is_not_comparable(office: Office):
    people = staff(office)
    cycle(office, people, MANY)
    second = replace(shipped_questionnaire(), version=2)
    later = cycle(office, people, MANY, code="2026Q4", months=3, questionnaire=second)
    assert changes_of(office, later) == [NotComparable(Obstacle.QUESTIONNAIRE)]


def test_another_version_of_the_scheme_is_not_comparable(office: Office):
    people = staff(office)
    cycle(office, people, MANY)
    later = cycle(office, people, MANY, code="2026Q4", months=3, scheme=replace(shipped_scheme(), version=2))
    assert changes_of(office, later) == [NotComparable(Obstacle.SCHEME)]


def test_who_was_left_out_once_is_compared_over_the_gap(office: Office):
    people = staff(office, 2)
    cycle(office, people, MANY, MANY, code="2026Q2")
    cycle(office, people[:1], MANY, months=3)
    later = cycle(office, people, MANY, MANY, code="2026Q4", months=6)
    assert [found.campaign for found in changes_of(office, later)] == ["2026Q3", "2026Q2"]


def test_changes_come_back_from_their_json_unchanged(office: Office):
    people = staff(office)
    cycle(office, people, {"client": 2, "supervisor": 1, "peer": 3})
    after = {"client": 5, "supervisor": 1, "peer": 3}
    (found,) = changes_of(office, cycle(office, people, after, code="2026Q4", months=3))
    assert restore(SubjectChanges, json.loads(json.dumps(numbered(asdict(found))))) == found


def test_withheld_answers_change_no_byte_of_them(office: Office):
    sizes = {"client": 4, "supervisor": 1, "peer": 2}
    documents = []
    for hidden, years in ((1, "2026"), (5, "2027")):
        people = staff(office)
        groups = {"peer": hidden}
        cycle(office, people, sizes, code=f"{years}Q1", groups_rated=groups)
        later = cycle(office, people, sizes, code=f"{years}Q2", months=3, groups_rated=groups)
        (found,) = changes_of(office, later)
        documents.append(json.dumps(asdict(replace(found, campaign="", period="", counts=""))))
    assert documents[0] == documents[1]


def statements_of(session: Session, code: str) -> int:
    session.commit()
    session.expunge_all()
    with counted(db.engine) as statements:
        changes.of_campaign(session, campaigns.find(session, code))
    return len(statements)


def test_comparing_takes_as_many_statements_for_one_subject_as_for_four(office: Office):
    small = {"client": 3}
    one, four = staff(office), staff(office, 4)
    for people, code in ((one, "2026Q1"), (four, "2026Q2")):
        cycle(office, people, *[small] * len(people), code=code)
    for people, code in ((one, "2026Q3"), (four, "2026Q4")):
        cycle(office, people, *[small] * len(people), code=code, months=3)
    assert statements_of(office.session, "2026Q3") == statements_of(office.session, "2026Q4")


def test_an_earlier_report_that_was_not_released_is_not_told_by_a_later_one(office: Office):
    people = staff(office, 2)
    first = cycle(office, people, MANY, MANY)
    kept_back = first.subjects[1].id
    office.session.execute(delete(ReleasedReport).where(ReleasedReport.subject_id == kept_back))
    told, untold = changes_of(office, cycle(office, people, MANY, MANY, code="2026Q4", months=3))
    assert isinstance(told, SubjectChanges)
    assert untold == NotComparable(Obstacle.FIRST)
