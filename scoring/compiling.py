"""Compiles scoring/kernel.c: python -m scoring.compiling. Without a C compiler all works, and counting takes longer."""

import os
import shlex
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

SOURCE = Path(__file__).with_name("kernel.c")
OPTIONS = ("-std=c11", "-O3", "-Wall", "-Wextra", "-shared", "-fPIC")


class NotCompiled(Exception):
    """There is no C compiler, or it did not take the source; says which and why."""


def place(folder: Path = SOURCE.parent) -> Path:
    """Where the compiled kernel of exactly this source lies, if there is one."""
    return folder / f"kernel-{sha256(SOURCE.read_bytes()).hexdigest()[:16]}.so"


def compile_kernel(folder: Path = SOURCE.parent, options: tuple[str, ...] = OPTIONS) -> Path:
    """Compile the kernel and put it in its place at once, whoever may load it at the time. Raises NotCompiled."""
    target = place(folder)
    unfinished = target.with_suffix(f".{os.getpid()}")
    compiler = shlex.split(os.environ.get("CC", "cc"))
    try:
        subprocess.run(
            [*compiler, *options, str(SOURCE), "-o", str(unfinished)],
            check=True,
            capture_output=True,
            text=True,
        )
        unfinished.replace(target)
    except subprocess.CalledProcessError as error:
        raise NotCompiled(error.stderr.strip()) from None
    except FileNotFoundError:
        raise NotCompiled(f"there is no C compiler here ({compiler[0]})") from None
    except OSError as error:
        raise NotCompiled(str(error)) from None
    finally:
        unfinished.unlink(missing_ok=True)
    for older in set(folder.glob("kernel-*.so")) - {target}:
        older.unlink()
    return target


if __name__ == "__main__":
    try:
        compile_kernel()
    except NotCompiled as problem:
        sys.exit(f"scoring/kernel.c was not compiled: {problem}")
