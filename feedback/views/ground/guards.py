"""Who may come in where. What is not for somebody does not exist for him: it looks the same as absent."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, abort, request
from flask_security import auth_required, current_user
from werkzeug.exceptions import BadRequest

from feedback.models.accounts import RoleName
from feedback.presentation.locales import COOKIE_FREE

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

EVERYBODY = tuple(RoleName)


def refuse_impossible_hosts() -> Response | None:
    """Under a host that is no name no address can be built, so there is no page for it either."""
    if isinstance(request.routing_exception, BadRequest):
        return Response("400 Bad Request: the Host header holds no name.\n", 400, mimetype="text/plain")
    return None


def refuse_impossible_codes() -> None:
    """No code has a NUL in it, and PostgreSQL does not even take one in a question. Links have a page of their own."""
    if "\0" in request.path and request.blueprint not in COOKIE_FREE:
        abort(404)


def for_roles(
    *roles: RoleName,
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Let people in who have one of the roles. `tests/test_routes.py` reads them from the view."""

    def guard(view: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        @auth_required("session")
        @wraps(view)
        def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            if not any(current_user.has_role(role) for role in roles):
                abort(403)
            return view(*args, **kwargs)

        guarded.roles = frozenset(roles)
        return guarded

    return guard
