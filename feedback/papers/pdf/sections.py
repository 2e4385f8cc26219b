"""The sections of a report on paper: the same figures and words as on its page, in an order to be read through."""

from collections.abc import Iterator, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from feedback.papers.pdf.blocks import (
    Block,
    Heading,
    Heat,
    Illustration,
    PaperSection,
    Quotes,
    SideBySide,
    Style,
    Table,
    Text,
)
from feedback.presentation import heat_tables
from feedback.presentation.numerals import number, plain, signed
from feedback.presentation.reasons import gap_class, local, obstacle
from feedback.presentation.report_charts import GAP_FIELDS, Picture
from feedback.presentation.sentences import sentences
from feedback.services.reports.change_document import NotComparable, ScoreChange, SubjectChanges
from feedback.services.reports.report_document import Comments, Report, Response
from feedback.services.scores.scorecards import Estimate, GapClass
from forms.words import N_

Pictures = Mapping[str, Picture]

COMPARED = N_(
    "Compared is only what both campaigns show, so the points may differ from those of the two reports. A change is "
    "named from five points on, and only if it is larger than chance would explain."
)
MEANINGS = {
    GapClass.AGREED_STRENGTH: N_("You and the others see it as a strength: build on it."),
    GapClass.HIDDEN_STRENGTH: N_("The others see more in it than you do."),
    GapClass.BLIND_SPOT: N_("You see it clearly better than the others: worth a conversation."),
    GapClass.AGREED_DEVELOPMENT_AREA: N_("You and the others agree that there is room to grow."),
}


def sections(report: Report, pictures: Pictures) -> Iterator[PaperSection]:
    yield PaperSection(_("The dimensions, by rater group"), tuple(_dimensions(report, pictures)))
    yield PaperSection(_("Self and others"), tuple(_gaps(report, pictures)))
    yield PaperSection(_("The questions"), tuple(_items(report, pictures)))
    yield PaperSection(_("Change over time"), tuple(_trend(report, pictures)))
    yield PaperSection(_("Comments"), tuple(_comments(report)))


def figure(picture: Picture) -> Illustration:
    return Illustration(picture.svg, picture.title, picture.description)


def _dimensions(report: Report, pictures: Pictures) -> Iterator[Block]:
    table = heat_tables.of_dimensions(report)
    yield Heat(_("Scores by dimension and rater group"), _("Dimension"), table)
    note = _(
        "Points, and n: how many ratings a question has on average. The darker the blue, the higher; the warmer, "
        "the lower."
    )
    yield Text(note, Style.QUIET)
    groups = _group_table(report)
    if "radar" in pictures:
        yield SideBySide((figure(pictures["radar"]),), (groups, *responses(report.responses)))
    else:
        yield from (groups, *responses(report.responses))


def _group_table(report: Report) -> Table:
    rows = tuple(
        (
            local(group.title),
            _("not counted") if group.is_self else f"{plain(group.weight)}%",
            number(group.total.value),
        )
        for group in report.groups
        if isinstance(group.total, Estimate)
    )
    return Table(_("By rater group"), (_("Rater group"), _("Weight"), _("Score")), rows)


def responses(found: tuple[Response, ...]) -> Iterator[Block]:
    if found:
        rows = tuple(
            (
                local(each.title),
                _("%(answered)s of %(invited)s", answered=each.answered, invited=each.invited),
                _("%(number)s by phone", number=each.by_phone) if each.by_phone else "",
            )
            for each in found
        )
        yield Table(_("Who was asked"), (_("Rater group"), _("Answered"), ""), rows)


def _gaps(report: Report, pictures: Pictures) -> Iterator[Block]:
    if "gaps" not in pictures:
        yield Text(
            _("There is no self-assessment to compare with, or no score of others that can be shown."),
            Style.QUIET,
        )
        return
    found = {
        kind: [each for each in report.dimensions if each.gap and each.gap.kind is kind]
        for kind in GAP_FIELDS
    }
    rows = tuple(
        (
            gap_class(kind),
            _(", ").join(
                f"{local(each.title)} {signed(each.gap.difference)}" for each in dimensions if each.gap
            )
            or _("none"),
            _(MEANINGS[kind]),
        )
        for kind, dimensions in found.items()
    )
    yield Table("", (_("Class"), _("Dimensions"), _("What it means")), rows, words=3)
    yield SideBySide((figure(pictures["gaps"]),), (figure(pictures["quadrants"]),))


def _items(report: Report, pictures: Pictures) -> Iterator[Block]:
    ends = heat_tables.extremes(report)
    if not ends.highest:
        yield Text(
            _("Single questions are shown from five answers in a rater group on; no group has so many."),
            Style.QUIET,
        )
        return
    yield SideBySide((_extremes(_("Highest"), ends.highest),), (_extremes(_("Lowest"), ends.lowest),))
    note = _("Means from five answers on, shares of each answer from ten on.")
    yield Heading(_("Every question by rater group"), note)
    for section in heat_tables.by_dimension(report):
        yield Heat(section.title, _("Question"), section.table)
    drawn = [figure(picture) for name, picture in pictures.items() if name.startswith("distribution")]
    for left, right in zip(drawn[::2], [*drawn[1::2], None], strict=False):
        yield SideBySide((left,), (right,) if right else ())


def _extremes(title: str, rows: tuple[heat_tables.HeatRow, ...]) -> Table:
    return Table(title, (_("Question"), _("Points")), tuple((row.title, row.cells[0].value) for row in rows))


def _trend(report: Report, pictures: Pictures) -> Iterator[Block]:
    blocks = tuple(_changes(report.changes))
    if "trend" in pictures:
        yield SideBySide((figure(pictures["trend"]),), blocks)
    else:
        yield from blocks


def _changes(changes: SubjectChanges | NotComparable) -> Iterator[Block]:
    if isinstance(changes, NotComparable):
        yield Text(obstacle(changes.reason), Style.QUIET)
        return
    rows = (
        (_("Feedback score"), changed(changes.total)),
        *((local(each.title), changed(each.change)) for each in changes.dimensions),
    )
    title = _("Since %(campaign)s", campaign=local(changes.title))
    yield Table(title, (_("Dimension"), _("Change")), rows)
    yield Text(_(COMPARED), Style.QUIET)


def changed(found: ScoreChange | NotComparable) -> str:
    if isinstance(found, NotComparable):
        return obstacle(found.reason)
    if not found.detected:
        return _("no detectable change")
    step = _("from %(earlier)s to %(later)s", earlier=number(found.earlier), later=number(found.later))
    return f"{'▲' if found.difference > 0 else '▼'} {signed(found.difference)} {step}"


def _comments(report: Report) -> Iterator[Block]:
    if not report.comments:
        yield Text(sentences(_("There are no comments to show."), comment_rule()), Style.QUIET)
    for each in report.comments:
        yield Quotes(local(each.question), local(each.group), each.texts, _hidden(each))


def _hidden(comments: Comments) -> str:
    if not comments.hidden:
        return ""
    count = ngettext("%(num)s comment hidden by HR:", "%(num)s comments hidden by HR:", len(comments.hidden))
    return f"{count} {_('; ').join(dict.fromkeys(comments.hidden))}"


def comment_rule() -> str:
    return _(
        "Comments appear only from groups of at least five answers, so that nobody is recognised by their words. "
        "Groups that do not answer anonymously are the exception, such as the supervisor and the self-assessment."
    )
