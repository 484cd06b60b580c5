"""A case as YAML that `cases.py` reads back the same: for cases that are made, imported or promoted."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from eval.types import Case, Expect, ExpectedFinding, Place

_WORDS = re.compile(r"[A-Za-z\u4e00-\u9fff“][A-Za-z_\d\u4e00-\u9fff“”（）？。、，；：]*")


def cases_text(cases: Iterable[Case], heading: str = "") -> str:
    """A case file; `heading` stands above it as a comment."""
    head = "".join(f"# {line}\n" for line in heading.splitlines())
    return head + ("\n".join(map(case_text, cases)) or "[]\n")


def case_text(case: Case) -> str:
    turns = "".join(f"    - {_plain(turn)}\n" for turn in case.turns)
    documents = f"  documents: {_plain(list(case.documents))}\n" if case.documents else ""
    expected = "".join(f"    {key}: {_plain(value)}\n" for key, value in _expected(case.expect).items())
    return (
        f"- id: {_plain(case.id)}\n  category: {_plain(case.category)}\n  why: {_plain(case.why)}\n{documents}"
        f"  turns:\n{turns}  expect:\n{expected}"
    )


def _expected(expect: Expect) -> dict[str, Any]:
    found: dict[str, Any] = {
        "behaviour": expect.behaviour,
        "kind": expect.kinds,
        "contains": [group[0] if len(group) == 1 else group for group in expect.contains],
        "says": expect.says,
        "must_not_contain": expect.must_not_contain,
        "figures": [{"value": f.value, "unit": f.unit} for f in expect.figures],
        "citations": [_place(place) for place in expect.citations],
        "cites_any": [_place(place) for place in expect.cites_any],
        "findings": [_finding(finding) for finding in expect.findings],
        "no_findings": [_finding(finding) for finding in expect.no_findings],
        "language": expect.language,
        "refusal": expect.refusal,
        "secrets": expect.secrets,
    }
    return {key: value for key, value in found.items() if value}


def _place(place: Place) -> dict[str, Any]:
    lines: dict[str, Any] = {}
    if place.lines is not None:
        first, last = place.lines
        lines = {"line": first} if first == last else {"lines": [first, last]}
    rest = {"locator": place.locator, "quote": place.quote, "document": place.document}
    return lines | {key: value for key, value in rest.items() if value}


def _finding(finding: ExpectedFinding) -> dict[str, Any]:
    level = {"level": finding.level.value} if finding.level else {}
    return {"says": list(finding.says)} | level | _place(finding.place)


def _plain(value: Any) -> str:
    """Words as they are where YAML takes them so, everything else as JSON, which YAML reads too."""
    if isinstance(value, str):
        return str(value) if _WORDS.fullmatch(value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_plain, value)) + "]"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
