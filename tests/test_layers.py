"""What each layer leaves to the others: clocks, SQL, commits. A line in the wrong place fails here by its name."""

import ast
from collections.abc import Callable, Iterator

from tests.test_architecture import modules, within

CLOCKS = {"now", "utcnow", "today", "current_timestamp", "current_date"}
CLOCK_MODULES = {"time", "feedback.current"}


def found_in(package: str, look: Callable[[ast.AST], Iterator[str]]) -> list[str]:
    return [
        f"{module}: {fault}"
        for module, path in modules()
        if within(module, (package,))
        for fault in look(ast.parse(path.read_text()))
    ]


def clocks(tree: ast.AST) -> Iterator[str]:
    """Whatever asks for the time, of Python or of the database, called or handed on to be called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            yield f"{node.attr} in line {node.lineno}"
        for name in imported(node) & CLOCK_MODULES:
            yield f"{name} in line {node.lineno}"


def imported(node: ast.AST) -> set[str]:
    """Modules that a node imports, and names in full that it takes from them."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return set()


def test_models_ask_no_clock():
    """A time comes from whoever acts: a row that took its own could not be tested, nor be made again."""
    assert found_in("feedback.models", clocks) == []


def test_a_clock_is_found_however_it_is_asked():
    text = (
        "import time\nfrom feedback import current\nx = datetime.now(UTC)\n"
        "y = mapped_column(default=datetime.utcnow, server_default=func.now())"
    )
    assert list(clocks(ast.parse(text))) == [
        "time in line 1",
        "feedback.current in line 2",
        "now in line 3",
        "utcnow in line 4",
        "now in line 4",
    ]


# Whoever is in front of the services knows of SQLAlchemy what a session is and how a database says no.
NOT_SQL = {"sqlalchemy.orm.Session", "sqlalchemy.event", "sqlalchemy.exc", "sqlalchemy.orm.exc"}
HANDED_OVER = {"commit", "rollback", "remove", "info"}
IN_FRONT = ("feedback.views", "feedback.cli", "feedback.jobs", "feedback.papers", "feedback.presentation")


def sql(tree: ast.AST) -> Iterator[str]:
    """Words of SQLAlchemy, and whatever is asked of the database's session."""
    flask_session = any("flask.session" in imported(node) for node in ast.walk(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in sorted(of_sqlalchemy(node) - NOT_SQL):
                yield f"{name} in line {node.lineno}"
        is_asked = isinstance(node, ast.Attribute) and is_session(node.value, named=not flask_session)
        if is_asked and node.attr not in HANDED_OVER:
            yield f"session.{node.attr} in line {node.lineno}"


def of_sqlalchemy(node: ast.Import | ast.ImportFrom) -> set[str]:
    names = imported(node)
    longest = {name for name in names if not any(other.startswith(f"{name}.") for other in names)}
    found = {name for name in longest if name.partition(".")[0] == "sqlalchemy"}
    return {name for name in found if not within(name, NOT_SQL)}


def is_session(node: ast.AST, *, named: bool) -> bool:
    """`session`, where that is not Flask's, `db.session` and `db.session()`."""
    match node:
        case ast.Name(id="session"):
            return named
        case ast.Attribute(value=ast.Name(id="db" | "database"), attr="session"):
            return True
        case ast.Call(func=func):
            return isinstance(func, ast.Attribute) and is_session(func, named=named)
    return False


def test_only_services_hold_sql():
    """A page or a command hands its session to a service, which asks what is wanted in the words of the field."""
    assert [fault for package in IN_FRONT for fault in found_in(package, sql)] == []


def test_sql_is_found_by_its_words_and_by_what_is_asked_of_the_session():
    text = (
        "from sqlalchemy import event, select\nfrom sqlalchemy.orm import Session, joinedload\n"
        "from sqlalchemy.exc import DBAPIError\nimport sqlalchemy as sa\n"
        "def f(session):\n    session.get(User, 1)\n    db.session().scalars(x)\n    db.session.refresh(y)\n"
        "    service.change(db.session(), session)\n    db.session.commit()\n"
    )
    assert list(sql(ast.parse(text))) == [
        "sqlalchemy.select in line 1",
        "sqlalchemy.orm.joinedload in line 2",
        "sqlalchemy in line 4",
        "session.get in line 6",
        "session.scalars in line 7",
        "session.refresh in line 8",
    ]


def routes_elsewhere(tree: ast.AST) -> Iterator[str]:
    """Blueprints that a module takes from another one, or decorates its functions with."""
    for node in ast.walk(tree):
        if any(name.endswith(".blueprint") for name in imported(node)):
            yield "blueprint is imported"
        for decorator in getattr(node, "decorator_list", ()):
            written = ast.unparse(decorator)
            if ".blueprint." in written:
                yield f"@{written}"


def test_a_module_adds_nothing_to_the_blueprint_of_another_by_being_imported():
    assert found_in("feedback", routes_elsewhere) == []


def test_a_route_on_the_blueprint_of_another_module_is_found():
    text = (
        "from feedback.views.ballot_box import respond\nfrom feedback.views.ballot_box.respond import blueprint\n"
        "@respond.blueprint.get('/s/more')\ndef more(): ...\n"
    )
    assert list(routes_elsewhere(ast.parse(text))) == [
        "blueprint is imported",
        "@respond.blueprint.get('/s/more')",
    ]


# Who says that what was done is kept: docs/decisions/0021-who-commits.md has the reasons.
COMMITTING = {
    "feedback.transaction": {"transaction"},
    "feedback.views.accounts.sign_in": {"commit_the_mail"},
    "feedback.views.ballot_box.fast_lane": {"_cast"},
    "feedback.services.ballot_box.side_by_side_ballots": {"cast_each"},
    "feedback.services.closing.campaign_closing": {"_stop_answering", "_settle", "_count"},
    "feedback.services.closing.passphrases": {"unlock", "_spend_attempt"},
    "feedback.services.closing.giving_up": {"give_up"},
    "feedback.services.closing.trustees": {"contribute"},
    "feedback.services.ground.secure_deletion": {"forget_deleted_rows", "cut_log"},
    "feedback.services.mail.mail_sending": {
        *("take", "_send", "_send_one", "_record", "_put_off", "_give_back"),
    },
    "feedback.services.mail.reminders": {"send_due", "_put_off", "_to_those_who_have_not_answered"},
    "feedback.services.messages.suggestions": {"open_due"},
    "feedback.services.releases.report_batches": {"_claim", "_make", "_change"},
}


def functions(tree: ast.AST) -> Iterator[tuple[str, list[ast.AST]]]:
    """Each function with what stands in it and in no function inside of it; the module itself is `<module>`."""
    inner = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    yield "<module>", list(own_nodes(tree))
    for function in inner:
        yield function.name, list(own_nodes(function))


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(scope):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            yield from own_nodes(node)


def committing(tree: ast.AST) -> set[str]:
    """The functions that commit, by whatever name their session has."""
    return {
        name
        for name, nodes in functions(tree)
        if any(isinstance(node, ast.Attribute) and node.attr == "commit" for node in nodes)
    }


def test_nobody_else_commits_than_those_who_have_a_reason():
    found = {module: committing(ast.parse(path.read_text())) for module, path in modules()}
    assert {module: names for module, names in found.items() if names} == COMMITTING


def unfit_transactions(tree: ast.AST) -> Iterator[str]:
    """An act is one transaction, which is over before anybody is told."""
    for name, nodes in functions(tree):
        blocks = [node for node in nodes if is_transaction(node)]
        if len(blocks) > 1:
            yield f"{name} has {len(blocks)} transactions"
        looped = (
            inner for node in nodes if isinstance(node, ast.For | ast.While) for inner in ast.walk(node)
        )
        if any(map(is_transaction, looped)):
            yield f"{name} has a transaction in a loop"
        if any(isinstance(node, ast.Return | ast.Yield) for block in blocks for node in ast.walk(block)):
            yield f"{name} answers in a transaction that is not over"


def is_transaction(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and any(
        ast.unparse(item.context_expr) == "transaction()" for item in node.items
    )


def test_an_act_is_one_transaction_that_is_over_before_anybody_is_told():
    assert [fault for package in IN_FRONT for fault in found_in(package, unfit_transactions)] == []


def test_a_commit_and_an_unfit_transaction_are_found_by_the_name_of_their_function():
    text = (
        "def outer(session):\n    def inner():\n        session.commit()\n    return inner\n"
        "def page():\n    with transaction() as session:\n        change(session)\n        return 'done'\n"
        "def both():\n    with transaction():\n        one()\n    with transaction():\n        two()\n"
        "def many():\n    for one in all:\n        with transaction():\n            one()\n"
    )
    assert committing(ast.parse(text)) == {"inner"}
    assert list(unfit_transactions(ast.parse(text))) == [
        "page answers in a transaction that is not over",
        "both has 2 transactions",
        "many has a transaction in a loop",
    ]
