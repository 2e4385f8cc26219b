"""What each judgement on a campaign's measurement says, in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from feedback.presentation.numerals import number, percent
from feedback.services.quality.quality_verdict import Judgement, Use
from forms.words import N_


@dataclass(frozen=True)
class VerdictWords:
    """The claim, what its figure means (`written` writes it), and what to say where there is none."""

    claim: str
    meaning: str
    lacking: str
    written: Callable[[float], str]


def coefficient(value: float) -> str:
    return number(value, 2)


WORDS = {
    Use.RESPONSE: VerdictWords(
        N_("It speaks for those who were asked."),
        N_(
            "In the rater group that answered least, %(figure)s answered. From 60%% on it speaks for all; below 40%% "
            "those who stayed silent may think otherwise."
        ),
        N_("No group is large enough to say how many answered."),
        percent,
    ),
    Use.FEEDBACK: VerdictWords(
        N_("People can see where they stand."),
        N_(
            "Half of the scores are surer than an interval of %(figure)s points from end to end. Up to 20 points it "
            "serves a conversation; beyond 30 it says little."
        ),
        N_("Nobody has an official score."),
        number,
    ),
    Use.DIMENSIONS: VerdictWords(
        N_("Each dimension measures one thing."),
        N_(
            "The lowest alpha is %(figure)s. From 0.7 on the questions of a dimension go together; below 0.6 look at "
            "single questions instead."
        ),
        N_("There are too few questionnaires for alpha."),
        coefficient,
    ),
    Use.DIFFERENCES: VerdictWords(
        N_("It tells people apart."),
        N_(
            "The reliability of a typical score is %(figure)s: that part of the differences between people is not "
            "chance. From 0.8 on it may weigh in decisions about people; below 0.7 do not rank them."
        ),
        N_("There are fewer than two scores to compare."),
        coefficient,
    ),
    Use.CARE: VerdictWords(
        N_("It was answered with care."),
        N_(
            "%(figure)s of the questionnaires have one value everywhere. Up to 10%% is usual; above 25%% ask why."
        ),
        N_("There are too few questionnaires to look at."),
        percent,
    ),
}


def claim(judgement: Judgement) -> str:
    return _(WORDS[judgement.use].claim)


def figure(judgement: Judgement) -> str:
    return "–" if judgement.figure is None else WORDS[judgement.use].written(judgement.figure)


def meaning(judgement: Judgement) -> str:
    words = WORDS[judgement.use]
    if judgement.figure is None:
        return _(words.lacking)
    return _(words.meaning, figure=words.written(judgement.figure))
