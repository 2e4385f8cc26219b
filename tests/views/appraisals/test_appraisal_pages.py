"""What people see of an appraisal, by what they are to it and by how far it has come."""


from tests.rounds import Bureau
from tests.views.appraisals.desks import Desks


def test_before_he_is_told_the_person_sees_steps_and_figures_and_nothing_computed(
    bureau: Bureau, desks: Desks
):
    bureau.review("A01")
    page = desks.of("A01").get("/appraisals?lang=en")
    assert page.status_code == 200
    assert "Calibration" in page.text and "95.00" not in page.text and "Excellent" not in page.text
    for address in ("figures", "versions", "file"):
        paper = "pdf/" if address == "file" else ""
        closed = f"/appraisals/{address}/2026Q4/{paper}A01?before=1&after=1"
        assert desks.of("A01").get(closed).status_code == 404, closed


def test_after_he_is_told_he_sees_the_result_with_its_derivation(bureau: Bureau, desks: Desks):
    bureau.tell("A01")
    person = desks.of("A01")
    page = person.get("/appraisals/of/2026Q4/A01?lang=en").text
    assert "95.00 points: band A, Excellent." in page
    figures = person.get("/appraisals/figures/2026Q4/A01?lang=en").text
    assert 'id="f-segment-1.kpi.revenue.actual"' in figures and "finance" in figures
