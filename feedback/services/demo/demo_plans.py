"""Plans of the demo company: for whoever has the last band, and one to learn something."""

from datetime import date, datetime, timedelta

from feedback.models.plans import DevelopmentPlan, FollowUpStatus, PlanKind, PlanState
from feedback.models.rounds import Appraisal
from feedback.services.decisions import confirming
from feedback.services.demo import demo_words
from feedback.services.demo.demo_courses import Course
from feedback.services.demo.demo_stage import ZONE, Stage, morning
from feedback.services.ground import days
from feedback.services.plans import plans
from feedback.services.plans.plans import ItemText, PlanText

RUNS = timedelta(days=90)
HALFWAY = timedelta(days=45)
LONGER = timedelta(days=45)
SOON = timedelta(days=7)


def improve(course: Course, chosen: list[Appraisal], now: datetime) -> list[DevelopmentPlan]:
    """Published and acknowledged for everybody of them who needs one."""
    lacking = confirming.without_plan(course.stage.session, chosen)
    return [_publish(course, one, PlanKind.IMPROVEMENT, now) for one in chosen if one in lacking]


def learn(course: Course, appraisal: Appraisal, now: datetime) -> DevelopmentPlan:
    return _publish(course, appraisal, PlanKind.TRAINING, now)


def draft(course: Course, appraisal: Appraisal, now: datetime) -> DevelopmentPlan:
    text = _text(appraisal, PlanKind.IMPROVEMENT, days.day_of(now, ZONE))
    return plans.draft(
        course.stage.session, appraisal, text, course.stage.by(course.reviewer(appraisal), now)
    )


def _publish(course: Course, appraisal: Appraisal, kind: PlanKind, now: datetime) -> DevelopmentPlan:
    session, by = course.stage.session, course.stage.by(course.reviewer(appraisal), now)
    plan = plans.draft(session, appraisal, _text(appraisal, kind, days.day_of(now, ZONE)), by)
    plans.publish(session, plan, by)
    own = course.stage.by(appraisal.person.code, now + timedelta(days=1))
    plans.acknowledge(session, plan, own)
    return plan


def _text(appraisal: Appraisal, kind: PlanKind, day: date) -> PlanText:
    learns = kind is PlanKind.TRAINING
    item = ItemText(
        demo_words.TRAINING_ITEM if learns else demo_words.PLAN_ITEM,
        demo_words.TRAINING_MEASURE if learns else demo_words.PLAN_MEASURE,
        day + HALFWAY,
        appraisal.person.code,
        demo_words.PLAN_HELP,
        "" if learns else "M01",
    )
    reason = demo_words.TRAINING_REASON if learns else demo_words.PLAN_REASON
    return PlanText(kind, reason, day + RUNS, (item,), (day + HALFWAY, day + RUNS - SOON))


def meet(stage: Stage, plan: DevelopmentPlan) -> None:
    """Looked at twice, and met in the end."""
    for look in list(plan.follow_ups):
        by = stage.hr(morning(look.due))
        plans.follow_up(stage.session, plan, look.due, FollowUpStatus.ON_TRACK, demo_words.ON_TRACK, by)
    plans.end(stage.session, plan, PlanState.MET, demo_words.MET, stage.hr(morning(plan.ends)))


def extend(stage: Stage, plan: DevelopmentPlan, now: datetime) -> None:
    """At risk when it was looked at, and given more time from now on."""
    first = plan.follow_ups[0].due
    plans.follow_up(
        stage.session, plan, first, FollowUpStatus.AT_RISK, demo_words.AT_RISK, stage.hr(morning(first))
    )
    ends = max(plan.ends, days.day_of(now, ZONE)) + LONGER
    plans.extend(stage.session, plan, ends, demo_words.EXTENDED, stage.hr(now))
