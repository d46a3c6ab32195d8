"""Values and solution sets of cooperative games; `solver.values` is their front door."""
