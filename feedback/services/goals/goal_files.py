"""Goals of many people as a file: proposed by the company, or agreed already; and given out in the same shape."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from feedback.models.goals import Goal, GoalMeasure, GoalState
from feedback.models.people import Person
from feedback.services.goals import agreements
from feedback.services.goals.agreements import MOST, ROUNDING, GoalTerms
from feedback.services.goals.goal_columns import COLUMNS
from feedback.services.goals.goals import IN_FORCE, agreed_version
from feedback.services.goals.sides import Actor, Side
from feedback.services.ground import row_locks
from feedback.services.ground.errors import NotPossible, RowFault
from feedback.services.tables import columns, import_plan, table_files
from feedback.services.tables.columns import TableRow
from feedback.services.tables.import_plan import Author, Cells, Comparison, Imported, ImportPlan, Noun
from forms.words import N_

NOON = time(12, tzinfo=UTC)  # bears the same date wherever it is shown
SAID = ("weight", "measure", "target", "due", "parent", "last_period", "agreed")
Row = tuple[str | float | None, ...]


def import_file(session: Session, data: bytes, author: Author) -> Imported:
    """Add and change goals, all or none. Raises InvalidFile with every fault."""
    row_locks.hold(session, Goal)
    made = plan(session, table_files.read(data, COLUMNS), author)
    return import_plan.carry_out(session, made, actor=author.actor, now=author.now)[Noun.GOAL]


def plan(session: Session, rows: Sequence[TableRow], author: Author) -> ImportPlan:
    """What the rows would change: new proposals, other words for those there are, and what was agreed on paper."""
    people, stored = row_locks.ids(session, Person), _stored(session)
    said = {name: _cells(goal) for name, goal in stored.items()}
    named = {_name(row): row for row in rows}
    wanted = {name: _wanted(row, said.get(name)) for name, row in named.items()}
    faults = columns.repeated(rows, "subject", "period", "title")
    faults += _faults(rows, people, stored, wanted, said)
    columns.refuse(faults + _too_heavy(named, wanted, stored))
    comparison = Comparison(Noun.GOAL, wanted, said)

    def store() -> None:
        by = Actor(Side.COMPANY, author.actor, author.now)
        for name in comparison.differing:
            person_id = people[named[name].cells["subject"]]
            _store(session, person_id, named[name], wanted[name], stored.get(name), by)

    return ImportPlan("goals imported", "goals", (comparison,), store)


def export(session: Session) -> list[Row]:
    """All goals but drafts and cancelled ones, as last proposed or agreed."""
    return [
        (goal.person.code, goal.period, goal.versions[-1].title, *(_cells(goal)[name] for name in SAID))
        for goal in _stored(session).values()
        if goal.state != GoalState.CANCELLED
    ]


def _name(row: TableRow) -> str:
    return " ".join(row.cells[column] for column in ("subject", "period", "title"))


def _stored(session: Session) -> dict[str, Goal]:
    """By subject, period and title. Drafts are nobody's business yet."""
    query = select(Goal).join(Goal.person).where(Goal.state != GoalState.DRAFT)
    query = query.options(joinedload(Goal.person), selectinload(Goal.versions), selectinload(Goal.milestones))
    goals = session.scalars(query.order_by(Goal.period, Person.code, Goal.id))
    return {f"{goal.person.code} {goal.period} {goal.versions[-1].title}": goal for goal in goals}


def _cells(goal: Goal) -> dict[str, str | float | None]:
    version = goal.versions[-1]
    return {
        "weight": version.weight,
        "measure": str(version.measure),
        "target": version.target,
        "due": version.due.isoformat() if version.due else None,
        "parent": version.parent,
        "last_period": goal.last_period,
        "agreed": version.agreed_at.date().isoformat() if version.agreed_at else None,
    }


def _wanted(row: TableRow, stored: Cells | None) -> dict[str, str | float | None]:
    """In other words than were agreed to, a goal has to be agreed to again."""
    known = stored or dict.fromkeys(SAID)
    cells = row.cells
    wanted: dict[str, str | float | None] = {
        "weight": float(cells["weight"]),
        "measure": cells["measure"],
        "target": float(cells["target"]) if cells["target"] else None,
        "due": cells["due"] or None,
        "parent": cells.get("parent", known["parent"]) or None,
        "last_period": cells.get("last_period", known["last_period"]) or None,
    }
    is_same = stored is not None and all(stored[name] == cell for name, cell in wanted.items())
    return wanted | {"agreed": (known["agreed"] if is_same else None) or cells.get("agreed") or None}


def _faults(
    rows: Sequence[TableRow],
    people: Mapping[str, int],
    stored: Mapping[str, Goal],
    wanted: Mapping[str, Cells],
    said: Mapping[str, Cells],
) -> list[RowFault]:
    faults = []
    for row in rows:
        name, code = _name(row), row.cells["subject"]
        if code not in people:
            faults.append(RowFault(row.number, "subject", N_("there is no person %(code)s"), {"code": code}))
        if name in stored and wanted[name] != said[name]:
            faults += _fault_of_change(row, stored[name], wanted[name])
        try:
            agreements.check(
                _terms(row, wanted[name]), row.cells["period"], _text(wanted[name], "last_period")
            )
        except NotPossible as error:
            faults.append(RowFault(row.number, "measure", error.sentence, error.facts))
        if wanted[name]["agreed"] and name not in stored and row.cells["measure"] == GoalMeasure.MILESTONES:
            sentence = N_("is agreed on the page of the goal, where its milestones are named")
            faults.append(RowFault(row.number, "agreed", sentence))
    return faults


def _fault_of_change(row: TableRow, goal: Goal, wanted: Cells) -> list[RowFault]:
    if goal.state not in (GoalState.PROPOSED, GoalState.AGREED):
        return [RowFault(row.number, "title", N_("the goal is rated or ended: it changes no more"))]
    if wanted["last_period"] != goal.last_period:
        return [RowFault(row.number, "last_period", N_("the periods of a goal do not change"))]
    return []


def _too_heavy(
    named: Mapping[str, TableRow], wanted: Mapping[str, Cells], stored: Mapping[str, Goal]
) -> list[RowFault]:
    """The goals of one person in one period must leave each other room, with those agreed that no row is about."""
    totals: dict[tuple[str, str], float] = {}
    others = [goal for name, goal in stored.items() if name not in named and goal.state in IN_FORCE]
    for goal in others:
        version = agreed_version(goal)
        for period in agreements.term_of(goal):
            key = (goal.person.code, period)
            totals[key] = totals.get(key, 0.0) + (version.weight if version else 0.0)
    faults = []
    for name, row in named.items():
        code, first = row.cells["subject"], row.cells["period"]
        last = _text(wanted[name], "last_period") or first
        for period in agreements.from_to(first, last):
            total = totals[code, period] = totals.get((code, period), 0.0) + float(row.cells["weight"])
            if total > MOST + ROUNDING:
                sentence = N_("the weights total %(total)s")
                faults.append(RowFault(row.number, "weight", sentence, {"total": f"{total:g}"}))
                break
    return faults


def _terms(row: TableRow, cells: Cells, goal: Goal | None = None) -> GoalTerms:
    """A file names no milestones: those there are stay, as do the words that explain a goal."""
    kept = agreements.terms_of(goal, goal.versions[-1]) if goal else None
    due, target = _text(cells, "due"), cells["target"]
    return GoalTerms(
        title=row.cells["title"],
        weight=float(row.cells["weight"]),
        measure=GoalMeasure(row.cells["measure"]),
        description=kept.description if kept else "",
        target=None if target is None else float(target),
        parent=_text(cells, "parent"),
        due=date.fromisoformat(due) if due else None,
        milestones=kept.milestones if kept else (),
    )


def _text(cells: Cells, name: str) -> str | None:
    cell = cells[name]
    return None if cell is None else str(cell)


def _store(
    session: Session, person_id: int, row: TableRow, cells: Cells, goal: Goal | None, by: Actor
) -> None:
    if goal is None:
        last = _text(cells, "last_period")
        goal = agreements.add(
            session, person_id, row.cells["period"], _terms(row, cells), by, last_period=last
        )
    elif _terms_differ(goal, _terms(row, cells, goal)):
        agreements.write(session, goal, _terms(row, cells, goal), by)
    agreed = _text(cells, "agreed")
    if agreed:
        version = goal.versions[-1]
        version.agreed_at, version.agreed_by = datetime.combine(date.fromisoformat(agreed), NOON), by.actor
        goal.state = GoalState.AGREED


def _terms_differ(goal: Goal, terms: GoalTerms) -> bool:
    return agreements.terms_of(goal, goal.versions[-1]) != terms
