"""The compiled kernel does what numpy does, to the last byte, and reads and writes nothing else."""

import ctypes
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.compiling import NotCompiled, compile_kernel, place
from scoring.counting import NOBODY_GIVES, Numpy
from scoring.kernel import Kernel

SANITIZE = (
    "-std=c11",
    "-O1",
    "-g",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-shared",
    "-fPIC",
)
SEEDS = st.integers(0, 2**32 - 1)
ITEMS = st.sampled_from([1, 2, 15, 16, 17, 25, 31, 32, 33, 64, 100])


def ballots(seed: int, items: int, values: int = 5, most: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Answers from one too few to one too many, and cells from -2 on, some of them next to each other."""
    rng = np.random.default_rng(seed)
    answers = rng.integers(0, values + 1, (rng.integers(0, most), items), dtype=np.uint8)
    cell = rng.integers(-2, 6, len(answers))
    return answers, np.sort(cell) if seed % 2 else cell


@given(SEEDS, ITEMS, st.sampled_from([5, 6]))
def test_it_keeps_the_same_ballots_and_finds_the_same_faults(
    compiled: Kernel, numpy: Numpy, seed: int, items: int, values: int
) -> None:
    answers, cell = ballots(seed, items, values)
    rng = np.random.default_rng(seed)
    most = np.full(items, 5, dtype=np.uint8)
    rating = np.where(rng.random(items) < 0.7, 255, 0).astype(np.uint8)
    faults, kept, kept_cell = compiled.open_ballots(answers, cell, most, rating)
    expected = numpy.open_ballots(answers, cell, most, rating)
    assert faults == expected[0]
    if not faults:
        assert np.array_equal(kept, expected[1])
        assert np.array_equal(kept_cell, expected[2])


@given(SEEDS, ITEMS, st.integers(2, 11), st.sampled_from([40, 255, 256, 70_000]))
def test_it_counts_the_same(
    compiled: Kernel, numpy: Numpy, seed: int, items: int, values: int, most: int
) -> None:
    answers, cell = ballots(seed, items, values)
    cell = np.abs(cell)
    sought = np.tile(np.arange(1, values + 1, dtype=np.uint8)[:, None], items)
    sought[:, ::3] = sought[::-1, ::3]
    sought[-1, ::4] = NOBODY_GIVES
    minimum = np.random.default_rng(seed).integers(0, min(most, 5), 7)
    found = compiled.count(answers, cell, sought, minimum, most)
    expected = numpy.count(answers, cell, sought, minimum, most)
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("ballot", [0, 1, 30, 62, 63])
@pytest.mark.parametrize("item", [0, 15, 16, 24])
def test_one_wrong_answer_among_many_is_found_wherever_it_stands(
    compiled: Kernel, ballot: int, item: int
) -> None:
    answers = np.full((64, 25), 3, dtype=np.uint8)
    answers[ballot, item] = 6
    every = np.full(25, 255, dtype=np.uint8)
    assert compiled.open_ballots(answers, np.zeros(64, dtype=np.int64), every // 51, every)[0] == 1


def test_answers_in_another_layout_are_refused_not_misread(compiled: Kernel) -> None:
    turned = np.ones((25, 64), dtype=np.uint8).T
    cell, every = np.zeros(64, dtype=np.int64), np.full(25, 255, dtype=np.uint8)
    with pytest.raises(ctypes.ArgumentError):
        compiled.open_ballots(turned, cell, every, every)
    with pytest.raises(ctypes.ArgumentError):
        compiled.open_ballots(np.ascontiguousarray(turned), cell.astype(np.int32), every, every)


def test_a_kernel_of_another_source_or_machine_is_not_loaded(
    compiled: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not place(tmp_path).exists()
    place(tmp_path).write_bytes(b"for another machine")
    with pytest.raises(OSError):
        Kernel(place(tmp_path))
    earlier = place(tmp_path)
    monkeypatch.setattr("scoring.compiling.SOURCE", tmp_path / "kernel.c")
    (tmp_path / "kernel.c").write_text("/* changed */")
    assert place(tmp_path) != earlier


def test_without_a_compiler_it_says_so_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(NotCompiled, match="no-such-compiler"):
        compile_kernel(tmp_path)
    assert not list(tmp_path.iterdir())


WITHIN_BOUNDS = """
import sys
from pathlib import Path
import numpy as np
from scoring.kernel import Kernel
kernel = Kernel(Path(sys.argv[1]))
for items in (1, 15, 16, 17, 25, 33):
    for number in (0, 1, 2, 300):
        for most in (255, 1000):
            answers = np.full((number, items), 2, dtype=np.uint8)
            cell = np.arange(number) % 3 - 1
            last = np.full(items, 5, dtype=np.uint8)
            kernel.open_ballots(answers, cell, last, last)
            sought = np.tile(np.arange(1, 6, dtype=np.uint8)[:, None], items)
            assert kernel.count(answers, cell + 1, sought, np.zeros(3, dtype=int), most).sum() == number * items
print("done")
"""


def test_it_reads_and_writes_nothing_beyond_its_arrays(compiled: Kernel, tmp_path: Path) -> None:
    try:
        path = compile_kernel(tmp_path, SANITIZE)
        library = subprocess.run(
            ["cc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True
        ).stdout.strip()
    except (NotCompiled, OSError, subprocess.CalledProcessError) as reason:
        pytest.skip(f"no address sanitizer here: {reason}")
    environment = {
        "LD_PRELOAD": library,
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONPATH": ".",
        "PYTHONMALLOC": "malloc",
    }
    run = subprocess.run(
        [sys.executable, "-c", WITHIN_BOUNDS, str(path)], env=environment, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (0, "done\n"), run.stderr
