"""A team's reports together and a campaign's quality as files: what is in them, and what may never be."""

import io

import pytest
from flask_babel import force_locale
from python_calamine import CalamineWorkbook

from feedback.models.campaigns import Campaign
from feedback.papers.pdf import quality, team
from feedback.papers.workbooks import quality_sheet, team_tables
from feedback.presentation.locales import LOCALE_OF
from feedback.services.ground.bilingual import Bilingual
from feedback.services.quality import campaign_quality
from feedback.services.quality.quality_document import CampaignQuality
from feedback.services.reports.report_document import Report
from feedback.services.reports.report_summaries import Member
from feedback.services.reports.team_report import TeamLabel, TeamReport, of_members
from tests.factories import Office
from tests.papers.test_subject_report import LANGUAGES, squeezed, text_of

WITHHELD = {"zh": "无正式得分", "en": "no official score"}


@pytest.fixture
def found(report: Report, all_reports: list[Report]) -> TeamReport:
    """Three times the one about whom much is shown, and once the one about whom nothing is."""
    return of_members([Member.of(each) for each in (report, report, report, all_reports[1])])


@pytest.fixture
def label(campaign: Campaign) -> TeamLabel:
    return TeamLabel.of(campaign, None)


@pytest.fixture
def measurement(office: Office, campaign: Campaign) -> CampaignQuality:
    return campaign_quality.of_campaign(office.session, campaign)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_team_on_paper_names_its_members_their_scores_and_who_has_none(
    found: TeamReport, label: TeamLabel, language: str
):
    pdf = team.pdf(found, label, language)
    assert b"pdfuaid:part" in pdf
    text = squeezed(text_of(pdf))
    assert found.score and f"{found.score.value:.1f}" in text
    for member in found.members:
        assert squeezed(member.subject.name.in_language(language)) in text
    assert squeezed(WITHHELD[language]) in text


def test_a_team_is_dated_by_its_last_release_and_while_one_waits_it_is_a_preview(
    found: TeamReport, label: TeamLabel
):
    with force_locale("en"):
        assert team.cover(found, label).state == "Preview, not released"
        assert team.cover(found, label).notices
        complete = of_members(found.members[:3])
        assert team.cover(complete, label).state == "released October 31, 2026"
        assert team.cover(complete, label).notices == ()


def test_a_department_has_its_own_name_on_the_first_page(found: TeamReport, label: TeamLabel):
    east = TeamLabel(label.campaign, Bilingual("东区", "East"))
    with force_locale(LOCALE_OF["zh"]):
        assert (team.cover(found, east).name, team.cover(found, label).name) == ("东区", "客户经理")


def test_what_a_member_withholds_stands_as_words_in_the_workbook(found: TeamReport, label: TeamLabel):
    with CalamineWorkbook.from_filelike(io.BytesIO(team_tables.xlsx(found, label, "en"))) as book:
        heading, shown, *_others, withheld = book.get_sheet_by_name("Account managers").to_python()
        together = book.get_sheet_by_name("Together").to_python()
    shown, withheld = dict(zip(heading, shown, strict=True)), dict(zip(heading, withheld, strict=True))
    assert found.score and shown["Feedback score"] == pytest.approx(found.score.value)
    assert withheld["Feedback score"].startswith("No official score")
    assert withheld["Service attitude"] == "too few answers to show"
    assert withheld["Worth a look"] == "no official score"
    assert together[1][2:] == [pytest.approx(found.score.value), 3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_quality_on_paper_gives_every_judgement_and_every_question(
    measurement: CampaignQuality, language: str
):
    pdf = quality.pdf(measurement, language)
    assert b"pdfuaid:part" in pdf
    text = squeezed(text_of(pdf))
    for item in measurement.items:
        assert squeezed(item.text.in_language(language)) in text
    with force_locale(LOCALE_OF[language]):
        rows = quality_sheet.verdict(measurement).rows
    assert len(rows) == 5
    for row in rows:
        assert all(squeezed(words) in text for words in row)


def test_the_quality_as_a_workbook_has_the_judgements_the_figures_and_a_chart(measurement: CampaignQuality):
    data = quality_sheet.xlsx(measurement, "en")
    assert data == quality_sheet.xlsx(measurement, "en")
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        assert book.sheet_names == ["In words", "Campaign quality", "Charts"]
        assert len(book.get_sheet_by_name("In words").to_python()) == 6
