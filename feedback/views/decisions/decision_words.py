"""What pages of decisions name by code."""

from feedback.models.calibrations import Stance
from feedback.models.plans import ConsequenceKind
from feedback.services.dossiers.team import Duty, TeamPart
from forms.words import N_

DUTIES = {
    Duty.CONTRIBUTE: N_("say what you know of him"),
    Duty.REVIEW: N_("write the review"),
    Duty.INTERVIEW: N_("record the interview"),
    Duty.STATE: N_("say something to the objection"),
    Duty.PLAN: N_("make a plan"),
    Duty.FOLLOW_UP: N_("look at the plan"),
}
PARTS = {
    TeamPart.REVIEWER: N_("you review"),
    TeamPart.DEPUTY: N_("you stand in"),
    TeamPart.CONTRIBUTOR: N_("you led him for part of the period"),
    TeamPart.LINE: N_("you stand above the reviewer"),
}
STANCES = {
    Stance.AGREE: N_("agree"),
    Stance.QUESTION: N_("question"),
    Stance.ABSTAIN: N_("abstain"),
}
CONSEQUENCES = {
    ConsequenceKind.BONUS: N_("bonus"),
    ConsequenceKind.AWARD: N_("award"),
    ConsequenceKind.WARNING: N_("warning"),
    ConsequenceKind.PROMOTION: N_("promotion"),
    ConsequenceKind.PAY_REVIEW: N_("pay review"),
    ConsequenceKind.TRAINING: N_("training"),
}
ROUND_STATES = {
    "preparing": N_("being prepared"),
    "running": N_("running"),
    "ended": N_("ended"),
}
