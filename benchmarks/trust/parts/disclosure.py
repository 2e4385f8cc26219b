"""What follows from a report about single answers, by the number of those who answered."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from benchmarks.trust.part import SQLITE, Setting
from benchmarks.trust.result import Result
from feedback.services.reports import reports
from feedback.services.reports.report_document import Report
from forms import questionnaire as questionnaires
from forms.questionnaire import ItemKind, Questionnaire
from tests.attacks import published
from tests.attacks.published import Disclosed
from tests.attacks.solver import Question
from tests.attacks.worlds import World, world
from tests.factories import SHIPPED

SMALL, FULL = 25, 500  # campaigns
IN_ONE_DATABASE = 50
LEAST, MOST = 3, 12  # clients who answer
DISTRIBUTIONS_FROM = 10


@dataclass
class Found:
    """By the number of those who answered."""

    questions: dict[int, list[Disclosed]] = field(default_factory=lambda: defaultdict(list))
    recommendations: dict[int, list[Question | None]] = field(default_factory=lambda: defaultdict(list))

    def add(self, report: Report, n: int) -> None:
        self.questions[n] += published.of_clients(report, n)
        self.recommendations[n].append(published.recommendation(report, n))


def run(setting: Setting) -> Iterator[Result]:
    found, campaigns = Found(), setting.sized(SMALL, FULL)
    for start in range(0, campaigns, IN_ONE_DATABASE):
        with world(SQLITE, None) as place:
            for number in range(start, min(start + IN_ONE_DATABASE, campaigns)):
                _campaign(place, number, found)
                setting.progress(number + 1, campaigns)
    setting.notes.append(_table(found))
    yield from _results(found, campaigns)


def _campaign(world: World, number: int, found: Found) -> None:
    """Four people, each rated by clients around a level of his own."""
    dice, office = random.Random(number), world.office
    sizes = [LEAST + (4 * number + place) % (MOST - LEAST + 1) for place in range(4)]
    campaign = office.open(*({"client": n} for n in sizes), code=f"c{number}", questionnaire=quarterly())
    for subject in range(len(sizes)):
        level = dice.gauss(3.9, 0.4)
        for nonce in office.nonces(campaign, "client", subject):
            office.answer(nonce, _ratings(level, dice))
    office.close(campaign)
    documents = reports.build_all(office.session, campaign)
    for subject, n in zip(sorted(campaign.subjects, key=lambda each: each.id), sizes, strict=True):
        found.add(documents[subject.id], n)


@cache
def quarterly() -> Questionnaire:
    """One question for each dimension: the questionnaire whose reports tell most about single questions."""
    return questionnaires.load((SHIPPED / "questionnaires/client-quarterly.toml").read_bytes())


def _ratings(level: float, dice: random.Random) -> dict[str, int]:
    return {
        item.id: min(5, max(1, round(dice.gauss(level, 0.8))))
        if item.kind is ItemKind.RATING
        else min(11, max(1, round(dice.gauss(2 * level + 1.5, 1.6))))
        for item in quarterly().counted_items
    }


def _results(found: Found, campaigns: int) -> Iterator[Result]:
    everything = [one for n in found.questions for one in found.questions[n]]
    size = f"{campaigns} campaigns, {len(everything):,} questions in cells of {LEAST} to {MOST}"
    single = [one for one in everything if one.whole.answer_follows]
    apart = [f"a cell of {one.n}" for one in single if not one.at_an_end]
    yield Result(
        "disclosure: an answer of a single person follows",
        size,
        f"{_share(len(single), len(everything))}, {len(apart)} of them not from a mean at an end of the scale",
        "only from a mean at an end of the scale, as raters are told",
        not apart,
        tuple(apart[:10]),
    )
    small = [one for one in everything if one.n < 5]
    more = [one for one in small if one.whole.split_follows and not one.alone.split_follows]
    yield Result(
        "disclosure: below 5 answers, the split follows from more than the mean",
        f"{len(small):,} questions",
        _share(len(more), len(small)),
        "0 %",
        not more,
    )
    early = [q for n, some in found.recommendations.items() if n < DISTRIBUTIONS_FROM for q in some]
    told = [question for question in early if question and question.split_follows]
    yield Result(
        "disclosure: below 10 answers, the split of recommendations follows",
        f"{len(early):,} cells",
        _share(len(told), len(early)),
        "0 %",
        not told,
    )


def _table(found: Found) -> str:
    lines = [
        "| answers | questions | a single answer follows | the split follows from the mean alone "
        "| from everything | recommendation: the split follows |",
        "|---|---|---|---|---|---|",
    ]
    for n in range(LEAST, DISTRIBUTIONS_FROM):
        lines.append(_row(str(n), found.questions[n], found.recommendations[n]))
    late = range(DISTRIBUTIONS_FROM, MOST + 1)
    questions = [one for n in late for one in found.questions[n]]
    lines.append(_row("10 and more", questions, [one for n in late for one in found.recommendations[n]]))
    return (
        "\n".join(lines)
        + "\n\nFrom 10 answers on the distribution is published: that the split follows is meant."
    )


def _row(name: str, questions: Sequence[Disclosed], recommendations: Sequence[Question | None]) -> str:
    shares = (
        _share(sum(one.whole.answer_follows for one in questions), len(questions)),
        _share(sum(one.alone.split_follows for one in questions), len(questions)),
        _share(sum(one.whole.split_follows for one in questions), len(questions)),
        _share(sum(bool(one and one.split_follows) for one in recommendations), len(recommendations)),
    )
    return f"| {name} | {len(questions):,} | {' | '.join(shares)} |"


def _share(some: int, whole: int) -> str:
    return f"{100 * some / whole:.1f} %" if whole else "none"
