"""The factory of the application that is served: a table of contents."""

import os

from flask import Flask, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from feedback.core import create_core
from feedback.extensions import db
from feedback.jobs import queue
from feedback.presentation import template_filters
from feedback.settings import Settings
from feedback.views.accounts import accounts, oidc, own_account, sign_in
from feedback.views.appraisals import appraisal_files, appraisal_pages, appraisal_replies, appraisal_targets
from feedback.views.ballot_box import fast_lane, interviews, respond, side_by_side
from feedback.views.campaigns import campaigns
from feedback.views.closing import trustees
from feedback.views.decisions import (
    calibrations,
    confirmations,
    consequences,
    deputies,
    objections,
    plan_steps,
    plans,
    reviewing,
    round_pages,
    round_people,
    team_pages,
)
from feedback.views.definitions import definition_drafts, library, previews
from feedback.views.facts import register
from feedback.views.goals import goal_acts, goals
from feedback.views.ground import compression, errors, guards, headers, home, navigation, request_limits
from feedback.views.ground.row_numbers import RowNumberConverter
from feedback.views.ground.url_rules import UrlRule
from feedback.views.imports import uploads
from feedback.views.incidents import incidents
from feedback.views.mail import campaign_mail, mail_templates
from feedback.views.messages import call_back, call_backs, suggestion_box, suggestions
from feedback.views.oversight import audit_log, configuration, privacy
from feedback.views.people import clients, contacts, histories, people
from feedback.views.planning import wizard
from feedback.views.quality import influence, measures, quality
from feedback.views.releases import releases
from feedback.views.reports import comment_moderation, report_files, report_pages
from feedback.views.rosters import link_sheets, nominations, rosters

PAGES = (
    respond,
    privacy,
    home,
    report_pages,
    releases,
    comment_moderation,
    quality,
    influence,
    measures,
    report_files,
    appraisal_pages,
    appraisal_replies,
    appraisal_targets,
    appraisal_files,
    team_pages,
    reviewing,
    plans,
    plan_steps,
    deputies,
    round_pages,
    round_people,
    calibrations,
    confirmations,
    objections,
    consequences,
    own_account,
    accounts,
    configuration,
    audit_log,
    library,
    definition_drafts,
    previews,
    suggestion_box,
    suggestions,
    call_backs,
    interviews,
    trustees,
    people,
    histories,
    clients,
    contacts,
    register,
    uploads,
    campaign_mail,
    link_sheets,
    mail_templates,
    wizard,
    campaigns,
    rosters,
    nominations,
    goals,
    goal_acts,
    incidents,
)
WRITES_ALTHOUGH_READ = "oidc.finish"  # the provider sends people back by a GET, and they are signed in
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_REQUEST_SIZE = 2 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.from_environment(os.environ)
    app = create_core(settings)
    app.url_rule_class = UrlRule
    configure(app, settings)
    believe_proxies(app, settings)
    app.before_request(guards.refuse_impossible_hosts)
    app.before_request(read_only_unless_posting)
    request_limits.register(app)
    app.before_request(guards.refuse_impossible_codes)
    csrf = CSRFProtect(app)
    queue.load()
    sign_in.register(app, settings)
    oidc.register(app, settings)
    csrf.exempt(respond.blueprint)
    csrf.exempt(suggestion_box.blueprint)
    app.url_map.converters["int"] = RowNumberConverter
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    side_by_side.register(app)
    call_back.register(app)
    headers.register(app)
    compression.register(app)
    template_filters.register(app.jinja_env)
    navigation.register(app)
    errors.register(app)
    fast_lane.register(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_keys[-1],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[:-1]),
        MAX_CONTENT_LENGTH=MAX_REQUEST_SIZE,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_SIZE,
        SESSION_COOKIE_SECURE=settings.served_over_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.served_over_tls,
        REMEMBER_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )


def believe_proxies(app: Flask, settings: Settings) -> None:
    """Behind a proxy all people come from its address, and would share one limit of sign-ins.

    Links are built from the public address in the settings, whatever a proxy or a browser says the host is.
    """
    if count := int(settings.trusted_proxies):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


def read_only_unless_posting() -> None:
    reading = request.method in READING_METHODS and request.endpoint != WRITES_ALTHOUGH_READ
    db.session.info["read_only"] = reading
