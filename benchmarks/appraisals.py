"""Computing the appraisals of a round: processor time and statements, by the number of people.

Everybody has the KPIs of the shipped scheme month by month, a goal, and a released report of a real campaign.
"""

import argparse
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from benchmarks.application import empty, measured
from feedback.extensions import db
from feedback.models.campaigns import Campaign, Subject
from feedback.models.figures import Figure, FigureKind, FigureSource, TargetState
from feedback.models.goals import Goal, GoalMeasure, GoalRating, GoalState, GoalVersion
from feedback.models.people import Department, Person
from feedback.models.results import ReleasedReport
from feedback.models.rounds import Round
from feedback.services.appraisals import computing, rounds
from feedback.services.tables import periods
from tests.factories import Office, shipped_scheme
from tests.services.appraisals.company import MONTHS, PERIOD, Company
from tests.statements import counted

NOW = datetime(2027, 1, 10, tzinfo=UTC)
BY = {"at": NOW, "actor": "benchmark"}


def people_with_reports(session: Session, campaign: Campaign, count: int) -> list[int]:
    """New people, each with the report that somebody was really given."""
    (report,) = session.scalars(select(ReleasedReport)).all()
    department = session.scalars(select(Department)).first()
    assert department is not None
    people = [
        {"code": f"B{number:05}", "name": f"Person {number}", "level": "senior", "post": "account-manager",
         "department_id": department.id, "language": "en", "active": True}
        for number in range(count)
    ]  # fmt: skip
    session.execute(insert(Person), people)
    ids = list(session.scalars(select(Person.id).where(Person.code.startswith("B"))))
    session.execute(insert(Subject), [{"campaign_id": campaign.id, "person_id": id} for id in ids])
    subjects = session.scalars(select(Subject.id).where(Subject.person_id.in_(ids)))
    given = {"version": 1, "document": report.document, "summary": report.summary}
    session.execute(insert(ReleasedReport), [{"subject_id": subject, **given} for subject in subjects])
    return ids


def figures_of(session: Session, ids: list[int]) -> None:
    empty = dict.fromkeys(("value", "part", "whole", "base", "state", "row", "import_id", "reason"))
    given = {**empty, "version": 1, "source": FigureSource.CRM, **BY}
    actual, target = {"kind": FigureKind.ACTUAL}, {"kind": FigureKind.TARGET, "state": TargetState.AGREED}
    rows = []
    for id in ids:
        for kpi, (reached, aimed) in MONTHS.items():
            for month in periods.months_of(PERIOD):
                of = {"person_id": id, "kpi": kpi, "period": month}
                rows += [
                    {**given, **of, **actual, "value": reached},
                    {**given, **of, **target, "value": aimed},
                ]
        of = {"person_id": id, "kpi": "key-account-coverage", "period": PERIOD}
        rows += [
            {**given, **of, **actual, "part": 8.0, "whole": 10.0},
            {**given, **of, **target, "value": 80.0},
        ]
        of = {"person_id": id, "kpi": "client-growth", "period": PERIOD}
        rows += [{**given, **of, **actual, "value": 60.0}, {**given, **of, **target, "value": 20.0}]
        rows.append({**given, **of, **actual, "value": 50.0, "period": periods.before(PERIOD)})
    session.execute(insert(Figure), rows)


def goals_of(session: Session, ids: list[int]) -> None:
    session.add_all(
        Goal(
            person_id=id, period=PERIOD, state=GoalState.RATED, by_subject=True,
            versions=[GoalVersion(number=1, title="Negotiate", weight=100.0, measure=GoalMeasure.RATING,
                                  agreed_at=NOW, agreed_by="benchmark", **BY)],
            ratings=[GoalRating(period=PERIOD, rating=85.0, reason="shown", **BY)],
        )
        for id in ids
    )  # fmt: skip


def company_of(app: Flask, count: int) -> Round:
    session = db.session()
    office = Office(session, app.extensions["feedback.custody"], app.extensions["feedback.tokens"])
    campaign = Company(office).campaign({"client": 5, "supervisor": 1, "peer": 4})
    ids = people_with_reports(session, campaign, count)
    figures_of(session, ids)
    goals_of(session, ids)
    made = rounds.create(session, PERIOD, shipped_scheme(), actor="benchmark", now=NOW)
    rounds.start(session, made, actor="benchmark", now=NOW)
    session.commit()
    return made


def row(count: int) -> str:
    with empty() as app:
        made, session = company_of(app, count), db.session()

        def compute() -> None:
            computing.compute(session, made, actor="benchmark", now=NOW)
            session.commit()

        with counted(db.engine) as statements:
            first = measured(compute)
        again = measured(compute)
    return f"{count:>7,} {first:>14.2f} {again:>14.2f} {len(statements):>11}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", default="10,100,1000")
    print(" people  first, cpu s  again, cpu s  statements")
    for count in options.parse_args().people.split(","):
        print(row(int(count)), flush=True)


if __name__ == "__main__":
    main()
