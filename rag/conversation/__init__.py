"""Follow-up questions, and the conversations they belong to."""
