"""No classified amount follows from all that can be asked: an audit by linear programming over generated libraries.

Unknown are all amounts. Known are the public cells, 预算数 = 财政资金 + 其他资金, that no amount is negative, and every
figure of every reply that is the true value of a form over classified amounts (a sum, share, average, difference or
growth that took one in). What is classified must stay open within wide bounds.
"""

import os
import random
import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.settings import Settings
from assistant.types import Conversation
from corpus.ingest import Library
from corpus.types import CellState, ProjectRecord
from tests.made_documents import MadeDocument, MadeProject, made_project, render_text

optimize = pytest.importorskip("scipy.optimize", reason="no solver")
KEYS = ("total", "fiscal", "other")
NAMES = ("湿地修复工程经费", "图书流动车运行费", "桥梁检测服务费", "应急广播维护费", "河道清淤补助", "古树名木保护费")
UNITS = (("411001", "临溪县自然资源局本级"), ("411002", "临溪县水利局本级"))
_NUMBER = re.compile(r"(\d[\d,]*\.?\d*)\s*(%?)")
_ROUNDED = re.compile(r"约 [\d.]+%")
_NARROW = Decimal("0.05")  # bounds nearer than this part of the amount would give it away

Cell = tuple[str, int, str]  # name, year, key
Form = dict[Cell, Decimal]


@dataclass(frozen=True)
class Made:
    """A library, its true amounts in 万元, and the policy."""

    documents: dict[str, MadeDocument]
    truth: dict[Cell, Decimal]
    policy: str


def made(seed: int) -> Made:
    """Two years of two units; some other-funding cells blank; a policy that classifies amounts of some projects."""
    dice = random.Random(seed)
    closed = dice.sample(NAMES, dice.randint(1, 3))
    truth: dict[Cell, Decimal] = {}
    documents = {}
    for year in (2024, 2025):
        for unit, (code, unit_name) in enumerate(UNITS):
            projects = []
            for number, name in enumerate(NAMES[unit * 3 : unit * 3 + 3], 1):
                # To the 分, so that no two sums are equal by chance; a classified 0 would make its total a public part.
                fiscal, other = (Decimal(dice.randint(10**6, most)) / 10**6 for most in (10**9, 10**7))
                other = Decimal(0) if name not in closed and dice.random() < 0.4 else other
                cells = {"total": fiscal + other, "fiscal": fiscal, "other": other}
                truth |= {(name, year, key): value for key, value in cells.items()}
                projects.append(_project(number, unit * 3 + number, name, cells, code, unit_name))
            cover = (f"{unit_name}{year}年部门预算绩效目标",)
            documents[f"{code}-{year}.txt"] = MadeDocument(tuple(projects), cover=cover)
    entries = []
    for name in closed:
        fields = dice.choice((("total",), ("fiscal",), ("other",), ("total", "fiscal"), ("fiscal", "other"), KEYS))
        year = dice.choice(("", "", "year = 2025\n"))
        entries.append(f'[[classified]]\nproject = "{name}"\n{year}fields = {list(fields)}\n'.replace("'", '"'))
    return Made(documents, truth, "".join(entries))


def _project(number: int, code: int, name: str, cells: dict[str, Decimal], unit: str, unit_name: str) -> MadeProject:
    texts = {key: f"{value:.6f}" if value else "" for key, value in cells.items()}
    known = {"code": f"41100125P00{code:03d}1100{code:02d}K", "name": name, "unit_code": unit, "unit_name": unit_name}
    return made_project(number, **texts, **known)


def questions() -> list[str]:
    asked = ["各项目预算合计多少？", "各项目财政资金合计多少？", "各项目其他资金合计多少？", "平均每个项目预算多少？"]
    asked += [
        "哪个项目预算最多？",
        "哪个项目预算最少？",
        "按预算从高到低排序",
        "各单位的预算合计分别是多少？",
        "各项目的预算分别是多少？",
    ]
    asked += [f"{year}年各项目预算合计多少？" for year in (2024, 2025)] + ["2025年预算比2024年增加多少？"]
    asked += [f"{name}2025年{what}合计多少？" for _, name in UNITS for what in ("预算", "财政资金")]
    for name in NAMES:
        asked += [f"{name}2025年的{what}是多少？" for what in ("预算", "财政资金", "其他资金")]
        asked += [f"{name}2025年到6月底要花多少？", f"{name}2025年占总预算的多少？", f"{name}2025年比2024年增长多少？"]
        asked += [f"2025年除{name}以外其他项目的预算合计多少？", f"{name}2025年的财政资金占预算的多少？"]
        asked += [f"如果{name}2025年的预算增加10%，合计是多少？"]
    return asked + [f"2025年{a}和{b}的预算差多少？" for a, b in list(combinations(NAMES, 2))[:8]]


def forms(hidden: set[Cell]) -> list[tuple[Form, Form | None]]:
    """Numerators, and denominators of ratios, that a reply might have taken a classified cell into."""
    one = Decimal(1)
    found: list[tuple[Form, Form | None]] = [({cell: one}, None) for cell in hidden]
    for key in KEYS:
        groups = [[(name, year, key) for name in NAMES] for year in (2024, 2025)]
        groups += [[(name, year, key) for name in NAMES[:3]] for year in (2024, 2025)]
        groups += [[(name, year, key) for name in NAMES[3:]] for year in (2024, 2025)]
        groups += [[(name, year, key) for year in (2024, 2025) for name in NAMES]]
        for group in groups:
            found.append((dict.fromkeys(group, one), None))
            found.append(({cell: one / len(group) for cell in group}, None))
            found += [({cell: one for cell in group if cell != left}, None) for left in group]
            found += [({cell: Decimal(100)}, dict.fromkeys(group, one)) for cell in group]
    for a, b in combinations(NAMES, 2):
        found += [({(a, year, "total"): one, (b, year, "total"): -one}, None) for year in (2024, 2025)]
    for name in NAMES:
        now, before = (name, 2025, "total"), (name, 2024, "total")
        found += [({now: one, before: -one}, None), ({now: Decimal(100), before: Decimal(-100)}, {before: one})]
        found += [({now: Decimal(share) / 100}, None) for share in (25, 50, 75, 80)]
        found += [({(name, y, "fiscal"): Decimal(100)}, {(name, y, "total"): one}) for y in (2024, 2025)]
    return [(top, under) for top, under in found if (set(top) | set(under or ())) & hidden]


def worth(form: Form, truth: dict[Cell, Decimal]) -> Decimal:
    return sum((factor * truth[cell] for cell, factor in form.items()), Decimal(0))


def told(said: set[tuple[Decimal, bool]], hidden: set[Cell], truth: dict[Cell, Decimal]) -> list[Form]:
    """The forms, set to 0 or to their value, whose true value stands in a reply."""
    equations = []
    for top, under in forms(hidden):
        divisor = worth(under, truth) if under else Decimal(1)
        if not divisor:
            continue
        value = worth(top, truth) / divisor
        nearly = Decimal("0.00005") if under else Decimal("0.0000005")
        if any(is_share == bool(under) and shown and abs(abs(value) - shown) <= nearly for shown, is_share in said):
            parts = dict(top)
            for cell, factor in (under or {}).items():
                parts[cell] = parts.get(cell, Decimal(0)) - value * factor
            equations.append(parts)
    return equations


def open_to(cell: Cell, known: dict[Cell, Decimal], equations: list[Form], truth: dict[Cell, Decimal]) -> Decimal:
    """How wide the bounds of a classified amount are, in parts of it; at most 10, which stands for no bound."""
    cells = list(truth)
    places = {found: number for number, found in enumerate(cells)}
    rows = [{(name, year, "total"): Decimal(-1), (name, year, "fiscal"): Decimal(1), (name, year, "other"): Decimal(1)}
            for name, year, key in cells if key == "total"]  # fmt: skip
    rows += equations
    matrix = [[float(row.get(found, 0)) for found in cells] for row in rows]
    right = [0.0] * (len(rows) - len(equations)) + [float(worth(form, truth)) for form in equations]
    most = float(truth[cell]) * 10 + 100
    bounds = [(float(known[found]), float(known[found])) if found in known else (0.0, most * 100) for found in cells]
    ends = []
    for sign in (1, -1):
        cost = [0.0] * len(cells)
        cost[places[cell]] = float(sign)
        solved = optimize.linprog(cost, A_eq=matrix, b_eq=right, bounds=bounds, method="highs")
        assert solved.status == 0, solved.message
        ends.append(Decimal(str(min(abs(solved.fun), most))))
    return (ends[1] - ends[0]) / max(truth[cell], Decimal("0.01"))


def public(records: tuple[ProjectRecord, ...], truth: dict[Cell, Decimal]) -> dict[Cell, Decimal]:
    """What the listing shows: values, and blanks as 0 (nobody would take them for more)."""
    found = {}
    for record in records:
        for key in KEYS:
            amount = getattr(record, key)
            if amount.cell.state is not CellState.CLASSIFIED:
                assert record.name.text and record.year
                found[record.name.text, record.year, key] = amount.value or Decimal(0)
    assert all(truth[cell] == value for cell, value in found.items())
    return found


def numbers_said(assistant: Assistant) -> set[tuple[Decimal, bool]]:
    """Every number of every reply, and whether it is a percentage."""
    texts = []
    for question in questions():
        reply = assistant.reply(Conversation(), question)
        # A rounded percentage (约 30.02%) may be any of many; the figure behind it says which.
        texts += [_ROUNDED.sub("", reply.text), *(f"{figure.value}{figure.unit}" for figure in reply.figures)]
        texts += [" ".join(row) for row in (reply.grid.rows if reply.grid else ())]
    found = _NUMBER.findall("\n".join(texts))
    return {(Decimal(number.replace(",", "").rstrip(".")), bool(percent)) for number, percent in found}


@pytest.mark.parametrize("seed", range(40 if os.environ.get("SEALED_FULL") else 5))
def test_every_classified_amount_stays_open(tmp_path: Path, seed: int) -> None:
    library = made(seed)
    (tmp_path / "in").mkdir()
    for name, document in library.documents.items():
        (tmp_path / "in" / name).write_text(render_text(document, "exported"), "utf-8")
    policy = tmp_path / "policy.toml"
    policy.write_text(library.policy, "utf-8")
    with Library.open(tmp_path / "data", policy=policy) as opened:
        assert [r.reason for r in opened.ingest([tmp_path / "in"]) if r.status == "rejected"] == []
    assistant = Assistant.open(Settings(data=tmp_path / "data", classification=policy))
    known = public(assistant.projects(), library.truth)
    hidden = set(library.truth) - set(known)
    said = numbers_said(assistant)
    assistant.close()
    assert hidden and len(said) > 20
    equations = told(said, hidden, library.truth)
    widths = {cell: open_to(cell, known, equations, library.truth) for cell in hidden if library.truth[cell]}
    assert {cell: width for cell, width in widths.items() if width < _NARROW} == {}, equations


def test_the_audit_finds_an_amount_that_is_given_away() -> None:
    """A total with all the others public, and the sum over all told: the audit must see that it is determined."""
    truth = {(name, year, key): Decimal(10 + n) * (2 if key == "total" else 1)
             for n, name in enumerate(NAMES) for year in (2024, 2025) for key in KEYS}  # fmt: skip
    hidden = {(NAMES[0], 2025, key) for key in KEYS}
    known = {cell: value for cell, value in truth.items() if cell not in hidden}
    cell = (NAMES[0], 2025, "total")
    assert open_to(cell, known, [], truth) > 5
    total = sum((truth[name, 2025, "total"] for name in NAMES), Decimal(0))
    equations = told({(total, False)}, hidden, truth)
    assert equations and open_to(cell, known, equations, truth) < _NARROW
