"""All Nash equilibria of two players."""
