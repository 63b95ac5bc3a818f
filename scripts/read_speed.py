"""How long reading and cutting takes, by format, here and in another checkout of the program.

    python scripts/read_speed.py DOCUMENTS... --against OTHER_CHECKOUT [--repeats 7]

Each checkout reads in a process of its own, and each document is read by one right after the other,
so that what else the machine does weighs on both. A document counts with the median of its repeats,
in processor time; a format with the sum over its documents.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent.parent
# Runs in a checkout: a path on a line in, the seconds that its document took on a line out.
_READER = """
import sys, time
from pathlib import Path
sys.path.insert(0, ".")
from index.reading import read_bytes
try:
    from index.segmentation.segmenting import segment
except ImportError:
    from index.segmenting import segment  # checkouts of before 30 November 2026
for line in sys.stdin:
    path = Path(line.rstrip("\\n"))
    data = path.read_bytes()
    start = time.process_time()
    segment(read_bytes(data, path.name), name=path.name, document_id="0")
    print(time.process_time() - start, flush=True)
"""


def main() -> None:
    """Print a table: a row for each format."""
    parser = argparse.ArgumentParser(description="reading speed by format")
    parser.add_argument("documents", type=Path, nargs="+", help="files or folders")
    parser.add_argument("--against", type=Path, required=True, help="another checkout")
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    files = [file.resolve() for path in given.documents for file in _files(path)]
    then, now = _times(files, [given.against, HERE], given.repeats)
    formats: dict[str, list[Path]] = defaultdict(list)
    for file in files:
        formats[file.suffix.lower()].append(file)
    print("| format | documents | before, ms | now, ms | ratio |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, members in sorted(formats.items()):
        before, after = (1000 * sum(each[file] for file in members) for each in (then, now))
        print(f"| {name} | {len(members)} | {before:.1f} | {after:.1f} | {after / before:.2f} |")


def _files(path: Path) -> list[Path]:
    return sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]


def _times(
    files: Sequence[Path], checkouts: Sequence[Path], repeats: int
) -> list[dict[Path, float]]:
    """For each checkout the median seconds of each file; one reading more, to warm up, is not in it."""
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", _READER],
            cwd=checkout,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for checkout in checkouts
    ]
    seconds: list[dict[Path, list[float]]] = [defaultdict(list) for _ in readers]
    for repeat in range(repeats + 1):
        for file in files:
            for reader, taken in zip(readers, seconds, strict=True):
                if reader.stdin is None or reader.stdout is None:
                    raise RuntimeError("a reader without pipes")
                print(file, file=reader.stdin, flush=True)
                one = float(reader.stdout.readline())
                if repeat:
                    taken[file].append(one)
    for reader in readers:
        reader.communicate()
    return [{file: median(all_) for file, all_ in taken.items()} for taken in seconds]


if __name__ == "__main__":
    main()
