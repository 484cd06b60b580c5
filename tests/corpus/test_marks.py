"""Which texts of a cell are marks, in the many ways people write them, and which words only look like one."""

import pytest

from corpus.marks import carries_secret_mark, is_marked, is_marked_message, is_marked_prose, is_secret_line

MARKED = (
    "涉密", "涉 密", "（涉密）", "【涉密】", "*涉密*", "《涉密》97.3%", "〈涉密〉97.3%", "「涉密」97.3%", "⟨涉密⟩4286套", "❲涉密❳4286套",
    "97.3%（涉密）", "97.3%[涉密]", "97.3%〖涉密〗", "97.3%﹙涉密﹚", "97.3%（“涉密”）", "97.3%（*涉密*）", "97.3% #涉密#", "★涉密★97.3%",
    "97.3%—涉密", "涉密:97.3%", "涉密4286套", "4286套涉密", "4286套涉密）", "4286套（涉密", "97.3%/涉密", "97.3%\n（涉密）",
    "97.3%（机密）", "97.3%（绝密级）", "『機密』97.3%", "秘密 97.3%", "97.3%（涉国家秘密）", "97.3%（国家秘密）", "97.3%（工作秘密）",
    "97.3%（本行涉密）", "97.3%（此指标值涉密）", "97.3%（注：涉密）", "97.3%（属涉密）", "97.3%（涉密，略）", "97.3%（涉密-秘密级）",
    "97.3%（本指标涉密，不予公开）", "97.3%（敏感、涉密）", "97.3%，该指标涉密", "注：97.3%为涉密数据", "此处涉密", "涉密信息已隐去",
    "97.3%（涉-密）", "97.3%（涉、密）", "97.3%（涉…密）", "97.3%【密】", "97.3%（保密）", "97.3%(SECRET)", "97.3% (Classified)", "㊙97.3%",
    "97.3%（渉密）", "97.3%（祕密）", "97.3%（涉\u200b密）", "97.3%（涉\u3000密）",
)  # fmt: skip
WORDS = (
    "涉密人员培训3次", "涉密计算机（非涉密）采购", "保密设备（涉密计算机）采购", "非涉密", "不涉密", "（不涉密）", "（非涉密）97%", "非涉密（可公开）",
    "秘密侦查装备", "秘密战线宣传", "涉密载体管理", "保密工作经费", "严禁涉密信息上网", "涉密项目管理办法", "是否涉密：否", "涉密：否", "涉密：无",
    "涉密信息系统分级保护测评", "机密文件柜购置", "机密级计算机采购10台", "商业秘密保护宣传", "失泄密事件发生次数0", "≥95%（涉密人员）",
    "100%（涉密载体）", "涉密会议室改造1间", "公开（不涉密）", "做到不涉密，密切配合", "长期干涉，密切关注", "《保密法》宣传12场", "人口密度（密集区）",
)  # fmt: skip


@pytest.mark.parametrize("text", MARKED)
def test_cell_with_a_mark_is_classified(text: str) -> None:
    assert is_marked(text)


@pytest.mark.parametrize("text", WORDS)
def test_ordinary_words_are_no_marks(text: str) -> None:
    assert not is_marked(text) and not is_marked_prose(text)


SECRET_LINES = (
    "秘密", "机　密", "絕密", "【机密】", "秘密级", "机密文件", "机密资料", "绝密材料 请勿外传", "机密，注意保存", "内部 秘密", "密级：秘密", "密 级：机密",
    "密级:【机密】", "[密级]秘密", "密级：秘密 保密期限：5年", "机密 保密期限1年", "秘密 1年", "秘密一年", "秘密（1年）", "秘密【1年】", "机密·启用前",
    "秘密★1年", "机密★启用前", "秘密☆解密", "绝密★", "编号：001 秘密★1年", "秘密★1年（复印件）", "秘密●1年", "机密◆5年", "核心商密▲5年", "普通商密★3年",
    "本文件为机密文件", "此件涉密", "涉密文件",
)  # fmt: skip
HARMLESS_LINES = (
    "密级：公开", "密级：无", "密级：", "密级：内部", "涉密项目", "三、涉密", "秘密侦查经费", "机密文件柜", "机密级计算机", "保密工作经费", "此件公开发布",
    "涉密载体", "涉密材料销毁经费", "● 保密工作", "■机密级设备采购", "本单位涉密人员培训", "密级分为哪几种", "密级：机密和秘密有什么区别？",
)  # fmt: skip


@pytest.mark.parametrize("line", SECRET_LINES)
def test_line_that_is_a_secrecy_mark_is_known(line: str) -> None:
    assert is_secret_line(line) or carries_secret_mark(line)


@pytest.mark.parametrize("line", HARMLESS_LINES)
def test_line_with_such_words_is_none(line: str) -> None:
    assert not is_secret_line(line) and not carries_secret_mark(line) and not is_marked_message(line)
