"""Sentences about a report that pages say in their templates and papers say here."""

from flask_babel import gettext as _

from feedback.presentation.locales import language
from feedback.presentation.numerals import percent
from feedback.presentation.reasons import local, why
from feedback.services.reports.report_document import Feedback, RaterGroup, Satisfaction, Verdict, Withheld
from feedback.services.scores.scorecards import Shortage
from forms.words import N_

VERDICTS = {
    Verdict.REACHED: N_("The goal of %(goal)s is reached."),
    Verdict.MISSED: N_("The goal of %(goal)s is not reached."),
    Verdict.OPEN: N_(
        "The interval includes the goal of %(goal)s: these answers cannot tell whether it is reached."
    ),
}


def sentences(*parts: str) -> str:
    """One after the other: Chinese full stops bring their own space."""
    return (" " if language() == "en" else "").join(filter(None, parts))


def shortage(feedback: Feedback) -> str:
    match feedback.shortage:
        case Shortage.REQUIRED_GROUP:
            groups = _(", ").join(map(local, feedback.missing_groups))
            return _("No official score: too few answers from %(groups)s.", groups=groups)
        case Shortage.COVERAGE:
            return _(
                "No official score: the groups that can be shown carry %(share)s of the weight; %(minimum)s is needed.",
                share=percent(feedback.coverage or 0.0),
                minimum=percent(feedback.minimum_coverage),
            )
    return _("No official score: there are no answers that can be shown.")


def verdict(satisfaction: Satisfaction) -> str:
    return _(VERDICTS[satisfaction.verdict], goal=percent(satisfaction.goal))


def shown_as(group: RaterGroup) -> str:
    if isinstance(group.total, Withheld):
        return why(group.total)
    return counted_together(group) if group.merged else _("shown by itself")


def counted_together(pool: RaterGroup) -> str:
    """Which groups, and since when. Not which of them were too small, and nothing about single ones."""
    later = [title for title in pool.merged if title not in pool.from_start]
    first, others = (" + ".join(map(local, titles)) for titles in (pool.from_start, later))
    if not first:
        return _(
            "%(groups)s together, because each alone had too few answers or was needed to protect one that had",
            groups=others,
        )
    if not others:
        return _(
            "%(groups)s together from the start, because too few people were asked in one of them",
            groups=first,
        )
    return _(
        "%(groups)s together from the start, because too few people were asked in one of them; and %(others)s with "
        "them, because there were too few answers otherwise",
        groups=first,
        others=others,
    )
