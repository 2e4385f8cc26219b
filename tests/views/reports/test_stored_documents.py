"""What an earlier build released, and what a campaign took with it, is shown and printed by this one."""

import json
from typing import Any

import pytest
import time_machine

from feedback.models.accounts import RoleName
from feedback.models.campaigns import Campaign, Subject
from feedback.models.library import Definition, DefinitionKind
from feedback.models.results import ReleasedReport
from feedback.services.campaigns import campaigns
from feedback.services.definitions.frozen_definitions import read_questionnaire, read_scheme
from feedback.services.ground.documents import FORMAT, content
from feedback.services.releases import releases
from tests.factories import ACTOR, AFTER, NOW, Office
from tests.stored_documents import FOLDERS, read, released, text_of
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

LANGUAGES = ["zh", "en"]
STARTS = {"pdf": b"%PDF-", "xlsx": b"PK", "csv": b"PK", "html": b"<!doctype html>", "json": (b"{", b"[")}
SENTENCES = {"zh": "这是由另一版本的程序以格式", "en": "this was stored by another version of the program"}


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


def campaign_of(subjects: dict[str, Subject]) -> Campaign:
    return next(iter(subjects.values())).campaign


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_page_shows_them(hr: Browser, office: Office, folder: str, language: str):
    subjects = released(office, folder)
    code = campaign_of(subjects).code
    names = {
        read(folder, f"report-{variant}")["subject"]["name"][language]: subject.person.code
        for variant, subject in subjects.items()
    }
    expected = {f"/reports/{code}/{person}": {name} for name, person in names.items()}
    for address, shown in (expected | {f"/reports/{code}": names.keys(), f"/quality/{code}": set()}).items():
        answer = hr.get(f"{address}?lang={language}")
        assert (answer.status_code, faults(Page(answer.text))) == (200, [])
        assert all(name in answer.text for name in shown)


@pytest.mark.parametrize("variant", ["full", "minimal"])
def test_the_page_of_the_quality_shows_what_was_kept_of_it(hr: Browser, office: Office, variant: str):
    for folder in FOLDERS:
        code = f"{variant}-{folder}"
        campaign = office.open({"client": 1}, code=code)
        office.close(campaign)
        releases.release(office.session, campaign, actor=ACTOR, now=AFTER)
        campaign.quality = read(folder, f"quality-{variant}")
        office.session.commit()
        for language in LANGUAGES:
            answer = hr.get(f"/quality/{code}?lang={language}")
            assert (answer.status_code, faults(Page(answer.text))) == (200, [])
        for paper in ("pdf", "xlsx", "json"):
            assert hr.get(f"/files/{code}/quality/{paper}").data.startswith(STARTS[paper])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_made_of_them(hr: Browser, office: Office, folder: str, language: str):
    subjects = released(office, folder)
    page = f"/files/{campaign_of(subjects).code}"
    for subject in subjects.values():
        for paper in ("pdf", "html", "json"):
            answer = hr.get(f"{page}/{paper}/{subject.person.code}?lang={language}")
            assert answer.data.lstrip().startswith(STARTS[paper])
    for paper in ("pdf", "xlsx", "json"):
        assert hr.get(f"{page}/team/{paper}?lang={language}").data.startswith(STARTS[paper])
    for table in ("xlsx", "csv", "json"):
        answer = hr.post(f"{page}/tables/{table}?lang={language}", {}, f"{page}?lang={language}")
        assert answer.data.startswith(STARTS[table])


def test_what_is_handed_out_as_data_is_what_was_stored(hr: Browser, office: Office):
    folder = f"format-{FORMAT}"
    for variant, subject in released(office, folder).items():
        found = json.loads(hr.get(f"/files/{subject.campaign.code}/json/{subject.person.code}").data)
        stored = content(read(folder, f"report-{variant}"))
        assert known(found, stored) == stored


def known(found: Any, stored: Any) -> Any:
    """Without the fields that came later."""
    if isinstance(stored, dict):
        return {name: known(found[name], stored[name]) for name in stored}
    if isinstance(stored, list):
        return [known(*pair) for pair in zip(found, stored, strict=True)]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_of_another_version_is_refused_in_words_on_pages_and_as_files(
    hr: Browser, office: Office, language: str
):
    subjects = released(office, f"format-{FORMAT}")
    campaign, subject = campaign_of(subjects), subjects["full"]
    row = office.session.get_one(ReleasedReport, (subject.id, 1))
    row.document, row.summary = row.document | {"format": 99}, row.summary | {"format": 99}
    campaign.quality = (campaign.quality or {}) | {"format": 99}
    office.session.commit()
    report = f"{campaign.code}/{subject.person.code}"
    pages = (f"/reports/{report}", f"/reports/{campaign.code}", f"/quality/{campaign.code}")
    files = (f"/files/{campaign.code}/pdf/{subject.person.code}", f"/files/{campaign.code}/quality/xlsx")
    for address in (*pages, *files):
        answer = hr.get(f"{address}?lang={language}")
        assert (answer.status_code, SENTENCES[language] in answer.text) == (409, True)


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("variant", ["full", "minimal"])
def test_a_campaign_goes_on_with_the_definitions_it_was_stored_with(
    hr: Browser, browsers: Browsers, office: Office, folder: str, variant: str
):
    """Opened by an earlier build; answered, closed, reported on by this one."""
    taken = text_of(folder, f"questionnaire-{variant}"), text_of(folder, f"scheme-{variant}")
    questionnaire, scheme = read_questionnaire(taken[0]), read_scheme(taken[1])
    campaign = office.draft({"client": 3}, {"client": 3}, questionnaire=questionnaire, scheme=scheme)
    campaign.questionnaire, campaign.scheme = taken
    campaigns.open(office.session, office.custody, campaign, actor=ACTOR, now=NOW)
    office.session.commit()
    link = office.links(campaign, "client")[0]
    for language in LANGUAGES:
        question = questionnaire.items[0].text_for("client", language).partition("{subject}")[2]
        with time_machine.travel(NOW, tick=False):
            assert question in browsers.anonymous().get(f"{link}?lang={language}").text
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce, 2)
    office.close(campaign)
    for subject in campaign.subjects:
        for language in LANGUAGES:
            answer = hr.get(f"/reports/{campaign.code}/{subject.person.code}?lang={language}")
            assert (answer.status_code, faults(Page(answer.text))) == (200, [])


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("variant", ["full", "minimal"])
def test_a_closed_campaign_is_reported_on_with_the_statistics_it_was_stored_with(
    hr: Browser, office: Office, folder: str, variant: str
):
    campaign = office.open({"client": 3})
    for nonce in office.nonces(campaign, "client"):
        office.answer(nonce, 2)
    office.close(campaign)
    campaign.statistics = read(folder, f"statistics-{variant}")
    office.session.commit()
    for address in (f"/reports/{campaign.code}/P001", f"/quality/{campaign.code}"):
        for language in LANGUAGES:
            assert hr.get(f"{address}?lang={language}").status_code == 200


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("kind", DefinitionKind)
@pytest.mark.parametrize("variant", ["full", "minimal"])
def test_the_library_has_the_drafts_that_were_stored(
    hr: Browser, office: Office, folder: str, kind: DefinitionKind, variant: str
):
    document = text_of(folder, f"draft-{kind}-{variant}")
    office.session.add(Definition(kind=kind, code="own", version=1, document=document))
    office.session.commit()
    for language in LANGUAGES:
        for address in ("/questionnaires", f"/{kind}s/own/1"):
            assert hr.get(f"{address}?lang={language}").status_code == 200
