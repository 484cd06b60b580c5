"""Exact answers from the records: a typed question in, figures with formulas and cells out; no model, no rounding."""
