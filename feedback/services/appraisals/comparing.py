"""What the inputs of now would make of everybody, beside the newest version of his appraisal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.models.rounds import Appraisal, AppraisalState, VersionCause
from feedback.services.appraisals import versions
from feedback.services.appraisals.gathering import REASONS, Gathered
from feedback.services.appraisals.versions import NumberChange
from feedback.services.assessment import assessing
from feedback.services.assessment.appraisal_document import AppraisalDocument
from feedback.services.assessment.assessing import Assessable
from forms.scheme import Scheme

OPEN = (AppraisalState.RUNNING, AppraisalState.COMPUTED)


@dataclass(frozen=True)
class Change:
    """An appraisal whose inputs are new, with the document that they make.

    before: None for the first version. waits: it is past being computed, and is reopened first.
    """

    appraisal: Appraisal
    number: int
    cause: VersionCause
    waits: bool
    scheme: Scheme
    document: AppraisalDocument
    before: AppraisalDocument | None

    @property
    def differences(self) -> tuple[NumberChange, ...]:
        """Of every number, nothing for the first version."""
        if self.before is None:
            return ()
        before, after = (assessing.explained(self.scheme, each) for each in (self.before, self.document))
        return versions.difference(before, after)


@dataclass(frozen=True)
class Computation:
    """changes: in the order of codes. left_out: who is not appraised by the rules, with the reason in words."""

    changes: tuple[Change, ...]
    left_out: tuple[tuple[Appraisal, str], ...]
    unchanged: int

    @property
    def made(self) -> list[Change]:
        return [change for change in self.changes if not change.waits]


@dataclass(frozen=True)
class VersionComparison:
    """cause: of all versions, None to tell it from what differs.

    decided: what is reviewed and further on gets a version, too.
    """

    session: Session
    scheme: Scheme
    period: str
    gathered: Gathered
    cause: VersionCause | None
    decided: bool

    def of(self, appraisals: Sequence[Appraisal]) -> Computation:
        fresh = self._fresh(appraisals)
        changed = [appraisal for appraisal in appraisals if appraisal.id in fresh]
        before = versions.documents(self.session, [each for each in changed if each.version])
        made = assessing.assess(self.scheme, self.period, list(fresh.values()))
        changes = tuple(
            self._change(appraisal, document, before.get(appraisal.id))
            for appraisal, document in zip(changed, made, strict=True)
        )
        left_out = [
            (each, REASONS[why])
            for each in appraisals
            if (why := self.gathered.not_appraised.get(each.person_id)) and each.not_appraised != REASONS[why]
        ]
        return Computation(changes, tuple(left_out), len(self.gathered.people) - len(changes))

    def _fresh(self, appraisals: Sequence[Appraisal]) -> Mapping[int, Assessable]:
        """By appraisal: who has other inputs than those of the newest version."""
        digests = versions.digests(self.session, appraisals)
        people = self.gathered.people
        return {
            each.id: people[each.person_id]
            for each in appraisals
            if each.person_id in people
            and (
                each.id not in digests
                or each.state == AppraisalState.NOT_APPRAISED
                or digests[each.id] != people[each.person_id].digest(self.scheme)
            )
        }

    def _change(
        self, appraisal: Appraisal, document: AppraisalDocument, before: AppraisalDocument | None
    ) -> Change:
        cause = VersionCause.FIRST if before is None else self.cause or versions.cause(before, document)
        return Change(
            appraisal=appraisal,
            number=(appraisal.version or 0) + 1,
            cause=cause,
            waits=not self.decided and appraisal.state not in (*OPEN, AppraisalState.NOT_APPRAISED),
            scheme=self.scheme,
            document=document,
            before=before,
        )
