"""What a person who runs the suite can act on."""


class EvalError(Exception):
    """The root of the errors below; str() of it is a Chinese sentence."""


class CaseError(EvalError):
    """A case file breaks the schema; names file and line."""


class BaselineError(EvalError):
    """The baseline cannot be read or does not fit its form."""
