"""Scores where not everybody who was asked answered: who of a unit did is in none of them."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.services.closing import results
from feedback.services.scores import score_document
from forms import questionnaire as questionnaires
from forms import scheme as schemes
from forms.questionnaire import Questionnaire
from scoring.disclosure import NOWHERE, decide
from scoring.instrument import Answers, Integers
from scoring.scores import score
from tests.scoring import naive
from tests.scoring.campaigns import (
    CLIENT,
    PEER,
    SELF,
    SUBORDINATE,
    SUPERVISOR,
    Campaign,
    counted_as,
    form_units,
    groups,
    instrument,
    items,
    shuffled,
)
from tests.scoring.naive_survey import NOT_ANSWERED
from tests.scoring.random_campaigns import Json, as_toml, random_campaign
from tests.scoring.test_against_naive import assert_agrees

OTHER_COLLEAGUES = 6


def campaign_of(sizes: np.ndarray, answers: Answers) -> Campaign:
    """One subject; the answers in the order of the groups."""
    group = np.repeat(np.arange(5), sizes)
    return Campaign(answers, np.zeros(len(group), dtype=int), group, 1)


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 10**6))
def test_who_of_a_unit_answered_changes_no_bit_of_any_score(peers: int, subordinates: int, seed: int) -> None:
    """Two worlds with the same answers, of other people of the same unit."""
    asked = np.array([[4, 1, peers, subordinates, 1]])
    units = form_units(asked, groups())
    dice = np.random.default_rng(seed)
    worlds = [
        [4, 1, n, total - n, 1]
        for total in [dice.integers(0, peers + subordinates + 1)]
        for n in range(total + 1)
    ]
    possible = [world for world in worlds if world[PEER] <= peers and world[SUBORDINATE] <= subordinates]
    if units[0, PEER] != units[0, SUBORDINATE] or units[0, PEER] == NOWHERE:
        return
    answers = dice.integers(1, 6, (sum(possible[0]), 4)).astype(np.uint8)
    found = {shown(shuffled(campaign_of(np.array(world), answers), seed), asked, units) for world in possible}
    assert len(found) == 1


def shown(campaign: Campaign, asked: Integers, units: Integers) -> bytes:
    description = instrument()
    ballots = campaign.numbers(description.groups)
    decision = decide(ballots, description.groups, asked=asked, units=units)
    disclosed, phi = counted_as(decision, campaign, asked, description)
    scores = score(disclosed, description, phi)
    means = (scores.dimensions, scores.total, scores.top2box, scores.cells.dimensions)
    parts = (
        disclosed.counts,
        disclosed.n,
        phi,
        scores.coverage,
        scores.missing_required,
        scores.cells.item_mean,
    )
    whole = [*parts, *(part for mean in means for part in (mean.score, mean.n, mean.interval))]
    return b"".join(np.ascontiguousarray(part).tobytes() for part in whole)


@pytest.mark.parametrize(("subordinates", "counts"), [(1, False), (2, False), (3, True)])
def test_an_item_that_a_few_of_a_pool_are_not_asked_is_withheld_since_it_would_count_these(
    subordinates: int, counts: bool
) -> None:
    """Four answers, of which three rate what peers alone are asked: the fourth would be the direct report's."""
    asked_of_peers = [[True] * 4, [True] * 4, [True] * 4, [True, True, True, False], [True] * 4]
    description = instrument(items=items(asked=asked_of_peers))
    asked = np.array([[0, 0, 5, subordinates, 0]])
    pooled = np.array([[CLIENT, SUPERVISOR, OTHER_COLLEAGUES, OTHER_COLLEAGUES, SELF]])
    answers = np.array([[3, 3, 3, 3]] * 3 + [[3, 3, 3, 0]], dtype=np.uint8)
    campaign = Campaign(answers, np.zeros(4, dtype=int), np.array([PEER] * 3 + [SUBORDINATE]), 1)
    decision = decide(campaign.numbers(groups()), groups(), asked=asked, units=pooled)
    disclosed, _ = counted_as(decision, campaign, asked, description)
    assert disclosed.ratings[0, OTHER_COLLEAGUES].tolist() == [4, 4, 4, 3 if counts else 0]


@pytest.mark.parametrize("seed", range(60))
def test_every_number_agrees_with_the_independent_computation_where_not_all_answered(seed: int) -> None:
    made, dice = random_campaign(seed), Random(seed)
    questionnaire = questionnaires.load(as_toml(made.questionnaire).encode())
    scheme = schemes.load(as_toml(made.scheme).encode())
    names = [group.id for group in scheme.groups]
    subjects = sorted({row["subject"] for row in made.rows})
    rows = [
        row for row in made.rows if any(coded(row, questionnaire, made.questionnaire, row["group"], True))
    ]
    answered = {
        s: {g: sum((r["subject"], r["group"]) == (s, g) for r in rows) for g in names} for s in subjects
    }
    left = {s: {g: n + dice.choice((0, 0, 0, 1, 2, 3)) for g, n in answered[s].items()} for s in subjects}
    asked = {
        s: {g: max(0, n + dice.choice((-1, 0, 0, 0, 0, 1, 2))) for g, n in left[s].items()} for s in subjects
    }
    expected = naive.evaluate(
        rows, made.questionnaire, made.scheme, "subject", "group", asked=asked, left=left
    )
    answers = [coded(row, questionnaire, made.questionnaire, row["group"]) for row in rows]
    places = [(subjects.index(row["subject"]), names.index(row["group"])) for row in rows]
    subject, group = np.array(places, dtype=np.int64).reshape(-1, 2).T
    numbers = results.instrument(questionnaire, scheme)
    of = numbers.groups
    people, opening = (np.array([[by[s][g] for g in names] for s in subjects]) for by in (left, asked))
    units = form_units(opening, of)
    n = np.array([[answered[s][g] for g in names] for s in subjects])
    decision = decide(n, of, asked=people, units=units)
    coded_answers = np.array(answers, dtype=np.uint8).reshape(len(rows), -1)
    result = results.count(subjects, coded_answers, subject, group, people, units, decision, numbers)
    assert_agrees(expected, score_document.document(result, questionnaire, scheme))


def coded(
    row: dict[str, str], questionnaire: Questionnaire, plain: Json, group: str, ratings: bool = False
) -> list[int]:
    """The places of a row's answers on their scales; with ratings those of no recommendation."""
    kinds = {item["id"]: item for item in plain["item"]}
    found = []
    for item in questionnaire.counted_items:
        text = row[item.id].strip()
        given = text not in NOT_ANSWERED and item.asked_of(group)
        first = item.scale.first if item.scale else 0
        if not (ratings and kinds[item.id]["kind"] == "nps"):
            found.append(int(float(text)) - first + 1 if given else 0)
    return found
