"""What a report says, and what it keeps to itself."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from feedback.extensions import db
from feedback.models.campaigns import Campaign
from feedback.services.campaigns import campaigns
from feedback.services.ground.documents import numbered
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.reports import reports
from feedback.services.reports.report_document import Reason, Report, Verdict, Withheld
from feedback.services.scores.scorecards import Estimate, Shortage
from tests.factories import Office
from tests.statements import counted

EVERYBODY = {"client": 6, "supervisor": 1, "peer": 5, "subordinate": 3, "self": 1}


def closed(
    office: Office, *sizes: dict[str, int], rating: int = 4, comment: str = "", **plan: object
) -> Campaign:
    """A closed campaign in which everybody answered the same."""
    campaign = office.open(*sizes, **plan)
    for place, size in enumerate(sizes):
        for group in size:
            for nonce in office.nonces(campaign, group, place):
                office.answer(nonce, rating, comment)
    office.close(campaign)
    return campaign


def report(office: Office, campaign: Campaign, subject: int = 0) -> Report:
    return list(reports.build_all(office.session, campaign).values())[subject]


def group(report: Report, name: str) -> Any:
    return next(group for group in report.groups if group.id == name)


def withheld_parts(document: Any) -> Iterator[dict[str, Any]]:
    """Every withheld figure in a report's JSON."""
    if isinstance(document, dict):
        if "counted_in" in document:
            yield document
        for value in document.values():
            yield from withheld_parts(value)
    elif isinstance(document, list):
        for value in document:
            yield from withheld_parts(value)


def test_a_report_comes_back_from_its_json_unchanged(office: Office):
    built = report(office, closed(office, EVERYBODY | {"peer": 2}, comment="好，谢谢"))
    assert Report.from_document(json.loads(json.dumps(numbered(built.to_document())))) == built


def test_equal_answers_give_their_points_everywhere(office: Office):
    built = report(office, closed(office, EVERYBODY))
    assert built.feedback.score and built.feedback.score.value == pytest.approx(80)
    assert [group.total.value for group in built.groups] == pytest.approx([80] * 5)
    assert [dimension.total.value for dimension in built.dimensions] == pytest.approx([80] * 5)


def test_a_withheld_figure_is_a_reason_and_nothing_else(office: Office):
    campaign = closed(office, {"client": 2, "supervisor": 1, "peer": 2, "subordinate": 0, "self": 1})
    built = report(office, campaign)
    found = list(withheld_parts(json.loads(json.dumps(built.to_document()))))
    assert {part["reason"] for part in found} == {"too few answers", "nobody invited"}
    assert {frozenset(part) for part in found} == {frozenset({"reason", "counted_in", "from_start"})}
    assert {part["counted_in"] for part in found} == {None}


def test_merged_groups_name_the_pool_that_counts_them(office: Office):
    built = report(office, closed(office, EVERYBODY | {"peer": 2, "subordinate": 2}))
    peer, pool = group(built, "peer"), group(built, "colleagues-other")
    assert peer.total == Withheld(Reason.MERGED, pool.title)
    assert peer.ballots is None
    assert pool.ballots == 4 and pool.weight == 30
    assert [title.en for title in pool.merged] == ["Peers", "Direct reports"]


def test_the_self_assessment_comes_last_and_has_no_weight(office: Office):
    last = report(office, closed(office, EVERYBODY | {"peer": 2, "subordinate": 2})).groups[-1]
    assert last.is_self and last.weight == 0


def test_without_the_required_group_there_is_no_official_score(office: Office):
    feedback = report(office, closed(office, EVERYBODY | {"client": 2})).feedback
    assert feedback.score is None
    assert feedback.shortage is Shortage.REQUIRED_GROUP
    assert [title.en for title in feedback.missing_groups] == ["Clients"]


def test_groups_of_which_nobody_was_asked_have_no_row_among_the_dimensions(office: Office):
    built = report(office, closed(office, EVERYBODY | {"subordinate": 0}))
    assert group(built, "subordinate").total == Withheld(Reason.NOBODY_INVITED)
    assert "Direct reports" not in [row.title.en for row in built.dimensions[0].groups]


def test_the_satisfaction_rate_is_compared_with_its_goal_by_the_interval(office: Office):
    best = report(office, closed(office, EVERYBODY | {"client": 12}, rating=5))
    assert best.satisfaction and best.satisfaction.share.value == 1
    assert best.satisfaction.verdict is Verdict.OPEN  # twelve answers cannot prove 90 %


def test_a_rate_whose_whole_interval_is_below_the_goal_misses_it(office: Office):
    worst = report(office, closed(office, EVERYBODY | {"client": 12}, rating=2))
    assert worst.satisfaction and worst.satisfaction.verdict is Verdict.MISSED
    assert isinstance(worst.nps, Estimate) and worst.nps.value == -100


def test_comments_appear_from_five_answers_on_and_from_attributed_groups(office: Office):
    built = report(office, closed(office, EVERYBODY | {"client": 5, "peer": 4}, comment="谢谢"))
    assert {block.group.en: len(block.texts) for block in built.comments} == {
        "Clients": 5,
        "Supervisor": 1,
        "Self": 1,
    }


def test_comments_of_merged_groups_stand_under_the_pool(office: Office):
    built = report(office, closed(office, EVERYBODY | {"peer": 4, "subordinate": 2}, comment="ok"))
    blocks = {block.group.en: block for block in built.comments}
    assert len(blocks["Other colleagues"].texts) == 6
    assert "Peers" not in blocks


def test_the_question_of_a_comment_names_the_subject_in_both_languages(office: Office):
    built = report(office, closed(office, EVERYBODY, comment="ok"))
    question = built.comments[0].question
    assert built.subject.name.en in question.en and built.subject.name.zh in question.zh


def test_groups_of_few_are_counted_with_their_family_where_it_says_how_many_were_asked(office: Office):
    built = report(office, closed(office, EVERYBODY | {"subordinate": 2}))
    assert [(row.title.en, row.invited, row.answered) for row in built.responses] == [
        ("Clients", 6, 6),
        ("Supervisor", 1, 1),
        ("Peers + Direct reports", 7, 7),
        ("Self", 1, 1),
    ]


def test_every_dimension_compares_self_and_others(office: Office):
    for dimension in report(office, closed(office, EVERYBODY)).dimensions:
        assert dimension.gap and dimension.gap.difference == pytest.approx(0)
        assert dimension.gap.kind == "agreed strength"


def test_there_is_no_report_while_answers_are_sealed(office: Office):
    with pytest.raises(NotPossible, match="is open"):
        reports.build_all(office.session, office.open(EVERYBODY))


def test_there_is_no_report_on_somebody_else(office: Office):
    with pytest.raises(NotFound, match="is not about P999"):
        reports.on_person(office.session, closed(office, EVERYBODY), "P999")


def statements_of(session: Session, code: str) -> int:
    session.commit()
    session.expunge_all()
    with counted(db.engine) as statements:
        reports.build_all(session, campaigns.find(session, code))
    return len(statements)


def test_building_reports_takes_as_many_statements_for_one_subject_as_for_five(office: Office):
    small = {"client": 3, "supervisor": 1}
    closed(office, small, code="2026Q3")
    closed(office, *[small] * 5, code="2026Q4")
    assert statements_of(office.session, "2026Q3") == statements_of(office.session, "2026Q4")


def test_a_report_does_not_say_that_the_only_peer_who_was_asked_did_not_answer(office: Office):
    """Nor that he did: two worlds, one in which he answered, give the same reason."""
    reasons = []
    for code, answering in (("2026Q4", 0), ("2027Q1", 1)):
        campaign = office.open({"client": 4, "peer": 1, "subordinate": 3}, code=code)
        for nonce in office.nonces(campaign, "client") + office.nonces(campaign, "peer")[:answering]:
            office.answer(nonce)
        office.close(campaign)
        groups = reports.of_subject(office.session, campaign.subjects[0]).groups
        reasons.append(
            {group.id: group.total.reason for group in groups if isinstance(group.total, Withheld)}
        )
    assert reasons[0] == reasons[1]
    assert reasons[0]["peer"] == reasons[0]["subordinate"] == Reason.TOO_FEW


def test_a_report_says_of_a_crowd_that_nobody_answered(office: Office):
    campaign = office.open({"client": 4, "peer": 4})
    office.close(campaign)
    groups = reports.of_subject(office.session, campaign.subjects[0]).groups
    reasons = {group.id: group.total.reason for group in groups if isinstance(group.total, Withheld)}
    assert (reasons["client"], reasons["peer"]) == (Reason.NO_ANSWERS, Reason.NO_ANSWERS)
