"""The columns of a file of goals, and how their cells are read."""

from datetime import date

from feedback.models.goals import GoalMeasure
from feedback.services.ground.bilingual import Bilingual
from feedback.services.tables import numbers
from feedback.services.tables.cells import WrongCell
from feedback.services.tables.columns import Column
from forms import periods
from forms.words import N_

MEASURES = {
    **{measure.value: measure for measure in GoalMeasure},
    "评分": GoalMeasure.RATING,
    "里程碑": GoalMeasure.MILESTONES,
    "数值": GoalMeasure.FIGURE,
}
SUBJECT = Column(
    "subject",
    Bilingual("工号", "Subject"),
    ("person", "code", "员工编号", "客户经理", "客户经理工号"),
    required=True,
    help=N_("The code of the person."),
    example=Bilingual("A101", "A101"),
)


def period(text: str) -> str:
    spelled = periods.canonical(text)
    if not periods.is_period(spelled):
        raise WrongCell(N_("'%(text)s' is not a period: write 2026, 2026Q4 or 2026-11"), text=text)
    return spelled


def measure(text: str) -> str:
    if text.strip().lower() not in MEASURES:
        raise WrongCell(N_("'%(text)s' is none of rating, milestones, figure"), text=text)
    return str(MEASURES[text.strip().lower()])


def day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip().replace("/", "-").replace(".", "-")).isoformat()
    except ValueError:
        raise WrongCell(N_("'%(text)s' is not a day: write 2026-11-30"), text=text) from None


def number(text: str) -> str:
    quantity = numbers.read(text)
    return str(quantity.value)


def weight(text: str) -> str:
    quantity = numbers.read(text)
    if not 0 < quantity.value <= 100:
        raise WrongCell(N_("'%(text)s' is not a weight above 0 and up to 100"), text=text)
    return str(quantity.value)


COLUMNS = (
    SUBJECT,
    Column(
        "period",
        Bilingual("考核期间", "Period"),
        ("期间",),
        required=True,
        canonical=period,
        help=N_("The period in which the goal is rated: 2026, 2026Q4 or 2026-11."),
        example=Bilingual("2026Q4", "2026Q4"),
    ),
    Column(
        "title",
        Bilingual("目标", "Goal"),
        ("目标名称", "发展目标"),
        required=True,
        longest=200,
        help=N_("What is to be reached. The same subject, period and title is the same goal."),
        example=Bilingual("通过谈判技巧认证", "Pass the negotiation certificate"),
    ),
    Column(
        "weight",
        Bilingual("权重", "Weight"),
        required=True,
        longest=40,
        canonical=weight,
        help=N_("Out of 100 for all goals of the period."),
        example=Bilingual("40", "40"),
    ),
    Column(
        "measure",
        Bilingual("衡量方式", "Measure"),
        ("衡量", "方式"),
        required=True,
        canonical=measure,
        help=N_("rating, milestones or figure. Milestones are named on the page of the goal."),
        example=Bilingual("评分", "rating"),
    ),
    Column(
        "target",
        Bilingual("目标值", "Target"),
        required=True,
        may_be_empty=True,
        longest=40,
        canonical=number,
        help=N_("Of a goal that is a figure; otherwise empty."),
    ),
    Column(
        "due",
        Bilingual("截止日期", "Due"),
        ("截止", "完成日期"),
        required=True,
        may_be_empty=True,
        canonical=day,
        help=N_("A day such as 2026-12-15, or empty."),
        example=Bilingual("2026-12-15", "2026-12-15"),
    ),
    Column(
        "parent",
        Bilingual("公司目标", "Company goal"),
        ("上级目标",),
        longest=200,
        help=N_("The goal of the company that it serves."),
        example=Bilingual("提高客户满意度", "Higher customer satisfaction"),
    ),
    Column(
        "last_period",
        Bilingual("最后期间", "Last period"),
        canonical=period,
        help=N_("Of a goal for several periods the last one; it is rated in each."),
    ),
    Column(
        "agreed",
        Bilingual("商定日期", "Agreed"),
        ("商定",),
        canonical=day,
        help=N_(
            "The day on which both sides agreed, as on paper. Left empty, the goal is proposed and the person agrees."
        ),
    ),
)
