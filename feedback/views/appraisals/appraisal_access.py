"""Which appraisal a page is about, and what of it its reader may see."""

from datetime import date

from flask import g
from flask import session as browser_session
from flask_security import current_user

from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.models.rounds import Appraisal
from feedback.services.appraisals.rights import Relation
from feedback.services.decisions.deputies import Decider
from feedback.services.dossiers import reading
from feedback.services.dossiers.reading import Access

READERS = (RoleName.EMPLOYEE, RoleName.MANAGER, RoleName.HR, RoleName.ADMIN, RoleName.AUDITOR)
APPRAISED = (RoleName.EMPLOYEE, RoleName.MANAGER)
OPENED = "appraisals_opened"  # in the cookie: whose figures were opened on which day
MOST_OPENED = 60


def find(period: str, person: str, by: Decider) -> tuple[Appraisal, Access]:
    """What somebody above reads is noted once a day; before that he sees the steps alone."""
    appraisal, access = reading.find(db.session(), period, person, by)
    if not access.is_own:
        g.menu_entry = "rounds" if Relation.HR in access.relations else "team"
    return appraisal, access if is_opened(appraisal, by.today) else access.unopened()


def is_opened(appraisal: Appraisal, today: date) -> bool:
    return browser_session.get(OPENED, {}).get(_key(appraisal)) == today.isoformat()


def remember(appraisal: Appraisal, today: date) -> None:
    """Only of today, and no more than a cookie holds."""
    day = today.isoformat()
    opened = {key: day for key, known in browser_session.get(OPENED, {}).items() if known == day}
    opened[_key(appraisal)] = day
    browser_session[OPENED] = dict(list(opened.items())[-MOST_OPENED:])


def _key(appraisal: Appraisal) -> str:
    """Of several people at one browser each opens for himself."""
    return f"{current_user.id}/{appraisal.id}"
