"""What coalitions are worth, and well-known games of coalitions."""
