"""The rounds of the demo company that are over: the quarters of a year, and the year itself."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feedback.models.accounts import RoleName
from feedback.models.plans import DevelopmentPlan
from feedback.models.rounds import AppraisalState, Round
from feedback.services.appraisals import computing, rounds
from feedback.services.appraisals.rounds import Calendar
from feedback.services.closing import campaign_closing
from feedback.services.decisions import confirming, deputies, reopening, reviewers
from feedback.services.definitions import library
from feedback.services.demo import (
    demo_company,
    demo_goals,
    demo_incidents,
    demo_plans,
    demo_register,
    demo_surveys,
    demo_words,
)
from feedback.services.demo import demo_story as story
from feedback.services.demo.demo_courses import Course
from feedback.services.demo.demo_figures import Figures
from feedback.services.demo.demo_stage import ACTOR, OFFICES, Stage, morning
from feedback.services.demo.demo_story import CourseStory, Form, ObjectionStory
from feedback.services.fact_files import figure_files
from feedback.services.releases import releases
from feedback.services.tables import periods

S = AppraisalState
HR = OFFICES[RoleName.HR]
STARTS, SURVEYED, PUBLISHED = 4, 21, 6  # days after the beginning, and before the end of a period
FACTS, COMPUTED, REVIEWED, CALIBRATED, CONFIRMED, TOLD = (
    8,
    9,
    13,
    16,
    17,
    18,
)  # days after the end of a period
SAID, OBJECTED, ANSWERED, READ_AGAIN, PLANNED, FINISHED = 20, 21, 24, 26, 29, 42
YEAR_LATER = 24  # the year comes after the last quarter
DEPUTY_FOR = 20


@dataclass
class Past:
    stage: Stage
    figures: Figures

    def quarter(self, period: str) -> list[DevelopmentPlan]:
        """From its targets to the last result. Gives the plans that were made."""
        of_round = self._begin(period)
        self._survey(period)
        return self._go_on(of_round, 0)

    def year(self, period: str, peers: Mapping[str, list[str]], of_round: Round) -> list[DevelopmentPlan]:
        self._ask_colleagues(period, peers)
        return self._go_on(of_round, YEAR_LATER)

    def begin_year(self, period: str) -> Round:
        return self._begin(period)

    def _begin(self, period: str) -> Round:
        now = morning(periods.first_day(period), STARTS)
        made = start_round(self.stage, period, now)
        figure_files.import_file(self.stage.session, self.figures.targets(period), self.stage.author(now))
        return made

    def _survey(self, period: str) -> None:
        """Of the clients."""
        first, end = periods.first_day(period), periods.last_day(period)
        opened = morning(end, -SURVEYED)
        subjects = [
            code
            for code in demo_company.levels_in(self.stage.company, first, opened.date())
            if story.LEFT.get(code, end) >= opened.date()
        ]
        closes = opened + demo_surveys.COLLECTING
        spec = demo_company.client_survey(period, closes.date(), subjects)
        self._carry_out(spec, period, opened)

    def _ask_colleagues(self, period: str, peers: Mapping[str, list[str]]) -> None:
        opened = morning(periods.last_day(period), -2 * SURVEYED)
        few = {subject: raters[:4] for subject, raters in peers.items()}
        closes = opened + demo_surveys.COLLECTING
        self._carry_out(demo_company.annual_campaign(period, closes.date(), few), period, opened)

    def _carry_out(self, spec: str, period: str, opened: datetime) -> None:
        stage, dice = self.stage, random.Random(f"answers {period}")
        campaign = demo_surveys.open_campaign(stage, spec, opened)
        few = frozenset(code for code, quarter in story.FEW_ANSWERS if quarter == period)
        demo_surveys.answer(
            stage,
            campaign,
            demo_surveys.EVERYBODY,
            dice,
            lambda code: self.figures.forms(code, period).clients,
            few=few,
            now=opened,
        )
        closed = opened + demo_surveys.COLLECTING + timedelta(days=1)
        campaign_closing.close(stage.session, stage.custody, campaign, actor=ACTOR, now=closed)
        releases.release(stage.session, campaign, actor=ACTOR, now=closed)

    def _go_on(self, of_round: Round, later: int) -> list[DevelopmentPlan]:
        end = periods.last_day(of_round.period) + timedelta(days=later)
        told = story.COURSES[of_round.period]
        self._enter(of_round.period, morning(end, FACTS))
        course = Course(self.stage, of_round)
        computing.compute(self.stage.session, of_round, actor=HR, now=morning(end, COMPUTED))
        self._leave_out(course, told, morning(end, COMPUTED))
        self._decide(course, told, end)
        return self._tell(course, told, end)

    def _enter(self, period: str, now: datetime) -> None:
        stage, author = self.stage, self.stage.author(now)
        for file in self.figures.actuals(period):
            figure_files.import_file(stage.session, file, author)
        demo_goals.scores(stage, period, author)
        demo_goals.on_pages(stage, period, now)
        if period != story.YEAR:
            demo_register.keep(stage, period, author)
            demo_incidents.happen(stage, period, now - timedelta(days=FACTS - 2))

    def _leave_out(self, course: Course, told: CourseStory, now: datetime) -> None:
        """Whom HR has a reason for, and who lacks something that will not come any more."""
        for appraisal in course.appraisals(S.COMPUTED):
            reason = told.left_out.get(appraisal.person.code)
            if appraisal.held and not reason:
                reason = demo_words.LEFT_OUT.get(appraisal.held, demo_words.HELD_BACK)
            if reason:
                course.leave_out(appraisal, reason, now)

    def _decide(self, course: Course, told: CourseStory, end: date) -> None:
        if told.deputy:
            self._name_deputy(*told.deputy, end)
            course.deputies = dict([told.deputy])
        self._contribute(course, morning(end, COMPUTED + 1))
        course.review(course.appraisals(S.COMPUTED), morning(end, REVIEWED))
        chosen = course.appraisals(S.REVIEWED)
        if not chosen:
            return
        sitting = course.sit(f"{course.round.period} 全体 all", chosen, morning(end, CALIBRATED))
        course.discuss(sitting, chosen[:3], morning(end, CALIBRATED))
        if told.raised:
            course.raise_best(sitting, chosen, morning(end, CALIBRATED))
        course.close(sitting, morning(end, CALIBRATED))
        course.confirm([one.person.code for one in chosen], morning(end, CONFIRMED), told.director)

    def _name_deputy(self, manager: str, deputy: str, end: date) -> None:
        people, now = self.stage.people, morning(end, COMPUTED)
        starts, by = now.date(), self.stage.by(manager, now)
        ends = starts + timedelta(days=DEPUTY_FOR)
        deputies.appoint(self.stage.session, people[manager], people[deputy], starts, ends, by)

    def _contribute(self, course: Course, now: datetime) -> None:
        """Who led somebody for a part of the period says what he knows."""
        people = {person.id: code for code, person in self.stage.people.items()}
        moved = [code for code in story.MOVED if code in self.stage.people]
        for appraisal in course.appraisals(S.COMPUTED, codes=moved):
            for line in reviewers.contributions(self.stage.session, appraisal):
                by = self.stage.by(people[line.person.id], now)
                reviewers.contribute(self.stage.session, appraisal, demo_words.CONTRIBUTION, by)

    def _tell(self, course: Course, told: CourseStory, end: date) -> list[DevelopmentPlan]:
        codes = [one.person.code for one in course.appraisals(S.CONFIRMED)]
        if not codes:
            return []
        course.tell(codes, morning(end, TOLD))
        course.hand_over(list(story.LEFT), morning(end, SAID).date(), morning(end, SAID))
        objecting = [each for each in told.objections if each.code in codes]
        quiet = {*told.silent, *story.LEFT, *(each.code for each in objecting)}
        course.read(
            [one for one in course.appraisals(S.NOTIFIED) if one.person.code not in quiet], morning(end, SAID)
        )
        for each in objecting:
            course.answer(each, course.object(each, morning(end, OBJECTED)), morning(end, ANSWERED))
        self._reply_again(course, objecting, end)
        return self._end(course, told, end)

    def _reply_again(self, course: Course, objecting: list[ObjectionStory], end: date) -> None:
        """To results that an objection has changed."""
        insisting = [each for each in objecting if each.again]
        content = [each.code for each in objecting if not each.again]
        course.read(course.appraisals(S.NOTIFIED, codes=content), morning(end, READ_AGAIN))
        for each in insisting:
            appraisal = course.object(each, morning(end, READ_AGAIN), demo_words.OBJECTION_AGAIN)
            course.answer_again(appraisal, morning(end, PLANNED))

    def _end(self, course: Course, told: CourseStory, end: date) -> list[DevelopmentPlan]:
        session = self.stage.session
        confirming.deem_read(session, self.stage.calendar(morning(end, FINISHED)))
        chosen = course.appraisals(*confirming.SAID)
        made = demo_plans.improve(course, chosen, morning(end, PLANNED))
        confirming.finish(session, course.round, self.stage.hr(morning(end, FINISHED)))
        if told.corrected in self.stage.people:
            self._correct(course, str(told.corrected), morning(end, FINISHED + 5))
        return made

    def _correct(self, course: Course, code: str, now: datetime) -> None:
        """Of a final result: computed anew, told anew, read anew."""
        session, (appraisal,) = self.stage.session, course.appraisals(codes=(code,))
        course.correct(appraisal, "sales-revenue", 1.15, now)
        computing.compute(
            session, course.round, [appraisal.person], actor=HR, now=now, reason=demo_words.CORRECTED
        )
        reopening.reopen(session, appraisal, demo_words.TOLD_ANEW, self.stage.hr(now))
        course.read([appraisal], now + timedelta(days=2))
        confirming.finish(session, course.round, self.stage.hr(now + timedelta(days=20)))


def start_round(stage: Stage, period: str, now: datetime) -> Round:
    made = prepare_round(stage, period, now)
    rounds.start(stage.session, made, actor=HR, now=now)
    return made


def prepare_round(stage: Stage, period: str, now: datetime) -> Round:
    """By the scheme that is the latest then."""
    end = periods.last_day(period) + timedelta(
        days=YEAR_LATER if period in (story.YEAR, story.OPEN_YEAR) else 0
    )
    days = (FACTS, REVIEWED, CALIBRATED)
    calendar = Calendar(
        periods.first_day(period) + timedelta(days=14), *(end + timedelta(days=each) for each in days)
    )
    scheme = library.load_scheme(stage.session, library.DEFAULT)
    return rounds.create(stage.session, period, scheme, calendar, actor=HR, now=now)


def usual_form(dice: random.Random) -> Form:
    """Of somebody ordinary."""
    return Form(min(1.12, max(0.86, dice.gauss(1.0, 0.06))), dice.gauss(4.2, 0.25))
