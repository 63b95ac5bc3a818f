"""Text -> passages: headings, lists of questions, answers, and what nobody said (boilerplate)."""
