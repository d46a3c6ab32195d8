"""Solution concepts: which deviations are allowed, and who must gain."""
