"""An appraisal as data that anybody computes again, and as a form to sign."""

from feedback.services.appraisals import offline_check
from tests.rounds import Bureau
from tests.views.appraisals.desks import Desks

JSON, PDF = "/appraisals/file/2026Q4/json/A01", "/appraisals/file/2026Q4/pdf/A01"


def test_the_person_computes_his_total_again_from_his_own_file(bureau: Bureau, desks: Desks):
    bureau.tell("A01")
    file = desks.of("A01").get(JSON)
    assert file.headers["Content-Disposition"] == 'attachment; filename="appraisal-2026Q4-A01.json"'
    (checked,) = offline_check.check(file.json)
    assert checked.is_same and checked.code == "A01"


def test_a_file_with_another_figure_is_found_out(bureau: Bureau, desks: Desks):
    bureau.tell("A01")
    exported = desks.of("A01").get(JSON).json
    exported["subjects"][0]["inputs"]["figures"][0]["value"] += 1
    (checked,) = offline_check.check(exported)
    assert not checked.is_same


def test_it_says_who_decided_what_beside_what_was_computed(bureau: Bureau, desks: Desks):
    bureau.tell("A01")
    (subject,) = desks.of("A01").get(JSON).json["subjects"]
    assert (subject["version"], subject["state"]) == (1, "notified")
    assert [(layer["kind"], layer["total"], layer["band"]) for layer in subject["layers"]] == [
        ("computed", 95.0, "A"),
        ("final", 95.0, "A"),
    ]
    assert subject["layers"][-1]["by"] == "hr@example.com"
    assert {"segments", "derivation"} <= subject.keys()


def test_an_earlier_version_is_a_file_of_its_own_without_decisions(bureau: Bureau, desks: Desks):
    bureau.figure("A01", 70)
    bureau.compute()
    bureau.session.commit()
    reviewer = desks.of("M01")
    (first,), (second,) = (reviewer.get(f"{JSON}?version={n}").json["subjects"] for n in (1, 2))
    assert first["official"]["shown"] == "95.00" and "layers" not in first
    assert second["official"]["shown"] == "70.00" and second["layers"]
    assert all(
        each.is_same for n in (1, 2) for each in offline_check.check(reviewer.get(f"{JSON}?version={n}").json)
    )


def test_the_form_is_a_pdf_in_either_language(bureau: Bureau, desks: Desks):
    bureau.tell("A01")
    for language in ("zh", "en"):
        file = desks.of("A01").get(f"{PDF}?lang={language}")
        assert file.status_code == 200 and file.data.startswith(b"%PDF-")
