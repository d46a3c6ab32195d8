"""Turn a dial, see the alliance: what a page shows of a game, for any host that draws it."""
