"""Measurements of speed, memory and growth (docs/benchmarks.md)."""
