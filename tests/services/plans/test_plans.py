"""Plans: drafted, published with a locked text, acknowledged, looked at, ended."""

from dataclasses import replace
from datetime import date

import pytest

from feedback.models.plans import FollowUpStatus, PlanKind, PlanState
from feedback.services.decisions import confirming
from feedback.services.ground.errors import NotFound, NotPossible
from feedback.services.plans import plan_lists, plans
from feedback.services.plans.plans import ItemText, PlanText
from tests.rounds import Bureau

TEXT = PlanText(
    PlanKind.IMPROVEMENT,
    "revenue 60 of 100",
    date(2027, 3, 31),
    (ItemText("two visits a week", "visits in the register", date(2027, 2, 28), "A03", "a car", "A01"),),
    (date(2027, 1, 29), date(2027, 2, 26)),
)


def drafted(bureau: Bureau, text: PlanText = TEXT):  # type: ignore[no-untyped-def]
    return plans.draft(bureau.session, bureau.of("A03"), text, bureau.by("M01"))


def test_a_plan_is_published_after_the_result_was_told_and_acknowledged_by_the_person(bureau: Bureau):
    bureau.review("A03")
    plan = drafted(bureau)
    with pytest.raises(NotPossible, match="published after the person was told"):
        plans.publish(bureau.session, plan, bureau.by("M01"))
    assert plan_lists.of(bureau.session, bureau.of("A03"), bureau.by("A03")) == []
    with pytest.raises(NotFound):
        plan_lists.find(bureau.session, plan.id, bureau.by("A03"))
    bureau.tell_reviewed("A03")
    plans.publish(bureau.session, plan, bureau.by("M01"))
    with pytest.raises(NotPossible, match="not yours"):
        plans.acknowledge(bureau.session, plan, bureau.by("M01"))
    plans.acknowledge(
        bureau.session, plan_lists.find(bureau.session, plan.id, bureau.by("A03")), bureau.by("A03")
    )
    assert [(step.before, step.after) for step in plan.steps] == [
        ("draft", "published"),
        ("published", "acknowledged"),
    ]


def test_with_a_published_plan_the_last_band_becomes_final(bureau: Bureau):
    bureau.tell("A03")
    plan = drafted(bureau)
    confirming.deem_read(bureau.session, bureau.calendar(days=8))
    assert confirming.finish_due(bureau.session, bureau.calendar(days=8)) == 0
    plans.publish(bureau.session, plan, bureau.by("M01"))
    bureau.session.flush()
    assert confirming.finish_due(bureau.session, bureau.calendar(days=8)) == 1


def test_the_text_locks_when_it_is_published_and_a_pause_unlocks_it_for_a_new_acknowledgement(bureau: Bureau):
    bureau.tell("A03")
    plan = drafted(bureau)
    plans.rewrite(bureau.session, plan, replace(TEXT, reason="still a draft"), bureau.by("M01"))
    plans.publish(bureau.session, plan, bureau.by("M01"))
    with pytest.raises(NotPossible, match="the text of a published plan is locked"):
        plans.rewrite(bureau.session, plan, TEXT, bureau.by("M01"))
    with pytest.raises(NotPossible, match="not yours"):
        plans.pause(bureau.session, plan, "leave", bureau.by("M01"))
    plans.pause(bureau.session, plan, "on leave until March", bureau.by("hr"))
    plans.rewrite(bureau.session, plan, replace(TEXT, ends=date(2027, 6, 30)), bureau.by("M01"))
    plans.publish(bureau.session, plan, bureau.by("hr"))
    assert (plan.state, plan.edition, plan.ends) == ("published", 2, date(2027, 6, 30))


def test_a_plan_is_extended_with_a_reason_and_ended_with_what_came_of_it(bureau: Bureau):
    bureau.tell("A03")
    plan = drafted(bureau)
    plans.publish(bureau.session, plan, bureau.by("M01"))
    with pytest.raises(NotPossible, match="ends later than before"):
        plans.extend(bureau.session, plan, TEXT.ends, "more time", bureau.by("M01"))
    plans.extend(bureau.session, plan, date(2027, 4, 30), "two weeks of illness", bureau.by("M01"))
    with pytest.raises(NotPossible, match="say what came of the plan"):
        plans.end(bureau.session, plan, PlanState.MET, " ", bureau.by("M01"))
    plans.end(bureau.session, plan, PlanState.MET, "three visits a week", bureau.by("M01"))
    with pytest.raises(NotPossible, match="it cannot become"):
        plans.end(bureau.session, plan, PlanState.DROPPED, "no", bureau.by("M01"))


def test_follow_ups_are_noted_on_their_day_and_the_missing_ones_are_listed(bureau: Bureau):
    bureau.tell("A03")
    plan = drafted(bureau)
    plans.publish(bureau.session, plan, bureau.by("M01"))
    bureau.session.commit()
    late = bureau.by("M01", days=30)
    (line,) = plan_lists.due(bureau.session, late, late.today)
    assert (line.follow_up.due, line.overdue) == (date(2027, 1, 29), 5)
    plans.follow_up(bureau.session, plan, date(2027, 1, 29), FollowUpStatus.AT_RISK, "one visit only", late)
    bureau.session.commit()
    assert plan_lists.due(bureau.session, late, late.today) == []
    assert plan_lists.due(bureau.session, bureau.by("M02", days=90), date(2027, 12, 31)) == []
    with pytest.raises(NotPossible, match=r"1 to \d+ characters"):
        plans.follow_up(bureau.session, plan, date(2027, 2, 26), FollowUpStatus.MISSED, "", late)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"items": ()}, "at least one thing to do"),
        ({"reason": " "}, "has a reason"),
        ({"ends": date(2027, 1, 31)}, "after its end"),
        ({"items": (replace(TEXT.items[0], measure=""),)}, "how it is measured"),
    ],
)
def test_an_incomplete_plan_is_refused(bureau: Bureau, change: dict[str, object], said: str):
    with pytest.raises(NotPossible, match=said):
        drafted(bureau, replace(TEXT, **change))


def test_nobody_plans_for_himself_and_strangers_see_none(bureau: Bureau):
    with pytest.raises(NotPossible, match="nobody reviews himself"):
        plans.draft(bureau.session, bureau.of("A03"), TEXT, bureau.by("A03"))
    plan = drafted(bureau)
    bureau.session.commit()
    for name in ("A01", "M02"):
        with pytest.raises(NotFound, match="there is no such plan"):
            plan_lists.find(bureau.session, plan.id, bureau.by(name))
    assert plan_lists.find(bureau.session, plan.id, bureau.by("D01")).id == plan.id
