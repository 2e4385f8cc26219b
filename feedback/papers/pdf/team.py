"""The report on a team, a department or everybody as a PDF: the same figures and words as on its page."""

from collections.abc import Callable, Iterator, Mapping

from flask_babel import force_locale, format_date, ngettext
from flask_babel import gettext as _

from feedback.papers.pdf import sections, typesetting
from feedback.papers.pdf.blocks import (
    Block,
    Cover,
    Heat,
    Measure,
    Paper,
    PaperSection,
    ScoreBar,
    SideBySide,
    Style,
    Table,
    Text,
)
from feedback.papers.pdf.cover import places
from feedback.presentation import heat_tables, team_charts
from feedback.presentation.locales import language
from feedback.presentation.numerals import number, percent, signed
from feedback.presentation.reasons import concern, local
from feedback.presentation.report_charts import Picture
from feedback.services.ground.languages import LOCALE_OF
from feedback.services.reports.report_summaries import Member
from feedback.services.reports.team_report import TeamDimension, TeamItem, TeamLabel, TeamMean, TeamReport

A_PAGE_HALF_FULL = 15

Pictures = Mapping[str, Picture]


def pdf(team: TeamReport, label: TeamLabel, language: str) -> bytes:
    """Needs an application, not a request."""
    with force_locale(LOCALE_OF[language]):
        return typesetting.pdf(paper(team, label), team.released_at)


def paper(team: TeamReport, label: TeamLabel) -> Paper:
    """In the language of the moment."""
    front = cover(team, label)
    return Paper(
        title=f"{front.name} · {front.campaign}",
        language=language(),
        page=_("page {0} of {1}"),
        cover=front,
        sections=tuple(_sections(team, team_charts.of_team(team))),
    )


def title(label: TeamLabel) -> str:
    return local(label.department) if label.department else _("Account managers")


def cover(team: TeamReport, label: TeamLabel) -> Cover:
    campaign = dict.fromkeys((local(label.campaign.title), label.campaign.period))
    return Cover(
        brand=_("Feedback"),
        kind=_("Team report"),
        name=title(label),
        facts=(ngettext("%(num)s person together", "%(num)s people together", len(team.members)),),
        campaign=" · ".join(campaign),
        state=_("released %(day)s", day=format_date(team.released_at, "long"))
        if team.released_at
        else _("Preview, not released"),
        notices=tuple(_notices(team)),
        measures=_measures(team),
        dimension_title=_("Dimensions"),
        dimension_head=(_("Dimension"), "", _("Mean"), _("Number of people")),
        dimensions=tuple(_dimension(each, team.members[0].axis) for each in team.dimensions),
        contents=_("Contents"),
    )


def _notices(team: TeamReport) -> Iterator[str]:
    waiting = sum(member.released_at is None for member in team.members)
    if waiting:
        yield ngettext(
            "%(num)s of these reports is not released; its figures may still change.",
            "%(num)s of these reports are not released; their figures may still change.",
            waiting,
        )


def _measures(team: TeamReport) -> tuple[Measure, ...]:
    found: list[tuple[str, TeamMean | None, Callable[[float], str], tuple[float, float]]] = [
        (_("Mean feedback score"), team.score, number, (0.0, 100.0)),
        (_("Satisfied clients (two best answers)"), team.satisfaction, percent, (0.0, 1.0)),
        (_("Net promoter score (NPS)"), team.nps, signed, (-100.0, 100.0)),
    ]
    return tuple(
        Measure(
            label,
            written(mean.value),
            bar=_bar(mean, axis),
            note=_("over %(count)s people", count=mean.members),
        )
        if mean
        else Measure(label, _("fewer than three people have a figure"))
        for label, mean, written, axis in found
    )


def _bar(mean: TeamMean, axis: tuple[float, ...]) -> ScoreBar:
    return places(mean.value, None, None, *axis)


def _dimension(dimension: TeamDimension, axis: tuple[float, ...]) -> Measure:
    label, mean = local(dimension.title), dimension.mean
    if mean is None:
        return Measure(label, "–", note=_("fewer than three people have a figure"))
    return Measure(
        label, number(mean.value), interval=str(mean.members), bar=_bar(mean, (min(0.0, axis[0]), axis[1]))
    )


def _sections(team: TeamReport, pictures: Pictures) -> Iterator[PaperSection]:
    yield PaperSection(_("Together"), tuple(_together(team, pictures)))
    yield PaperSection(_("Worth a look"), (_attention(team),))
    yield PaperSection(
        _("Account managers"), (_members(team),), new_page=len(team.members) > A_PAGE_HALF_FULL
    )
    table = heat_tables.of_members(team)
    note = Text(_("Points. The darker the blue, the higher; the warmer, the lower."), Style.QUIET)
    yield PaperSection(_("Dimensions by person"), (Heat("", _("Account manager"), table), note))
    if team.strongest:
        left = _items(_("Strongest questions over all"), team.strongest)
        right = _items(_("Weakest questions over all"), team.weakest)
        yield PaperSection(_("Strongest and weakest questions"), (SideBySide((left,), (right,)),))


def _together(team: TeamReport, pictures: Pictures) -> Iterator[Block]:
    beside: list[Block] = [*sections.responses(team.responses), _movement(team)]
    if "trend" in pictures:
        beside.append(sections.figure(pictures["trend"]))
    if "members" in pictures:
        yield SideBySide((sections.figure(pictures["members"]),), tuple(beside))
    else:
        yield from beside
    yield Text(
        _(
            "Means over the reports of these people, each counting the same. What a report withholds is in none of "
            "them."
        ),
        Style.QUIET,
    )


def _movement(team: TeamReport) -> Block:
    moved = team.movement
    if moved.not_comparable == len(team.members):
        return Text(_("Nobody here can be compared with an earlier campaign."), Style.QUIET)
    rows = (
        (_("risen"), str(moved.risen)),
        (_("fallen"), str(moved.fallen)),
        (_("no detectable change"), str(moved.unchanged)),
        (_("not comparable"), str(moved.not_comparable)),
    )
    return Table(_("Since the campaign before"), (_("Feedback score"), _("Number of people")), rows)


def _attention(team: TeamReport) -> Block:
    if not team.attention:
        sentence = _(
            "No report stands out: every score is official, none is below 60, and none has fallen detectably."
        )
        return Text(sentence, Style.QUIET)
    rows = tuple(
        (local(entry.member.subject.name), _("; ").join(map(concern, entry.concerns)))
        for entry in team.attention
    )
    return Table("", (_("Account manager"), _("Why")), rows, words=2)


def _members(team: TeamReport) -> Table:
    head = (_("Account manager"), _("Department"), _("Feedback score"), _("Interval"))
    return Table("", head, tuple(map(_member, team.members)), words=2)


def _member(member: Member) -> tuple[str, ...]:
    score = member.feedback.score
    return (
        local(member.subject.name),
        local(member.subject.department),
        number(score.value) if score else _("no official score"),
        f"{number(score.low, 0)}–{number(score.high, 0)}" if score else "",
    )


def _items(caption: str, items: tuple[TeamItem, ...]) -> Table:
    rows = tuple((local(item.text), number(item.mean.value), str(item.mean.members)) for item in items)
    return Table(caption, (_("Question"), _("Mean"), _("Number of people")), rows)
