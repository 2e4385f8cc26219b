"""What a team's reports say together: from the members' reports alone."""

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

import pytest

from feedback.models.campaigns import Campaign
from feedback.services.ground.bilingual import Bilingual
from feedback.services.reports import reports
from feedback.services.reports.change_document import NotComparable, Obstacle, ScoreChange, SubjectChanges
from feedback.services.reports.report_document import Feedback, Report, TrendPoint
from feedback.services.reports.report_summaries import Concern, Member
from feedback.services.reports.team_report import Movement, TeamMean, TeamReport, of_members
from feedback.services.scores.scorecards import Estimate
from tests.factories import AFTER, Office

SOMEWHERE = Bilingual("某处", "somewhere")


def rated(office: Office, *sizes: dict[str, int]) -> Campaign:
    """The first subject is rated 5 everywhere, the next 4, 3, 2, and again."""
    campaign = office.open(*sizes)
    for place, size in enumerate(sizes):
        for group in size:
            for nonce in office.nonces(campaign, group, place):
                office.answer(nonce, 5 - place % 4)
    office.close(campaign)
    return campaign


@pytest.fixture
def members(office: Office) -> list[Report]:
    """Four with scores of 100, 80, 60 and 40 points, and one with too few answers."""
    campaign = rated(office, *[{"client": 5, "self": 1}] * 4, {"client": 2, "self": 1})
    return reports.of_subjects(office.session, campaign, campaign.subjects)


def team_of(found: Iterable[Report]) -> TeamReport:
    return of_members([Member.of(report) for report in found])


def test_means_are_over_the_members_who_have_a_figure(members: list[Report]):
    team = team_of(members)
    assert team.score == TeamMean(pytest.approx(70.0), 4)
    assert [dimension.mean for dimension in team.dimensions] == [TeamMean(pytest.approx(70.0), 4)] * 5
    assert team.satisfaction == TeamMean(pytest.approx(0.5), 4)


def test_it_is_written_as_json_also_after_the_release(members: list[Report]):
    released = [replace(member, released_at=AFTER) for member in members]
    document = json.loads(json.dumps(team_of(released).to_document()))
    assert [each["released_at"] for each in document["members"]] == [AFTER.isoformat()] * 5
    assert document["attention"][-1] == {"subject": members[4].subject.code, "concerns": ["insufficient"]}


def test_two_members_have_no_mean(members: list[Report]):
    team = team_of(members[:2])
    assert (team.score, team.nps, team.satisfaction, team.strongest) == (None, None, None, ())
    assert {dimension.mean for dimension in team.dimensions} == {None}


def test_nobody_makes_an_empty_team():
    team = team_of([])
    assert (team.members, team.attention, team.periods) == ((), (), ())
    assert team.movement == Movement(0, 0, 0, 0)


def test_a_member_without_figures_changes_no_mean(members: list[Report]):
    *scored, withheld = members
    with_him, without = team_of(members), team_of(scored)
    assert withheld.feedback.score is None
    assert (with_him.score, with_him.dimensions, with_him.strongest, with_him.weakest) == (
        without.score,
        without.dimensions,
        without.strongest,
        without.weakest,
    )


def test_the_order_of_the_members_changes_no_figure(members: list[Report]):
    means = {team_of(order).score for order in permutations(members[:4])}
    assert {round(mean.value, 9) for mean in means if mean} == {70.0}


def test_responses_are_summed_over_the_members_who_show_them(members: list[Report]):
    (clients, self_) = team_of(members).responses
    assert (clients.title.en, clients.invited, clients.answered) == ("Clients", 20, 20)
    assert (self_.invited, self_.answered) == (5, 5)


def test_strongest_and_weakest_questions_are_different_ones_and_name_nobody(members: list[Report]):
    team = team_of(members)
    assert {item.id for item in team.strongest}.isdisjoint(item.id for item in team.weakest)
    names = {name for member in members for name in (member.subject.name.zh, member.subject.name.en)}
    for item in (*team.strongest, *team.weakest):
        assert item.mean.members == 4
        assert not any(name in item.text.zh or name in item.text.en for name in names)


def change(difference: float, detected: bool) -> ScoreChange:
    return ScoreChange(70, 70 + difference, difference, 2, 0.01, detected)


def changed(report: Report, total: ScoreChange | NotComparable) -> Report:
    changes = SubjectChanges("2026Q3", SOMEWHERE, "2026Q3", "digest", ("client",), total, ())
    return replace(report, changes=changes)


def test_movement_counts_only_what_is_detected(members: list[Report]):
    found = [
        changed(members[0], change(8, True)),
        changed(members[1], change(-8, True)),
        changed(members[2], change(-8, False)),
        changed(members[3], NotComparable(Obstacle.UNOFFICIAL)),
        members[4],
    ]
    assert team_of(found).movement == Movement(risen=1, fallen=1, unchanged=1, not_comparable=2)
    assert Concern.FALLEN in Member.of(found[1]).concerns
    assert Concern.FALLEN not in Member.of(found[2]).concerns


def test_the_attention_list_says_why_and_leaves_out_whom_nothing_concerns(members: list[Report]):
    concerns = {entry.member.subject.code: entry.concerns for entry in team_of(members).attention}
    assert concerns == {
        members[3].subject.code: (Concern.LOW_SCORE,),
        members[4].subject.code: (Concern.INSUFFICIENT,),
    }


def with_score(report: Report, value: float) -> Report:
    feedback: Feedback = replace(report.feedback, score=Estimate(value, value - 5, value + 5, 5))
    return replace(report, feedback=feedback)


@pytest.mark.parametrize(("score", "is_low"), [(59.9, True), (60.0, False)])
def test_sixty_points_are_not_low(members: list[Report], score: float, is_low: bool):
    concerns = Member.of(with_score(members[0], score)).concerns
    assert (Concern.LOW_SCORE in concerns) == is_low


def test_periods_are_in_order_each_over_those_who_had_a_score_then(members: list[Report]):
    old = TrendPoint("2026Q1", SOMEWHERE, Estimate(50, 40, 60, 5), ())
    newer = TrendPoint("2026Q3", SOMEWHERE, Estimate(60, 50, 70, 5), ())
    found = [
        *(replace(member, history=(old, newer)) for member in members[:3]),
        replace(members[3], history=(newer,)),
    ]
    assert [(each.period, each.mean) for each in team_of(found).periods] == [
        ("2026Q1", TeamMean(50, 3)),
        ("2026Q3", TeamMean(60, 4)),
        ("2026Q4", TeamMean(pytest.approx(70.0), 4)),
    ]


def test_without_earlier_periods_there_is_no_trend(members: list[Report]):
    assert team_of(members).periods == ()
