"""What operators copy: files of deploy/ and commands of the documents name what exists, and keep no link."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask

from feedback.application import MAX_REQUEST_SIZE
from feedback.buffering import LARGEST_BODY
from feedback.cli import main
from feedback.cli.ground.on_demand import OnDemand
from feedback.settings import Settings
from feedback.views.imports.uploads import LARGEST_FILE

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
OPERATIONS = ROOT / "docs/operations.md"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
GUIDES = (ROOT / "docs/guides/operator.md", ROOT / "docs/guides/operator.zh-CN.md")
DOCUMENTS = (*READMES, *sorted((ROOT / "docs").rglob("*.md")))
SETTINGS = {f"FEEDBACK_{field.name.upper()}" for field in fields(Settings)}

# Whoever has such an address can answer in a rater's place, or was a rater; and whoever has a token comes in.
RESPONDENTS = ("respond", "suggestion_box")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def named_settings(path: Path) -> set[str]:
    return set(re.findall(r"FEEDBACK_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [*READMES, DEPLOY / "environment"], ids=relative)
def test_every_setting_is_named(path: Path):
    assert SETTINGS - named_settings(path) == set()


@pytest.mark.parametrize("path", [*DOCUMENTS, *sorted(DEPLOY.iterdir())], ids=relative)
def test_no_setting_is_named_that_does_not_exist(path: Path):
    found = named_settings(path)
    assert {
        name for name in found - SETTINGS if not any(known.startswith(name) for known in SETTINGS)
    } == set()


def test_the_environment_file_is_one_for_the_shell_and_for_systemd_and_starts_a_server():
    lines = (DEPLOY / "environment").read_text().splitlines()
    given = [line for line in lines if line and not line.startswith("# ")]
    assert [line for line in given if not re.fullmatch(r"#?FEEDBACK_[A-Z_]+='[^']*'", line)] == []
    values = dict(line.split("=", 1) for line in given if not line.startswith("#"))
    environment = {name: value.strip("'") for name, value in values.items()}
    assert Settings.from_environment(environment | {"FEEDBACK_SECRET_KEYS": 40 * "k"})


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Every use of our command: what the units start, and what the documents tell operators to type."""
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=/opt/feedback/bin/feedback (.*)$", unit.read_text(), re.M):
            yield unit.name, shlex.split(line)
    for path in (*READMES, OPERATIONS):
        for block in re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.S):
            for line in re.findall(r"^(?:\./run )?feedback (.*)$", block, re.M):
                yield path.name, shlex.split(line, comments=True)


@pytest.mark.parametrize(("place", "arguments"), list(command_lines()))
def test_every_command_that_operators_are_told_exists_with_its_options(place: str, arguments: list[str]):
    command: click.Command = main
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        command, arguments = command.commands[arguments[0]], arguments[1:]
        command = command.load() if isinstance(command, OnDemand) else command
    known = {name for parameter in command.params for name in parameter.opts}
    assert {argument for argument in arguments if argument.startswith("--")} <= known


@pytest.mark.parametrize("unit", UNITS, ids=relative)
def test_a_unit_starts_our_command_with_the_settings_and_as_the_user_that_the_document_makes(unit: Path):
    text, document = unit.read_text(), OPERATIONS.read_text()
    assert len(re.findall(r"^ExecStart=/opt/feedback/bin/feedback ", text, re.M)) == 1
    (user,), (file,) = (re.findall(rf"^{name}=(\S+)$", text, re.M) for name in ("User", "EnvironmentFile"))
    (state,) = re.findall(r"^StateDirectory=(\S+)$", text, re.M)
    assert f"install -D -m 600 deploy/environment {file}\n" in document
    assert f"/usr/sbin/nologin {user}\n" in document
    assert f"FEEDBACK_DATA_DIR='/var/lib/{state}'" in (DEPLOY / "environment").read_text()


@pytest.mark.parametrize("path", [*READMES, OPERATIONS], ids=relative)
def test_every_file_that_the_document_leads_to_exists(path: Path):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    copied = [name for name in re.findall(r" (deploy/[\w.@-]+)", path.read_text(encoding="utf-8"))]
    assert [link for link in links if not (path.parent / link).exists()] == []
    assert copied and [name for name in copied if not (ROOT / name).exists()] == []


def nginx_servers() -> list[list[str]]:
    """The directives of each server, with those of its locations."""
    text = re.sub(r"^\s*#.*$", "", (DEPLOY / "nginx.conf").read_text(), flags=re.M)
    return [re.split(r"[;{}]\s*", part)[1:] for part in re.split(r"^server\b", text, flags=re.M)[1:]]


def test_nginx_keeps_no_log_of_any_request_also_of_those_that_it_refuses_or_redirects():
    servers = nginx_servers()
    assert len(servers) == 2
    for directives in servers:
        logs = [directive.split() for directive in directives if "_log " in directive]
        assert sorted(logs) == [["access_log", "off"], ["error_log", "/dev/null", "crit"]]
        assert any(directive.endswith("default_server") for directive in directives)


def test_caddy_keeps_no_log_of_any_request_also_of_those_that_fail():
    text = re.sub(r"^\s*#.*$", "", (DEPLOY / "Caddyfile").read_text(), flags=re.M)
    assert re.findall(r"^\s*(log\b.*)\{\s*(.*)$", text, re.M) == [
        ("log default ", "exclude http.log http.handlers")
    ]
    assert not re.search(r"^\s*log$", text, re.M)


@pytest.mark.parametrize("path", [OPERATIONS, *GUIDES], ids=relative)
def test_for_another_proxy_every_route_with_a_link_or_a_token_is_named(app: Flask, path: Path):
    rules = [rule for rule in app.url_map.iter_rules() if is_confidential(rule.endpoint, rule.rule)]
    (paragraph,) = (line for line in joined(path) if "/suggestions/box" in line)
    named = re.findall(r"/[a-z][a-z/-]*", paragraph)
    assert len(rules) > 10
    assert [
        rule.rule for rule in rules if not any(f"{rule.rule}/".startswith(f"{name}/") for name in named)
    ] == []


def is_confidential(endpoint: str, rule: str) -> bool:
    return endpoint.partition(".")[0] in RESPONDENTS or "<token>" in rule


def joined(path: Path) -> list[str]:
    """Paragraphs and list items, each as one line."""
    return re.split(r"\n(?=\n|- )", path.read_text(encoding="utf-8"))


def test_what_is_too_large_is_refused_by_the_server_with_its_own_page():
    largest = {
        "nginx.conf": r"client_max_body_size (\d+)m;",
        "Caddyfile": r"max_size (\d+)MB",
    }
    for name, pattern in largest.items():
        (megabytes,) = re.findall(pattern, (DEPLOY / name).read_text())
        assert int(megabytes) * 10**6 > max(MAX_REQUEST_SIZE, LARGEST_FILE, LARGEST_BODY)


def test_both_proxies_lead_to_the_address_that_the_unit_serves():
    (host, port) = re.findall(r"--host (\S+) --port (\S+)", (DEPLOY / "feedback.service").read_text())[0]
    assert set(re.findall(r"proxy_pass http://(\S+);", (DEPLOY / "nginx.conf").read_text())) == {
        f"{host}:{port}"
    }
    assert re.findall(r"reverse_proxy (\S+) ", (DEPLOY / "Caddyfile").read_text()) == [f"{host}:{port}"]
