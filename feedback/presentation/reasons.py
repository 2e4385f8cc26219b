"""Words of the reader's language for what reports and campaign quality name by code."""

from flask_babel import gettext as _

from feedback.presentation.locales import language
from feedback.services.ground import protection
from feedback.services.ground.bilingual import Bilingual
from feedback.services.quality.quality_document import Lack
from feedback.services.quality.quality_verdict import Grade
from feedback.services.reports.change_document import Obstacle
from feedback.services.reports.report_document import Reason, ReportPart, Withheld
from feedback.services.reports.report_summaries import Concern
from feedback.services.scores.scorecards import GapClass
from forms.words import N_

WITHHELD = {
    Reason.TOO_FEW: N_("too few answers to show"),
    Reason.NO_ANSWERS: N_("no answers"),
    Reason.NOBODY_INVITED: N_("nobody was asked"),
    Reason.NOT_ASKED: N_("not asked of this group"),
}
GAP_CLASSES = {
    GapClass.AGREED_STRENGTH: N_("Agreed strength"),
    GapClass.HIDDEN_STRENGTH: N_("Hidden strength"),
    GapClass.BLIND_SPOT: N_("Blind spot"),
    GapClass.AGREED_DEVELOPMENT_AREA: N_("Agreed area to develop"),
}
OBSTACLES = {
    Obstacle.FIRST: N_("There is no earlier campaign of this kind to compare with."),
    Obstacle.QUESTIONNAIRE: N_(
        "The earlier campaign used another questionnaire, so scores are not comparable."
    ),
    Obstacle.SCHEME: N_("The earlier campaign was weighted by another scheme, so scores are not comparable."),
    Obstacle.NOT_SHOWN: N_("no rater group can be shown in both campaigns"),
    Obstacle.UNOFFICIAL: N_("what both campaigns show is not enough for an official score"),
}
LACKS = {
    Lack.TOO_FEW_INVITED: N_("too few people to tell without telling about single ones"),
    Lack.TOO_FEW_BALLOTS: N_("fewer than 10 questionnaires to look at"),
    Lack.TOO_FEW_SUBJECTS: N_("fewer than 10 people rated"),
    Lack.ONE_ITEM: N_("only one question"),
    Lack.NO_VARIANCE: N_("all answers are the same"),
    Lack.NO_REPEATED_RATINGS: N_("nobody was rated twice"),
    Lack.NO_AGREEMENT: N_("raters of one person agree no more than raters of different people"),
    Lack.NO_LARGE_CELL: N_("no rater group with 10 ratings"),
    Lack.NO_SCORE: N_("no official score"),
    Lack.ONE_SCORE: N_("fewer than two scores to compare"),
}
PARTS = {
    ReportPart.FEEDBACK: N_("scores"),
    ReportPart.COMMENTS: N_("comments"),
    ReportPart.TREND: N_("change over time"),
    ReportPart.OTHER: N_("particulars"),
}


CONCERNS = {
    Concern.INSUFFICIENT: N_("no official score"),
    Concern.LOW_SCORE: N_("score below 60"),
    Concern.BLIND_SPOTS: N_("two blind spots or more"),
    Concern.DIVIDED: N_("divided opinion on a question"),
    Concern.FALLEN: N_("detectable fall"),
}
GRADES = {
    Grade.GOOD: N_("yes"),
    Grade.LIMITED: N_("with care"),
    Grade.POOR: N_("no"),
    Grade.UNKNOWN: N_("cannot be told"),
}


def local(text: Bilingual) -> str:
    return text.in_language(language())


def why(withheld: Withheld) -> str:
    """Why there is no figure."""
    if withheld.counted_in:
        return _("counted under “%(group)s”", group=local(withheld.counted_in))
    if withheld.from_start:
        return _("too few people asked to show")
    return _(WITHHELD[withheld.reason])


def no_satisfaction(withheld: Withheld) -> str:
    return _too_few_for(withheld, protection.TOP2BOX_FROM)


def no_nps(withheld: Withheld) -> str:
    return _too_few_for(withheld, protection.NPS_FROM)


def _too_few_for(withheld: Withheld, least: int) -> str:
    """Why there is no figure that takes more answers than a mean does."""
    if withheld.reason is Reason.TOO_FEW:
        return _("too few answers: shown from %(least)s of a rater group on", least=least)
    return why(withheld)


def gap_class(kind: GapClass) -> str:
    return _(GAP_CLASSES[kind])


def obstacle(reason: Obstacle) -> str:
    return _(OBSTACLES[reason])


def lack(reason: Lack) -> str:
    return _(LACKS[reason])


def concern(found: Concern) -> str:
    return _(CONCERNS[found])


def grade(found: Grade) -> str:
    return _(GRADES[found])


def part(changed: ReportPart) -> str:
    return _(PARTS[changed])
