"""An item that the user asked for: their words as a sentence, and what they leave open."""

import re

from assistant.drafting.materials import blank, measures
from corpus.findings.goals import goal_parts

# What 加强 goes with; words that begin with a deed need none.
_WITH_STRENGTHEN = re.compile(
    r"(?:安全|保护|保障|领导|管理|监督|考核|建设|培训|宣传|治理|防护|监测|服务|培养|教育|协调|支撑|防范|保密|检查|监管|指导|引导|应用|共享|协作|合作|调度|研判|储备|执法|整治)$"
)
_DEED = re.compile(
    r"^(?:开展|建立|健全|完善|推进|推动|加强|强化|落实|组织(?!领导)|实施|做好|抓好|提升|提高|优化|规范|支持|引导|打造|构建|深化|加快|严格|确保|持续|全面|积极|定期|每|全年|及时|"
    r"依托|按|以|围绕|聚焦|完成|建成|新建|举办|编发|编制|印发|制作|购买|采购|购置|对|在|与|为|新增|增加|扩大|保障|维护|运用|利用|选拔|招录|发展|压实|明确|\d)"
)


def as_deed(words: str) -> str:
    """资金保障 as 加强资金保障; what already says what is done stays as it is."""
    said = words.rstrip("。；;，, ")
    if re.search(r"\d", said) or _DEED.match(said):
        return said
    said = re.sub(r"(?:方面)?的?(?:措施|工作)$", "", said) or said
    return f"加强{said}" if _WITH_STRENGTHEN.search(re.sub(r"(?:方面)?的?保障$", "保障", said)) else said


def left_open(words: str, amount: str = "工作数量") -> str:
    """What the words do not say of how much, by when and to what effect, as blanks; empty when they say it all."""
    parts = goal_parts(words)
    _, effect = measures(words)
    todo = {
        (False, False): f"{blank('完成时限')}前完成{blank(amount)}",
        (True, False): f"完成{blank(amount)}",
        (False, True): f"{blank('完成时限')}前完成",
        (True, True): "",
    }[parts.time, parts.quantity]
    result = "" if parts.effect and parts.quantity else f"达到{blank(f'可衡量的效果{effect}')}"
    return "，".join(filter(None, (todo, result)))
