"""What an appraisal names by code, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from feedback.presentation.locales import language
from feedback.presentation.numerals import exact, number, percent, plain
from feedback.presentation.reasons import local
from feedback.presentation.sentences import sentences
from feedback.services.appraisals.moves import WAITS_FOR
from feedback.services.assessment.appraisal_document import (
    AppraisalDocument,
    AppraisalStatus,
    ComponentId,
    GateLine,
    Held,
    Statement,
    Track,
)
from feedback.services.assessment.assessing import REASONS as CODES
from feedback.services.assessment.score_formulas import REASONS
from feedback.services.decisions.results import LayerKind, Layers
from feedback.services.dossiers.timeline import StepKind, Whose
from forms.words import N_

STATES = {
    "preparing": N_("being prepared"),
    "running": N_("running"),
    "computed": N_("computed"),
    "reviewed": N_("reviewed"),
    "calibrated": N_("calibrated"),
    "confirmed": N_("confirmed"),
    "notified": N_("told"),
    "read": N_("read"),
    "deemed read": N_("deemed read"),
    "objected": N_("objected"),
    "answered": N_("objection answered"),
    "final": N_("final"),
    "not appraised": N_("not appraised"),
}
STEPS = {
    StepKind.AGREE: N_("Agree targets and goals"),
    StepKind.FIGURES: N_("Figures of the period come in"),
    StepKind.COMPUTE: N_("Compute"),
    StepKind.REVIEW: N_("Review"),
    StepKind.CALIBRATE: N_("Calibration"),
    StepKind.CONFIRM: N_("Confirm"),
    StepKind.NOTIFY: N_("Tell the result"),
    StepKind.REPLY: N_("Read it, or object"),
    StepKind.ANSWER: N_("Answer the objection"),
    StepKind.END: N_("Final"),
}
TURNS = {
    Whose.BOTH: N_("employee and manager"),
    Whose.HR: N_("HR"),
    Whose.CONFIRMER: N_("HR or somebody above the reviewer"),
    Whose.REVIEWER: N_("reviewer"),
    Whose.POOL: N_("calibration session"),
    Whose.PERSON: N_("employee"),
    Whose.CALENDAR: N_("by itself, after the deadline"),
}
CAUSES = {
    "first": N_("first computation"),
    "figure corrected": N_("a figure was corrected"),
    "incident": N_("an incident was decided"),
    "objection upheld": N_("an objection was upheld"),
    "scheme changed": N_("the scheme changed"),
    "feedback corrected": N_("the feedback was corrected"),
    "goal changed": N_("a goal changed"),
    "history corrected": N_("post or leave was corrected"),
    "adjusted by the reviewer": N_("the reviewer adjusted it"),
    "formula changed": N_("the formula changed"),
}
LAYERS = {
    LayerKind.COMPUTED: N_("Computed"),
    LayerKind.ADJUSTED: N_("Adjusted"),
    LayerKind.CALIBRATED: N_("Calibrated"),
    LayerKind.FINAL: N_("Final"),
}
PARTS = {
    ComponentId.KPI: N_("KPIs"),
    ComponentId.FEEDBACK: N_("Feedback"),
    ComponentId.GOALS: N_("Development goals"),
}
TRACKS = {Track.ON_TRACK: N_("on track"), Track.BEHIND: N_("behind")}
SOURCES = {
    "crm": N_("CRM"),
    "finance": N_("finance"),
    "survey": N_("survey"),
    "register": N_("register of visits and complaints"),
    "leader": N_("entered by a manager"),
    "manual": N_("entered by hand"),
    "import": N_("import"),
}
SEVERITIES = {"minor": N_("minor"), "major": N_("major"), "critical": N_("critical")}
GATES = {
    "kpi.attainment": N_("KPI targets reached, as a whole"),
    "kpi.score": N_("KPI score"),
    "kpi.coverage": N_("share of the KPI weight that is there"),
    "feedback.score": N_("feedback score"),
    "feedback.top2box": N_("satisfied answers"),
    "feedback.nps": N_("recommendation (NPS)"),
    "goals": N_("development goals"),
}
IN_PER_CENT = ("kpi.attainment", "kpi.coverage", "feedback.top2box")
KPI_REASONS = {CODES[reason]: words for reason, words in REASONS.items()}
# What one can object to beside figures.
DECISIONS = {
    "band": N_("the band"),
    "calibration": N_("the calibration"),
    "review": N_("the review in words"),
    "adjustment": N_("the adjustment by the reviewer"),
}
OUTCOMES = {
    "upheld": N_("upheld"),
    "partly upheld": N_("partly upheld"),
    "rejected": N_("rejected"),
}
PLANS = {"improvement": N_("Improvement plan"), "training": N_("Training plan")}
PLAN_STATES = {
    "draft": N_("draft"),
    "published": N_("published"),
    "acknowledged": N_("acknowledged"),
    "paused": N_("paused"),
    "extended": N_("extended"),
    "met": N_("met"),
    "not met": N_("not met"),
    "dropped": N_("dropped"),
}
FOLLOW_UPS = {
    "on track": N_("on track"),
    "at risk": N_("at risk"),
    "missed": N_("missed"),
}


def named(words: Mapping[Any, str], code: str) -> str:
    """What a code is called; one that nobody has named stays as it is."""
    known = words.get(code)
    return _(known) if known else code


def said(statement: Statement) -> str:
    """A sentence of a document with its facts, titles in the reader's language."""
    return _(statement.text) % {name: _fact(name, value) for name, value in statement.facts.items()}


def _fact(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return value["en" if language() == "en" else "zh"]
    match name:
        case "figure":
            return gate_figure(str(value))
        case "severity":
            return named(SEVERITIES, str(value))
        case "why":
            return _(str(value))
    return value


def gate_figure(figure: str, document: AppraisalDocument | None = None) -> str:
    if figure in GATES:
        return _(GATES[figure])
    kpi = figure.removeprefix("kpi:").removesuffix(".attainment")
    title = kpi_title(document, kpi) if document else kpi
    return _("target of %(kpi)s reached", kpi=title)


def kpi_title(document: AppraisalDocument, kpi: str) -> str:
    lines = (line for segment in document.segments for line in segment.kpis)
    return next((local(line.title) for line in lines if line.id == kpi), kpi)


def gate_value(gate: GateLine, value: float | None) -> str:
    """A figure of a gate, or its threshold, in the unit that it is in."""
    if value is None:
        return "–"
    is_share = gate.figure in IN_PER_CENT or gate.figure.startswith("kpi:")
    return f"{plain(value)} %" if is_share else plain(value)


def held(reason: Held | None) -> str:
    return _("held") if reason is None else _("held: %(reason)s", reason=_(WAITS_FOR[reason]))


def share(value: float) -> str:
    """Of a bonus or of weight, with as many digits as it has."""
    return f"{plain(100 * value)}%"


def figure(value: float | None, decimals: int) -> str:
    return "–" if value is None else number(value, decimals)


def attainment(value: float | None) -> str:
    return "–" if value is None else percent(value)


def points(value: float | None) -> str:
    """As it is displayed and judged: two places, which a document writes out itself where it matters."""
    return "–" if value is None else number(value, 2)


def unrounded(value: float) -> str:
    return exact(value)


def result(document: AppraisalDocument, layers: Layers) -> str:
    """What came of it in one sentence."""
    match document.status:
        case AppraisalStatus.NOT_QUALIFIED:
            return _(
                "Not qualified: a critical incident was confirmed. This is a status of its own, outside the bands."
            )
        case AppraisalStatus.HELD:
            return _("There is no result: the appraisal is held.")
        case AppraisalStatus.INSUFFICIENT:
            return _("There is no result: too little is there for a total.")
        case AppraisalStatus.FIGURES_ONLY:
            return _("This month has figures and no total.")
    top = layers.in_order[-1]
    if top.band is None:
        return _("%(points)s points.", points=top.shown)
    facts = {"points": top.shown, "band": top.band.id, "title": local(top.band.title)}
    bonus = (
        "" if layers.bonus is None else _("The share of the bonus is %(share)s.", share=share(layers.bonus))
    )
    return sentences(_("%(points)s points: band %(band)s, %(title)s.", **facts), bonus)
