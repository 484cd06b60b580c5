"""A message and its conversation become a typed Understanding, by rules and lexicons alone."""
