import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.appraisals import KpiResult
from feedback.services.appraisals import kpi_results
from feedback.services.ground.errors import InvalidFile, NotPossible
from feedback.services.tables.import_plan import Imported
from forms import scheme as schemes
from tests.factories import NOW, Office

SCHEME = schemes.load("""
id = "test"
version = 1
[[group]]
id = "client"
family = "clients"
weight = 100
[components]
kpi = 100
feedback = 0
goals = 0
[[kpi]]
id = "sales"
weight = 40
method = "ratio"
[[kpi]]
id = "churn"
weight = 30
method = "lower_is_better"
[[kpi]]
id = "visits"
weight = 20
method = "tier"
steps = [{from = 10, score = 100}]
[[kpi]]
id = "growth"
weight = 10
method = "increment"
rate = 5
[[band]]
id = "A"
from = 0
""")
HEADING = "subject,kpi,actual,target\n"


@pytest.fixture(autouse=True)
def subjects(office: Office, session: Session) -> None:
    office.person("A1")
    office.person("A2")
    session.commit()


def load(session: Session, rows: str, period: str = "2026Q4", heading: str = HEADING) -> Imported:
    return kpi_results.import_file(
        session, (heading + rows).encode(), period, SCHEME.appraisal.kpis, actor="cli:hr", now=NOW
    )


def stored(session: Session) -> dict[tuple[str, str, str], tuple[float | None, float | None]]:
    results = session.scalars(select(KpiResult))
    return {(r.person.code, r.period, r.kpi): (r.actual, r.target) for r in results}


def faults(session: Session, rows: str) -> list[tuple[int, str]]:
    with pytest.raises(InvalidFile) as caught:
        load(session, rows)
    session.rollback()
    assert stored(session) == {}
    return [(fault.row, fault.column) for fault in caught.value.faults]


def test_results_are_kept_by_subject_period_and_kpi(session: Session) -> None:
    assert load(session, 'A1,sales,"1,234.5",1000\nA2,sales,0,1e3\nA1,visits,12,\n') == Imported(3, 0, 0)
    load(session, "A1,sales,7,8\n", "2026Q3")
    assert stored(session) == {
        ("A1", "2026Q4", "sales"): (1234.5, 1000.0),
        ("A2", "2026Q4", "sales"): (0.0, 1000.0),
        ("A1", "2026Q4", "visits"): (12.0, None),
        ("A1", "2026Q3", "sales"): (7.0, 8.0),
    }


def test_an_empty_actual_is_no_actual_and_not_zero(session: Session) -> None:
    load(session, "A1,sales,,1000\n")
    assert stored(session) == {("A1", "2026Q4", "sales"): (None, 1000.0)}


def test_the_second_import_of_the_same_file_changes_nothing(session: Session) -> None:
    rows = "A1,sales,900,1000\nA1,churn,,5\n"
    load(session, rows)
    assert load(session, rows) == Imported(0, 0, 2)
    assert load(session, "A1,sales,950,1000\nA1,churn,,5\n") == Imported(0, 1, 1)


def test_chinese_headings_are_read(session: Session) -> None:
    load(session, "A1,sales,90,100\n", heading="工号,指标,实际值,目标值\n")
    assert stored(session)


def test_percentages_are_kept_as_they_are_written_where_both_numbers_have_the_sign(session: Session) -> None:
    load(session, "A1,churn,4%,5.5 %\nA2,churn,,5%\n")
    assert stored(session) == {
        ("A1", "2026Q4", "churn"): (4.0, 5.5),
        ("A2", "2026Q4", "churn"): (None, 5.0),
    }


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ("A9,sales,1,2\n", [(2, "subject")]),
        ("A1,revenue,1,2\n", [(2, "kpi")]),
        ("A1,sales,1,2\nA1,sales,1,2\n", [(3, "kpi")]),
        ("A1,sales,nan,inf\n", [(2, "actual"), (2, "target")]),
        ("A1,sales,1e400,1e999\n", [(2, "actual"), (2, "target")]),
        ('A1,sales,"1,5","12,34"\n', [(2, "actual"), (2, "target")]),
        ('A1,sales,"1.234,5",１２\n', [(2, "actual"), (2, "target")]),
        ("A1,sales,=1+1,0x10\n", [(2, "actual"), (2, "target")]),
        ("A1,sales,1_000,n/a\n", [(2, "actual"), (2, "target")]),
        ("A1,sales,5,\n", [(2, "target")]),
        ("A1,sales,5,0\n", [(2, "target")]),
        ("A1,churn,5,-1\n", [(2, "target")]),
        ("A1,growth,5,\n", [(2, "target")]),
        ("A1,churn,4%,0.05\n", [(2, "actual")]),
        ("A1,churn,0.04,5%\n", [(2, "target")]),
        ("A1,growth,4%,5%\n", [(2, "actual"), (2, "target")]),
        ("A1,visits,4%,\n", [(2, "actual")]),
    ],
)
def test_every_fault_is_named_by_row_and_column(
    session: Session, rows: str, where: list[tuple[int, str]]
) -> None:
    assert faults(session, rows) == where


def test_an_increment_may_be_measured_from_a_target_of_zero(session: Session) -> None:
    assert load(session, "A1,growth,-2,0\n") == Imported(1, 0, 0)


@pytest.mark.parametrize("period", ["2026", "2026Q4", "2026-09"])
def test_years_quarters_and_months_are_periods(session: Session, period: str) -> None:
    load(session, "A1,sales,1,2\n", period)


@pytest.mark.parametrize("period", ["2026q4", " ２０２６Q4 ", "２０２６Ｑ４\n"])
def test_a_period_is_stored_in_its_one_spelling(session: Session, period: str) -> None:
    load(session, "A1,sales,1,2\n", period)
    assert session.scalars(select(KpiResult.period)).all() == ["2026Q4"]


@pytest.mark.parametrize("period", ["", "2026Q5", "2026-13", "26Q1", "2026 Q1", "２６Q1"])
def test_anything_else_is_no_period(session: Session, period: str) -> None:
    with pytest.raises(NotPossible):
        load(session, "A1,sales,1,2\n", period)
