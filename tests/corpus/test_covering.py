"""Covered lines say neither what a classified cell held nor whether it held anything."""

from dataclasses import replace

import pytest

from corpus.classification import Policy
from corpus.covering import SHOWN, covered, one_cover
from corpus.raw import Span
from corpus.readers import read
from tests.made_documents import STYLES, MadeDocument, made_project, render_text


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("| 产出指标 | 涉密 | 涉密 |  | 涉密 |", "| 产出指标 | 涉密 |"),
        ("| 产出指标 |  | 涉密 |  |", "| 产出指标 | 涉密 |"),
        ("产出指标\t涉密\t涉密\t\t", "产出指标\t涉密"),
        ("| 涉密 | 100% |", "| 涉密 | 100% |"),
        ("\t\t涉密", "\t\t涉密"),
        ("|涉密人员培训|3次|", "|涉密人员培训|3次|"),
        ("做好涉密人员培训 3次", "做好涉密人员培训 3次"),
    ],
)
def test_run_of_covered_cells_is_one_cover(line: str, shown: str) -> None:
    assert one_cover(line) == shown


def test_blank_cell_does_not_shift_what_is_covered_beside_it() -> None:
    for blank in (Span(1, 0, 0), Span(1, 5, 5)):
        assert "人次" not in covered(["培训人次\t参加的人"], [Span(1, 0, 4), blank])[0]


# Without separators a blank cell makes the columns a guess; there more is sealed, never less.
@pytest.mark.parametrize("style", [style for style in STYLES if style not in ("bare", "untabbed")])
@pytest.mark.parametrize("blank", [("basis",), ("target", "basis"), ("description", "basis")])
def test_marked_row_with_blank_cells_leaves_the_lines_of_a_full_one(style: str, blank: tuple[str, ...]) -> None:
    project = made_project(1)
    first = replace(project.indicators[1], level3="灯塔点位（涉密）")
    seen = []
    for row in (first, replace(first, **dict.fromkeys(blank, ""))):
        document = MadeDocument((replace(project, indicators=(project.indicators[0], row)), made_project(2)))
        seen.append(read("a-2025.txt", render_text(document, style).encode(), Policy()).lines)
    assert seen[0] == seen[1]
    assert SHOWN in "".join(seen[0])
    assert not any(piece in "".join(seen[0]) for piece in ("灯塔", "点位"))
