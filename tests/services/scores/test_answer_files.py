"""Scoring files of answers, through the command that people use."""

import csv
import io
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

from feedback.cli.definitions.questionnaire import questionnaire as questionnaire_command
from feedback.cli.definitions.scheme import scheme as scheme_command
from feedback.cli.ground.json_text import as_json
from feedback.cli.reports.score import score
from feedback.services.closing import counts_export
from feedback.services.scores import answer_files, score_document
from feedback.services.scores.answer_files import Layout
from forms import questionnaire as questionnaires
from forms import scheme as schemes

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
QUESTIONNAIRE = """
id = "small"
version = 1
[scale.five]
points = [20, 40, 60, 80, 100]
[[dimension]]
id = "attitude"
[[item]]
id = "q1"
dimension = "attitude"
scale = "five"
text.en = "?"
[[item]]
id = "q2"
dimension = "attitude"
scale = "five"
reverse = true
groups = ["client", "self"]
text.en = "?"
[[item]]
id = "n"
kind = "nps"
groups = ["client"]
text.en = "?"
[[item]]
id = "remark"
kind = "comment"
text.en = "?"
"""
SCHEME = """
id = "small"
version = 1
[[group]]
id = "client"
family = "clients"
weight = 100
[[group]]
id = "self"
family = "self"
weight = 0
"""
SEVERAL_GROUPS = SCHEME.replace("weight = 100", "weight = 60") + (
    '[[group]]\nid = "peer"\nfamily = "colleagues"\nweight = 40\n'
)
HEADING = "who,group,q1,q2,n,age\n"
GOOD = HEADING + "A,client,4,2,9,31\nA,client,5,1,10,40\nA,client,5,2,,\nA,self,5,1,,\n"
BY_COLUMNS = ("--subject", "who", "--group", "group")


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def command(answers: str | bytes, *options: str, scheme: str = SCHEME) -> Result:
        (tmp_path / "q.toml").write_text(QUESTIONNAIRE)
        (tmp_path / "s.toml").write_text(scheme)
        data = answers.encode() if isinstance(answers, str) else answers
        (tmp_path / "answers").write_bytes(data)
        files = ["--questionnaire", str(tmp_path / "q.toml"), "--scheme", str(tmp_path / "s.toml")]
        return CliRunner().invoke(
            score, [str(tmp_path / "answers"), *files, *options], catch_exceptions=False
        )

    return command


def document_of(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_file_of_answers_is_scored(run: Any) -> None:
    document = document_of(run(GOOD, *BY_COLUMNS))
    subject = document["subjects"][0]
    assert subject["subject"] == "A"
    assert subject["feedback_score"] == pytest.approx(((80 + 100 + 100) + (80 + 100 + 80)) / 6)
    assert subject["groups"]["client"]["n"] == 3
    assert subject["nps"] == {"value": None, "interval": None, "reason": "too few answers"}
    assert subject["gaps"]["attitude"]["self"] == 100.0


def test_everybody_is_one_subject_without_a_subject_column(run: Any) -> None:
    assert [s["subject"] for s in document_of(run(GOOD, "--as-group", "client"))["subjects"]] == ["all"]


def test_the_only_group_of_a_scheme_need_not_be_named(run: Any) -> None:
    assert document_of(run(GOOD))["subjects"][0]["groups"]["client"]["n"] == 4


def test_among_several_groups_one_must_be_named(run: Any) -> None:
    result = run(GOOD, scheme=SEVERAL_GROUPS)
    assert result.exit_code == 1
    assert "the scheme has several groups (client, self, peer)" in result.stderr


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.replace("A,", "经理,").encode("gb18030"),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\n\n").replace("31", '"31\n"').encode(),
        (GOOD + ",,,,,\n  , ,,,,\n \n").encode(),
        ("\n\n" + GOOD.replace(",", ";")).encode(),
        GOOD.replace(",age", ',"age; in\nyears; or; so"').encode(),
        GOOD.replace(",4,2,", ", 4.0 ,2,").replace(",,\n", ",NA,N/A\n").encode(),
        GOOD.replace(",5,", ",５,").replace(",10,", ",１０,").encode(),
    ],
    ids=[
        "mark",
        "utf-16",
        "gb18030",
        "semicolons",
        "tabs",
        "crlf",
        "line breaks",
        "empty rows",
        "heading below",
        "long heading",
        "floats",
        "full width",
    ],
)
def test_files_as_programs_write_them_give_the_same_scores(run: Any, data: bytes) -> None:
    expected, found = document_of(run(GOOD, *BY_COLUMNS)), document_of(run(data, *BY_COLUMNS))
    assert found["campaign"] == expected["campaign"]
    assert found["subjects"][0] | {"subject": "A"} == expected["subjects"][0]


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        (HEADING + "A,client,6,1,1,\n", "row 2, column q1: '6' is not on the scale from 1 to 5"),
        (HEADING + "A,client,4,1,11,\n", "row 2, column n: '11' is not on the scale from 0 to 10"),
        (HEADING + "A,client,3.5,1,1,\n", "row 2, column q1: '3.5' is not on the scale"),
        (HEADING + "A,client,five,1,1,\n", "row 2, column q1: 'five' is not on the scale"),
        (HEADING + "A,client,nan,1,1,\n", "row 2, column q1: 'nan' is not on the scale"),
        (HEADING + "A,boss,4,1,1,\n", "row 2, column group: unknown group 'boss' (known: client, self)"),
        (HEADING + "A,self,4,1,1,\n", "row 2, column n: the item is not asked of group self"),
        (HEADING + " ,client,4,1,1,\n", "row 2, column who: is empty"),
        (HEADING + '"A\nB",client,4,1,1,\n', "row 2, column who: holds a control character"),
        (HEADING + "A,client,4,1,1_0,\n", "row 2, column n: '1_0' is not on the scale"),
        (HEADING + "A,client,4\n", "row 2: has 3 cells, the heading has 6"),
        (HEADING + 'A,client,4,1,1,"x\ny"\nA,client,9,1,1,\n', "row 3, column q1: '9' is not on the scale"),
        (HEADING + "\n \nA,client,9,1,1,\n", "row 4, column q1: '9' is not on the scale"),
        (HEADING, "row 1: there is no row under the heading"),
        (HEADING + "A,client,,,9,\n", "row 1: no row under the heading has a rating"),
        ("", "row 1: there is no heading"),
        ("who,group,q1,n\nA,client,1,1\n", "row 1, column q2: the column is missing"),
        ("who,group,q1,q1,q2,n\nA,client,1,1,1,1\n", "row 1, column q1: the column appears more than once"),
        ("x,group,q1,q2,n\nA,client,1,1,1\n", "row 1, column who: the column is missing"),
        ("who,group,q1,q2,n\nA,client,\0,1,1\n", "row 2: holds a NUL character"),
        ('who,group,q1,q2,n\nA,client,"1"x,1,1\n', "row 2: is not CSV"),
        (b"PK\x03\x04\x14\0", "row 1: this is a workbook: save the sheet with the answers as CSV"),
        ("who|group|q1|q2|n\nA|client|1|1|1\n", "row 1: these columns were found: who|group|q1|q2|n"),
        (b"\x81\xff\xff", "row 1: the text is neither UTF-8, UTF-16 nor GB 18030"),
    ],
)
def test_a_fault_names_row_and_column(run: Any, answers: str | bytes, problem: str) -> None:
    result = run(answers, *BY_COLUMNS)
    assert result.exit_code == 1
    assert problem in result.stderr
    assert result.stdout == ""


def test_twenty_faults_are_listed_and_all_are_counted(run: Any) -> None:
    result = run(HEADING + "A,client,6,9,1,\n" * 15, *BY_COLUMNS)
    assert result.stderr.count("is not on the scale") == 20
    assert "30 faults in all" in result.stderr


def test_of_a_file_that_is_wrong_all_over_the_first_faults_are_told_in_order(run: Any) -> None:
    rows = ["A,boss,9,1,1,\n"] * 3 + ["A,client,4\n"] * 30 + ["A,client,4,9,1,\n"] * 12_000
    lines = run(HEADING + "".join(rows), *BY_COLUMNS).stderr.splitlines()
    assert [int(line.split()[1 + (place == 0)].strip(",:")) for place, line in enumerate(lines[:-1])] == [
        *(row for row in (2, 3, 4) for _ in range(2)),
        *range(5, 19),
    ]
    assert lines[-1] == "... 12036 faults in all"


def test_an_unknown_group_for_all_rows_is_refused(run: Any) -> None:
    result = run(GOOD, "--as-group", "boss")
    assert result.exit_code == 1
    assert "unknown group 'boss'" in result.stderr


def test_one_group_and_a_column_of_groups_exclude_each_other(run: Any) -> None:
    assert run(GOOD, "--group", "group", "--as-group", "client").exit_code == 2


def test_rows_without_a_rating_are_ignored_wholly(run: Any) -> None:
    with_blank = document_of(run(GOOD + "A,client,,,0,\nB,client,,,0,\n", *BY_COLUMNS))
    assert with_blank == document_of(run(GOOD, *BY_COLUMNS))


def test_the_table_has_one_line_per_subject(run: Any) -> None:
    lines = run(GOOD + "B,client,1,1,1,\n", *BY_COLUMNS, "--format", "table").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["subject", "A", "B"]
    assert "insufficient: required group client is not shown" in lines[2]


def test_the_columns_of_the_table_stand_below_each_other_after_chinese_names(run: Any) -> None:
    answers = GOOD + GOOD.removeprefix(HEADING).replace("A,", "张经理,")
    heading, first, second = run(answers, *BY_COLUMNS, "--format", "table").stdout.splitlines()
    place = heading.index("score")
    assert first[place : place + 5] == "90.00"
    assert second[place - 3 : place + 2] == "90.00"


def test_faulty_definitions_are_told_with_their_file(run: Any) -> None:
    result = run(GOOD, scheme=SCHEME.replace("weight = 100", "weight = 90"))
    assert result.exit_code == 1
    assert "s.toml: group: the weights add up to 90, not to 100" in result.stderr


# -- exported counts -----------------------------------------------------------------------------------


def random_answers(seed: int) -> str:
    rng = Random(seed)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["who", "group", "q1", "q2", "n"])
    for _ in range(80):
        ratings = [rng.randint(1, 5), rng.choice(["", 1, 2, 3, 4, 5]), rng.choice(["", *range(11)])]
        writer.writerow([f"S{min(rng.randint(0, 15), rng.randint(0, 15))}", "client", *ratings])
    return out.getvalue()


def exported(answers: str) -> dict[str, Any]:
    questionnaire, scheme = questionnaires.load(QUESTIONNAIRE), schemes.load(SCHEME)
    layout = Layout(subject_column="who", group_column="group")
    result = answer_files.read_answers(answers.encode(), questionnaire, scheme, layout)
    assert as_json(score_document.document(result, questionnaire, scheme))
    return counts_export.to_export(result, questionnaire, scheme)


@pytest.mark.parametrize("seed", range(5))
def test_exported_counts_give_the_same_bytes_as_the_answers(run: Any, seed: int) -> None:
    answers = random_answers(seed)
    from_answers = run(answers, *BY_COLUMNS)
    from_counts = run(json.dumps(exported(answers)))
    assert from_answers.exit_code == from_counts.exit_code == 0
    assert from_answers.stdout == from_counts.stdout


def test_an_export_has_no_number_of_a_group_that_is_not_shown() -> None:
    export = exported(HEADING + "A,client,4,2,9,\nA,client,5,1,10,\n")
    assert export["subjects"][0]["cells"]["client"] == {
        "status": "withheld",
        "invited": 2,
        "unit": None,
    }


MANY = GOOD + "A,client,3,2,9,\n" * 7  # ten clients


def damaged(change: Any, answers: str = GOOD) -> str:
    export = exported(answers)
    change(export)
    return json.dumps(export)


def client(export: dict[str, Any], cell: str = "client") -> dict[str, Any]:
    return export["subjects"][0]["cells"][cell]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda e: e.update(format="x"), "not an export of counts"),
        (lambda e: e["scheme"].update(digest="x"), "another scheme than 'small' as given"),
        (lambda e: e.update(questionnaire=3), "another questionnaire than 'small' as given"),
        (lambda e: e.update(subjects=3), "damaged: subjects is not a list"),
        (lambda e: e.update(extra=3), "damaged: it holds what no export holds"),
        (lambda e: e.update(salt=3), "damaged: salt is not a text"),
        (lambda e: e["subjects"].append(3), "damaged: entry 2 of subjects is not a table"),
        (lambda e: e["subjects"].append(e["subjects"][0]), "each subject once"),
        (lambda e: e["subjects"][0].update(subject=7), "damaged: subject is not a text"),
        (lambda e: e["subjects"][0].update(subject="A\nB"), "'A\\nB' is no name of a subject"),
        (lambda e: e["subjects"][0]["cells"].pop("self"), "subject 'A', group self: self is missing"),
        (lambda e: client(e).update(n=1), "subject 'A', group client: q1 has 3 ratings, of 1 ballots"),
        (lambda e: client(e).update(n=2, sums={}), "2 ballots are shown, fewer than the minimum 3"),
        (lambda e: client(e).update(n=3.5), "group client: n is not a whole number"),
        (lambda e: client(e).update(n=10**12), "group client: n is 1000000000000"),
        (lambda e: client(e).update(invited=-1), "group client: invited is -1"),
        (lambda e: client(e).update(invited=0), "group client: nobody was invited, but it has answers"),
        (lambda e: client(e).update(status="withheld"), "it holds what no export holds"),
        (lambda e: client(e).update(status="merged"), "a pool is shown exactly where groups are merged"),
        (lambda e: client(e).update(status="great"), "status is 'great', not one of absent, withheld"),
        (lambda e: client(e).update(status=None), "group client: status is not a text"),
        (lambda e: client(e, "clients-other").update(status="merged"), "a pool is either shown or absent"),
        (lambda e: client(e).update(counts=[]), "group client: counts is not a table"),
        (lambda e: client(e).pop("sums"), "group client: sums is missing"),
        (lambda e: client(e)["sums"]["q1"].update(ratings=1), "fewer ratings than the minimum 3"),
        (
            lambda e: client(e)["sums"].update(q1={"ratings": 2, "points": 180}),
            "fewer ratings than the minimum 3",
        ),
        (lambda e: client(e)["sums"]["q1"].update(ratings=4), "q1 has 4 ratings, of 3 ballots"),
        (lambda e: client(e)["sums"]["q1"].update(points=281), "no item has 281 points of 3 ratings"),
        (lambda e: client(e)["sums"]["q1"].update(points=40), "no item has 40 points of 3 ratings"),
        (lambda e: client(e)["sums"]["q1"].update(points=320), "no item has 320 points of 3 ratings"),
        (lambda e: client(e)["sums"]["q1"].update(points=10**40), "points beside its counts, or too many"),
        (lambda e: client(e)["sums"]["q1"].update(points=280.0), "points is not a whole number"),
        (lambda e: client(e)["sums"]["q1"].update(kept=1), "it holds what no export holds"),
        (lambda e: client(e)["sums"]["q1"].update(top=2), "q1 has 2 of the best ratings, of 3"),
        (lambda e: client(e)["sums"].update(q1=3), "q1 is not a table"),
        (lambda e: client(e)["sums"].update(q9={}), "there is no item 'q9'"),
        (
            lambda e: client(e)["counts"].update(q1=[0, 0, 0, 1, 2]),
            "q1 has counts of 3 ratings, fewer than have",
        ),
        (lambda e: e["parts"].update(q1=7), "it holds what no export holds"),
        (lambda e: e.pop("statistics"), "damaged: statistics is missing"),
        (lambda e: e["statistics"].pop("alpha"), "damaged: its statistics are incomplete: KeyError('alpha')"),
        (lambda e: e["statistics"].update(phi=[2, 2]), "phi needs a value in (0, 1]"),
        (lambda e: e["statistics"].update(phi=[0.2]), "phi needs a value in (0, 1]"),
        (lambda e: e["statistics"]["alpha"].update(n=[None]), "alpha is at most 1, of a whole number"),
        (lambda e: e["statistics"]["alpha"].update(value=[0.7]), "alpha has an interval exactly where"),
        (
            lambda e: e["statistics"]["alpha"].update(value=[]),
            "alpha needs a value, an interval and a number",
        ),
        (lambda e: e["statistics"]["straightlined"].update(share=7), "straight-lined ballots lies between"),
        (lambda e: e["statistics"]["straightlined"].update(n=float("inf")), "its statistics are incomplete"),
        (lambda e: e["statistics"]["alpha"].update(n=[float("inf")]), "alpha is not a number"),
        (lambda e: e.update(salt="\ud800"), "surrogates not allowed"),
        (lambda e: e["statistics"].pop("icc"), "its statistics are incomplete: KeyError('icc')"),
        (lambda e: e["statistics"]["icc"].update(single=[]), "icc needs five numbers per item"),
        (lambda e: e["statistics"]["icc"].update(targets=[0.5, 0, 0]), "of a whole number of subjects"),
        (lambda e: e["statistics"]["icc"].update(average=[2, None, None]), "icc is at most 1"),
        (lambda e: e["statistics"]["icc"].update(average=[0.5, None, None]), "rated more than once"),
    ],
)
def test_a_damaged_or_foreign_export_is_refused_in_one_sentence(run: Any, change: Any, problem: str) -> None:
    result = run(damaged(change))
    assert result.exit_code == 1
    assert problem in result.stderr


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda e: client(e)["counts"].update(q1=[0, 0, 0, 0, -3]), "q1 has [0, 0, 0, 0, -3], not 5 numbers"),
        (lambda e: client(e)["counts"].update(q1=[0, 0, 1.5, 9.5, 0]), "not 5 numbers of ratings"),
        (lambda e: client(e)["counts"].update(q1=[0, 0, True, 9, 0]), "not 5 numbers of ratings"),
        (lambda e: client(e)["counts"].update(q1=[3]), "q1 has [3], not 5 numbers of ratings"),
        (lambda e: client(e)["counts"].update(q1=[0, 0, 0, 0, 11]), "q1 has 11 ratings, of 10 ballots"),
        (lambda e: client(e)["counts"].update(q9=[1, 0, 0, 0, 0]), "there is no item 'q9'"),
        (
            lambda e: client(e)["sums"].update(q1={"ratings": 10, "points": 200}),
            "q1 has 200 points beside its counts",
        ),
    ],
)
def test_damaged_counts_of_ten_answers_are_refused_in_one_sentence(
    run: Any, change: Any, problem: str
) -> None:
    result = run(damaged(change, MANY))
    assert result.exit_code == 1
    assert problem in result.stderr


@pytest.mark.parametrize("text", ["{", "{" * 100_000, '{"format": }'])
def test_broken_json_is_refused(run: Any, text: str) -> None:
    result = run(text)
    assert result.exit_code == 1
    assert "not valid JSON" in result.stderr


def test_exported_counts_take_no_column_options(run: Any) -> None:
    assert run(json.dumps(exported(GOOD)), "--as-group", "client").exit_code == 2


# -- checks of definitions -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lq2002", "satisfaction"])
def test_the_examples_are_usable(name: str) -> None:
    for command, kind in ((questionnaire_command, "questionnaire"), (scheme_command, "scheme")):
        result = CliRunner().invoke(command, ["check", str(EXAMPLES / f"{name}.{kind}.toml")])
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith(f"ok: {name}, version 1, digest ")


@pytest.mark.parametrize("command", [questionnaire_command, scheme_command])
def test_a_check_tells_every_fault(command: Any, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("version = 0\n")
    result = CliRunner().invoke(command, ["check", str(tmp_path / "x.toml")])
    assert result.exit_code == 1
    assert "x.toml: id: is missing" in result.stderr
    assert "x.toml: version: 0 must be between" in result.stderr


@pytest.mark.parametrize("command", [score, questionnaire_command, scheme_command])
def test_every_command_explains_itself(command: Any) -> None:
    names = ["check", "--help"] if command is not score else ["--help"]
    assert "Example: feedback" in CliRunner().invoke(command, names).stdout
