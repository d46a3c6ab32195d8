"""Studies: how the preferred alliance depends on threat and on any other quantity."""
