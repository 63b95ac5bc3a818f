"""Questions and answers without numbers: "Vraag: ..." and "Antwoord: ...", by who asked.

So ministers answer in writing what members asked in the debate on a budget. Nothing but its place
tells such a question from the next one, so they are counted, for each member from 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.segmentation.headings import Marker
from index.segmentation.runs import Run

COUNTED = "de vragen hebben geen nummer; ze zijn geteld in de volgorde van het stuk"

_ASKED = re.compile(r"^[ \t#*_>|]*Vraag[ \t*_]*(?::[ \t*_]*|$)", re.M)
# The line above a question that says whose it is: "Vragen van het lid Aal (VVD)", "Aal, B (VVD)".
_MEMBER = re.compile(
    r"^[ \t#*_]*(?P<name>Vra(?:ag|gen)[ ]van[ ](?:het[ ]|de[ ])?(?:lid|leden)[ ][^\n?]{2,140}"
    r"|[^\n?!:]{2,60}[ ]\([^()\n]{2,40}\))[ \t*_:]*\n\s*\Z",
    re.M,
)
_ABOVE = 400  # characters above a question in which that line may stand


def unnumbered_runs(text: str, answers: Sequence[Marker]) -> list[Run]:
    """The questions of each member as a list, in order; [] where the text has no such questions.

    `text` has page boilerplate and notes masked, `answers` are its answer headings.
    """
    asked = [m for m in _ASKED.finditer(text) if text[m.end() :].strip()]
    stops = sorted([*(m.start() for m in asked), len(text)])
    bare = [answer.start for answer in answers if not answer.numbers]
    groups: list[tuple[str | None, list[Marker]]] = []
    for m, stop in zip(asked, stops[1:], strict=True):
        if not any(m.end() < at < stop for at in bare):
            continue
        low = max(0, m.start() - _ABOVE)
        member = _MEMBER.search(text, low, m.start())
        name = " ".join(member["name"].split()) if member else None
        if not groups or (name is not None and name != groups[-1][0]):
            groups.append((name, []))
        own = groups[-1][1]
        start = member.start() if member else m.start()
        own.append(Marker(start, m.end(), (len(own) + 1,), "word"))
    if not groups:
        return []
    edges = [*(own[0].start for _, own in groups[1:]), len(text)]
    runs: list[Run] = []
    for (name, own), end in zip(groups, edges, strict=True):
        start = own[0].start if runs else 0
        before = sum(run.heading == name or f"{name} (" in (run.heading or "") for run in runs)
        heading = f"{name} ({before + 1})" if name and before else name
        runs.append(Run(tuple(own), start, end, heading, () if runs else (COUNTED,)))
    return runs
