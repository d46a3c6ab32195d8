"""The preferred structure of 13 to 16 candidates, with bounds on every value."""
