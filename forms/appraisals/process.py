"""The steps of an appraisal, and what follows from a row of them::

[process]                          # days are working days; these are the defaults
targets_agreed = true              # whether targets and goals are agreed before a round runs
calibration = false                # whether the bands of a pool are looked at together
interview = "last band"            # always | last band (and not qualified) | never
plan_for_last_band = true          # an improvement plan before the last band is final
adjustment_limit = 0               # points by which a reviewer may change the total
review_days = 10
calibrate_days = 5
object_days = 5
answer_days = 5
second_answer_by = "line"          # who answers a second objection: line (above the reviewer) | hr

[presence]                         # calendar days
least_days = {month = 15, quarter = 30, year = 90}     # fewer are not appraised
least_leave = 15                   # leave of so many days in one piece is absence
probation_counts = true            # whether probation is presence

[pay]
bonus_by_band = false              # the bonus of the band (`bonus` of [[band]]), not of the score
bonus_by_presence = false          # in proportion to the days of presence

[guideline]
shares = [20, 70, 10]              # of the bands, best first, in per cent, for pools of 25 or more; default none

[series]                           # none without this table
band = "A"
periods = 3

[promotion]                        # none without this table
band = "A"                         # this or a better one
at_least = 3                       # so often
of_last = 4                        # in so many periods
months_in_level = 12               # default 0
no_incident_months = 12            # default 0
training = false                   # whether the trainings of the level must be passed
"""

from dataclasses import asdict

from forms.appraisals.choices import InterviewRule, PeriodKind, SecondAnswer
from forms.appraisals.rules import PresenceRules, Process, PromotionRule, SeriesRule
from forms.document import Section

LEAST_DAYS = {PeriodKind.MONTH: 15, PeriodKind.QUARTER: 30, PeriodKind.YEAR: 90}
DAYS_OF_A_YEAR = 366


def process(section: Section) -> Process:
    rules = Process(
        targets_agreed=section.flag("targets_agreed", True),
        calibration=section.flag("calibration", False),
        interview=section.choice("interview", InterviewRule, InterviewRule.LAST_BAND),
        plan_for_last_band=section.flag("plan_for_last_band", True),
        adjustment_limit=section.number("adjustment_limit", 0.0, most=100.0),
        review_days=_days(section, "review_days", 10),
        calibrate_days=_days(section, "calibrate_days", 5),
        object_days=_days(section, "object_days", 5),
        answer_days=_days(section, "answer_days", 5),
        second_answer_by=section.choice("second_answer_by", SecondAnswer, SecondAnswer.LINE),
    )
    section.close()
    return rules


def _days(section: Section, key: str, usual: int) -> int:
    return section.integer(key, usual, least=1, most=DAYS_OF_A_YEAR)


def presence(section: Section) -> PresenceRules:
    least = section.section("least_days")
    rules = PresenceRules(
        least_days={
            kind: least.integer(kind, days, most=DAYS_OF_A_YEAR) for kind, days in LEAST_DAYS.items()
        },
        least_leave=section.integer("least_leave", 15, least=1, most=DAYS_OF_A_YEAR),
        probation_counts=section.flag("probation_counts", True),
    )
    least.close()
    section.close()
    return rules


def series(section: Section) -> SeriesRule:
    rule = SeriesRule(section.string("band"), section.integer("periods", least=2, most=60))
    section.close()
    return rule


def promotion(section: Section) -> PromotionRule:
    rule = PromotionRule(
        band=section.string("band"),
        at_least=section.integer("at_least", least=1, most=60),
        of_last=section.integer("of_last", least=1, most=60),
        months_in_level=section.integer("months_in_level", 0, most=600),
        no_incident_months=section.integer("no_incident_months", 0, most=600),
        training=section.flag("training", False),
    )
    if rule.at_least > rule.of_last:
        section.fault("at_least", "above", low=rule.at_least, high=rule.of_last)
    section.close()
    return rule


def presence_definition(rules: PresenceRules) -> dict[str, object]:
    return asdict(rules) | {"least_days": {kind.value: days for kind, days in rules.least_days.items()}}
