"""The rounds of the demo company that are going on: one in which everybody has come somewhere else, one with targets
and first figures, and a year that is being prepared. Days are counted back from today, so that deadlines are ahead."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback.models.rounds import Appraisal, AppraisalState
from feedback.services.appraisals import computing
from feedback.services.decisions import confirming, deputies
from feedback.services.demo import (
    demo_goals,
    demo_incidents,
    demo_past,
    demo_plans,
    demo_register,
    demo_words,
)
from feedback.services.demo import demo_story as story
from feedback.services.demo.demo_courses import Course
from feedback.services.demo.demo_figures import Figures
from feedback.services.demo.demo_stage import ZONE, Stage, morning
from feedback.services.demo.demo_story import ObjectionStory
from feedback.services.fact_files import figure_files
from feedback.services.facts import targets
from feedback.services.facts.targets import TargetOf, TargetSide
from feedback.services.ground import days
from feedback.services.tables import periods

S = AppraisalState
HR = demo_past.HR
FACTS, COMPUTED, REVIEWED, CALIBRATED, CONFIRMED, TOLD = 27, 25, 22, 19, 18, 17  # days ago
OBJECTED_THEN, ANSWERED_THEN, OVER, TOLD_LATER, READ, TOLD_NOW = 14, 10, 6, 5, 2, 1
AGREES = ("A01", "A02", "A03")
TWO_TARGETS = ("sales-revenue", "retention")


@dataclass
class Running:
    stage: Stage
    figures: Figures
    now: datetime

    def ago(self, number: int) -> datetime:
        return self.now - timedelta(days=number)

    def appraise(self, period: str) -> None:
        """Everybody somewhere else on the way."""
        course = Course(self.stage, demo_past.start_round(self.stage, period, self._beginning(period)))
        self._enter(period)
        self._compute(course)
        self._review(course)
        self._calibrate(course)
        self._tell_first(course)
        self._tell_later(course)
        self._deputise()

    def _beginning(self, period: str) -> datetime:
        return morning(periods.first_day(period), demo_past.STARTS)

    def _enter(self, period: str) -> None:
        stage, author = self.stage, self.stage.author(self.ago(FACTS))
        figure_files.import_file(
            stage.session, self.figures.targets(period), stage.author(self._beginning(period))
        )
        for file in self.figures.actuals(period):
            figure_files.import_file(stage.session, file, author)
        demo_goals.scores(stage, period, author)
        demo_goals.on_pages(stage, period, self.ago(FACTS))
        demo_register.keep(stage, period, author)
        demo_incidents.happen(stage, period, self.ago(FACTS + 2))

    def _compute(self, course: Course) -> None:
        """Of all but the late ones."""
        chosen = [one for one in course.appraisals() if one.person.code not in story.LATE]
        people = [one.person for one in chosen]
        computing.compute(self.stage.session, course.round, people, actor=HR, now=self.ago(COMPUTED))
        for appraisal in course.appraisals(S.COMPUTED, codes=story.LEFT_OUT):
            course.leave_out(appraisal, demo_words.LEFT_OUT["feedback"], self.ago(COMPUTED))

    def _open(self, course: Course, codes: tuple[str, ...], *states: AppraisalState) -> list[Appraisal]:
        return [one for one in course.appraisals(*states, codes=codes) if not one.held]

    def _review(self, course: Course) -> None:
        ahead = (*story.TOLD, *story.CONFIRMED, *story.CALIBRATED, *story.REVIEWED)
        course.review(self._open(course, ahead, S.COMPUTED), self.ago(REVIEWED))
        for appraisal in self._open(course, story.DRAFTED, S.COMPUTED):
            course.draft(appraisal, self.ago(REVIEWED))

    def _calibrate(self, course: Course) -> None:
        """One session is closed; in the other one some are not even reviewed."""
        done = self._open(course, (*story.TOLD, *story.CONFIRMED, *story.CALIBRATED), S.REVIEWED)
        if done:
            sitting = course.sit(f"{course.round.period} 第一组 first", done, self.ago(CALIBRATED))
            course.discuss(sitting, done[:4], self.ago(CALIBRATED))
            course.close(sitting, self.ago(CALIBRATED))
        left = course.appraisals(S.COMPUTED, S.REVIEWED, codes=(*story.REVIEWED, *story.DRAFTED, "A23"))
        if left:
            sitting = course.sit(f"{course.round.period} 第二组 second", left, self.ago(READ))
            reviewed = [one for one in left if one.state == S.REVIEWED]
            course.discuss(sitting, reviewed[:2], self.ago(READ))
            course.raise_best(sitting, reviewed, self.ago(READ))

    def _tell_first(self, course: Course) -> None:
        """Those whose time to object is over."""
        early = (*story.FINAL, *story.DEEMED_READ, *story.ANSWERED)
        told = [one.person.code for one in self._open(course, early, S.CALIBRATED)]
        if not told:
            return
        course.confirm(told, self.ago(CONFIRMED))
        course.tell(told, self.ago(TOLD))
        course.read(course.appraisals(S.NOTIFIED, codes=story.FINAL), self.ago(TOLD - 2))
        for code in story.ANSWERED:
            objection = ObjectionStory(code, "sales-revenue", None)
            course.answer(
                objection, course.object(objection, self.ago(OBJECTED_THEN)), self.ago(ANSWERED_THEN)
            )
        calendar = self.stage.calendar(self.ago(OVER))
        confirming.deem_read(self.stage.session, calendar)
        confirming.finish_due(self.stage.session, calendar)
        for appraisal in course.appraisals(S.DEEMED_READ, S.ANSWERED):
            demo_plans.draft(course, appraisal, self.ago(OVER))
        for appraisal in course.appraisals(S.FINAL):
            demo_plans.learn(course, appraisal, self.ago(OVER))

    def _tell_later(self, course: Course) -> None:
        """Those who may still object."""
        told = (*story.READ, *story.OBJECTED, *story.NOTIFIED)
        codes = [one.person.code for one in self._open(course, (*told, *story.CONFIRMED), S.CALIBRATED)]
        if not codes:
            return
        course.confirm(codes, self.ago(TOLD_LATER + 1), director=True)
        earlier = [code for code in codes if code in (*story.READ, *story.OBJECTED)]
        if earlier:
            course.tell(earlier, self.ago(TOLD_LATER))
            course.read(course.appraisals(S.NOTIFIED, codes=story.READ), self.ago(READ))
        for code in story.OBJECTED:
            if code in earlier:
                course.object(ObjectionStory(code, "sales-revenue", None), self.ago(READ))
        if now := [code for code in codes if code in story.NOTIFIED]:
            course.tell(now, self.ago(TOLD_NOW))

    def _deputise(self) -> None:
        """M03 is away for a while."""
        people, now = self.stage.people, self.ago(TOLD_NOW)
        first = days.day_of(now, ZONE)
        deputies.appoint(
            self.stage.session,
            people["M03"],
            people["M02"],
            first,
            first + timedelta(days=30),
            self.stage.by("M03", now),
        )

    def collect(self, period: str) -> None:
        """Targets to agree to, goals in every state, and the months that are over."""
        begun = self._beginning(period)
        demo_past.start_round(self.stage, period, begun)
        figure_files.import_file(self.stage.session, self.figures.targets(period), self.stage.author(begun))
        self._agree(period, begun + timedelta(days=3))
        over = [month for month in periods.months_of(period) if periods.last_day(month) < self.now.date()]
        for file in self.figures.actuals(period, until=max(over)) if over else ():
            figure_files.import_file(self.stage.session, file, self.stage.author(self.ago(TOLD_NOW)))
        demo_goals.begin(self.stage, period, self.ago(READ))
        demo_register.keep(self.stage, period, self.stage.author(self.ago(TOLD_NOW)))

    def _agree(self, period: str, now: datetime) -> None:
        """Some have agreed to some of theirs; one has proposed another."""
        session, author = self.stage.session, self.stage.author(now)
        for code in AGREES:
            for month in periods.months_of(period) if code in self.stage.people else ():
                for kpi in TWO_TARGETS:
                    of = TargetOf(self.stage.people[code], month, kpi)
                    targets.agree(session, of, side=TargetSide.SUBJECT, author=author)
        if "A04" in self.stage.people:
            of = TargetOf(self.stage.people["A04"], periods.months_of(period)[2], TWO_TARGETS[0])
            why = demo_words.CHANGED_TARGET
            targets.propose(session, of, 380_000, side=TargetSide.SUBJECT, reason=why, author=author)

    def prepare(self, period: str) -> None:
        rounds_now = self.ago(READ)
        demo_past.prepare_round(self.stage, period, rounds_now)
