"""The family of structures with several blocs."""
