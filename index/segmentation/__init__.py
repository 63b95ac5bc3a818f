"""Cut text into passages: headings, lists of questions, answers, and page boilerplate."""
