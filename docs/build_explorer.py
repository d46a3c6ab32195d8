"""Make `docs/explorer.png`: `PYTHONPATH=tests/oracles python docs/build_explorer.py`.

Needs Debian's chromium and the extra `long`.
"""

from __future__ import annotations

from pathlib import Path

import browsing

TARGET = Path(__file__).with_name("explorer.png")
WIDTH, HEIGHT = 1000, 1010
QUERY = "?scenario=europe-1949&threat=0.5"


def main() -> None:
    """Write the picture."""
    with browsing.serving(["europe-1949"]) as (address, _), browsing.browsing() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(address + QUERY)
        browsing.settle(page)
        page.screenshot(path=TARGET)


if __name__ == "__main__":
    main()
