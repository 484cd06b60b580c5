"""Rules over the form itself: what must be filled, the sums, the spending plan, the project code (rules 1-3, 21)."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from corpus.findings.rulebook import Checked, Hit, Place, blank, classified, project_place
from corpus.folding import squeeze
from corpus.numbers import format_amount, format_percent
from corpus.types import CellState, PlanPoint, ProjectRecord

# 预算数 may differ from its parts by rounding to this much (万元).
_ROUNDING = Decimal("0.1")
_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I O S V Z
_CODE_LENGTH = 21
# All of the money by the end of this month is paid before a year's service can be delivered.
_HALF_YEAR = 6


def required_fields(checked: Checked) -> Iterator[Hit]:
    for project in checked.projects:
        place = project_place(project)
        if blank(project.code):
            yield Hit("code-missing", place, "项目编码未填写。", "填写预算项目库中的项目编码。")
        if blank(project.name):
            yield Hit("name-missing", place, "项目名称未填写。", "填写与项目库一致的项目名称。")
        if project.unit_code is None and project.unit_name is None:
            yield Hit("unit-missing", place, "没有写明预算单位。", "在表头写明单位编码和单位名称。")
        if blank(project.total.cell):
            yield Hit("budget-missing", project_place(project, project.total.cell), "预算数未填写。", "填写预算数。")
        if blank(project.purpose):
            yield Hit(
                "purpose-missing", project_place(project, project.purpose), "资金用途未填写。", "写明资金用于什么支出。"
            )
        if not project.goals or all(blank(goal) for goal in project.goals):
            yield Hit("goal-missing", place, "没有绩效目标。", "按“做什么、做多少、何时、达到什么效果”填写绩效目标。")


def budget(checked: Checked) -> Iterator[Hit]:
    """预算数 = 财政资金 + 其他资金; a blank part is not taken for zero but named."""
    for project in checked.projects:
        parts = (project.total, project.fiscal, project.other)
        if classified(*(part.cell for part in parts)):
            continue
        yield from _negative(project)
        yield from _blank_funding(project)
        total, fiscal, other = (part.value for part in parts)
        if total is None or fiscal is None:
            continue
        difference = total - fiscal - (other or 0)
        unread = other is None and project.other.cell.state is CellState.VALUE
        if abs(difference) > _ROUNDING and not unread:
            shown = f"{format_amount(other)} 万元" if other is not None else "未填写"
            yield Hit(
                "budget-sum",
                project_place(project, project.total.cell),
                f"预算数 {format_amount(total)} 万元不等于财政资金 {format_amount(fiscal)} 万元"
                f"与其他资金（{shown}）之和，相差 {format_amount(abs(difference))} 万元。",
                "核对三项金额，使预算数等于各资金来源之和。",
                project.total.cell.text or "",
            )


def _negative(project: ProjectRecord) -> Iterator[Hit]:
    for label, part in (("预算数", project.total), ("财政资金", project.fiscal), ("其他资金", project.other)):
        if part.value is not None and part.value < 0:
            yield Hit(
                "budget-negative",
                project_place(project, part.cell),
                f"{label}为负数。",
                "核对金额。",
                part.cell.text or "",
            )


def _blank_funding(project: ProjectRecord) -> Iterator[Hit]:
    for label, part in (("财政资金", project.fiscal), ("其他资金", project.other)):
        if blank(part.cell):
            yield Hit(
                "funding-blank",
                project_place(project, part.cell),
                f"{label}未填写，空白不等于 0。",
                f"没有{label}的填 0.00，有的填写金额，以免与漏填混淆。",
            )


def plans(checked: Checked) -> Iterator[Hit]:
    for project in checked.projects:
        if not project.plan:
            yield Hit("plan-missing", project_place(project), "没有资金支出计划。", "按时点填写累计支出比例。")
            continue
        if all(blank(point.cell) for point in project.plan):
            yield Hit(
                "plan-missing",
                project_place(project, project.plan[0].cell),
                "资金支出计划各时点均未填写。",
                "按时点填写累计支出比例。",
            )
            continue
        yield from plan_hits(project.plan, project)


def plan_hits(plan: tuple[PlanPoint, ...], project: ProjectRecord | None = None) -> Iterator[Hit]:
    """What is wrong with one plan. Shares are cumulative; a classified point is passed over."""

    def place(point: PlanPoint) -> Place:
        return project_place(project, point.cell) if project else Place("", "", point.cell.source)

    for point in plan:
        if blank(point.cell):
            yield Hit(
                "plan-blank",
                place(point),
                f"资金支出计划{point.month}月底未填写，空白不等于 0。",
                "不安排支出的填 0%，否则填写到该时点的累计比例。",
            )
        if point.share is not None and not 0 <= point.share <= 100:
            yield Hit(
                "plan-range",
                place(point),
                f"{point.month}月底的支出计划为 {format_percent(point.share)}，应在 0% 至 100% 之间。",
                "核对比例。",
                point.cell.text or "",
            )
    known = [point for point in plan if point.share is not None]
    for before, after in pairwise(known):
        if (after.share or 0) < (before.share or 0):
            yield _falls(before, after, place(after))
    last = plan[-1]
    if last.share is not None and last.month == 12 and last.share < 100:
        yield Hit(
            "plan-end",
            place(last),
            f"12月底的支出计划为 {format_percent(last.share)}，没有达到 100%。",
            "年底应达到 100%；确有结转的，说明原因。",
            last.cell.text or "",
        )
    full = next((point for point in plan if point.share is not None and point.share >= 100), None)
    if full and full.month <= _HALF_YEAR and full is not last:
        yield Hit(
            "plan-early",
            place(full),
            f"{full.month}月底即计划支出 100%，此时全年的服务或成果尚未全部交付。",
            "按合同约定和服务进度分期安排支付；确需一次付清的，说明依据。",
            full.cell.text or "",
        )


def _falls(before: PlanPoint, after: PlanPoint, place: Place) -> Hit:
    assert before.share is not None and after.share is not None
    return Hit(
        "plan-falls",
        place,
        f"资金支出计划按累计口径填写，{after.month}月底（{format_percent(after.share)}）不能低于"
        f"{before.month}月底（{format_percent(before.share)}）。",
        f"{after.month}月底应不小于 {format_percent(before.share)}；如原意是当期支出比例，请改为累计比例。",
        after.cell.text or "",
    )


def codes(checked: Checked) -> Iterator[Hit]:
    """The last of 21 characters fits the others in every code seen (weights 3^k mod 31); other regions may differ."""
    coded = [(project, squeeze(project.code.text or "").upper()) for project in checked.projects]
    coded = [(p, code) for p, code in coded if len(code) == _CODE_LENGTH and set(code) <= set(_CODE_ALPHABET)]
    odd = [project for project, code in coded if check_character(code[:-1]) != code[-1]]
    if len(odd) == len(coded) > 1:
        return  # none fits: this region counts otherwise
    for project in odd:
        yield Hit(
            "code-check",
            project_place(project, project.code),
            "项目编码的末位与前20位按常见校验方法不相符，可能有录入错误（各地编码规则不同，仅供核对）。",
            "与预算项目库核对项目编码。",
            project.code.text or "",
        )


def check_character(body: str) -> str:
    """The check character of the first 20 characters of a project code."""
    total = sum(_CODE_ALPHABET.index(character) * pow(3, k) for k, character in enumerate(body))
    return _CODE_ALPHABET[(30 - total) % 31]
