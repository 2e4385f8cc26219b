"""The wording of mails, from and to files."""

from pathlib import Path

from tests.cli.conftest import Run


def test_a_wording_goes_out_to_a_file_and_comes_back_changed(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    shipped = run("mail", "text", "invitation", "en").stdout
    assert shipped.startswith("Subject: ") and "{link}" in shipped
    file = tmp_path / "invitation.txt"
    file.write_text(shipped.replace("Subject: ", "Subject: Acme: "), encoding="utf-8")
    assert run("mail", "set-text", "invitation", "en", file).exit_code == 0
    assert run("mail", "text", "invitation", "en").stdout == file.read_text(encoding="utf-8")
    assert run("mail", "reset-text", "invitation", "en").exit_code == 0
    assert run("mail", "text", "invitation", "en").stdout == shipped


def test_a_wording_without_its_link_or_with_an_unknown_placeholder_is_refused(
    run: Run, tmp_path: Path
) -> None:
    run("db", "upgrade")
    file = tmp_path / "invitation.txt"
    file.write_text("Subject: Hello\n\nDear {rater}, tell us your {salary}.\n", encoding="utf-8")
    refused = run("mail", "set-text", "invitation", "en", file)
    assert refused.exit_code == 1
    assert "{salary}" in refused.stderr and "{link}" in refused.stderr


def test_a_wording_that_is_too_long_is_refused_and_says_where(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    file = tmp_path / "invitation.txt"
    file.write_text(f"Subject: {'s' * 201}\n\n{{link}} {'b' * 10_000}\n", encoding="utf-8")
    refused = run("mail", "set-text", "invitation", "en", file)
    assert refused.exit_code == 1
    assert "subject: This is too long." in refused.stderr and "body: This is too long." in refused.stderr
