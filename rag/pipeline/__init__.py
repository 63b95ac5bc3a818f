"""From question to answer, one file for each step; `answering` runs them in order."""
