"""Whether a text fits a question: how near it comes to what is asked about, and whether it is of the kind wanted."""
