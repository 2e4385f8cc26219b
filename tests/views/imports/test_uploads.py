import io

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from feedback.models.accounts import RoleName
from feedback.models.audit import AuditEntry
from feedback.models.figures import Figure, FigureImport
from feedback.models.goals import Goal
from feedback.models.people import Person
from feedback.models.uploads import Upload
from feedback.services.imports.uploads import COLUMNS, ImportKind
from feedback.services.tables import table_files
from tests.factories import Office
from tests.views.markup import Page, faults
from tests.views.reading import Browser, Browsers

PEOPLE = "工号,姓名,部门\nA1,张伟,east\nA2,=李娜,east\n"


@pytest.fixture
def hr(browsers: Browsers) -> Browser:
    return browsers.sign_in(RoleName.HR)


def hand_in(
    hr: Browser, data: bytes | str, kind: str = "people", name: str = "a.csv", **fields: str
) -> TestResponse:
    content = data if isinstance(data, bytes) else data.encode()
    file = {"file": (io.BytesIO(content), name)}
    return hr.post(f"/imports/{kind}", file | fields, page=f"/imports/{kind}")


def confirm(hr: Browser, address: str, digest: str | None = None) -> TestResponse:
    shown = Page(hr.get(address).text).find("input", name="digest")
    return hr.post(
        address, {"digest": digest or (shown[0].attributes["value"] if shown else "")}, page=address
    )


def people(office: Office) -> dict[str, str]:
    office.session.expire_all()
    return {person.code: person.name for person in office.session.scalars(select(Person))}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16"])
def test_a_file_is_shown_before_it_is_stored(hr: Browser, office: Office, encoding: str):
    answer = hand_in(hr, PEOPLE.encode(encoding))
    assert answer.status_code == 303
    page = hr.get(f"{answer.location}?lang=en")
    assert faults(Page(page.text)) == []
    assert "A2" in page.text
    assert people(office) == {}
    done = confirm(hr, answer.location)
    assert (done.status_code, done.location) == (303, "/people")
    assert people(office) == {"A1": "张伟", "A2": "=李娜"}
    assert "2" in hr.get("/people").text


def test_the_same_file_again_has_nothing_to_import(hr: Browser, office: Office):
    confirm(hr, hand_in(hr, PEOPLE).location)
    page = hr.get(hand_in(hr, PEOPLE).location + "?lang=en").text
    assert "nothing to import" in page
    assert 'name="digest"' not in page


@pytest.mark.parametrize("kind", ImportKind)
def test_text_where_a_file_is_asked_for_is_no_file_and_a_file_for_text_no_text(
    hr: Browser, office: Office, kind: ImportKind
):
    form = f"/imports/{kind}"
    assert hr.post(form, {"file": PEOPLE, "period": "2026Q4"}, page=form).status_code == 422
    answer = hand_in(hr, PEOPLE, kind, period=(io.BytesIO(b"1999Q1"), "period.txt"))
    assert answer.status_code in (303, 422)
    assert "1999Q1" not in office.session.scalars(select(Upload.period)).all()


def test_old_and_new_stand_beside_each_other(hr: Browser):
    confirm(hr, hand_in(hr, PEOPLE).location)
    page = Page(hr.get(hand_in(hr, PEOPLE.replace("张伟", "张威")).location).text)
    assert [page.one("del").text, page.one("ins").text] == ["张伟", "张威"]


def test_the_preview_writes_values_as_other_pages_do(hr: Browser, office: Office):
    rows = "code,name,department,level,language,active\nA1,Anna,east,senior,en,no\nA2,Bob,east,chief,zh,yes\n"
    page = Page(hr.get(f"{hand_in(hr, rows).location}?lang=en").text).one("main").all_text
    shown = " ".join(page.split())
    for text in (
        "Senior account manager Level",
        "chief Level",
        "English Language",
        "Chinese Language",
        "no Active",
        "yes Active",
    ):
        assert text in shown


def test_numbers_in_the_preview_keep_all_their_digits(hr: Browser, office: Office):
    office.person("A1")
    office.session.commit()
    for score in ("80.1234", "80.1235"):
        answer = hand_in(hr, f"subject,score\nA1,{score}\n", "scores", period="2026Q4")
        page = hr.get(f"{answer.location}?lang=en")
        assert score in page.text
        confirm(hr, answer.location)


def test_confirming_twice_imports_once(hr: Browser, office: Office):
    address = hand_in(hr, PEOPLE).location
    digest = Page(hr.get(address).text).one("input", name="digest").attributes["value"]
    again = [hr.post(address, {"digest": digest}, page="/imports/people") for _ in range(2)]
    assert [answer.status_code for answer in again] == [303, 303]
    entries = office.session.scalars(select(AuditEntry).where(AuditEntry.act == "people imported")).all()
    assert len(entries) == 1


def test_what_changed_since_the_preview_is_shown_again(hr: Browser, office: Office):
    address = hand_in(hr, PEOPLE).location
    answer = confirm(hr, address, digest="of another outcome")
    assert answer.status_code == 409
    assert people(office) == {}
    assert confirm(hr, address).status_code == 303


def test_a_discarded_file_is_gone(hr: Browser, office: Office):
    address = hand_in(hr, PEOPLE).location
    assert hr.post(f"{address}/discard", {}, page=address).status_code == 303
    assert hr.get(address).status_code == 404
    assert office.session.scalars(select(Upload)).all() == []


def test_faults_are_told_by_row_and_column_in_the_language_of_the_page(hr: Browser, office: Office):
    address = hand_in(hr, "工号,姓名,部门,邮箱\nA1,,east,\nA2,李娜,east,nobody\n").location
    for language, column, sentence in (
        ("en", "E-mail", "is not a mail address"),
        ("zh", "邮箱", "不是邮箱地址"),
    ):
        page = hr.get(f"{address}?lang={language}")
        assert faults(Page(page.text)) == []
        assert column in page.text
        assert sentence in page.text
    assert confirm(hr, address, digest="anything").status_code == 409
    assert people(office) == {}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
    ],
)
def test_what_is_no_table_is_refused_at_once(hr: Browser, office: Office, data: bytes, sentence: str):
    answer = hr.post(
        "/imports/people?lang=en", {"file": (io.BytesIO(data), "a.xlsx")}, page="/imports/people"
    )
    assert answer.status_code == 422
    assert sentence in Page(answer.text).one("p", id="file-wrong").text
    assert office.session.scalars(select(Upload)).all() == []


def test_a_form_without_a_file_says_so(hr: Browser):
    assert hr.post("/imports/people", {}, page="/imports/people").status_code == 422


def send(hr: Browser, data: bytes) -> TestResponse:
    """As it goes over the wire; the test client leaves large files of its own open."""
    token = Page(hr.get("/imports/people").text).find("input", name="csrf_token")[-1].attributes["value"]
    parts = ((b'name="csrf_token"', token.encode()), (b'name="file"; filename="a.csv"', data))
    body = b"".join(b"--b\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % part for part in parts)
    content_type = "multipart/form-data; boundary=b"
    return hr.open("/imports/people", method="POST", data=body + b"--b--\r\n", content_type=content_type)


def test_a_file_may_be_larger_than_other_requests_but_has_a_limit(hr: Browser):
    rows = "A1,张伟,east\n" * 190_000  # more rows than a table may have, which is told only once it was read
    assert send(hr, f"工号,姓名,部门\n{rows}".encode()).status_code == 422
    assert send(hr, b"x" * (10 * 1024 * 1024 + 1)).status_code == 413


def test_scores_of_goals_go_to_the_period_of_the_form(hr: Browser, office: Office):
    office.person("A1")
    assert hand_in(hr, "工号,得分\nA1,80\n", "scores", period="next year").status_code == 422
    address = hand_in(hr, "工号,得分\nA1,80\n", "scores", period="2026Q3").location
    assert confirm(hr, address).location == "/imports/scores"
    assert office.session.scalars(select(Goal)).one().period == "2026Q3"


def test_kpi_figures_are_held_against_the_scheme_of_the_form(hr: Browser, office: Office):
    office.person("A1")
    form = {"period": "2026Q4", "scheme": "account-manager 1"}
    address = hand_in(hr, "工号,指标,实际值,目标值\nA1,nonsense,1,2\n", "kpi", **form).location
    assert "nonsense" in hr.get(address).text
    assert hand_in(hr, "工号,指标,实际值,目标值\n", "kpi", **form | {"scheme": "x 9"}).status_code == 422


@pytest.mark.parametrize("kind", list(ImportKind))
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_template_is_a_file_that_can_be_read(hr: Browser, kind: ImportKind, language: str, format: str):
    data = hr.get(f"/imports/{kind}/template.{format}?lang={language}").data
    assert len(table_files.read(data, COLUMNS[kind])) == 1


@pytest.mark.parametrize("kind", list(ImportKind))
def test_the_page_of_each_kind_explains_its_columns(hr: Browser, kind: ImportKind):
    page = hr.get(f"/imports/{kind}?lang=en")
    assert faults(Page(page.text)) == []
    assert all(column.heading.en in page.text for column in COLUMNS[kind])


def test_a_file_belongs_to_the_office_only(browsers: Browsers, hr: Browser):
    address = hand_in(hr, PEOPLE).location
    manager = browsers.sign_in(RoleName.MANAGER)
    assert manager.get(address).status_code == 404
    assert manager.post(address, {"digest": ""}, page="/").status_code == 404


def test_a_preview_tells_what_may_be_a_mistake_and_an_import_can_be_undone(hr: Browser, office: Office):
    office.person("A1", level="junior")
    rows = "工号,指标,期间,实际值\nA1,new-clients,2026-07,5\nA1,new-clients,2026-08,500\n"
    form = {"period": "", "scheme": "", "reason": ""}
    address = hand_in(hr, rows, "kpi", **form).location
    page = hr.get(f"{address}?lang=en")
    assert faults(Page(page.text)) == []
    assert "500 after 5 in 2026-07: is it the same unit?" in page.text
    assert confirm(hr, address).location == "/imports/kpi"
    assert hand_in(hr, rows, "kpi", **form).status_code == 303
    number = office.session.scalars(select(FigureImport.id)).one()
    shown = hr.get("/imports/kpi?lang=en")
    assert faults(Page(shown.text)) == []
    assert f"import {number}" in shown.text
    undo = hr.post(f"/imports/figures/{number}/undo", {"kind": "kpi"}, page="/imports/kpi")
    assert (undo.status_code, undo.location) == (303, "/imports/kpi")
    office.session.expire_all()
    assert [figure.value for figure in office.session.scalars(select(Figure).order_by(Figure.id))] == [
        5.0,
        500.0,
        None,
        None,
    ]
    assert hr.post(f"/imports/figures/{number}/undo", {"kind": "kpi"}, page="/imports/kpi").status_code == 303
    assert "undone already" in hr.get("/imports/kpi?lang=en").text


def test_a_history_is_previewed_with_what_it_replaces(hr: Browser, office: Office):
    office.person("A1", level="junior")
    for rows in ("A1,2026-01-01,,senior\n", "A1,2025-01-01,,wizard\n"):
        address = hand_in(hr, f"subject,from,until,level\n{rows}", "history").location
        page = hr.get(f"{address}?lang=en")
        assert faults(Page(page.text)) == []
        assert confirm(hr, address).status_code == 303
    assert "no scheme knows the level wizard: A1" in page.text
    assert "removed" in page.text
    shown = hr.get("/people/A1?lang=en")
    assert faults(Page(shown.text)) == []
    assert "wizard" in shown.text


def test_hr_imports_nothing_about_himself(browsers: Browsers, office: Office):
    own = browsers.sign_in(RoleName.HR, office.person("A1", level="junior"))
    address = hand_in(own, "工号,指标,期间,实际值\nA1,new-clients,2026-07,5\n", "kpi").location
    assert "another HR account has to do it" in own.get(f"{address}?lang=en").text
    assert confirm(own, address, digest="anything").status_code == 409
    assert office.session.scalars(select(Figure)).all() == []
