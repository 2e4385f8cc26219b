"""Files of targets and actuals: what is kept, what is refused in so many words, what is warned of."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models.audit import AuditEntry
from feedback.models.figures import Figure, FigureImport, FigureKind, TargetState
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalState, Round, RoundState
from feedback.services.definitions.frozen_definitions import frozen
from feedback.services.fact_files import figure_files, figure_imports
from feedback.services.fact_files.figure_files import FigureFile
from feedback.services.fact_files.figure_imports import Undone
from feedback.services.fact_files.figure_rows import COLUMNS
from feedback.services.facts import figures
from feedback.services.facts.figures import FigureKey
from feedback.services.ground.errors import InvalidFile, NotFound, NotPossible
from feedback.services.tables import table_files
from feedback.services.tables.import_plan import Author, Imported, Noun
from forms import scheme as schemes
from tests.factories import Office
from tests.services.facts.scheme_of_facts import SCHEME, TOML
from tests.statements import counted

AUTHOR = Author("cli:hr", datetime(2026, 11, 30, 9, tzinfo=UTC), date(2026, 11, 30))
ACTUALS, TARGETS = "subject,kpi,period,actual\n", "subject,kpi,period,target\n"
SHARES = "subject,kpi,period,part,whole\n"
FOUR = "subject,kpi,actual,target\n"


@pytest.fixture(autouse=True)
def company(office: Office, session: Session) -> None:
    office.person("A1", post="manager", level="junior")
    office.person("A2", post="manager", level="senior")
    office.person("S1", post="service")
    office.person("C1")
    session.commit()


def file(
    rows: str, heading: str = ACTUALS, kind: FigureKind = FigureKind.ACTUAL, **said: object
) -> FigureFile:
    return FigureFile(
        kind, said.pop("name", "july.csv"), (heading + rows).encode(), **{"scheme": SCHEME} | said
    )


def load(session: Session, *rows: str, **said: object) -> dict[Noun, Imported]:
    return figure_files.import_file(session, file(*rows, **said), AUTHOR)


def targets(session: Session, rows: str, **said: object) -> dict[Noun, Imported]:
    return load(session, rows, TARGETS, kind=FigureKind.TARGET, **said)


def faults(session: Session, *rows: str, **said: object) -> list[tuple[int, str, str]]:
    session.commit()
    before = session.scalars(select(Figure.id)).all()
    with pytest.raises(InvalidFile) as caught:
        load(session, *rows, **said)
    session.rollback()
    assert session.scalars(select(Figure.id)).all() == before
    return [(fault.row, fault.column, fault.message) for fault in caught.value.faults]


def warnings(session: Session, *rows: str, **said: object) -> list[str]:
    given = file(*rows, **said)
    read = table_files.read(given.data, COLUMNS[given.kind])
    return [warning.message for warning in figure_files.plan(session, read, given, AUTHOR).warnings]


def person(session: Session, code: str) -> Person:
    return session.scalars(select(Person).where(Person.code == code)).one()


def counting(session: Session, code: str, period: str, kpi: str, kind: FigureKind = FigureKind.ACTUAL):
    id = person(session, code).id
    return figures.newest(session, [id], [period]).get(FigureKey(id, period, kpi, kind))


def compute(session: Session, code: str, period: str, version: int = 1) -> None:
    """As the appraisal leaves it behind."""
    made = Round(
        period=period,
        state=RoundState.RUNNING,
        scheme_code=SCHEME.id,
        scheme_version=1,
        scheme=frozen(SCHEME),
        scheme_digest=SCHEME.digest,
    )
    session.add(
        Appraisal(round=made, person=person(session, code), state=AppraisalState.COMPUTED, version=version)
    )
    session.commit()


def test_a_figure_says_file_row_source_and_who_entered_it(session: Session) -> None:
    heading = "工号,指标,期间,实际值,基数,来源\n"
    rows = "A1,cycle,2026-07,40,12,财务\nA1,cycle,2026年8月,44,,crm\nA1,visits,2026-08,7,,\n"
    assert load(session, rows, heading) == {Noun.ACTUAL: Imported(3, 0, 0)}
    july, august = (counting(session, "A1", period, "cycle") for period in ("2026-07", "2026-08"))
    assert (july.value, july.base, july.source, july.version) == (40.0, 12.0, "finance", 1)
    assert (july.file_name, july.row, july.actor, july.at) == ("july.csv", 2, "cli:hr", AUTHOR.now)
    assert (august.value, august.source, august.row) == (44.0, "crm", 3)
    record = session.scalars(select(FigureImport)).one()
    assert (record.kind, len(record.digest), record.undone_at) == ("actual", 64, None)
    acts = session.scalars(select(AuditEntry.act)).all()
    assert sorted(acts) == ["actual added"] * 3 + ["actuals imported"]


def test_a_changed_figure_is_a_new_version_and_the_same_file_changes_nothing(session: Session) -> None:
    load(session, "A1,sales,2026-07,100\n")
    load(session, "A1,sales,2026-07,120\n", reason="a late invoice")
    assert load(session, "A1,sales,2026-07,120\n") == {Noun.ACTUAL: Imported(0, 0, 1)}
    key = FigureKey(person(session, "A1").id, "2026-07", "sales", FigureKind.ACTUAL)
    kept = figures.versions(session, key)
    assert [(v.version, v.value, v.reason) for v in kept] == [(1, 100.0, None), (2, 120.0, "a late invoice")]
    assert len(session.scalars(select(FigureImport)).all()) == 2


def test_shares_are_kept_as_part_and_whole(session: Session) -> None:
    assert load(session, "S1,churn,2026-07,1,12\nS1,churn,2026-08,0,12\n", SHARES)
    july = counting(session, "S1", "2026-07", "churn")
    assert (july.value, july.part, july.whole) == (None, 1.0, 12.0)


def test_the_four_columns_with_a_period_hold_actuals_and_targets(session: Session) -> None:
    counts = load(session, "A1,sales,90,100\nA1,visits,12,\n", FOUR, period="2026q3")
    assert counts == {Noun.ACTUAL: Imported(2, 0, 0), Noun.TARGET: Imported(1, 0, 0)}
    assert counting(session, "A1", "2026Q3", "sales", FigureKind.TARGET).value == 100.0
    assert faults(session, "A1,cycle,40,\n", FOUR, period="2026Q3") == [
        (2, "target", "is empty; cycle is measured against a target")
    ]
    load(session, "A1,sales,95,\n", FOUR, period="2026Q3")
    assert counting(session, "A1", "2026Q3", "sales", FigureKind.TARGET).value == 100.0


def test_an_empty_actual_is_no_figure_and_not_zero(session: Session) -> None:
    load(session, "A1,sales,2026-07,100\n")
    load(session, "A1,sales,2026-07,\n")
    assert counting(session, "A1", "2026-07", "sales").is_empty


def test_a_period_is_needed_and_is_said_in_many_ways(session: Session) -> None:
    assert faults(session, "A1,sales,,1\n") == [
        (2, "period", "is empty, and no period is said with the file")
    ]
    assert [fault[:2] for fault in faults(session, "A1,sales,soon,1\n")] == [(2, "period")]
    rows = "".join(
        f"A1,sales,{period},{number}\n"
        for number, period in enumerate(
            (
                "2026-01",
                "2026/2",
                "2026.03",
                "2026-04-01",
                "2026年5月",
                "2026年第三季度",
                "2026年4季度",
                "2026年",
            ),
            1,
        )
    )
    load(session, rows)
    known = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026Q3", "2026Q4", "2026")
    assert [counting(session, "A1", period, "sales").value for period in known] == [*range(1, 9)]


def test_what_no_profile_has_is_refused_by_name(session: Session) -> None:
    assert faults(
        session,
        "A1,churn,2026-07,1\nS1,sales,2026-07,1\nC1,sales,2026-07,1\nA9,sales,2026-07,1\nA1,luck,2026-07,1\n",
    ) == [
        (2, "kpi", "churn is not a KPI of A1's profile manager in 2026-07"),
        (2, "actual", "enter part and whole: rates of months cannot be added up"),
        (3, "kpi", "sales is not a KPI of S1's profile service in 2026-07"),
        (4, "subject", "the scheme facts has no profile for post -, level -: C1"),
        (5, "subject", "there is no person A9"),
        (6, "kpi", "luck is not a KPI of the scheme: sales, cycle, churn, growth, visits, projects, order"),
    ]


def test_what_another_kpi_requires_is_a_kpi_of_the_profile(session: Session) -> None:
    assert load(session, "A1,order,2026-07,60000\n")
    assert faults(session, "A2,order,2026-07,60000\n") == [
        (2, "kpi", "order is not a KPI of A2's profile manager-senior in 2026-07")
    ]


@pytest.mark.parametrize(
    ("heading", "row", "fault"),
    [
        (
            "subject,kpi,period,actual,part,whole\n",
            "S1,churn,2026-07,8,1,12",
            ("actual", "give the actual, or part and whole, not both"),
        ),
        (
            ACTUALS,
            "S1,churn,2026-07,8.3",
            ("actual", "enter part and whole: rates of months cannot be added up"),
        ),
        (
            ACTUALS,
            "A1,growth,2026-07,20%",
            ("actual", "enter part and whole: rates of months cannot be added up"),
        ),
        (SHARES, "S1,churn,2026-07,1,0", ("whole", "there is nothing to take a share of")),
        (SHARES, "S1,churn,2026-07,13,12", ("part", "13 of 12 is more than all")),
        (SHARES, "S1,churn,2026-07,-1,12", ("part", "must not be below 0")),
        (SHARES, "S1,churn,2026-07,1,", ("whole", "is empty")),
        (SHARES, "S1,churn,2026-07,,12", ("part", "is empty")),
        (
            SHARES,
            "S1,churn,2026-07,1%,12",
            ("part", "leave out the percent sign: churn needs the number in the unit of its scheme"),
        ),
        (SHARES, "A1,sales,2026-07,1,12", ("part", "sales is entered as its actual, not as part and whole")),
        (
            TARGETS,
            "A1,sales,2026-07,0",
            (
                "target",
                "must be above 0; sales is measured as a share of it: use pass_fail, increment, tier or curve",
            ),
        ),
        (TARGETS, "A1,sales,2026-07,", ("target", "is empty")),
        (
            ACTUALS,
            "A1,visits,2026-07,12%",
            ("actual", "leave out the percent sign: visits needs the number in the unit of its scheme"),
        ),
        (ACTUALS, "A1,sales,2026-07,many", ("actual", "'many' is not a number: write 1234.5 or 1,234.5")),
    ],
)
def test_wrong_numbers_are_refused_at_their_cell(session: Session, heading, row, fault) -> None:
    kind = FigureKind.TARGET if heading == TARGETS else FigureKind.ACTUAL
    assert faults(session, f"{row}\n", heading, kind=kind) == [(2, *fault)]


def test_a_row_that_repeats_another_and_a_file_without_figures_are_refused(session: Session) -> None:
    assert faults(session, "A1,sales,2026-07,1\nA1,sales,2026/7,2\n") == [
        (3, "kpi", "A1 2026-07 sales is already in row 2")
    ]
    assert faults(session, "A1,sales,2026-07\n", "subject,kpi,period\n") == [(1, "actual", "is missing")]


def test_a_target_of_zero_is_right_where_nothing_is_divided_by_it(session: Session) -> None:
    assert targets(session, "S1,churn,2026-07,0\nA1,projects,2026-07,0\n")
    assert load(session, "A1,growth,2026-07,24,20\nA1,growth,2026-08,20,0\n", SHARES)


def test_after_computation_a_figure_changes_only_with_a_reason(session: Session) -> None:
    load(session, "A1,sales,2026-07,100\nA2,sales,2026-07,100\n")
    compute(session, "A1", "2026Q3")
    assert faults(session, "A1,sales,2026-07,90\nA2,sales,2026-07,90\n") == [
        (2, "reason", "2026Q3 is computed: say why the figure changes (--reason)")
    ]
    assert faults(session, "A1,cycle,2026Q3,40\n") == [
        (2, "reason", "2026Q3 is computed: say why the figure changes (--reason)")
    ]
    assert load(session, "A1,sales,2026-07,100\nA1,sales,2026-10,5\nA1,sales,2026,1\n")
    reasoned = "A1,sales,2026-07,90,returned goods\n"
    heading = ACTUALS.replace("actual", "actual,reason")
    assert warnings(session, reasoned, heading) == [
        "2026Q3 is computed already, and what it rests on changes: A1"
    ]
    load(session, reasoned, heading)
    assert counting(session, "A1", "2026-07", "sales").reason == "returned goods"
    load(session, "A1,sales,2026-07,95\n", reason="found again")
    assert counting(session, "A1", "2026-07", "sales").reason == "found again"


def test_the_scheme_of_the_round_decides_what_a_kpi_is(session: Session) -> None:
    compute(session, "A2", "2026Q3")
    assert faults(session, "A1,luck,2026-07,1\n", scheme=None)[0][2].startswith(
        "luck is not a KPI of the scheme: sales, cycle"
    )
    assert load(session, "S1,churn,2026-07,1,12\n", SHARES, scheme=None)
    assert faults(session, "S1,churn,2026-10,1,12\n", SHARES, scheme=None)[0][2].startswith(
        "churn is not a KPI of the scheme: sales-revenue"
    )


def test_a_first_target_is_proposed_and_an_agreed_one_changes_with_a_reason(session: Session) -> None:
    targets(session, "A1,sales,2026-12,100\n")
    assert counting(session, "A1", "2026-12", "sales", FigureKind.TARGET).state is TargetState.PROPOSED
    targets(session, "A1,sales,2026-12,110\n")
    session.scalars(select(Figure).order_by(Figure.id.desc())).first().state = TargetState.AGREED
    session.commit()
    assert faults(session, "A1,sales,2026-12,90\n", TARGETS, kind=FigureKind.TARGET) == [
        (2, "reason", "the target 110 of sales in 2026-12 is agreed: say why it changes (--reason)")
    ]
    targets(session, "A1,sales,2026-12,90\n", reason="a smaller market")
    changed = counting(session, "A1", "2026-12", "sales", FigureKind.TARGET)
    assert (changed.value, changed.state, changed.reason) == (90.0, TargetState.AGREED, "a smaller market")


def test_where_nobody_agrees_targets_they_stand_as_they_are_imported(session: Session) -> None:
    alone = schemes.load(TOML + "[process]\ntargets_agreed = false\n")
    targets(session, "A1,sales,2026-12,100\n", scheme=alone)
    assert counting(session, "A1", "2026-12", "sales", FigureKind.TARGET).state is TargetState.AGREED


def test_units_are_asked_about_and_nothing_is_refused_for_them(session: Session) -> None:
    load(session, "A1,cycle,2026Q3,0.95,95\nA1,sales,2026Q3,1200,100\n", "subject,kpi,period,actual,target\n")
    assert warnings(session, "A1,cycle,2026Q3,0.94\nA1,sales,2026Q3,1100\nA1,sales,2026Q4,110000\n") == [
        "0.94 against a target of 95: is it the same unit?",
        "1100 against a target of 100: is it the same unit?",
        "110000 after 1100 in 2026Q3: is it the same unit?",
    ]
    assert warnings(session, "A1,sales,2026-07,100\nA1,sales,2026-08,2000\n") == [
        "2000 after 100 in 2026-07: is it the same unit?"
    ]
    assert warnings(session, "A1,sales,2026-07,0\nA1,sales,2026-08,-5\n") == []


def test_months_without_anything_from_a_source_are_told(session: Session) -> None:
    heading = ACTUALS.replace("actual", "actual,source")
    rows = "A1,sales,2026-06,100,crm\nA1,sales,2026-08,100,crm\nA1,cycle,2026-07,40,finance\n"
    missing = ["crm for 2026-07", "finance for 2026-06", "finance for 2026-08"]
    assert warnings(session, rows, heading) == [f"nothing from the source {what}" for what in missing]
    load(
        session, "A1,sales,2026-07,100,crm\nA1,cycle,2026-06,40,finance\nA1,cycle,2026-08,,finance\n", heading
    )
    assert warnings(session, rows, heading) == ["nothing from the source finance for 2026-08"]
    assert warnings(session, "A1,sales,2026-10,1\nA1,sales,2026-11,1\n", period="2026Q4") == []
    assert warnings(session, "A2,sales,2026-10,1\n", period="2026Q3") == [
        f"nothing from the source import for 2026-{month}" for month in ("07", "08", "09")
    ]


def test_the_same_bytes_are_recognised(session: Session) -> None:
    load(session, "A1,sales,2026-07,100\n", name="juli.csv")
    number = session.scalars(select(FigureImport.id)).one()
    assert warnings(session, "A1,sales,2026-07,100\n", name="copy.csv") == [
        f"the same file came on 2026-11-30 as juli.csv (import {number})"
    ]


def test_what_comes_by_itself_and_what_has_not_begun_are_told(session: Session) -> None:
    assert warnings(session, "A1,visits,2026-12,3\n") == [
        "visits comes from register.visits by itself",
        "2026-12 has not begun",
    ]


def test_an_import_is_undone_by_new_versions(session: Session) -> None:
    load(session, "A1,sales,2026-07,100\n")
    load(session, "A1,sales,2026-07,120\nA1,sales,2026-08,5\nA2,sales,2026-07,7\n")
    first, second = session.scalars(select(FigureImport.id).order_by(FigureImport.id)).all()
    load(session, "A2,sales,2026-07,8\n")
    assert figure_imports.undo(session, second, AUTHOR) == Undone(restored=2, left=1)
    assert counting(session, "A1", "2026-07", "sales").value == 100.0
    assert counting(session, "A1", "2026-07", "sales").reason == f"import {second} undone"
    assert counting(session, "A1", "2026-08", "sales").is_empty
    assert counting(session, "A2", "2026-07", "sales").value == 8.0
    key = FigureKey(person(session, "A1").id, "2026-07", "sales", FigureKind.ACTUAL)
    assert [v.value for v in figures.versions(session, key)] == [100.0, 120.0, 100.0]
    with pytest.raises(NotPossible, match="undone already"):
        figure_imports.undo(session, second, AUTHOR)
    with pytest.raises(NotFound, match="there is no import 999"):
        figure_imports.undo(session, 999, AUTHOR)
    assert [(e.record.id, e.figures) for e in figure_imports.latest(session)][1:] == [(second, 3), (first, 1)]


def test_a_target_that_an_undone_import_agreed_is_what_it_was_before(session: Session) -> None:
    alone = schemes.load(TOML + "[process]\ntargets_agreed = false\n")
    targets(session, "A1,sales,2026-12,80\n")
    targets(session, "A1,sales,2026-12,90\nA2,sales,2026-12,70\n", scheme=alone)
    number = session.scalars(select(FigureImport.id).order_by(FigureImport.id.desc())).first()
    figure_imports.undo(session, number, AUTHOR)
    again = counting(session, "A1", "2026-12", "sales", FigureKind.TARGET)
    assert (again.value, again.state) == (80.0, TargetState.PROPOSED)
    assert counting(session, "A2", "2026-12", "sales", FigureKind.TARGET).is_empty


def test_undoing_what_a_computed_period_rests_on_needs_a_reason(session: Session) -> None:
    load(session, "A1,sales,2026-07,100\n")
    compute(session, "A1", "2026")
    number = session.scalars(select(FigureImport.id)).one()
    with pytest.raises(NotPossible, match="2026 is computed: say why"):
        figure_imports.undo(session, number, AUTHOR)
    figure_imports.undo(session, number, AUTHOR, reason="wrong file")
    assert counting(session, "A1", "2026-07", "sales").reason == f"import {number} undone: wrong file"


def test_more_people_and_months_take_no_more_statements(office: Office, session: Session) -> None:
    def statements(count: int, prefix: str, year: int) -> int:
        for number in range(count):
            office.person(f"{prefix}{number}", post="manager", level="junior")
        session.commit()
        rows = "".join(
            f"{prefix}{n},{kpi},{year}-{month:02},{n + month}\n"
            for n in range(count)
            for month in range(1, 13)
            for kpi in ("sales", "cycle", "projects")
        )
        with counted(session.get_bind()) as sent:
            load(session, rows)
        return len(sent)

    assert statements(2, "X", 2025) == statements(40, "Y", 2025)
