"""An export of appraisals that anybody computes again with the program alone: no database, byte for byte."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from feedback.models.rounds import Appraisal, Round
from feedback.services.appraisals import versions
from feedback.services.assessment import assessing
from feedback.services.assessment.appraisal_document import FORMULA, AppraisalDocument
from feedback.services.assessment.assessing import Assessable
from feedback.services.definitions.frozen_definitions import frozen, read_scheme
from feedback.services.ground import documents
from feedback.services.ground.errors import NotPossible
from forms.document import canonical_json
from forms.scheme import Scheme
from forms.words import N_

FORMAT = "feedback-appraisals-1"
OTHER_FORMULA = N_("this was computed by %(formula)s; this program computes by %(own)s")
NO_EXPORT = N_("this is no export of appraisals")
BESIDE = ("version", "state", "layers")  # what an export says of a subject beside what was computed


@dataclass(frozen=True)
class Checked:
    """One exported appraisal. differing: ids of numbers that come out otherwise, or "document" for anything else."""

    code: str
    digest: str
    differing: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return not self.differing


def export(session: Session, round_: Round, appraisals: Sequence[Appraisal]) -> dict[str, Any]:
    """The newest version of each that was computed, and the scheme that they were computed by."""
    scheme = read_scheme(round_.scheme)
    found = versions.documents(session, appraisals)
    return {
        "format": FORMAT,
        "formula": FORMULA,
        "period": round_.period,
        "scheme": json.loads(frozen(scheme)),
        "subjects": [
            assessing.explained(scheme, found[appraisal.id]).to_document() | {"version": appraisal.version}
            for appraisal in appraisals
            if appraisal.id in found
        ],
    }


def check(exported: Mapping[str, Any]) -> Iterator[Checked]:
    """Compute every appraisal of an export again. Raises NotPossible for another formula, or what is no export."""
    if exported.get("format") != FORMAT:
        raise NotPossible(NO_EXPORT)
    if exported["formula"] != FORMULA:
        raise NotPossible(OTHER_FORMULA, formula=exported["formula"], own=FORMULA)
    scheme = read_scheme(canonical_json(exported["scheme"]))
    for subject in exported["subjects"]:
        yield _checked(scheme, exported["period"], subject)


def _checked(scheme: Scheme, period: str, subject: Mapping[str, Any]) -> Checked:
    given = {name: value for name, value in subject.items() if name not in BESIDE}
    stored = AppraisalDocument.from_document(documents.numbered(given))
    (computed,) = assessing.assess(scheme, period, [Assessable(stored.subject, stored.inputs)])
    made = assessing.explained(scheme, computed)
    same = canonical_json(made.to_document()) == canonical_json(given)
    differing = tuple(each.id for each in versions.difference(stored, made))
    return Checked(stored.subject.code, made.basis.inputs, () if same else differing or ("document",))
