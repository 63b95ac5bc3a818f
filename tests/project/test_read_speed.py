import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_speed_of_reading_is_a_row_for_each_format() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "scripts/read_speed.py", "samples", "--against", "."),
            *("--repeats", "1"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    rows = [row.split("|")[1:3] for row in done.stdout.splitlines()[2:]]
    assert [(name.strip(), int(count)) for name, count in rows] == [
        (".docx", 1),
        (".html", 1),
        (".md", 1),
        (".pdf", 1),
        (".txt", 7),
        (".xml", 1),
    ]
