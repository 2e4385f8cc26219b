"""How each figure of an appraisal came about, to be read from the total down: groups of lines that refer to each other.

The same groups stand on the page, on paper and behind the boxes of an objection.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from flask_babel import format_date
from flask_babel import gettext as _

from feedback.presentation.appraisal_words import GATES, SOURCES, gate_figure, kpi_title, named, said
from feedback.presentation.locales import language
from feedback.presentation.numerals import exact
from feedback.presentation.reasons import local
from feedback.services.assessment.appraisal_document import AppraisalDocument, DerivationLine
from feedback.services.assessment.derivation_lines import REFERENCE
from feedback.services.assessment.inputs import FigureInput

NOT_IN_ANCHORS = re.compile(r"[^A-Za-z0-9.-]")
KPI = re.compile(r"(?P<segment>segment-\d+)\.kpi\.(?P<kpi>.+)")
OF_SEGMENT = ("kpi", "kpi.coverage", "kpi.attainment", "kpi.counted")
DEEPEST = 2
SAME = 1e-12
SIGNS = {" * ": " × ", " - ": " − ", "(-": "(−"}
RESULT, GATE, FEEDBACK, GOALS, PRESENCE = "result", "gates", "feedback", "goals", "presence"


@dataclass(frozen=True)
class FormulaTerm:
    """A piece of a formula: signs and numbers, or the number of another line with where that is."""

    text: str
    anchor: str | None = None


@dataclass(frozen=True)
class DerivationEntry:
    """One figure. unrounded: where it is more than what is shown. source: where it was taken from, in words; campaigns:
    those among it. depth: how far it is below the figure that its group is about."""

    id: str
    anchor: str
    label: str
    shown: str | None
    unrounded: str | None
    rule: str
    formula: tuple[FormulaTerm, ...]
    source: str
    campaigns: tuple[str, ...]
    notes: tuple[str, ...]
    depth: int = 0

    @property
    def arithmetic(self) -> str:
        return "".join(term.text for term in self.formula)


@dataclass(frozen=True)
class DerivationGroup:
    id: str
    title: str
    entries: tuple[DerivationEntry, ...]

    @property
    def anchor(self) -> str:
        return f"g-{anchor(self.id)[2:]}"


def anchor(line_id: str) -> str:
    """What a line is called in an address; ids of campaigns and cells may hold anything."""
    return "f-" + NOT_IN_ANCHORS.sub(lambda found: f"_{ord(found[0]):x}", line_id)


def groups(document: AppraisalDocument, names: Mapping[str, str]) -> list[DerivationGroup]:
    """names: how people call whoever entered figures."""
    writing = _Writing(document, names)
    found: dict[str, list[DerivationLine]] = defaultdict(list)
    for line in document.derivation:
        found[_group_of(line, document)].append(line)
    ids = sorted(found, key=lambda id: (_rank(id), list(found).index(id)))
    return [DerivationGroup(id, _title(id, document), tuple(writing.entries(found[id]))) for id in ids]


def actors(document: AppraisalDocument) -> list[str]:
    return [figure.actor for figure in document.inputs.figures]


def _group_of(line: DerivationLine, document: AppraisalDocument) -> str:
    if found := KPI.fullmatch(line.id):
        own = {each.id for segment in document.segments for each in segment.kpis}
        kpi = next((id for id in own if found["kpi"] == id or found["kpi"].startswith(f"{id}.")), None)
        return f"{found['segment']}.kpi.{kpi}" if kpi else f"{found['segment']}.kpi"
    segment, _dot, rest = line.id.partition(".")
    if segment.startswith("segment-") and rest in OF_SEGMENT:
        return f"{segment}.kpi"
    if line.under == "band":
        return GATE
    for group, start in ((FEEDBACK, "feedback"), (GOALS, "goal"), (PRESENCE, "presence")):
        if line.id.startswith(start):
            return group
    return RESULT


def _rank(group: str) -> tuple[int, str, bool]:
    """The result first, then what it is made of, from the largest to the smallest."""
    order = (RESULT, GATE, "", FEEDBACK, GOALS, PRESENCE)
    if group in order:
        return order.index(group), "", False
    segment, _dot, kpi = group.partition(".kpi")
    return order.index(""), segment, bool(kpi)


def _title(group: str, document: AppraisalDocument) -> str:
    titles = {
        RESULT: _("Result"),
        GATE: _("What bands ask for"),
        FEEDBACK: _("Feedback"),
        GOALS: _("Development goals"),
        PRESENCE: _("Presence"),
    }
    if group in titles:
        return titles[group]
    segment = document.segments[int(group.removeprefix("segment-").partition(".")[0]) - 1]
    kpi = group.partition(".kpi.")[2]
    title = kpi_title(document, kpi) if kpi else _("KPIs")
    return f"{title} · {local(segment.title)}" if len(document.segments) > 1 else title


@dataclass(frozen=True)
class _Writing:
    document: AppraisalDocument
    names: Mapping[str, str]

    def entries(self, lines: Sequence[DerivationLine]) -> Iterator[DerivationEntry]:
        """Each before what it rests on."""
        below: dict[str | None, list[DerivationLine]] = defaultdict(list)
        ids = {line.id for line in lines}
        for line in lines:
            below[line.under if line.under in ids else None].append(line)
        yield from self._down(below, None, 0)

    def _down(
        self, below: Mapping[str | None, list[DerivationLine]], parent: str | None, depth: int
    ) -> Iterator[DerivationEntry]:
        for line in below.get(parent, ()):
            yield replace(self.entry(line), depth=min(depth, DEEPEST))
            yield from self._down(below, line.id, depth + 1)

    def entry(self, line: DerivationLine) -> DerivationEntry:
        return DerivationEntry(
            id=line.id,
            anchor=anchor(line.id),
            label=said(line.label),
            shown=line.shown,
            unrounded=_unrounded(line),
            rule=said(line.rule).replace(" x ", " × ") if line.rule else "",
            formula=tuple(self._formula(line)),
            source=self._source(line),
            campaigns=self._campaigns(line),
            notes=tuple(filter(None, map(said, line.notes))),
        )

    @cached_property
    def _values(self) -> Mapping[str, float | None]:
        return {line.id: line.value for line in self.document.derivation}

    def _formula(self, line: DerivationLine) -> Iterator[FormulaTerm]:
        values, end = self._values if line.formula else {}, 0
        for found in REFERENCE.finditer(line.formula or ""):
            if words := (line.formula or "")[end : found.start()]:
                yield FormulaTerm(_signs(words))
            yield FormulaTerm(_operand(values.get(found[1])), anchor(found[1]))
            end = found.end()
        if rest := (line.formula or "")[end:]:
            yield FormulaTerm(_signs(rest))

    def _campaigns(self, line: DerivationLine) -> tuple[str, ...]:
        known = self.document.feedback.campaigns
        return tuple(code for code in known if code in re.split(r" \+ |: ", line.source or ""))

    def _source(self, line: DerivationLine) -> str:
        if line.figure is not None:
            return self._entered(self.document.inputs.figures[line.figure])
        match line.source:
            case None:
                return ""
            case "rating":
                return _("rated")
        if line.source.startswith("register."):
            return _("from %(source)s", source=_("the register of visits and complaints"))
        if line.source in GATES:
            return _("from %(source)s", source=gate_figure(line.source))
        # Of a cell its label names the rater group, in words.
        return _("from %(source)s", source=line.source.partition(": ")[0])

    def _entered(self, figure: FigureInput) -> str:
        """Source, file and row, version, who, when and why."""
        who = self.names.get(figure.actor, figure.actor)
        parts = [named(SOURCES, figure.source)]
        if figure.file_name:
            parts.append(_("file %(file)s, row %(row)s", file=figure.file_name, row=figure.row or "–"))
        parts.append(_("version %(number)s", number=figure.version))
        parts.append(_("entered by %(who)s on %(day)s", who=who, day=_day(figure.at)))
        if figure.base is not None:
            parts.append(_("of %(number)s cases", number=exact(figure.base)))
        if figure.reason:
            parts.append(_("reason: %(reason)s", reason=figure.reason))
        return ("; " if language() == "en" else "；").join(parts)


def _unrounded(line: DerivationLine) -> str | None:
    """Where there are more digits than those that are shown; shares in per cent are a hundred times it."""
    if line.value is None or line.shown is None or "%" in line.shown:
        return None
    is_same = abs(line.value - float(line.shown.replace(",", ""))) < SAME
    return None if is_same else exact(line.value)


def _day(moment: str) -> str:
    return format_date(datetime.fromisoformat(moment), "long")


def _signs(words: str) -> str:
    for sign, written in SIGNS.items():
        words = words.replace(sign, written)
    return words


def _operand(value: float | None) -> str:
    """Without marks between thousands: in a formula a comma separates."""
    if value is None:
        return "–"
    written = f"{value:.10f}".rstrip("0").rstrip(".")
    return f"(−{written[1:]})" if written.startswith("-") else written
