"""What happens in a round of the demo company after it is computed, step by step."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from feedback.models.calibrations import CalibrationSession, Stance
from feedback.models.confirmed_results import AnswerOutcome, AppraisalReply
from feedback.models.figures import FigureKind
from feedback.models.people import Person
from feedback.models.rounds import Appraisal, AppraisalState, Round
from feedback.services.appraisals import moves, versions
from feedback.services.decisions import (
    answers,
    calibration,
    calibration_changes,
    confirming,
    interviews,
    objections,
    reviews,
)
from feedback.services.decisions.interviews import Agreement, InterviewRecord
from feedback.services.decisions.reviews import ReviewText
from feedback.services.definitions.frozen_definitions import read_scheme
from feedback.services.demo import demo_company, demo_story, demo_words
from feedback.services.demo.demo_stage import ZONE, Stage
from feedback.services.demo.demo_story import ObjectionStory
from feedback.services.fact_files import figure_files
from feedback.services.fact_files.figure_files import FigureFile
from feedback.services.ground import days
from feedback.services.tables import table_files

S = AppraisalState
BEST, GOOD = "A", "B"


@dataclass
class Course:
    """One round. deputies: who stands in for which manager."""

    stage: Stage
    round: Round
    deputies: dict[str, str] = field(default_factory=dict)

    def appraisals(self, *states: AppraisalState, codes: Collection[str] | None = None) -> list[Appraisal]:
        """By code."""
        query = (
            select(Appraisal)
            .where(Appraisal.round_id == self.round.id)
            .join(Person, Person.id == Appraisal.person_id)
            .options(joinedload(Appraisal.person), joinedload(Appraisal.round))
            .order_by(Person.code)
        )
        query = query.where(Appraisal.state.in_(states)) if states else query
        return list(
            self.stage.session.scalars(query if codes is None else query.where(Person.code.in_(codes)))
        )

    def leave_out(self, appraisal: Appraisal, reason: str, now: datetime) -> None:
        mover = self.stage.hr(now).mover
        moves.move(self.stage.session, appraisal, S.NOT_APPRAISED, by=mover, now=now, reason=reason)

    def reviewer(self, appraisal: Appraisal) -> str:
        people = {person.id: code for code, person in self.stage.people.items()}
        code = people[appraisal.reviewer_id or 0]
        return self.deputies.get(code, code)

    def _written(self, place: int) -> ReviewText:
        own, other = demo_words.STRENGTHS, demo_words.TO_IMPROVE
        return ReviewText(own[place % len(own)], other[place % len(other)], training=place % 7 == 3)

    def draft(self, appraisal: Appraisal, now: datetime) -> None:
        by = self.stage.by(self.reviewer(appraisal), now)
        reviews.save(self.stage.session, appraisal, ReviewText(strengths=demo_words.DRAFT), 0, by)

    def review(self, chosen: Iterable[Appraisal], now: datetime) -> None:
        for place, appraisal in enumerate(chosen):
            by = self.stage.by(self.reviewer(appraisal), now)
            reviews.hand_in(self.stage.session, appraisal, self._written(place), 0, by)

    # -- calibration

    def sit(self, pool: str, chosen: list[Appraisal], now: datetime) -> CalibrationSession:
        stage = self.stage
        members = [stage.people[code] for code in demo_company.manager_codes()]
        chair = [stage.people[demo_company.DIRECTOR_CODE]]
        return calibration.open_session(
            stage.session, self.round, pool, chosen, members, chair, stage.hr(now)
        )

    def discuss(self, sitting: CalibrationSession, chosen: Iterable[Appraisal], now: datetime) -> None:
        """Two members say what they think of the first few."""
        by = [self.stage.by(code, now) for code in demo_company.manager_codes()[:2]]
        for place, appraisal in enumerate(chosen):
            calibration.say(self.stage.session, sitting, appraisal, Stance.AGREE, "", by[0])
            if place % 2:
                calibration.say(
                    self.stage.session, sitting, appraisal, Stance.QUESTION, demo_words.QUESTION, by[1]
                )

    def raise_best(self, sitting: CalibrationSession, chosen: list[Appraisal], now: datetime) -> None:
        """The best ordinary one of band B becomes an A, for a fact."""
        known = versions.summaries(self.stage.session, chosen)
        good = [one for one in chosen if (band := known[one.id].band) and band.id == GOOD]
        good = [
            one
            for one in good
            if (one.person.code, self.round.period) not in demo_story.FORMS
            and not versions.document(self.stage.session, one).incidents
        ]
        if good:
            best = max(good, key=lambda one: known[one.id].total or 0.0)
            words = (demo_words.RAISED, demo_words.RAISED_FACT)
            by = self.stage.hr(now)
            calibration_changes.change(self.stage.session, sitting, best, BEST, *words, by)

    def close(self, sitting: CalibrationSession, now: datetime) -> None:
        calibration.close(self.stage.session, sitting, self.stage.hr(now))

    # -- to the person

    def confirm(self, codes: Collection[str], now: datetime, director: bool = False) -> None:
        by = self.stage.by(demo_company.DIRECTOR_CODE, now) if director else self.stage.hr(now)
        confirming.confirm_pool(self.stage.session, self.round, by, codes=codes)

    def tell(self, codes: Collection[str], now: datetime) -> None:
        """Who has the last band is talked to before; the interview is confirmed by those who can sign in."""
        rules = read_scheme(self.round.scheme).appraisal
        confirmed = self.appraisals(S.CONFIRMED, codes=codes)
        last = confirming.without_interview(self.stage.session, confirmed, rules)
        for appraisal in confirmed:
            if appraisal in last:
                self.talk(appraisal, now - timedelta(hours=2))
        confirming.notify(self.stage.session, self.round, self.stage.hr(now), codes=codes)

    def talk(self, appraisal: Appraisal, now: datetime) -> None:
        agreed = Agreement(
            demo_words.AGREEMENT, appraisal.person.code, days.day_of(now, ZONE) + timedelta(days=30)
        )
        said = InterviewRecord(days.day_of(now, ZONE), demo_words.PRESENT, demo_words.TOPICS, (agreed,))
        by = self.stage.by(self.reviewer(appraisal), now)
        interviews.record(self.stage.session, appraisal, said, by)
        if appraisal.person.active:
            own = self.stage.by(appraisal.person.code, now + timedelta(hours=1))
            interviews.confirm(self.stage.session, appraisal, demo_words.REMARK, own)

    def read(self, chosen: Iterable[Appraisal], now: datetime) -> None:
        for appraisal in chosen:
            objections.read(self.stage.session, appraisal, self.stage.by(appraisal.person.code, now))

    def object(self, told: ObjectionStory, now: datetime, words: str = demo_words.OBJECTION) -> Appraisal:
        """To the figure of a KPI, as its derivation has it."""
        session, (appraisal,) = self.stage.session, self.appraisals(codes=(told.code,))
        lines = versions.document(session, appraisal).derivation
        figure = next(line.id for line in lines if told.kpi in line.id)
        by = self.stage.by(told.code, now)
        objections.object_to(session, appraisal, [figure], words, demo_words.EVIDENCE, by)
        reviewer = self.stage.by(self.reviewer(appraisal), now + timedelta(hours=3))
        objections.state(session, appraisal, demo_words.STATEMENT, reviewer)
        return appraisal

    def answer(self, told: ObjectionStory, appraisal: Appraisal, now: datetime) -> AppraisalReply:
        session, by = self.stage.session, self.stage.hr(now)
        if told.corrected is None:
            return answers.answer(session, appraisal, AnswerOutcome.REJECTED, demo_words.REJECTED, by)
        self.correct(appraisal, told.kpi, told.corrected, now)
        return answers.answer(session, appraisal, AnswerOutcome.UPHELD, demo_words.UPHELD, by)

    def answer_again(self, appraisal: Appraisal, now: datetime) -> None:
        by = self.stage.by(demo_company.DIRECTOR_CODE, now)
        answers.answer(self.stage.session, appraisal, AnswerOutcome.REJECTED, demo_words.REJECTED_AGAIN, by)

    def correct(self, appraisal: Appraisal, kpi: str, times: float, now: datetime) -> None:
        """A newer version of a figure of the period, from finance."""
        document = versions.document(self.stage.session, appraisal)
        known = next(
            each
            for each in document.inputs.figures
            if (each.kpi, each.period, each.kind) == (kpi, self.round.period, FigureKind.ACTUAL)
        )
        row = (appraisal.person.code, kpi, self.round.period, round((known.value or 0.0) * times))
        data = table_files.write(("subject", "kpi", "period", "actual"), [row]).encode()
        name = f"correction-{self.round.period}-{appraisal.person.code}.csv"
        file = FigureFile(FigureKind.ACTUAL, name, data, self.round.period, reason=demo_words.CORRECTED)
        figure_files.import_file(self.stage.session, file, self.stage.author(now))

    def hand_over(self, codes: Collection[str], day: date, now: datetime) -> None:
        for appraisal in self.appraisals(S.NOTIFIED, codes=codes):
            confirming.hand_over(self.stage.session, appraisal, day, self.stage.hr(now))
