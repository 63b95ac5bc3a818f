"""A question's way, a file a step: reading -> answerability -> sentence_selection."""
