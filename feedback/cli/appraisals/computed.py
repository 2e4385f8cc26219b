"""What a computation made, and how a total came about, as text."""

from collections.abc import Iterator, Mapping
from typing import Any

from feedback.services.appraisals.comparing import Change, Computation
from feedback.services.appraisals.summaries import AppraisalSummary
from feedback.services.assessment.appraisal_document import AppraisalDocument, DerivationLine, Statement
from feedback.services.assessment.derivation_lines import number, put_in
from feedback.services.assessment.inputs import FigureInput

NOTES = """\
a x b is a product; max and min are the greater and the smaller of two. Every line with an equals sign can be computed
from what stands above it; numbers have all of their digits, and behind the arrow stands what is shown."""
MOST_DIFFERENCES = 12


def computed_lines(found: Computation, *, preview: bool = False) -> Iterator[str]:
    for change in found.changes:
        yield from _change(change)
    for appraisal, why in found.left_out:
        yield f"{appraisal.person.code}: not appraised: {why}"
    made = len(found.made)
    verb = "would be made" if preview else "made"
    yield f"versions {verb}: {made}, unchanged: {found.unchanged}, not appraised: {len(found.left_out)}"


def _change(change: Change) -> Iterator[str]:
    before, after = (_outcome(document) for document in (change.before, change.document))
    waits = "; reopen it first" if change.waits else ""
    moved = after if before is None or before == after else f"{before} -> {after}"
    yield f"{change.appraisal.person.code}: version {change.number} ({change.cause}): {moved}{waits}"
    differences = [each for each in change.differences if each.before is not None or each.after is not None]
    for each in differences[:MOST_DIFFERENCES]:
        yield f"    {sentence(each.label)}: {each.before_shown or '-'} -> {each.after_shown or '-'}"
    if len(differences) > MOST_DIFFERENCES:
        yield f"    ... and {len(differences) - MOST_DIFFERENCES} more"


def _outcome(document: AppraisalDocument | None) -> str | None:
    if document is None:
        return None
    summary = AppraisalSummary.of(document)
    if summary.total is None:
        held = f" ({', '.join(summary.held)})" if summary.held else ""
        return f"{summary.status}{held}"
    band = f", band {summary.band.id}" if summary.band else ""
    status = "" if summary.status == "ok" else f"{summary.status}, "
    return f"{status}{summary.shown}{band}"


def explained(document: AppraisalDocument) -> str:
    """How the total of one person came about."""
    basis, values = document.basis, dict[str, float]()
    lines = [
        f"How the appraisal of {document.subject.code} in {document.period} came about",
        "",
        f"formula {basis.formula}",
        f"scheme {basis.scheme}, version {basis.scheme_version}, digest {basis.scheme_digest}",
        f"inputs, digest {basis.inputs}",
        f"status {document.status}" + (f": {', '.join(document.held)}" if document.held else ""),
        "",
        NOTES,
        "",
    ]
    for line in document.derivation:
        lines += _line(line, values, document)
        if line.value is not None:
            values[line.id] = line.value
    return "\n".join(lines)


def _line(line: DerivationLine, values: Mapping[str, float], document: AppraisalDocument) -> Iterator[str]:
    """A plain reference to one line above computes nothing."""
    shown = line.shown if line.value is not None and line.shown != number(line.value) else None
    arrow = f"  -> {shown}" if shown else ""
    if line.value is None:
        yield f"{line.id}: {sentence(line.label)}: none"
    elif line.formula:
        formula = put_in(line, values).replace("*", "x")
        yield f"{line.id}: {sentence(line.label)}: {formula} = {number(line.value)}{arrow}"
    else:
        yield f"{line.id}: {sentence(line.label)}: {number(line.value)}{arrow}"
    if line.rule:
        yield f"    {sentence(line.rule)}"
    if line.figure is not None:
        yield f"    {_provenance(document.inputs.figures[line.figure])}"
    if line.source:
        yield f"    from {line.source}"
    yield from (f"    {sentence(note)}" for note in line.notes)


def _provenance(figure: FigureInput) -> str:
    place = f"{figure.file_name}, row {figure.row}" if figure.file_name else f"entered by {figure.actor}"
    reason = f", because: {figure.reason}" if figure.reason else ""
    return f"{figure.source}: {place}, {figure.at[:10]}, version {figure.version}{reason}"


def sentence(statement: Statement) -> str:
    return statement.text % {name: _english(fact) for name, fact in statement.facts.items()}


def _english(fact: Any) -> Any:
    return fact["en"] if isinstance(fact, Mapping) else fact
