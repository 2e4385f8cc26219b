"""The sections of a printed appraisal in the order in which one talks about them; how it came about stands last."""

from collections.abc import Iterator, Sequence

from flask_babel import format_date
from flask_babel import gettext as _

from feedback.papers.pdf.blocks import (
    Block,
    Definitions,
    ExplainedFigure,
    Explanations,
    Heading,
    PaperSection,
    Signatures,
    Style,
    Table,
    Text,
)
from feedback.presentation import appraisal_words as words
from feedback.presentation.derivations import DerivationEntry, DerivationGroup
from feedback.presentation.locales import language
from feedback.presentation.numerals import plain, signed
from feedback.presentation.reasons import local
from feedback.services.assessment.appraisal_document import AppraisalDocument, KpiLine, SegmentResult
from feedback.services.dossiers.dossier import Dossier, Result
from feedback.services.plans.plans import RUNNING


def sections(dossier: Dossier, result: Result, groups: Sequence[DerivationGroup]) -> Iterator[PaperSection]:
    shown = {entry.id: entry.shown or "–" for group in groups for entry in group.entries}
    yield PaperSection(_("Figures"), tuple(_figures(result.document, shown)))
    yield PaperSection(_("Computed, decided, final"), tuple(_decisions(result)))
    if spoken := tuple(_words(dossier, result)):
        yield PaperSection(_("Review and interview"), spoken)
    if plans := tuple(_plans(dossier)):
        yield PaperSection(_("Plans"), plans)
    yield PaperSection(_("Signatures"), tuple(_signatures(dossier)))
    yield PaperSection(_("How every figure came about"), tuple(_derivation(result, groups)), new_page=True)


def _figures(document: AppraisalDocument, shown: dict[str, str]) -> Iterator[Block]:
    for place, segment in enumerate(document.segments, start=1):
        if segment.kpis:
            yield _kpis(document, segment, f"segment-{place}", shown)
    if document.inputs.goals:
        rows = tuple(
            (goal.title, f"{plain(goal.weight)} %", shown.get(f"goal-{goal.id}", "–"))
            for goal in document.inputs.goals
        )
        yield Table(_("Development goals"), (_("Goal"), _("Weight"), _("Reached")), rows)
    if document.gates:
        yield _gates(document)


def _kpis(document: AppraisalDocument, segment: SegmentResult, place: str, shown: dict[str, str]) -> Table:
    days = _("%(days)s days", days=segment.days)
    title = f"{_('KPIs')} · {local(segment.title)} · {days}" if len(document.segments) > 1 else _("KPIs")
    head = (_("KPI"), _("Weight"), _("Actual"), _("Target"), _("Attainment"), _("Score"))
    rows = tuple(_kpi(line, f"{place}.kpi.{line.id}", shown) for line in segment.kpis)
    whole = (
        _("Together"),
        "",
        "",
        "",
        shown.get(f"{place}.kpi.attainment", ""),
        shown.get(f"{place}.kpi", "–"),
    )
    return Table(title, head, (*rows, whole))


def _kpi(line: KpiLine, id: str, shown: dict[str, str]) -> tuple[str, ...]:
    actual, target, attainment = (
        shown.get(f"{id}.{each}", "–") for each in ("actual", "target", "attainment")
    )
    unit = local(line.unit)
    return (
        f"{local(line.title)} ({unit})" if unit else local(line.title),
        f"{plain(line.weight)} %",
        actual,
        target,
        attainment,
        shown.get(id, "–"),
    )


def _gates(document: AppraisalDocument) -> Table:
    rows = []
    for gate in document.gates:
        reached = _("yes") if gate.reached else _("no")
        if gate.undecided:
            threshold = words.gate_value(gate, gate.threshold)
            reached = f"{reached}; {_('the interval reaches %(threshold)s', threshold=threshold)}"
        figure = words.gate_figure(gate.figure, document)
        row = (gate.band, figure, words.gate_value(gate, gate.threshold), words.gate_value(gate, gate.value))
        rows.append((*row, reached))
    head = (_("Band"), _("Figure"), _("from"), _("Value"), _("Reached"))
    return Table(_("Bands and what they ask for"), head, tuple(rows), words=2)


def _decisions(result: Result) -> Iterator[Block]:
    document = result.document
    for incident in document.incidents:
        severity = words.named(words.SEVERITIES, incident.severity)
        yield Text(
            _(
                "Confirmed incident, %(severity)s; reference: %(evidence)s.",
                severity=severity,
                evidence=incident.evidence,
            )
        )
    head = (_("Step"), _("Total"), _("Band"), _("By"), _("When"), _("Why"))
    rows = tuple(
        (
            words.named(words.LAYERS, layer.kind),
            layer.shown or "–",
            layer.band.id if layer.band else _("not qualified") if not layer.qualified else "–",
            layer.by,
            format_date(layer.at, "medium"),
            layer.reason or "–",
        )
        for layer in result.layers.in_order
    )
    yield Table("", head, rows, words=6)
    if result.layers.bonus is not None:
        bonus = _("The share of the bonus is %(share)s.", share=words.share(result.layers.bonus))
        yield Text(bonus, Style.QUIET)


def _words(dossier: Dossier, result: Result) -> Iterator[Block]:
    if result.review:
        text = result.review.text
        said = (
            (_("Strengths"), text.strengths),
            (_("To improve"), text.to_improve),
            (_("Remarks"), text.comment),
            (_("Adjustment"), signed(text.adjustment, 2) if text.adjustment else ""),
        )
        yield Heading(_("Review"), result.review.by)
        yield Definitions(tuple((term, words) for term, words in said if words))
    if interview := dossier.interview:
        agreed = "\n".join(f"{each.text} — {each.owner}" for each in interview.agreements)
        held = (
            (_("Present"), interview.present),
            (_("Topics"), interview.topics),
            (_("Agreed"), agreed),
            (_("Remark of the employee"), interview.remark),
        )
        yield Heading(_("Appraisal interview"), format_date(interview.day, "long"))
        yield Definitions(tuple((term, words) for term, words in held if words))
    for reply in dossier.replies:
        if reply.text:
            answer = f"{words.named(words.OUTCOMES, reply.outcome)}: {reply.reason}" if reply.outcome else "–"
            yield Heading(_("Objection"), format_date(reply.at, "long"))
            yield Definitions(((_("In words"), reply.text), (_("Answer"), answer)))


def _plans(dossier: Dossier) -> Iterator[Block]:
    for plan in dossier.plans:
        state = words.named(words.PLAN_STATES, plan.state)
        until = _("until %(day)s", day=format_date(plan.ends, "long"))
        yield Heading(words.named(words.PLANS, plan.kind), f"{state} · {until}")
        yield Text(plan.reason)
        head = (_("What"), _("Measured by"), _("Who"), _("Until"))
        rows = tuple(
            (item.text, item.measure, item.owner, format_date(item.due, "medium")) for item in plan.items
        )
        yield Table("", head, rows, words=4)
        due = [each.due for each in plan.follow_ups if each.at is None]
        if due and plan.state in RUNNING:
            yield Text(_("looked at next on %(day)s", day=format_date(due[0], "long")), Style.QUIET)


def _signatures(dossier: Dossier) -> Iterator[Block]:
    reviewer = dossier.reviewer.name_in(language()) if dossier.reviewer else ""
    people = (
        f"{_('Employee')}: {dossier.appraisal.person.name_in(language())}",
        f"{_('Reviewer')}: {reviewer}",
        _("HR"),
    )
    note = _("A signature says that the result is known, not that it is agreed with.")
    yield Signatures(people, _("Day"), note)


def _derivation(result: Result, groups: Sequence[DerivationGroup]) -> Iterator[Block]:
    yield Text(
        _("Every line with an equals sign can be computed from lines of this list."),
        Style.QUIET,
    )
    for group in groups:
        yield Explanations(group.title, tuple(map(_explained, group.entries)))
    basis = result.document.basis
    parts = (
        f"{_('Inputs')} {basis.inputs}",
        f"{_('Scheme')} {basis.scheme} {basis.scheme_version} {basis.scheme_digest}",
        f"{_('Formula')} {basis.formula}",
    )
    yield Text(" · ".join(parts), Style.QUIET)


def _explained(entry: DerivationEntry) -> ExplainedFigure:
    how = (
        entry.rule,
        f"= {entry.arithmetic}" if entry.formula else "",
        _("unrounded %(value)s", value=entry.unrounded) if entry.unrounded else "",
        entry.source,
        *entry.notes,
    )
    return ExplainedFigure(entry.label, entry.shown or "–", tuple(filter(None, how)), entry.depth)
