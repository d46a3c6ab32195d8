"""The command `alliance`: options, studies, and results as tables or JSON."""
