"""What a running service is made of, whichever surface asks: resources, keys, limits, logs."""
