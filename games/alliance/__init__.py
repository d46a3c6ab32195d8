"""The alliance game: structures, what each is worth to whom, its other forms."""
