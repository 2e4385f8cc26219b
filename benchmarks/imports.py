"""What importing 5,000 people costs, beside reading the same rows with the standard library alone.

./run bench imports [--rows 5000]
"""

import argparse
import csv
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.application import empty, measured
from feedback.extensions import db
from feedback.services.imports import people_exports
from feedback.services.imports.people_exports import Format
from feedback.services.people import people_files
from feedback.services.tables import table_files

HEADING = "code,name,name_en,email,language,department,department_name,level,manager"
NOW = datetime(2026, 10, 1, tzinfo=UTC)


def rows(count: int, word: str) -> bytes:
    lines = (
        f"P{n},人员{n},{word} {n},p{n}@example.com,zh,d{n % 40},部门{n % 40},senior,{f'P{n // 8}' if n > 8 else ''}"
        for n in range(1, count + 1)
    )
    return "\n".join([HEADING, *lines]).encode()


def preview(content: bytes) -> None:
    people_files.plan(db.session(), table_files.read(content, people_files.COLUMNS), today=NOW.date())


def report(count: int) -> None:
    session, data = db.session(), rows(count, "Person")
    imported = lambda content: people_files.import_file(session, content, actor="bench", now=NOW)  # noqa: E731
    floor = measured(lambda: list(csv.DictReader(io.StringIO(data.decode()))))
    steps = {"csv.DictReader": floor, "import, all added": measured(lambda: imported(data))}
    workbook = people_exports.people(session, Format.XLSX)
    changed = rows(count, "Mx")
    steps["preview of CSV, all changed"] = measured(lambda: preview(changed))
    steps["preview of XLSX, none changed"] = measured(lambda: preview(workbook))
    steps["import, all changed"] = measured(lambda: imported(changed))
    print(f"{'':32}{'cpu s':>8}{'x floor':>9}")
    for name, seconds in steps.items():
        print(f"{name:32}{seconds:8.3f}{seconds / floor:9.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=5000)
    options = parser.parse_args()
    with empty():
        report(options.rows)


if __name__ == "__main__":
    main()
