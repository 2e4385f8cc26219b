"""Return visits and complaints of the demo company; what juniors are appraised by is counted from them."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from feedback.models.register import RegisterKind
from feedback.services.demo import demo_company, demo_words
from feedback.services.demo import demo_story as story
from feedback.services.demo.demo_stage import Stage
from feedback.services.fact_files import register_files
from feedback.services.tables import periods, table_files
from feedback.services.tables.import_plan import Author

VISITS_OF_JUNIORS, VISITS = 12, 3
SHARE_SATISFIED, SHARE_COMPLAINING = 0.85, 0.4
DUE = timedelta(days=5)
Row = tuple[str, ...]


def keep(stage: Stage, period: str, author: Author) -> None:
    """What was entered in a quarter until the author's day."""
    dice = random.Random(f"register {period}")
    last = min(periods.last_day(period), author.today)
    visits = [row for row in _visits(stage, period, dice) if row[2] <= str(last)]
    headings: tuple[str, ...]
    headings = ("client", "subject", "date", "kind", "outcome", "satisfied")
    _take(stage, RegisterKind.VISIT, headings, visits, author)
    complaints = list(_complaints(stage, period, last, dice))
    headings = ("client", "subject", "opened", "due", "done", "satisfied", "outcome")
    _take(stage, RegisterKind.COMPLAINT, headings, complaints, author)


def _take(
    stage: Stage, kind: RegisterKind, headings: tuple[str, ...], rows: list[Row], author: Author
) -> None:
    if rows:
        data = table_files.write(headings, sorted(rows, key=lambda row: str(row[2]))).encode()
        register_files.import_file(stage.session, kind, data, author)


def _visits(stage: Stage, period: str, dice: random.Random) -> Iterator[Row]:
    for code, levels, days in _present(stage, period):
        usual = VISITS_OF_JUNIORS if "junior" in levels else VISITS
        shown = story.form(code, period, story.Form(1.0, 4.0)).figures
        share = len(days) / ((periods.last_day(period) - periods.first_day(period)).days + 1)
        for _ in range(round(usual * shown * share + dice.choice((-1, 0, 0, 1)))):
            client, day = dice.choice(_clients(stage, code)), dice.choice(days)
            said = dice.choice(("yes", "yes", "yes", "no", "unknown"))
            kind, outcome = dice.choice(demo_words.VISIT_KINDS), dice.choice(demo_words.VISIT_OUTCOMES)
            yield client, code, str(day), kind, outcome, said


def _complaints(stage: Stage, period: str, last: date, dice: random.Random) -> Iterator[Row]:
    """Most are done in time, some late, and the latest ones are open."""
    for code, _, days in _present(stage, period):
        if dice.random() > SHARE_COMPLAINING:
            continue
        opened = dice.choice(days)
        done = opened + timedelta(days=dice.choice((2, 3, 4, 5, 9)))
        satisfied = "yes" if dice.random() < SHARE_SATISFIED else "no"
        if opened > last:
            continue
        closed = (str(done), satisfied, dice.choice(demo_words.COMPLAINT_OUTCOMES))
        open_one = ("", "", "")
        yield (
            dice.choice(_clients(stage, code)),
            code,
            str(opened),
            str(opened + DUE),
            *(closed if done <= last else open_one),
        )


def _present(stage: Stage, period: str) -> Iterator[tuple[str, tuple[str, ...], list[date]]]:
    first, last = periods.first_day(period), periods.last_day(period)
    for code, levels in demo_company.levels_in(stage.company, first, last).items():
        yield code, levels, story.days_there(code, first, last)


def _clients(stage: Stage, code: str) -> list[str]:
    return demo_company.clients_of(stage.company)[code]
