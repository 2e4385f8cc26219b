"""One appraisal as a file that anybody can compute again: what was computed, and beside it what was decided."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from feedback.models.rounds import Appraisal
from feedback.services.appraisals import offline_check
from feedback.services.assessment.appraisal_document import AppraisalDocument
from feedback.services.assessment.assessing import Assessable
from feedback.services.decisions.results import Layer, Layers
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.ground.errors import NotFound
from forms.words import N_


def export(
    session: Session, appraisal: Appraisal, document: AppraisalDocument, number: int, layers: Layers | None
) -> dict[str, Any]:
    """layers: where the version is the one that counts. Raises NotFound for what its reader could not compute again:
    a version that was held by something of which he reads nothing."""
    stated = Assessable(document.subject, document.inputs).digest(read_scheme(appraisal.round.scheme))
    if stated != document.basis.inputs:
        raise NotFound(N_("%(code)s has no such version"), code=appraisal.person.code)
    subject = document.to_document() | {"version": number, "state": str(appraisal.state)}
    if layers is not None:
        subject["layers"] = [_layer(layer) for layer in layers.in_order]
    return offline_check.export(session, appraisal.round, []) | {"subjects": [subject]}


def _layer(layer: Layer) -> Mapping[str, Any]:
    """No key where there is nothing."""
    return dict(_facts(layer))


def _facts(layer: Layer) -> Iterator[tuple[str, Any]]:
    yield from (("kind", str(layer.kind)), ("qualified", layer.qualified))
    if layer.shown is not None:
        yield "total", float(layer.shown)
    if layer.band is not None:
        yield "band", layer.band.id
    yield from (("by", layer.by), ("at", layer.at.isoformat()))
    if layer.on_behalf_of:
        yield "for", layer.on_behalf_of
    if layer.reason:
        yield "reason", layer.reason
