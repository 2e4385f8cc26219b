"""A solver's view of a small cell: how many sets of answers to an item agree with everything that is handed out.

No fewer than agree with its mean and their number; from five answers on, of an item of the satisfaction rate, with how
many are one of the two best.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations_with_replacement, product
from math import comb

import numpy as np
import pytest

from feedback.cli.reports.derivation import derivation
from feedback.services.closing import counts_export, counts_table, results
from feedback.services.closing.results import CampaignResult
from feedback.services.scores import explanation, score_document
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.questionnaire import Questionnaire
from forms.scheme import Scheme
from scoring.disclosure import decide

QUESTIONNAIRE = f"""
id = "small"
version = 1
[scale.five]
points = [20, 40, 60, 80, 100]
[scale.seven]
points = {[100 * value / 7 for value in range(1, 8)]}
[[dimension]]
id = "attitude"
[[item]]
id = "headline"
dimension = "attitude"
scale = "five"
headline = true
text.en = "?"
[[item]]
id = "turned"
dimension = "attitude"
scale = "five"
reverse = true
required = false
text.en = "?"
[[item]]
id = "sevenths"
dimension = "attitude"
scale = "seven"
required = false
text.en = "?"
[[item]]
id = "recommend"
kind = "nps"
required = false
text.en = "?"
"""
SCHEME = """
id = "small"
version = 1
[[group]]
id = "client"
family = "clients"
weight = 100
[rating]
trim = {trim}
"""
ITEMS = {"headline": 5, "turned": 5, "sevenths": 7, "recommend": 11}


@cache
def definitions(trim: bool) -> tuple[Questionnaire, Scheme]:
    return questionnaires.load(QUESTIONNAIRE), schemes.load(SCHEME.format(trim=str(trim).lower()))


def counted(
    answers: tuple[int, ...], item: str, questionnaire: Questionnaire, scheme: Scheme
) -> CampaignResult:
    """A subject whose clients gave these answers to an item, and the same to all others."""
    ballots = np.full((len(answers), len(ITEMS)), 3, dtype=np.uint8)
    ballots[:, list(ITEMS).index(item)] = answers
    nobody, n = np.zeros(len(answers), dtype=np.int64), np.array([[len(answers)]])
    numbers = results.instrument(questionnaire, scheme)
    decision = decide(n, numbers.groups)
    return results.count(["A"], ballots, nobody, nobody, n, np.array([[0]]), decision, numbers)


def handed_out(answers: tuple[int, ...], item: str, trim: bool = False) -> str:
    """Every document about these answers, as bytes."""
    questionnaire, scheme = definitions(trim)
    result = counted(answers, item, questionnaire, scheme)
    exported = counts_export.to_export(result, questionnaire, scheme)
    steps = explanation.explain(result, questionnaire, scheme, "A")
    return json.dumps(
        [
            exported,
            list(counts_table.rows(exported, questionnaire)),
            score_document.document(result, questionnaire, scheme),
            derivation(steps, questionnaire, scheme),
        ]
    )


def possible(item: str, n: int) -> Iterator[tuple[int, ...]]:
    return combinations_with_replacement(range(1, ITEMS[item] + 1), n)


def told(answers: tuple[int, ...], item: str, trim: bool = False) -> tuple[int, int | None]:
    """What mean and number tell of n answers: their sum; and how many are the best, where that may be told."""
    kept = sorted(answers)[1:-1] if trim and len(answers) >= 5 and item != "recommend" else answers
    best = sum(answer >= 4 for answer in answers) if item == "headline" and len(answers) >= 5 else None
    return sum(kept), best


def agreeing(item: str, n: int, trim: bool = False) -> tuple[Counter[int], Counter[int]]:
    """How many sets of answers agree with what is handed out, and with what may be told; sizes of both, counted."""
    sets = list(possible(item, n))
    found = Counter(handed_out(answers, item, trim) for answers in sets)
    allowed = Counter(told(answers, item, trim) for answers in sets)
    return Counter(found.values()), Counter(allowed.values())


@pytest.mark.parametrize(
    ("item", "n"), [*product(("headline", "turned"), (3, 4, 5)), ("sevenths", 3), ("recommend", 3)]
)
def test_no_fewer_sets_of_answers_agree_with_all_that_is_handed_out_than_with_mean_and_number(
    item: str, n: int
) -> None:
    found, allowed = agreeing(item, n)
    assert found == allowed and sum(size * sets for size, sets in found.items()) == comb(
        ITEMS[item] + n - 1, n
    )


@pytest.mark.parametrize(("item", "n"), [("headline", 5), ("turned", 5), ("turned", 4)])
def test_no_fewer_agree_where_the_extremes_are_left_out(item: str, n: int) -> None:
    found, allowed = agreeing(item, n, trim=True)
    assert found == allowed


@pytest.mark.parametrize("n", [7, 8, 9])
def test_nine_answers_of_one_mean_give_one_document(n: int) -> None:
    alike = [answers for answers in possible("turned", n) if sum(answers) == 3 * n]
    documents = {handed_out(answers, "turned") for answers in alike[:: len(alike) // 8]}
    assert len(alike) > 20 and len(documents) == 1


def test_ten_answers_have_a_distribution() -> None:
    alike = [(3,) * 10, (2,) + (3,) * 8 + (4,)]
    assert len({handed_out(answers, "turned") for answers in alike}) == 2


def test_what_fixes_answers_of_three_is_why_these_numbers_wait() -> None:
    """Shares of sets of answers in which the figure alone, or beside the mean, leaves one possibility."""

    def kind(answer: int) -> int:
        return (answer >= 10) - (answer <= 7)  # places 1..11 of 0..10

    sets = list(possible("recommend", 3))
    nps = {answers: (sum(map(kind, answers)), sum(answers)) for answers in sets}
    kinds = {answers: tuple(sorted(map(kind, answers))) for answers in sets}
    for beside_the_mean, share in ((False, 0.52), (True, 0.67)):
        split: dict[object, set[object]] = {}
        for answers in sets:
            split.setdefault(nps[answers][: 1 + beside_the_mean], set()).add(kinds[answers])
        fixed = sum(len(split[nps[answers][: 1 + beside_the_mean]]) == 1 for answers in sets) / len(sets)
        assert fixed == pytest.approx(share, abs=0.01)
    for n, share in ((3, 0.34), (5, 0.14)):
        top = [(sum(answers), sum(answer >= 4 for answer in answers)) for answers in possible("headline", n)]
        assert sum(top.count(seen) == 1 for seen in top) / len(top) == pytest.approx(share, abs=0.01)
