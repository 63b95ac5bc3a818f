"""Documents in, passages found. Knows no language model."""
