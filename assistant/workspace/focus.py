"""What a conversation is about, as JSON and back, so that a reopened one goes on without understanding it anew.

The forms follow the types of `Understanding` themselves. What an older version kept and this one cannot read is None:
then the turn is understood again from its message.
"""

import functools
import types
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from assistant.understanding.types import Understanding


def focus_to_json(focus: object) -> Any:
    """None for what is no Understanding."""
    return _plain(focus) if isinstance(focus, Understanding) else None


def focus_from_json(kept: Any) -> Understanding | None:
    """None for nothing, or for a form that does not fit the types of today."""
    if kept is None:
        return None
    try:
        found: Understanding = _typed(kept, Understanding)
    except (TypeError, ValueError, KeyError, ArithmeticError):
        return None
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(got) for f in fields(value) if (got := getattr(value, f.name)) != f.default}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _typed(kept: Any, kind: Any) -> Any:
    """`kept` as a value of `kind`; raises where it is none."""
    if get_origin(kind) in (Union, types.UnionType):
        return _one_of(kept, get_args(kind))
    if get_origin(kind) is tuple:
        return _tuple(kept, get_args(kind))
    if is_dataclass(kind):
        return _dataclass(kept, kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(kept)
    if kind is Decimal and isinstance(kept, str):
        return Decimal(kept)
    if isinstance(kind, type) and type(kept) is kind:
        return kept
    raise TypeError("no form of this kind")


def _one_of(kept: Any, kinds: tuple[Any, ...]) -> Any:
    if kept is None and types.NoneType in kinds:
        return None
    return _typed(kept, next(kind for kind in kinds if kind is not types.NoneType))


def _tuple(kept: Any, kinds: tuple[Any, ...]) -> tuple[Any, ...]:
    if not isinstance(kept, list):
        raise TypeError("a list is expected")
    if kinds[-1] is Ellipsis:
        return tuple(_typed(item, kinds[0]) for item in kept)
    return tuple(_typed(item, kind) for item, kind in zip(kept, kinds, strict=True))


def _dataclass(kept: Any, kind: Any) -> Any:
    if not isinstance(kept, dict):
        raise TypeError("a mapping is expected")
    hints = _hints(kind)
    return kind(**{name: _typed(item, hints[name]) for name, item in kept.items()})
