"""Of the anonymity audit: what is kept of whole ballots is about enough of them, and no more than it may be."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from feedback.models.campaigns import Campaign
from feedback.services.closing import counts_export, tallies
from feedback.services.ground import documents, protection
from scoring import influence

PARTS = {"phi", "alpha", "icc", "straightlined", "influence", "salt"}
PARTS_OF_INFLUENCE = {"n", "correlations", "weight_interval", "share_interval", "clear", "resamples"}


def faults(session: Session, campaign: Campaign) -> Iterator[str]:
    kept = documents.content(campaign.statistics) if campaign.statistics else {}
    of_influence: dict[str, Any] = kept.get("influence") or {}
    for unknown in sorted((kept.keys() - PARTS) | (of_influence.keys() - PARTS_OF_INFLUENCE)):
        yield f"{campaign.code}: {unknown} is kept among the statistics"
    alpha = kept.get("alpha", {"value": [], "n": []})
    for value, n in zip(alpha["value"], alpha["n"], strict=True):
        if value is not None and n < protection.STATISTICS_FROM:
            yield f"{campaign.code}: alpha rests on {n:g} ballots"
    if of_influence:
        yield from _of_influence(session, campaign, of_influence)


def _of_influence(session: Session, campaign: Campaign, kept: dict[str, Any]) -> Iterator[str]:
    try:
        found, matrix = counts_export.influence_from_json(kept), tallies.matrix(session, campaign)
    except (KeyError, TypeError, ValueError) as error:
        yield f"{campaign.code}: influence factors cannot be read: {error!r}"
        return
    for fault in influence.faults(found, tallies.shown_ballots(matrix), matrix.instrument):
        yield f"{campaign.code}: {fault}"
