"""Games of many candidates of a few types."""
