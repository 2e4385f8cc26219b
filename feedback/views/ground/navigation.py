"""What stands at the top of every page for signed-in people: the menu that are open to them."""

from dataclasses import dataclass

from flask import Flask, current_app, g, request
from flask_security import current_user

from feedback.models.accounts import RoleName
from feedback.views.ground.guards import EVERYBODY
from forms.words import N_

OFFICE = (RoleName.HR, RoleName.ADMIN)

CAMPAIGN_PAGES = (
    "campaign_drafts",
    "files",
    "influence",
    "links",
    "mail",
    "measures",
    "moderation",
    "quality",
    "releases",
    "reports",
    "rosters",
)
PART_OF = {
    **dict.fromkeys(("drafts", "previews"), "library"),
    **dict.fromkeys(CAMPAIGN_PAGES, "campaigns"),
    "contacts": "clients",
    "histories": "people",
    **dict.fromkeys(("appraisal_replies", "appraisal_files", "appraisal_targets"), "appraisals"),
    "goal_acts": "goals",
    **dict.fromkeys(("reviews", "plans", "plan_steps", "deputies"), "team"),
    **dict.fromkeys(("round_people", "consequences"), "rounds"),
}


@dataclass(frozen=True)
class MenuEntry:
    endpoint: str
    title: str
    roles: tuple[RoleName, ...]

    @property
    def here(self) -> bool:
        return section_of_request() == self.endpoint.partition(".")[0]


def section_of_request() -> str | None:
    """A view whose place in the menu depends on what it shows says so in `g.menu_entry`."""
    entry: str | None = g.get("menu_entry") or PART_OF.get(request.blueprint or "", request.blueprint)
    return "rounds" if entry == "team" and RoleName.MANAGER not in _mine() else entry


MENU = (
    MenuEntry("home.start", N_("Start"), EVERYBODY),
    MenuEntry("appraisals.index", N_("My appraisal"), (RoleName.EMPLOYEE, RoleName.MANAGER)),
    MenuEntry("team.index", N_("My team"), (RoleName.MANAGER,)),
    MenuEntry("rounds.index", N_("Rounds"), (RoleName.HR,)),
    MenuEntry("calibrations.index", N_("Calibrations"), (RoleName.MANAGER, RoleName.HR)),
    MenuEntry("objections.index", N_("Objections"), (RoleName.HR,)),
    MenuEntry("campaigns.index", N_("Campaigns"), OFFICE),
    MenuEntry("nominations.index", N_("Nominations"), (RoleName.EMPLOYEE, RoleName.MANAGER)),
    MenuEntry(
        "goals.index", N_("Goals"), (RoleName.EMPLOYEE, RoleName.MANAGER, RoleName.HR, RoleName.AUDITOR)
    ),
    MenuEntry("people.index", N_("People"), OFFICE),
    MenuEntry("clients.index", N_("Clients"), OFFICE),
    MenuEntry("register.index", N_("Visits and complaints"), (RoleName.MANAGER, *OFFICE)),
    MenuEntry("library.index", N_("Questionnaires"), OFFICE),
    MenuEntry("mail_templates.index", N_("Mail texts"), (RoleName.HR,)),
    MenuEntry("interviews.index", N_("Interviews"), EVERYBODY),
    MenuEntry("call_backs.index", N_("Call-backs"), (RoleName.MANAGER, *OFFICE)),
    MenuEntry("suggestions.index", N_("Suggestions"), OFFICE),
    MenuEntry(
        "incidents.index",
        N_("Incidents"),
        (RoleName.MANAGER, RoleName.HR, RoleName.COMPLIANCE, RoleName.AUDITOR),
    ),
    MenuEntry("accounts.index", N_("Accounts"), (RoleName.ADMIN,)),
    MenuEntry("audit.index", N_("Audit log"), (RoleName.ADMIN, RoleName.AUDITOR)),
    MenuEntry("configuration.show", N_("Settings"), (RoleName.ADMIN, RoleName.AUDITOR)),
)


def register(app: Flask) -> None:
    app.jinja_env.globals["menu"] = menu
    app.jinja_env.tests["endpoint"] = lambda name: name in app.view_functions
    # A function, not a test: of a test on a constant, Jinja keeps what the first reader's page found.
    app.jinja_env.globals["open_to_reader"] = lambda name: _mine() & vars(app.view_functions[name])["roles"]


def menu() -> list[MenuEntry]:
    mine = _mine()
    return [entry for entry in MENU if entry.endpoint in current_app.view_functions and mine & {*entry.roles}]


def _mine() -> set[str]:
    return {role.name for role in current_user.roles}
