"""Whether a text says only what its evidence says: figures and whose they are, deeds, names, citations."""
