from dataclasses import replace
from decimal import Decimal

from corpus.types import Amount, Cell, CellState, Indicator, PlanPoint, ProjectRecord, Source
from eval.phrases import Says
from eval.templates import made_cases, review
from eval.types import Case, ExpectedFigure, Place, RefusalRule

NAMES = {"d1": "made.txt"}


def cell(text: str | None, line: int) -> Cell:
    state = CellState.VALUE if text else CellState.BLANK
    return Cell(state, text, Source(line=line))


def record(name: str = "甲项目", ordinal: int = 1) -> ProjectRecord:
    sealed = Cell(CellState.CLASSIFIED, None, Source(line=30))
    return ProjectRecord(
        document_id="d1",
        ordinal=ordinal,
        code=cell("CODE1", 3),
        name=cell(name, 4),
        unit_code="101",
        unit_name="某局",
        year=2025,
        total=Amount(cell("142.125", 5), Decimal("142.125")),
        fiscal=Amount(cell("142.125", 6), Decimal("142.125")),
        other=Amount(cell(None, 7), None),
        purpose=cell("用于培训", 8),
        plan=(PlanPoint(3, cell(None, 9), None), PlanPoint(6, cell("30%", 10), Decimal(30))),
        goals=(cell("1.办班", 11),),
        indicators=(Indicator(cell("产出指标", 20), cell("数量指标", 21), sealed, sealed, sealed, sealed),),
        source=Source(line=1),
    )


def made(*records: ProjectRecord) -> dict[str, Case]:
    return {case.id.partition("-")[2]: case for case in made_cases(records, NAMES)}


def test_amount_by_date_is_exact_and_cites_both_cells() -> None:
    case = made(record())["spent-6"]
    assert case.turns == ("2025年某局的“甲项目”到6月底要支出多少万元？",)
    assert case.expect.figures == (ExpectedFigure(Decimal("42.6375"), "万元"),)
    assert case.expect.citations == (
        Place((5, 5), quote="142.125", document="made.txt"),
        Place((10, 10), quote="30%", document="made.txt"),
    )


def test_blank_cells_are_expected_to_be_called_blank() -> None:
    cases = made(record())
    assert cases["other"].expect.says == cases["plan-3"].expect.says == (Says.BLANK,)
    assert "spent-3" not in cases


def test_classified_rows_are_expected_to_be_refused() -> None:
    assert made(record())["classified"].expect.refusal is RefusalRule.CLASSIFIED


def test_project_named_twice_is_left_out() -> None:
    assert not made(record(), record(ordinal=2))
    assert made(record(), record("乙项目", 2))


def test_sample_is_the_same_for_a_seed_and_never_larger_than_asked() -> None:
    first, again = (made_cases([record()], NAMES, seed=3, sample=4) for _ in range(2))
    assert first == again and len(first) == 4


def test_review_shows_question_expectation_and_place() -> None:
    table = review(made(record()).values())
    assert "142.125 万元" in table and "第5行" in table and "不予公开" in table


def other_year(year: int, total: str, name: str = "甲项目", ordinal: int = 1) -> ProjectRecord:
    amount = Amount(cell(total, 50), Decimal(total))
    return replace(record(name, ordinal), document_id=f"d{year}", year=year, total=amount)


def made_of(*records: ProjectRecord) -> dict[str, Case]:
    names = {r.document_id: f"{r.document_id}.docx" for r in records}
    return {f"{case.file}:{case.id.partition('#')[2]}": case for case in made_cases(records, names)}


def test_unit_is_added_up_and_ranked_where_every_amount_is_known() -> None:
    cases = made_of(other_year(2025, "142.125"), other_year(2025, "7.5", "乙项目", 2))
    assert cases["d2025.docx:1-sum"].expect.figures == (ExpectedFigure(Decimal("149.625"), "万元"),)
    assert cases["d2025.docx:1-most"].expect.contains == (("甲项目",),)
    assert cases["d2025.docx:1-count"].expect.contains == (("2个",),)
    unknown = replace(other_year(2025, "7.5", "乙项目", 2), total=Amount(cell(None, 5), None))
    assert not [id for id in made_of(other_year(2025, "142.125"), unknown) if id.endswith("sum")]


def test_project_of_two_years_is_compared_with_both_cells() -> None:
    case = made_of(other_year(2024, "150"), other_year(2025, "142.125"))["d2025.docx:1-growth"]
    assert case.turns == ("某局的“甲项目”预算2025年比2024年减少多少万元？",)
    assert case.expect.figures == (ExpectedFigure(Decimal("7.875"), "万元"),)
    assert [place.document for place in case.expect.citations] == ["d2024.docx", "d2025.docx"]


def test_public_indicator_is_asked_and_a_classified_one_is_not() -> None:
    public = Indicator(*(cell(text, 40) for text in ("产出指标", "数量指标", "场次", "全年场次", "≥9场", "计划")))
    sealed = record().indicators[0]
    cases = made_of(replace(record(), indicators=(sealed, public)))
    assert cases["d1.docx:1-target-2"].expect.contains == (("≥9场",),)
    assert not [id for id in cases if id.endswith("target-1")]
    twice = made_of(replace(record(), indicators=(public, public)))
    assert not [id for id in twice if "target" in id]


def test_small_sample_has_some_of_every_category() -> None:
    every = made_cases([record()], NAMES)
    few = made_cases([record()], NAMES, sample=len({case.category for case in every}))
    assert {case.category for case in few} == {case.category for case in every}
