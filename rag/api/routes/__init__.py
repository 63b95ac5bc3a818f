"""The endpoints, one file a group of paths."""
