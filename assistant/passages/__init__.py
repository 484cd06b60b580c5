"""What the narrative says to a question: which passage, which of its sentences, and how it is told."""
