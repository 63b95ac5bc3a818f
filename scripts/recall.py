"""How often search finds the right passage: recall@1, @5 and @10 over a gold file, and the misses.

    python scripts/recall.py PATH/TO/gold.jsonl

Asks the index of the data folder (`VRAAGBAAK_DATA_DIR`) every answerable question of the file
(schema: eval/gold.py). A question counts as found at k when one of its gold passages is among the
first k hits. Later turns of a dialogue are left out: they cannot be searched as they stand.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from eval.gold import load_gold, passage_key, resolve
from index.errors import VraagbaakError
from index.search import search
from rag.service.resources import open_index
from rag.settings import load_settings

DEPTHS = (1, 5, 10)


def main() -> int:
    """Print the figures; returns the exit code."""
    parser = argparse.ArgumentParser(description="recall@k of search over a gold file")
    parser.add_argument("gold", type=Path, nargs="+", help="gold files (JSON Lines)")
    given = parser.parse_args()
    settings = load_settings()
    try:
        ranks = _ranks(given.gold)
    except VraagbaakError as error:
        print(f"recall: {error.message(settings.language)}", file=sys.stderr)
        return error.exit_code
    print("| recall@k | found | of | share |\n| --- | ---: | ---: | ---: |")
    for depth in DEPTHS:
        found = sum(rank is not None and rank <= depth for rank in ranks.values())
        print(f"| @{depth} | {found} | {len(ranks)} | {found / len(ranks):.1%} |")
    missed = {asked: rank for asked, rank in ranks.items() if rank != 1}
    if missed:
        print(f"\nNot at rank 1 ({len(missed)}; - means not among the first {DEPTHS[-1]}):\n")
    for (name, question), rank in missed.items():
        print(f"- {name}, rank {rank or '-'}: {question}")
    return 0


def _ranks(files: list[Path]) -> dict[tuple[str, str], int | None]:
    """The rank of the first right hit by (id, question); None where there is none."""
    asked = [each for each in load_gold(files) if each.answerable and not each.after]
    index = open_index(load_settings())
    targets = resolve(asked, [index.document(info.id) for info in index.documents()])
    ranks = {}
    for each in asked:
        right = {key for target in targets[each.id] for key in target.passages}
        ranks[each.id, each.question] = next(
            (
                hit.rank
                for hit in search(index, each.question, DEPTHS[-1]).hits
                if passage_key(hit.document.id, hit.passage) in right
            ),
            None,
        )
    index.close()
    return ranks


if __name__ == "__main__":
    sys.exit(main())
