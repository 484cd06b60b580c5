"""Next year's text as an edit of this year's: every sentence with its origin, every unknown an open blank. Pure."""

from assistant.drafting.making import blank_form, check_plan, fill, make_draft, this_year
from assistant.drafting.materials import BY_USER, KINDS, DraftRequest, Material

__all__ = [
    "BY_USER",
    "KINDS",
    "DraftRequest",
    "Material",
    "blank_form",
    "check_plan",
    "fill",
    "make_draft",
    "this_year",
]
