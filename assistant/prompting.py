"""Prompts as files: prompts/*.md, each with a header that lists its variables. Checked when loaded, before any call.

A prompt file is a TOML header between two lines `+++`, then the parts `# system` and `# user`. Variables stand as
`${name}`; what is filled in is never looked at for variables again.
"""

import functools
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from assistant.errors import PromptError

FOLDER = Path(__file__).parent.parent / "prompts"
_FILE = re.compile(r"\A\+\+\+\n(?P<header>.*?)\n\+\+\+\n\s*# system\n(?P<system>.*?)\n# user\n(?P<user>.*)\Z", re.S)
_KEYS = {"task", "variables"}
# What the code fills in. A file that an office edits may say less or more with it, but neither miss nor invent a variable.
TASKS: Mapping[str, frozenset[str]] = {
    "agent": frozenset({"question", "projects", "limit"}),
    "draft": frozenset({"instruction", "sentences"}),
    "narrate": frozenset({"question", "evidence"}),
    "repair": frozenset({"question", "evidence", "failed"}),
    "understand": frozenset({"projects", "message", "question_before"}),
}


@dataclass(frozen=True, slots=True)
class Messages:
    """What one call sends: the standing instructions, and the task with its data."""

    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Prompt:
    name: str
    variables: tuple[str, ...]
    system: str
    user: str

    def filled(self, **values: str) -> Messages:
        """Raises PromptError when a variable is missing or unknown."""
        missing, unknown = set(self.variables) - set(values), set(values) - set(self.variables)
        if missing:
            raise PromptError(f"提示词 {self.name} 缺少变量：{'、'.join(sorted(missing))}")
        if unknown:
            raise PromptError(f"提示词 {self.name} 没有这些变量：{'、'.join(sorted(unknown))}")
        return Messages(Template(self.system).substitute(values), Template(self.user).substitute(values))


@functools.cache
def load(name: str) -> Prompt:
    """The prompt for a task. Raises PromptError when its file is missing, or does not fit its header or what is filled in."""
    path = FOLDER / f"{name}.md"
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"提示词文件 {name}.md 无法读取：{type(error).__name__}") from error
    prompt = parse(name, text)
    if odd := TASKS.get(name, frozenset()) ^ set(prompt.variables):
        raise PromptError(f"提示词文件 {name}.md 的变量与程序填写的不一致：{'、'.join(sorted(odd))}")
    return prompt


def check_prompts() -> None:
    """Raises PromptError for the first prompt that could not be used: before any call, not in the middle of one."""
    for name in TASKS:
        load(name)


def parse(name: str, text: str) -> Prompt:
    """The prompt that `text` writes. Raises PromptError naming what does not fit."""
    found = _FILE.match(text.replace("\r\n", "\n"))
    if not found:
        raise PromptError(f"提示词 {name} 应有 +++ 之间的表头，其后是“# system”和“# user”两部分")
    variables = _declared(name, found["header"])
    system, user = found["system"].strip(), found["user"].strip()
    used: set[str] = set()
    for part in (system, user):
        if not Template(part).is_valid():
            raise PromptError(f"提示词 {name} 中有不成变量的 $ 符号（要写 $ 本身请写 $$）")
        used |= set(Template(part).get_identifiers())
    if used != set(variables):
        odd = "、".join(sorted(used ^ set(variables)))
        raise PromptError(f"提示词 {name} 的表头与正文的变量不一致：{odd}")
    return Prompt(name, variables, system, user)


def _declared(name: str, header: str) -> tuple[str, ...]:
    try:
        values = tomllib.loads(header)
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"提示词 {name} 的表头无法读取：{error}") from error
    if set(values) != _KEYS or values["task"] != name or not isinstance(values["variables"], list):
        raise PromptError(f'提示词 {name} 的表头应有 task = "{name}" 和 variables = […]，没有别的')
    return tuple(str(variable) for variable in values["variables"])


def fenced(texts: Iterable[tuple[str, str]]) -> str:
    """Texts with their labels between fences that cannot stand in the texts: their mark is a hash over all of them."""
    pairs = list(texts)
    mark = hashlib.sha256("\0".join(f"{label}\0{text}" for label, text in pairs).encode()).hexdigest()[:16]
    blocks = [f"<<资料 {label} {mark}>>\n{text}\n<<完 {label} {mark}>>" for label, text in pairs]
    return "\n".join(blocks) or "（没有资料）"
