"""What somebody may have to do in appraisals, and how it is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forms.words import N_


class Turn(StrEnum):
    READ = "read"
    CONFIRM_INTERVIEW = "confirm interview"
    ACKNOWLEDGE_PLAN = "acknowledge plan"
    REVIEW = "review"
    TALK = "talk"
    PLAN = "plan"
    CONTRIBUTE = "contribute"
    STATE = "state"
    FOLLOW_UP = "follow up"
    CALIBRATE = "calibrate"
    ANSWER = "answer"
    ANSWER_FINALLY = "answer finally"
    COMPUTE = "compute"
    CLOSE_CALIBRATION = "close calibration"
    CONFIRM = "confirm"
    NOTIFY = "notify"
    HAND_OVER = "hand over"
    REPLACE_REVIEWER = "replace reviewer"
    DECIDE_INCIDENT = "decide incident"
    MEASURE = "measure"


SENTENCES = {
    Turn.READ: N_("%(period)s: read your appraisal, and say if you object to something"),
    Turn.CONFIRM_INTERVIEW: N_("%(period)s: confirm the interview that was recorded"),
    Turn.ACKNOWLEDGE_PLAN: N_("%(period)s: look at the plan that was made for you"),
    Turn.REVIEW: N_("%(period)s: reviews to write: %(number)s"),
    Turn.TALK: N_("%(period)s: people to talk to before they are told: %(number)s"),
    Turn.PLAN: N_("%(period)s: plans to make before results are final: %(number)s"),
    Turn.CONTRIBUTE: N_("%(period)s: say what you know of people whom you led: %(number)s"),
    Turn.STATE: N_("%(period)s: objections on which you may say something: %(number)s"),
    Turn.FOLLOW_UP: N_("%(period)s: plans to look at: %(number)s"),
    Turn.CALIBRATE: N_("%(period)s: people to look at before the calibration: %(number)s"),
    Turn.ANSWER: N_("%(period)s: objections to answer: %(number)s"),
    Turn.ANSWER_FINALLY: N_("%(period)s: second objections to answer: %(number)s"),
    Turn.COMPUTE: N_("%(period)s: the figures were due; compute the appraisals"),
    Turn.CLOSE_CALIBRATION: N_("%(period)s: reviewed appraisals that wait for a calibration: %(number)s"),
    Turn.CONFIRM: N_("%(period)s: appraisals to confirm: %(number)s"),
    Turn.NOTIFY: N_("%(period)s: confirmed appraisals that nobody was told of: %(number)s"),
    Turn.HAND_OVER: N_("%(period)s: appraisals to hand over on paper: %(number)s"),
    Turn.REPLACE_REVIEWER: N_("%(period)s: appraisals whose reviewer has left: %(number)s"),
    Turn.DECIDE_INCIDENT: N_("%(period)s: reported incidents to decide: %(number)s"),
    Turn.MEASURE: N_("%(period)s: measures about dimensions that are due: %(number)s"),
}


@dataclass(frozen=True)
class TurnTask:
    """What waits in a period, for how many people, until when. on_behalf_of: whose deputy has to do it."""

    turn: Turn
    period: str
    number: int
    until: date | None = None
    on_behalf_of: str | None = None

    @property
    def sentence(self) -> str:
        return SENTENCES[self.turn]

    @property
    def facts(self) -> Mapping[str, object]:
        return {"period": self.period, "number": self.number}
