"""A question in, a reply out."""
