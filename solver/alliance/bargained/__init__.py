"""The alliance game where burdens are bargained over."""
