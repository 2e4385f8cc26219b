"""Influence factors of a campaign and of a year: what closing keeps of them, and what is made of it."""

import json
from collections.abc import Iterable

import numpy as np
import pytest

from feedback.models.campaigns import Campaign
from feedback.services.closing import counts_export, counts_import, tallies
from feedback.services.closing.counts_import import UnusableExport
from feedback.services.ground.documents import numbered
from feedback.services.quality import campaign_quality, influence_factors
from feedback.services.quality.influence_document import InfluenceFactors, InfluenceField, TooFewToTell
from feedback.services.quality.quality_document import CampaignQuality
from feedback.services.scores.scorecards import Estimate
from scoring.influence import correlations, pooled, relative_weights
from tests.factories import Office, shipped_questionnaire
from tests.opinions import answered_by_clients, ballots_of, opinions

CLIENTS = 60


@pytest.fixture
def campaign(office: Office) -> Campaign:
    return answered_by_clients(office, CLIENTS)


def factors(office: Office, campaign: Campaign) -> InfluenceFactors:
    found = campaign_quality.of_campaign(office.session, campaign).influence
    assert isinstance(found, InfluenceFactors)
    return found


def marks(clients: int, seed: int = 1) -> np.ndarray:
    """Plain means of the answers to each dimension, and the recommendation."""
    questionnaire = shipped_questionnaire()
    dimensions = [dimension.id for dimension in questionnaire.dimensions]
    of = {item.id: item.dimension for item in questionnaire.counted_items}
    rows = [
        [
            np.mean([value for item, value in ballot.items() if of[item] == each])
            for each in (*dimensions, None)
        ]
        for ballot in ballots_of(opinions(clients, seed), questionnaire)
    ]
    return np.array(rows)


def test_factors_are_those_of_the_ballots_that_clients_cast(office: Office, campaign: Campaign):
    found, whole = factors(office, campaign), correlations(marks(CLIENTS))
    assert (found.n, found.resamples, found.even) == (CLIENTS, 500, 0.2)
    assert np.array(found.correlations) == pytest.approx(whole.round(3))
    assert [factor.weight.value for factor in found.factors] == pytest.approx(
        relative_weights(whole), abs=0.002
    )
    assert sum(factor.share.value for factor in found.factors) == pytest.approx(1)
    assert found.explained == pytest.approx(sum(factor.weight.value for factor in found.factors))


def test_the_satisfaction_is_the_mean_of_the_marks_in_points(office: Office, campaign: Campaign):
    means = marks(CLIENTS)[:, :-1].mean(axis=0) * 20
    assert [factor.satisfaction for factor in factors(office, campaign).factors] == pytest.approx(means)


def test_a_factor_lies_in_the_field_of_its_importance_and_satisfaction(office: Office, campaign: Campaign):
    found = factors(office, campaign)
    for factor in found.factors:
        important, satisfied = factor.share.value >= 0.2, factor.satisfaction >= found.satisfied_from
        assert influence_factors.FIELDS[important, satisfied] is factor.field
        assert factor.sure == (factor.share.low > 0.2 or factor.share.high < 0.2)
    assert {factor.field for factor in found.factors} & {InfluenceField.FIRST, InfluenceField.KEEP}


def test_below_fifty_ballots_there_are_too_few_to_tell(office: Office):
    campaign = answered_by_clients(office, 48)
    assert campaign_quality.of_campaign(office.session, campaign).influence == TooFewToTell(least=50)


def test_what_was_computed_is_read_back_from_a_stored_document(office: Office, campaign: Campaign):
    quality = campaign_quality.of_campaign(office.session, campaign)
    stored = json.loads(json.dumps(numbered(quality.to_document())))
    assert CampaignQuality.from_document(stored) == quality


def test_the_file_of_counts_carries_it_and_refuses_what_closing_cannot_have_left(
    office: Office, campaign: Campaign
):
    matrix, result = tallies.load(office.session, campaign)
    definitions = matrix.questionnaire, matrix.scheme
    exported = json.loads(json.dumps(counts_export.to_export(result, *definitions)))
    again = counts_import.from_export(exported, *definitions)
    assert counts_export.to_export(again, *definitions) == exported
    exported["statistics"]["influence"]["n"] = 49
    with pytest.raises(UnusableExport, match="rest on 49 ballots"):
        counts_import.from_export(exported, *definitions)
    del exported["statistics"]["influence"]["clear"]
    with pytest.raises(UnusableExport, match="statistics are incomplete"):
        counts_import.from_export(exported, *definitions)


def test_a_year_is_pooled_by_ballots_from_the_correlations_of_its_campaigns(office: Office):
    first = answered_by_clients(office, 60, seed=1, code="2026Q1")
    second = answered_by_clients(office, 84, seed=2, code="2026Q2")
    answered_by_clients(office, 12, code="2026Q3")
    answered_by_clients(office, 60, seed=3, code="2027Q1")
    year = influence_factors.of_year(office.session, second)
    assert year is not None
    assert (year.year, year.campaigns, year.n) == ("2026", ("2026Q1", "2026Q2"), 144)
    matrices = np.array([factors(office, each).correlations for each in (first, second)])
    weights = relative_weights(pooled(matrices, np.array([60, 84])))
    assert [factor.share.value for factor in year.factors] == pytest.approx(weights / weights.sum(), abs=1e-6)
    assert year.explained == pytest.approx(weights.sum(), abs=1e-6)


def widths(shares: Iterable[Estimate]) -> float:
    """Taken together: closing shuffles the ballots, and with them moves each interval by some hundredths."""
    return sum(share.high - share.low for share in shares)


def test_the_shares_of_a_year_have_intervals_that_are_narrower_than_those_of_its_campaigns(office: Office):
    campaigns = [answered_by_clients(office, 90, seed=n, code=f"2026Q{n}") for n in (1, 2, 3)]
    year = influence_factors.of_year(office.session, campaigns[0])
    assert year is not None
    shares = [factor.share for factor in year.factors]
    assert all(0 <= share.low < share.value < share.high <= 1 and share.n == year.n for share in shares)
    for campaign in campaigns:
        assert widths(shares) < 0.8 * widths(factor.share for factor in factors(office, campaign).factors)


def test_a_single_campaign_is_no_year(office: Office, campaign: Campaign):
    assert influence_factors.of_year(office.session, campaign) is None
