"""Solvers of finite games, prospect-theory players among them, with certificates."""
