"""What can be proved of a profile from the game alone: certificates and searches stand on it."""
