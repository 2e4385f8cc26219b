"""That they still run: what nothing else uses breaks unseen. What they measure is nobody's promise here."""

from importlib import import_module

import pytest

SMALL = [
    ("appraisals", "--people", "2"),
    ("imports", "--rows", "20"),
    ("memory", "--workers", "1", "--answers", "2"),
    ("pages", "--subjects", "2"),
]


@pytest.mark.parametrize("arguments", SMALL, ids=lambda arguments: arguments[0])
def test_a_benchmark_prints_its_table(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name, *options = arguments
    monkeypatch.setattr("sys.argv", [name, *options])
    import_module(f"benchmarks.{name}").main()
    assert len(capsys.readouterr().out.splitlines()) >= 2
