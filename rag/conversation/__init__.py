"""Follow-up questions, and the conversations that they stand in."""
