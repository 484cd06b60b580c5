"""The regression suite over fixed questions: `python -m eval`."""
