"""Charts of a team: by name while there is room, and as a histogram beyond."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from feedback.presentation import team_charts
from feedback.services.reports import reports
from feedback.services.reports.report_document import Report
from feedback.services.reports.report_summaries import Member
from feedback.services.reports.team_report import of_members
from feedback.services.scores.scorecards import Estimate
from tests.factories import Office


@pytest.fixture
def report(office: Office) -> Report:
    campaign = office.open({"client": 3})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce)
    office.close(campaign)
    return reports.of_subject(office.session, campaign.subjects[0])


def scored(report: Report, points: float) -> Report:
    score = Estimate(points, points, points, 3)
    return replace(report, feedback=replace(report.feedback, score=score))


def drawn(app: Flask, members: list[Report]) -> team_charts.Picture:
    team = of_members([Member.of(report) for report in members])
    with app.test_request_context("/?lang=en"):
        return team_charts.of_team(team)["members"]


def test_up_to_forty_members_are_drawn_by_name(app: Flask, report: Report):
    assert drawn(app, [report] * 40).svg.count(report.subject.name.en) >= 40


def test_beyond_forty_every_member_is_counted_once_the_ends_of_the_scale_included(app: Flask, report: Report):
    points = [20, 100, *range(30, 100)]
    picture = drawn(app, [scored(report, value) for value in points])
    counts = re.findall(r'data-says="[\d.]+–[\d.]+: (\d+)"', picture.svg)
    assert sum(map(int, counts)) == len(points)
    assert len(picture.table.rows) == len(points)
    assert report.subject.name.en not in picture.svg


def test_a_team_without_a_score_has_no_picture(app: Flask, report: Report):
    nobody = replace(report, feedback=replace(report.feedback, score=None))
    with app.test_request_context("/?lang=en"):
        assert team_charts.of_team(of_members([Member.of(nobody)] * 3)) == {}
