from pathlib import Path

from eval.__main__ import HERE
from eval.cases import load_cases
from eval.noninterference import TWINS, differing
from eval.subject import DOCUMENTS
from eval.types import Expect
from tests.eval.made_conversations import case


def test_no_question_tells_apart_libraries_that_differ_only_in_classified_values() -> None:
    assert differing(load_cases(HERE / "cases")) == ()


def test_twins_differ_from_their_documents() -> None:
    names = [path.name for path in TWINS.iterdir()]
    assert names
    for name in names:
        assert (TWINS / name).read_text("utf-8") != (DOCUMENTS / name).read_text("utf-8")


def test_document_with_another_public_value_is_told_apart(tmp_path: Path) -> None:
    text = (DOCUMENTS / "qingyun-gongan-2025.txt").read_text("utf-8")
    (tmp_path / "qingyun-gongan-2025.txt").write_text(text.replace("860.00", "861.00"), "utf-8")
    asked = case(Expect(), "智慧安防感知网建设项目的预算是多少？", id="BUDGET")
    assert differing([asked], tmp_path) == ("qingyun-gongan-2025.txt#BUDGET",)
