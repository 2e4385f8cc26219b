"""The audit log, to be read and taken along; nothing here changes anything."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from feedback import current
from feedback.extensions import db
from feedback.models.accounts import RoleName
from feedback.services.ground import days
from feedback.services.oversight import audit_log, audit_wording
from feedback.services.oversight.audit_log import Filters
from feedback.services.tables import spreadsheets, table_files
from feedback.views.ground.downloads import attachment
from feedback.views.ground.guards import for_roles
from forms.audit import AuditSearch

blueprint = Blueprint("audit", __name__)

READERS = (RoleName.ADMIN, RoleName.AUDITOR)


@blueprint.get("/audit")
@for_roles(*READERS)
def index() -> str | tuple[str, int]:
    form = search_form()
    valid = form.validate()
    page, entries = audit_log.search(
        db.session(), filters(form) if valid else Filters(), request.args.get("page", 1, type=int)
    )
    asked = {name: value for name, value in request.args.items() if name in form and value}
    shown = render_template(
        "oversight/audit_log/index.html", form=form, page=page, entries=entries, asked=asked
    )
    return shown if valid else (shown, 422)


@blueprint.get("/audit/export.csv")
@for_roles(*READERS)
def export_csv() -> Response:
    text = table_files.write(audit_log.HEADINGS, found())
    return attachment(text.encode("utf-8-sig"), "audit.csv")


@blueprint.get("/audit/export.xlsx")
@for_roles(*READERS)
def export_xlsx() -> Response:
    return attachment(spreadsheets.write(audit_log.HEADINGS, found(), "audit"), "audit.xlsx")


def search_form() -> AuditSearch:
    form = AuditSearch(request.args)
    seen = audit_log.acts_seen(db.session())
    form.act.choices = [
        ("", gettext("everything")),
        *((act, gettext(audit_wording.title(act))) for act in seen),
    ]
    return form


def found() -> Iterable[tuple[str, ...]]:
    form = AuditSearch(request.args)
    return audit_log.rows(db.session(), filters(form) if form.validate() else Filters())


def filters(form: AuditSearch) -> Filters:
    return Filters(
        actor=form.who.data,
        act=form.act.data,
        target=form.target.data,
        since=midnight(form.since.data),
        before=midnight(form.until.data, after=True),
    )


def midnight(day: date | None, *, after: bool = False) -> datetime | None:
    """When a day begins here, or when it is over."""
    if day is None:
        return None
    return days.start_of(day + timedelta(days=1) if after else day, current.settings().zone)
