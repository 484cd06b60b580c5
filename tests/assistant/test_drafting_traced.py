"""Every figure of every draft, over two hundred generated documents: in the place it names, given by the user, or open."""

import random
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.drafting import BY_USER, DraftRequest, Material, make_draft
from assistant.types import Draft, DraftCell, DraftTable
from corpus.classification import load_policy
from corpus.extract import extract
from corpus.readers import read
from corpus.types import Document, DocumentInfo
from tests.made_documents import CLASSIFIED, MadeDocument, MadeIndicator, made_document, made_project, render_text

_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_OPEN = re.compile(r"【待填：[^】]*】")
_INSTRUCTIONS = (
    "",
    "更简洁，语气更正式",
    "参照去年",
    "第二条和第一条合并，每条都要有数字",
    "第二条移到最前面\n增加青少年上网保护内容",
    "突出非遗保护，第一条删掉",
    "最后加上一条：全年编发快报50期，不要提普查登记",
    "第一条里加上每月巡演3次，各项目预算都压减10%",
)
_FIGURES_GIVEN = (
    "预算改为77.77万元，其他资金0.77万元，3月底11%、6月底22%",
    "其他资金8万元，预算数88万元",
    "支出计划不变，预算不变",
    "压减10%，一季度支出三成",
    "预算比今年多5万元，年底全部支完",
    "增加数量指标：培训人次≥321人次，资金用途改为采购音响7套",
)


def _indicator(dice: random.Random) -> MadeIndicator:
    if dice.random() < 0.4:
        return MadeIndicator("产出指标", "数量指标", *(CLASSIFIED,) * 4)
    target = dice.choice((f"≥{dice.randint(1, 999)}场", f"{dice.randint(50, 100)}%", "", "12月底前"))
    return MadeIndicator("产出指标", "质量指标", f"指标{dice.randint(1, 9)}", "", target, "年度计划")


def _document(seed: int) -> MadeDocument:
    dice = random.Random(seed)
    projects = []
    for number in range(1, dice.randint(1, 4) + 1):
        total = Decimal(dice.randint(100, 99999)) / 100
        shares = [
            dice.choice((f"{share}%", "")) for share in sorted(dice.choice((0, 10, 25, 50, 60, 75)) for _ in range(3))
        ]
        goals = (f"1.全年完成演出{dice.randint(10, 99)}场，投入{dice.randint(2, 90)}万元", "2.做好服务，达到较好效果")
        projects.append(
            made_project(
                number,
                total=f"{total}",
                fiscal=dice.choice((f"{total}", "")),
                other=dice.choice(("", "0.00")),
                plan=(*zip(("3月底", "6月底", "10月底"), shares, strict=True), ("12月底", "100%")),
                goals=goals[: dice.randint(1, 2)],
                indicators=tuple(_indicator(dice) for _ in range(dice.randint(1, 4))),
            )
        )
    item = f"开展送戏下乡{dice.randint(2, 80)}场。2025年覆盖{dice.randint(2, 20)}个乡镇。"
    items = (item, "加强非遗保护。完成普查登记。", "落实“十四五”规划要求。")
    return replace(made_document(itemised=items), projects=tuple(projects))


def _material(made: MadeDocument) -> tuple[Material, Document]:
    text = render_text(made)
    document = read("清河县文化馆2025年绩效目标.txt", text.encode(), load_policy(None), 2025)
    found = extract(document)
    info = DocumentInfo(
        document.id, document.sha256, document.name, document.title, document.unit_code, document.unit_name,
        document.year, document.year_basis, len(found.projects), len(found.sections), 0, found.classified_cells,
    )  # fmt: skip
    return Material(info, found.projects, found.sections), document


def _said(document: Document, sources: tuple[str, ...], instruction: str) -> set[Decimal]:
    """The figures that stand in the places named, and the user's where they are named."""
    texts = [instruction] if BY_USER in sources else []
    for source in sources:
        if match := re.search(r"（第(\d+)行）$", source):
            texts.append(document.lines[int(match[1]) - 1])
    return {Decimal(figure) for text in texts for figure in _FIGURE.findall(text)}


def _untraced(text: str, sources: tuple[str, ...], document: Document, instruction: str) -> set[Decimal]:
    bare = re.sub(r"^\d+\.(?!\d)|^\S{1,8}底累计支出：", "", _OPEN.sub("", text))
    bare = re.sub(r"(?m)^\d+\.(?=\D|20\d\d)", "", bare)
    figures = {Decimal(figure) for figure in _FIGURE.findall(bare)} - {Decimal(2026), Decimal(2025)}
    left = figures - _said(document, sources, instruction)
    if BY_USER in sources and instruction:  # the third of three amounts follows from the two given
        given = [Decimal(figure) for figure in _FIGURE.findall(instruction)]
        left -= {abs(a - b) for a in given for b in given}
        there = _said(document, sources, "")
        left -= {
            base + sign * change for base in there for g in given for change in (g, base * g / 100) for sign in (1, -1)
        }
        left -= {Decimal(30)} if "三成" in instruction else set()
        left -= {Decimal(100)} if "全部支完" in instruction else set()
    return left


def _cells(draft: Draft) -> list[DraftCell]:
    tables = [block for block in draft.blocks if isinstance(block, DraftTable)]
    return [cell for table in tables for row in table.rows for cell in row if not cell.header and cell.text]


@pytest.mark.parametrize("hundred", [0, 1])
def test_every_figure_of_drafts_over_a_hundred_documents_is_traced(hundred: int) -> None:
    drafts = figures = 0
    for seed in range(hundred * 100, hundred * 100 + 100):
        material, document = _material(_document(seed))
        words = _INSTRUCTIONS[seed % len(_INSTRUCTIONS)]
        wanted = [DraftRequest(kind, None, None, words) for kind in ("document", "itemised", "overall", "safeguards")]
        wanted += [
            DraftRequest("project", project, None, _FIGURES_GIVEN[seed % len(_FIGURES_GIVEN)])
            for project in material.projects
        ]
        for request in wanted:
            draft = make_draft(material, request)
            drafts += 1
            for sentence in draft.sentences:
                figures += bool(_FIGURE.search(_OPEN.sub("", sentence.text)))
                assert not _untraced(sentence.text, sentence.sources, document, request.instruction), (seed, sentence)
            for cell in _cells(draft):
                sources = cell.sources or tuple(s for one in draft.sentences for s in one.sources)
                assert not _untraced(cell.text, sources, document, request.instruction), (seed, cell)
    assert drafts > 500
    assert figures > 2000
