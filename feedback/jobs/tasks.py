"""What workers do: send what is owed, print what is asked for, and every minute look for what has become due."""

import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from flask import Flask, current_app
from sqlalchemy.orm import Session

from feedback import current
from feedback.extensions import db
from feedback.jobs import machine_clock
from feedback.jobs.post_office import post_office
from feedback.jobs.queue import Job
from feedback.models.campaigns import CampaignState
from feedback.papers.pdf import subject_report
from feedback.services.accounts import sign_ins
from feedback.services.appraisals.moves import CALENDAR
from feedback.services.campaigns import campaigns, lifecycle
from feedback.services.closing import campaign_closing, clock_watch
from feedback.services.crowds import response_rates
from feedback.services.decisions import confirming
from feedback.services.decisions import reminders as appraisal_reminders
from feedback.services.decisions.deputies import Decider
from feedback.services.facts import todays_records
from feedback.services.ground import days, secure_deletion
from feedback.services.ground.errors import NotPossible
from feedback.services.imports import uploads
from feedback.services.incidents import moves
from feedback.services.mail import mail_sending, notices, reminders
from feedback.services.messages import call_backs, suggestions
from feedback.services.planning import recurrence
from feedback.services.releases import report_batches
from feedback.services.releases.report_batches import ReportPrinter
from feedback.services.tables.import_plan import Author
from feedback.transaction import transaction

ACTOR = "calendar"
SHORTLY_AFTER_MIDNIGHT = time(0, 10)

Step = Callable[[Session, datetime], None]


class Jobs:
    """Each kind of round is made by one thread of a process at a time; a minute that finds it running is left out."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._post, self._calendar, self._printing = (threading.Lock() for _ in range(3))
        self.on_demand: tuple[Job, ...] = (self.deliver, self.print_reports)
        self.every_minute: tuple[Job, ...] = (self.post_round, self.calendar_round, self.print_round)

    @property
    def named(self) -> Mapping[str, Job]:
        return {job.__name__: job for job in (*self.on_demand, *self.every_minute)}

    def work(self, workers: int) -> None:
        current.queue().work(self.on_demand, self.every_minute, workers=workers)

    def deliver(self) -> None:
        with self._app.app_context():
            office = post_office()
            mail_sending.send_due(db.session(), office, more=current.queue().wake)
            reminders.send_due(db.session(), office, current.queue().stopping.wait)

    def post_round(self) -> None:
        self._round(self._post, POST_STEPS)
        self.deliver()

    def calendar_round(self) -> None:
        self._round(self._calendar, CALENDAR_STEPS)

    def print_reports(self) -> None:
        self._round(self._printing, PRINT_STEPS)

    def print_round(self) -> None:
        self.print_reports()

    def _round(self, lock: threading.Lock, steps: tuple[Step, ...]) -> None:
        if not lock.acquire(blocking=False):
            return
        try:
            for step in steps:
                with self._app.app_context():
                    attempt(step)
        finally:
            lock.release()


def attempt(step: Step) -> None:
    """One step that fails keeps none of the others from their work."""
    with attempted(current_app, step.__name__), transaction() as session:
        step(session, current.now())


@contextmanager
def attempted(app: Flask, name: str) -> Iterator[None]:
    """What fails is told in the log by its kind and place, and by nothing that it worked on."""
    try:
        yield
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        app.logger.error("%s: %s at %s:%s", name, type(error).__name__, place.name, place.lineno)


def printer() -> ReportPrinter:
    return ReportPrinter(current.settings().data_dir / "exports", subject_report.pdf, current.now)


def print_batches(session: Session, now: datetime) -> None:
    while not current.queue().stopping.is_set() and report_batches.make_next(session, printer()):
        pass


def forget_batches(session: Session, now: datetime) -> None:
    report_batches.sweep(session, printer().directory, now)


def notice_lost_leases(session: Session, now: datetime) -> None:
    mail_sending.notice_lost_leases(session, now=now)
    reminders.drop_stale(session, now=now)


def start_reminders(session: Session, now: datetime) -> None:
    reminders.start_due(session, now=now, zone=current.settings().zone)


def tell_of_appraisals(session: Session, now: datetime) -> None:
    """What happened and what is due, as one letter a day to each."""
    appraisal_reminders.note_due(session, _calendar(now))
    notices.collect(session, now=now, today=current.today())


def _calendar(now: datetime) -> Decider:
    return Decider(CALENDAR, now, current.settings().zone, current.working_days())


def end_times_to_reply(session: Session, now: datetime) -> None:
    if not clock_watch.doubted(session):
        confirming.deem_read(session, _calendar(now))
        confirming.finish_due(session, _calendar(now))


def watch_clock(session: Session, now: datetime) -> None:
    """Before anything is done by it that cannot be undone."""
    doubt = clock_watch.observe(session, machine_clock.reading(now))
    if doubt:
        current_app.logger.warning(
            "the clock went from %s to %s between two looks: no campaign is closed and nothing deleted by it before %s",
            *(moment.isoformat(timespec="minutes") for moment in (doubt.left_at, doubt.came_to, doubt.until)),
        )
    if not clock_watch.doubted(session):
        clock_watch.end_answers(session, now)


def close_campaigns(session: Session, now: datetime) -> None:
    """One that cannot be closed keeps none of the others open."""
    custody = current.custody()
    waiting = [*campaign_closing.due(session, now), *campaign_closing.left_unfinished(session, custody)]
    for campaign in waiting:
        code = campaign.code
        try:
            campaign_closing.close(session, custody, campaign, actor=ACTOR, now=now)
        except NotPossible as error:
            session.rollback()
            current_app.logger.error("campaign %s is not closed: %s", code, error)


def record_response_days(session: Session, now: datetime) -> None:
    """Just after midnight, for the day that is over: later its number would be that of another moment."""
    local = now.astimezone(current.settings().zone)
    if local.time() >= SHORTLY_AFTER_MIDNIGHT:
        return
    yesterday = local.date() - timedelta(days=1)
    for campaign in campaigns.in_state(session, CampaignState.OPEN):
        response_rates.record_day(session, campaign, yesterday)


def prepare_campaigns(session: Session, now: datetime) -> None:
    recurrence.prepare_due(session, now, current.settings().zone)


def tell_managers(session: Session, now: datetime) -> None:
    lifecycle.tell_managers(session, now=now)


def open_suggestions(session: Session, now: datetime) -> None:
    if not clock_watch.doubted(session):
        suggestions.open_due(session, current.custody(), now, actor=ACTOR)
    suggestions.prepare(session, current.custody(), now)


def tidy_call_backs(session: Session, now: datetime) -> None:
    if not clock_watch.doubted(session):
        call_backs.tidy(session, days.day_of(now, current.settings().zone))


def expire_incidents(session: Session, now: datetime) -> None:
    if not clock_watch.doubted(session):
        today = days.day_of(now, current.settings().zone)
        moves.expire(session, today=today, actor=ACTOR, now=now)


def cut_log(session: Session, now: datetime) -> None:
    secure_deletion.cut_log(session)


def forget_sign_ins(session: Session, now: datetime) -> None:
    sign_ins.sweep(session, now)


def follow_posts(session: Session, now: datetime) -> None:
    author = Author(ACTOR, now, days.day_of(now, current.settings().zone))
    todays_records.bring_up_to_date(session, author)


def forget_uploads(session: Session, now: datetime) -> None:
    uploads.sweep(session, now)


PRINT_STEPS: tuple[Step, ...] = (forget_batches, print_batches)
POST_STEPS: tuple[Step, ...] = (notice_lost_leases, start_reminders, tell_of_appraisals)
CALENDAR_STEPS: tuple[Step, ...] = (
    watch_clock,
    record_response_days,
    close_campaigns,
    prepare_campaigns,
    tell_managers,
    end_times_to_reply,
    open_suggestions,
    tidy_call_backs,
    follow_posts,
    expire_incidents,
    forget_sign_ins,
    forget_uploads,
    cut_log,
)
