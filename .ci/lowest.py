"""Print the lowest versions that pyproject.toml admits of what users install, for pip."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
tools = {"all", "docs", "lint", "long", "peers", "test"}
extras = project["optional-dependencies"]
groups = [project["dependencies"], *(extras[name] for name in extras if name not in tools)]
lowest = dict(
    found.groups()
    for group in groups
    for one in group
    if (found := re.match(r"([\w-]+)>=([\w.]+)$", one))
)
print("\n".join(f"{name}=={version}" for name, version in sorted(lowest.items())))
