"""Where the parts of an overall score come from, and what is done without them::

[feedback]                         # which campaigns feed a kind of period, in order of preference
month = ["client"]                 # client | 360 | both; where nothing is said, the one that is released
quarter = ["client", "both"]
year = ["both"]                    # or each side from its own:
year = {client = "pooled quarters", others = "360"}    # client: pooled quarters | client | both; others: 360 | both

[absent]
component = "hold"                 # without a component that has weight: hold (default), or level: the others take it
required = ["feedback"]            #   never without these (default: none besides what `hold` says)
goals = "hold"                     # where no goals are agreed: hold (default) | renormalise: the others take the weight

[month]
on_track_from = 1.0                # the share of the target so far from which a figure is on track (default 1)
[year]
from_quarters = 0.5                # the share that the mean of the final quarterly totals has in the year's (default 0)
least_quarters = 2                 # so many of them there must be (default 2)
"""

from forms.appraisals.choices import (
    AbsentComponent,
    AbsentGoals,
    CampaignFeed,
    ComponentName,
    YearClients,
    YearOthers,
)
from forms.appraisals.rules import FeedbackRules, MonthRules, PeriodFeedback, YearRules
from forms.document import Section, filled


def feedback(root: Section) -> FeedbackRules:
    fed, absent = root.section("feedback"), root.section("absent")
    rules = FeedbackRules(
        month=_campaigns(fed, "month"),
        quarter=_campaigns(fed, "quarter"),
        year=_sides(fed.section("year"))
        if isinstance(fed.table.get("year"), dict)
        else _campaigns(fed, "year"),
        absent_component=absent.choice("component", AbsentComponent, AbsentComponent.HOLD),
        required_components=absent.choices("required", ComponentName, ()),
        absent_goals=absent.choice("goals", AbsentGoals, AbsentGoals.HOLD),
    )
    fed.close()
    absent.close()
    return rules


def _campaigns(section: Section, key: str) -> PeriodFeedback:
    return PeriodFeedback(section.choices(key, CampaignFeed, ()))


def _sides(section: Section) -> PeriodFeedback:
    clients, others = section.choice("client", YearClients), section.choice("others", YearOthers)
    section.close()
    return PeriodFeedback((), clients, others)


def month(section: Section) -> MonthRules:
    rules = MonthRules(section.number("on_track_from", 1.0, most=2.0))
    section.close()
    return rules


def year(section: Section) -> YearRules:
    rules = YearRules(
        section.number("from_quarters", 0.0, most=1.0), section.integer("least_quarters", 2, least=1, most=4)
    )
    section.close()
    return rules


def definition(rules: FeedbackRules) -> dict[str, object]:
    kinds = {"month": rules.month, "quarter": rules.quarter, "year": rules.year}
    return {
        "feedback": filled({key: _period_definition(period) for key, period in kinds.items()}),
        "absent": {
            "component": rules.absent_component.value,
            "goals": rules.absent_goals.value,
            **filled({"required": [component.value for component in rules.required_components]}),
        },
    }


def _period_definition(period: PeriodFeedback) -> object:
    if period.clients and period.others:
        return {"client": period.clients.value, "others": period.others.value}
    return [kind.value for kind in period.kinds]
