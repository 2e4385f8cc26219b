"""What a confirmed incident does, by its severity::

[incident]
most_points = 20                   # all deductions of a period together (default 20)
tell_pending = false               # whether the person is told of an incident before it is confirmed
[incident.minor]
points = 5                         # off the overall score (default: 5 of a minor one, 0 of the others)
valid_months = 12                  # how long it counts for promotion; 0: for ever (defaults 12, 24, 0)
[incident.major]
cap = "C"                          # no better band than this (default: the last band)
[incident.critical]
score = 0                          # the overall score is no higher than this (default 0): not qualified
"""

from forms.appraisals.rules import Band, IncidentRule, IncidentRules
from forms.document import Section, filled


def parse(section: Section, bands: tuple[Band, ...]) -> IncidentRules:
    last = bands[-1].id if bands else None
    rules = IncidentRules(
        minor=_rule(section.section("minor"), IncidentRule(points=5.0, valid_months=12)),
        major=_rule(section.section("major"), IncidentRule(cap=last, valid_months=24)),
        critical=_rule(section.section("critical"), IncidentRule(score=0.0)),
        most_points=section.number("most_points", 20.0, most=100.0),
        tell_pending=section.flag("tell_pending", False),
    )
    section.close()
    return rules


def _rule(section: Section, usual: IncidentRule) -> IncidentRule:
    rule = IncidentRule(
        points=section.number("points", usual.points, most=100.0),
        cap=section.string("cap") if section.has("cap") else usual.cap,
        score=section.number("score", most=100.0) if section.has("score") else usual.score,
        valid_months=section.integer("valid_months", usual.valid_months or 0, most=600) or None,
    )
    section.close()
    return rule


def definition(rules: IncidentRules) -> dict[str, object]:
    return {
        "minor": _rule_definition(rules.minor),
        "major": _rule_definition(rules.major),
        "critical": _rule_definition(rules.critical),
        "most_points": rules.most_points,
        "tell_pending": rules.tell_pending,
    }


def _rule_definition(rule: IncidentRule) -> dict[str, object]:
    table: dict[str, object] = {"points": rule.points, "valid_months": rule.valid_months or 0}
    return table | filled({"cap": rule.cap, "score": rule.score})
