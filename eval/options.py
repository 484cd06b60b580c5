"""What can be asked of `python -m eval`."""

import argparse
from pathlib import Path

HERE = Path(__file__).parent


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="jixiao eval", description="固定问题的回归评测", allow_abbrev=False)
    made.add_argument("--only", action="append", default=[], metavar="CATEGORY|ID", help="只跑这个类别或用例，可重复")
    made.add_argument("--jobs", type=_positive, default=1, help="同时进行的对话数（默认 1）")
    made.add_argument("--seed", type=int, default=0, help="运行次序的随机种子（默认 0）")
    made.add_argument("--report", type=Path, default=HERE / "report", metavar="DIR", help="报告写到这个文件夹")
    made.add_argument("--json", action="store_true", help="标准输出每行一个 JSON 对象")
    _comparing(made.add_argument_group("比较"))
    _suites(made.add_argument_group("另外几套"))
    _own(made.add_argument_group("自己的文件"))
    _feedback(made.add_argument_group("使用者的反馈"))
    return made


def _comparing(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--baseline", type=Path, default=HERE / "baseline.json", metavar="FILE", help="与之比较的基线")
    group.add_argument("--update-baseline", action="store_true", help="把这次结果记为基线")
    group.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="MODEL[@URL]",
        help="再用这个模型跑一遍，与内置方式并列比较，可重复",
    )
    group.add_argument("--repeats", type=_positive, default=1, help="每种方式各跑几遍，看结果稳不稳（默认 1）")


def _suites(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--retrieval", action="store_true", help="检索：词、向量、合用各测一遍（不写时只测词）")
    group.add_argument("--sealed", action="store_true", help="保密：攻击和对照再换几种写法（不写时原样各问一遍）")
    group.add_argument("--faults", action="store_true", help="植入一批错误，看评测能否发现")
    group.add_argument("--twins", action="store_true", help="拿只改了涉密值的文件再问一遍，看回复是否逐字节相同")


def _own(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--documents", type=Path, metavar="DIR", help="改用这个文件夹里的文件，由其台账自动出题")
    group.add_argument("--sample", type=_positive, default=200, help="自动出题的题数上限（默认 200）")
    group.add_argument("--cases", type=Path, metavar="DIR", help="用这个文件夹里的用例（如自动出题后改过的）")


def _feedback(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--import", dest="imported", type=Path, metavar="FILE", help="收进网页导出的反馈用例，待审核")
    group.add_argument("--review", action="store_true", help="试跑待审核的用例，看现在怎么答")
    group.add_argument("--promote", action="append", default=[], metavar="ID", help="把审核过的用例收入评测，可重复")
    group.add_argument("--discard", action="append", default=[], metavar="ID", help="不要这个待审核的用例，可重复")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}”应是不小于 1 的整数")
    return int(text)
