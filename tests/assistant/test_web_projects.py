"""The ledger's filters, a project's card, budgets and years held against each other."""

from dataclasses import replace
from decimal import Decimal

from assistant.web.cards import card_html, over_years
from assistant.web.ledger import ledger_html, matching
from assistant.web.yearly import budgets_html, years_html
from corpus.types import Amount, Cell, CellState, ProjectRecord
from tests.made_library import amount, project, value

HOSTILE = '<img src=x onerror="alert(1)">'


def _project(document: str, year: int, name: str, total: str | None, ordinal: int = 1) -> ProjectRecord:
    made = project(document, ordinal, name, total)
    return replace(made, year=year, code=value(f"13043425P0042891000{ordinal}N"), total=amount(total))


OLD = (_project("a", 2024, "水质监测服务费", "10.00"), _project("a", 2024, "旧项目", "3.00", 2))
NEW = (_project("b", 2025, "水质监测运维费", "12.50"), _project("b", 2025, "新项目", None, 3))
ALL = (*OLD, *NEW)


def test_filters_narrow_by_unit_year_and_words_together() -> None:
    other = replace(_project("c", 2025, "水质监测运维费", "1.00"), unit_code="300001", unit_name="别的单位")
    library = (*ALL, other)
    assert matching(library, "水质", "224001", 2025) == (NEW[0],)
    assert matching(library, unit="300001") == (other,)
    assert "没有符合条件的项目" in ledger_html(library, (), "没有这个")
    assert "words=%E6%B0%B4&amp;unit=224001&amp;year=2025" in ledger_html(library, (), "水", "224001", 2025)


def test_project_is_followed_over_the_years_by_name_or_code() -> None:
    assert over_years(NEW[0], ALL) == (OLD[0], NEW[0])
    assert over_years(NEW[1], ALL) == (NEW[1],)
    html = card_html(NEW[0], ALL)
    assert "历年" in html and "水质监测服务费" in html and "10.00" in html


def test_years_tell_change_renaming_new_and_dropped_and_compute_nothing_from_a_blank() -> None:
    html = years_html(ALL)
    assert "+2.50" in html and "+25%" in html.replace("25.00%", "25%") and "原名：水质监测服务费" in html
    rows = html.split("<tr>")
    assert any("新项目" in row and "新增" in row and "（空白）" in row for row in rows)
    assert any("旧项目" in row and "不再安排" in row for row in rows)
    assert years_html(NEW).startswith('<p class="jx-empty">没有可以比较的两个年度')
    assert years_html(ALL, 2024).startswith('<p class="jx-empty">没有可以比较的两个年度')


def test_budgets_are_drawn_by_size_and_blank_ones_are_counted_never_drawn() -> None:
    html = budgets_html(ALL)
    assert "比较 3 个项目的预算，1 个的预算空白或涉密，未列入" in html
    assert html.index("水质监测运维费") < html.index("水质监测服务费") < html.index("旧项目")
    assert 'width="240" height="10"' in html and 'width="57" height="10"' in html


def test_classified_cells_show_as_such_and_hostile_names_stay_text() -> None:
    secret = Amount(Cell(CellState.CLASSIFIED, None, OLD[0].total.cell.source), None)
    hidden = replace(NEW[0], total=secret, name=value(HOSTILE))
    for html in (card_html(hidden, (*OLD, hidden)), years_html((*OLD, hidden)), budgets_html((*OLD, hidden))):
        assert "<img" not in html
    assert "涉密" in card_html(hidden, ALL) and Decimal("12.50") not in (hidden.total.value,)
    assert card_html(hidden, ALL).count("涉密") >= 5  # its indicator row too
