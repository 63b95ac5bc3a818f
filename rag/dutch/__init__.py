"""Dutch as text: figures, dates, names, words and what a sentence states. Knows no passage."""
