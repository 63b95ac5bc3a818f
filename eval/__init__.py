"""Gold sets, metrics, runs and comparisons: answers scored against what is known to be right."""
