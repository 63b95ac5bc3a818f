"""The parts of a running service that all surfaces share: resources, keys, limits, logs."""
