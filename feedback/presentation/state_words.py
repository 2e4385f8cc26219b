"""The states of appraisals and plans, marked for the catalogue: pages and sentences translate their values."""

from forms.words import N_

OF_APPRAISALS = (
    N_("preparing"),
    N_("running"),
    N_("computed"),
    N_("reviewed"),
    N_("calibrated"),
    N_("confirmed"),
    N_("notified"),
    N_("read"),
    N_("deemed read"),
    N_("objected"),
    N_("answered"),
    N_("final"),
    N_("not appraised"),
)
OF_PLANS = (
    N_("draft"),
    N_("published"),
    N_("acknowledged"),
    N_("paused"),
    N_("extended"),
    N_("met"),
    N_("not met"),
    N_("dropped"),
)
