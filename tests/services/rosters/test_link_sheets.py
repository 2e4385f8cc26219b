import io
import re
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.models.campaigns import Campaign
from feedback.services.ballot_box.shared_links import Link
from feedback.services.rosters import link_sheets
from feedback.services.rosters.link_sheets import LONGEST_PLAIN, LONGEST_UNICODE, fits_one_sms
from tests.factories import ACTOR, NOW, Office


@pytest.fixture
def campaign(office: Office) -> Campaign:
    return office.open({"client": 9, "peer": 1})


def fetch(office: Office, campaign: Campaign, url: str = "https://feedback.example.com") -> list[Link]:
    return link_sheets.fetch(office.session, office.tokens, url, campaign, "csv", actor=ACTOR, now=NOW)


def test_a_link_is_forty_characters_longer_than_the_address_of_the_server(office: Office, campaign: Campaign):
    assert {len(link.url) for link in fetch(office, campaign)} == {len("https://feedback.example.com") + 40}


@pytest.mark.parametrize(
    "host", ["https://f.cn", "https://feedback.example.com", "https://" + "x" * 70 + ".com"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_text_for_an_sms_fits_into_one_and_ends_with_the_link(
    office: Office, campaign: Campaign, host: str, language: str
):
    for link in fetch(office, campaign, host):
        text = link_sheets.sms(replace(link, language=language), campaign)
        limit = LONGEST_PLAIN if text.isascii() else LONGEST_UNICODE
        assert len(text) <= limit
        assert text.endswith(link.url)


def test_a_chinese_text_has_seventy_characters_and_an_english_one_a_hundred_and_sixty():
    assert fits_one_sms("评" * 70) and not fits_one_sms("评" * 71)
    assert fits_one_sms("a" * 160) and not fits_one_sms("a" * 161)
    assert not fits_one_sms("a" * 159 + "评")
    assert not fits_one_sms("😀" * 36)


def test_the_workbook_holds_the_rows_of_the_csv_file(office: Office, campaign: Campaign):
    links = fetch(office, campaign)
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(link_sheets.to_xlsx(links, campaign))
    ).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert tuple(rows[0]) == link_sheets.HEADINGS
    assert [row[0] for row in rows[1:]] == [link.url for link in links]
    assert link_sheets.to_csv(links, campaign).count("\r\n") == len(rows)


def test_qr_codes_lie_eight_on_a_sheet_each_under_its_name(office: Office, campaign: Campaign):
    links = fetch(office, campaign)
    page = link_sheets.to_qr_page(links, campaign, style="@page { size: A4 }")
    assert [sheet.count('class="card"') for sheet in page.split('class="sheet"')[1:]] == [8, 2]
    assert re.findall(r'class="name">([^<]+)', page) == [link.rater for link in links]
    assert "Scan to answer" in page and "扫码作答" in page
    assert not re.search(r"<script|style=\"|src=|https?://(?!feedback\.example\.com|www\.w3\.org)", page)


def test_a_name_with_markup_stays_a_name(office: Office, campaign: Campaign):
    link = Link("https://x.example/s/1", "<script>alert(1)</script>", None, None, "zh", ())
    assert "<script>" not in link_sheets.to_qr_page([link], campaign)


def test_the_log_says_who_took_the_links(office: Office, session: Session, campaign: Campaign):
    fetch(office, campaign)
    entry = session.query(AuditEntry).filter_by(act="links exported").one()
    assert (entry.actor, entry.target, entry.detail) == (ACTOR, campaign.code, {"format": "csv", "links": 10})
