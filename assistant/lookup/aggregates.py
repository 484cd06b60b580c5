"""Which figures over one or several projects a question asks for, and who works each out."""

from dataclasses import replace

from assistant.lookup import groups
from assistant.lookup.comparisons import between_two, extreme_share, share
from assistant.lookup.extremes import extreme, in_order, rank
from assistant.lookup.measures import Measure
from assistant.lookup.page import Page
from assistant.lookup.select import Selection
from assistant.lookup.sums import average, mixed, read_all, total, who
from assistant.understanding.types import Aggregate


def answer(page: Page, selection: Selection, measures: list[Measure], wanted: tuple[Aggregate, ...]) -> None:
    shares = Aggregate.SHARE in wanted or (page.u.as_percent and not page.u.spans)
    parts = [m for m in measures if m.key in ("fiscal", "other")]
    if shares and parts and set(wanted) & {Aggregate.MAX, Aggregate.MIN}:
        for measure in parts:
            extreme_share(page, selection.chosen, measure, highest=Aggregate.MAX in wanted)
        return
    for measure in measures:
        chosen = _first_few(page, selection, measure, wanted)
        if Aggregate.SHARE in wanted and page.u.limit and chosen is not selection:
            selection = replace(chosen, named=True)  # 前三名占总预算的多少
        for aggregate in _without_doubles(wanted):
            _one_aggregate(
                page, chosen if aggregate in (Aggregate.SUM, Aggregate.AVERAGE) else selection, measure, aggregate
            )


def _first_few(page: Page, selection: Selection, measure: Measure, wanted: tuple[Aggregate, ...]) -> Selection:
    """预算最多的两个项目合计: the sum is over those two."""
    if page.u.limit is None or not set(wanted) & {Aggregate.RANK, Aggregate.MAX, Aggregate.MIN}:
        return selection
    ordered = in_order(read_all(selection.chosen, measure), page.u.descending)[: page.u.limit]
    return replace(selection, chosen=tuple(record for record, _ in ordered))


def _without_doubles(wanted: tuple[Aggregate, ...]) -> tuple[Aggregate, ...]:
    """最多…占合计的多少 is an extreme and a share, not a sum as well; two named projects with 差 are no sum either."""
    if Aggregate.DIFFERENCE in wanted and Aggregate.AVERAGE in wanted:
        return (Aggregate.DIFFERENCE,)
    if Aggregate.SHARE in wanted or Aggregate.DIFFERENCE in wanted or Aggregate.RATIO in wanted:
        return tuple(a for a in wanted if a not in (Aggregate.SUM, Aggregate.RANK)) or wanted
    if len(wanted) > 1 and Aggregate.RANK in wanted:
        return (Aggregate.RANK, *(a for a in wanted if a in (Aggregate.SUM, Aggregate.AVERAGE)))
    return wanted


def _one_aggregate(page: Page, selection: Selection, measure: Measure, aggregate: Aggregate) -> None:
    records = selection.chosen
    if aggregate is Aggregate.SUM:
        if page.u.group_by or mixed(page, records):
            return groups.listing(page, groups.grouped(page, records, measure), measure)
        return total(page, records, measure, who(page, selection))
    if aggregate is Aggregate.AVERAGE:
        return average(page, records, measure, who(page, selection))
    if aggregate in (Aggregate.MAX, Aggregate.MIN):
        return extreme(page, records, measure, aggregate is Aggregate.MAX, selection.scope if selection.named else ())
    if aggregate is Aggregate.RANK:
        return rank(page, records, measure)
    if aggregate is Aggregate.SHARE:
        return share(page, selection, measure)
    return between_two(page, selection, measure, aggregate)
