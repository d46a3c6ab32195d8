"""The alliance game solved: every structure valued, equilibria found and certified."""
