"""Who goes through what at the demo company; the others have ordinary years. Codes that there are not are left out."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from feedback.models.incidents import Severity

YEAR = "2025"
QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
BY_MONTH = "2025Q2"  # its figures come month by month
RUNNING, OPEN_QUARTER, OPEN_YEAR = "2026Q3", "2026Q4", "2026"

JOINED = {"A24": date(2025, 3, 10), "A25": date(2025, 5, 12)}
LEFT = {"A26": date(2025, 9, 15)}
TAKES_OVER = {"A26": "A25"}
ON_LEAVE = {"A19": (date(2025, 8, 1), date(2025, 9, 10))}
PROMOTED = {"A13": ("junior", date(2025, 8, 16))}  # the level before, and since when the one of today
MOVED = {"A08": ("M02", date(2025, 11, 1))}  # the manager before, and since when the one of today


@dataclass(frozen=True)
class Form:
    """How somebody does: his figures as a share of their targets, and how clients feel about him, from 1 to 5."""

    figures: float
    clients: float


EXCELLENT = Form(1.42, 5.2)
FIGURES_ONLY = Form(1.42, 3.2)
CLIENTS_ONLY = Form(1.1, 5.2)
POOR = Form(0.58, 3.0)
FORMS = {
    # One quarter short of the targets, then excellent three times in a row.
    **{("A03", period): EXCELLENT for period in ("2025Q2", "2025Q3", "2025Q4", YEAR, RUNNING)},
    ("A03", "2025Q1"): CLIENTS_ONLY,
    ("A12", "2025Q1"): EXCELLENT,
    # A total above 90 that is no A: once for the clients, once for the targets.
    ("A04", "2025Q2"): FIGURES_ONLY,
    ("A11", "2025Q2"): CLIENTS_ONLY,
    ("A11", RUNNING): FIGURES_ONLY,
    # In need of improvement.
    ("A15", "2025Q1"): POOR,
    ("A23", "2025Q3"): POOR,
    ("A06", RUNNING): POOR,
    ("A07", RUNNING): POOR,
}
SMALL_PROJECTS = {("A02", "2025Q2")}  # enough of them, but too small to count
FEW_ANSWERS = {("A18", "2025Q2")}  # of his clients, so that nothing of them is shown


@dataclass(frozen=True)
class IncidentStory:
    """outcome: confirmed, rejected, or None while it is pending."""

    code: str
    severity: Severity
    outcome: bool | None = True


INCIDENTS = {
    "2025Q2": (IncidentStory("A16", Severity.MINOR),),
    "2025Q3": (IncidentStory("A20", Severity.CRITICAL), IncidentStory("A17", Severity.MAJOR, False)),
    "2025Q4": (IncidentStory("A22", Severity.MAJOR),),
    RUNNING: (
        IncidentStory("A21", Severity.CRITICAL),
        IncidentStory("A14", Severity.CRITICAL, None),
        IncidentStory("A12", Severity.MINOR, False),
        IncidentStory("A18", Severity.MINOR),
    ),
}


@dataclass(frozen=True)
class ObjectionStory:
    """corrected: the figure was wrong, and is so many times what was entered; None: the objection is rejected.

    again: the person objects to the corrected result as well, and the director, who has the last word, rejects that.
    """

    code: str
    kpi: str
    corrected: float | None
    again: bool = False


@dataclass(frozen=True)
class CourseStory:
    """How a round went: whom HR left out with a reason, who stood in for a manager, who objected, and who said nothing.

    raised: in the calibration the best of band B was given an A. director: she confirmed the results, and not HR.
    """

    left_out: dict[str, str] = field(default_factory=dict)
    deputy: tuple[str, str] | None = None
    raised: bool = False
    objections: tuple[ObjectionStory, ...] = ()
    silent: tuple[str, ...] = ()
    corrected: str | None = None
    director: bool = False


COURSES = {
    "2025Q1": CourseStory(
        objections=(ObjectionStory("A05", "sales-revenue", 1.25, again=True),), silent=("A09",)
    ),
    "2025Q2": CourseStory(
        left_out={"A10": "借调到展会项目三个月 Seconded to the trade fair project for three months"},
        objections=(ObjectionStory("A02", "large-projects", None),),
        raised=True,
    ),
    "2025Q3": CourseStory(deputy=("M02", "M03"), silent=("A26", "A01")),
    "2025Q4": CourseStory(corrected="A04", director=True, raised=True),
    YEAR: CourseStory(silent=("A14",)),
}

# Where those stand whose round is running. Nobody else is named than who is past being computed.
READ, NOTIFIED, OBJECTED, FINAL = ("A04", "A15"), ("A01",), ("A02",), ("A03",)
DEEMED_READ, ANSWERED = ("A07",), ("A06",)  # of the last band: both wait for their improvement plans
CONFIRMED, CALIBRATED, REVIEWED = ("A08", "A11"), ("A09", "A12", "A13"), ("A17", "A18", "A21", "A22")
DRAFTED, LATE, LEFT_OUT = ("A20",), ("A24", "A25"), ("A10",)
TOLD = (*READ, *NOTIFIED, *OBJECTED, *FINAL, *DEEMED_READ, *ANSWERED)
WITHOUT_GOALS = "A19"


def days_there(code: str, first: date, last: date) -> list[date]:
    """On which of the days somebody was at work."""
    start, end = max(JOINED.get(code, first), first), min(LEFT.get(code, last), last)
    away, back = ON_LEAVE.get(code, (date.max, date.max))
    days = [start + timedelta(days=place) for place in range((end - start).days + 1)]
    return [day for day in days if not away <= day <= back]


def form(code: str, period: str, usual: Form) -> Form:
    return FORMS.get((code, period), usual)
