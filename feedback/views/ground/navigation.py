"""What stands at the top of every page for signed-in people: the rooms that are open to them."""

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
    "links",
    "mail",
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
}


@dataclass(frozen=True)
class Room:
    endpoint: str
    title: str
    roles: tuple[RoleName, ...]

    @property
    def here(self) -> bool:
        return room_of_request() == self.endpoint.partition(".")[0]


def room_of_request() -> str | None:
    """A view whose room depends on what it shows says so in `g.room`."""
    room: str | None = g.get("room") or PART_OF.get(request.blueprint or "", request.blueprint)
    return room


ROOMS = (
    Room("home.start", N_("Start"), EVERYBODY),
    Room("campaigns.index", N_("Campaigns"), OFFICE),
    Room("nominations.index", N_("Nominations"), (RoleName.EMPLOYEE, RoleName.MANAGER)),
    Room("people.index", N_("People"), OFFICE),
    Room("clients.index", N_("Clients"), OFFICE),
    Room("library.index", N_("Questionnaires"), OFFICE),
    Room("mail_templates.index", N_("Mail texts"), (RoleName.HR,)),
    Room("interviews.index", N_("Interviews"), EVERYBODY),
    Room("call_backs.index", N_("Call-backs"), (RoleName.MANAGER, *OFFICE)),
    Room("suggestions.index", N_("Suggestions"), OFFICE),
    Room("accounts.index", N_("Accounts"), (RoleName.ADMIN,)),
    Room("audit.index", N_("Audit log"), (RoleName.ADMIN, RoleName.AUDITOR)),
    Room("configuration.show", N_("Settings"), (RoleName.ADMIN, RoleName.AUDITOR)),
)


def register(app: Flask) -> None:
    app.jinja_env.globals["rooms"] = rooms
    app.jinja_env.tests["endpoint"] = lambda name: name in app.view_functions
    # A function, not a test: of a test on a constant, Jinja keeps what the first reader's page found.
    app.jinja_env.globals["open_to_reader"] = lambda name: _mine() & vars(app.view_functions[name])["roles"]


def rooms() -> list[Room]:
    mine = _mine()
    return [room for room in ROOMS if room.endpoint in current_app.view_functions and mine & {*room.roles}]


def _mine() -> set[str]:
    return {role.name for role in current_user.roles}
