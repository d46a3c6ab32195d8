"""The site's settings: `poe site` builds it, README.md and docs/ are its text.

What stands once elsewhere is brought in when the site is built, into `docs/generated/`: the pages
of the repository's root (`pages.py`), the public names (`names.py`), the pictures (`pictures.py`)
and the explorers (`explorers.py`). Nothing is fetched, neither here nor by the pages made.
"""

import sys
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
# this folder's own files, and docs/build_gallery.py
sys.path[:0] = [str(HERE), str(HERE.parent)]

import access  # noqa: E402
import explorers  # noqa: E402
import names  # noqa: E402
import pages  # noqa: E402
import pictures  # noqa: E402

from games.citation import version as version_of_package  # noqa: E402

project = "alliance-solver"
author = "the authors of alliance-solver"
version = release = version_of_package()
language = "en"
root_doc = "index"
default_role = "py:obj"  # `name` is code, and leads to its page where it has one
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
    "sphinx_design",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = [
    "site",
    *(
        path.relative_to(pages.DOCS).as_posix()
        for path in pages.ELSEWHERE
        if pages.DOCS in path.parents
    ),
    "generated/scripts",
    # the page of a picture is its .rst; beside it lie a notebook and a script to download
    "generated/gallery/*.ipynb",
    "generated/gallery/*.json",
    "generated/gallery/*.py",
]
templates_path = [str(HERE / "templates")]  # autosummary looks for others beside the pages

# names
autosummary_generate = ["generated/api.md"]
autosummary_generate_overwrite = True
autosummary_filename_map = names.files()
autosummary_context = {"modules": names.PAGES, "enumerations": names.ENUMERATIONS}
autodoc_default_options = {"members": True, "inherited-members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the types stand in the docstrings, in words
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 80
numpydoc_show_class_members = False  # the members themselves follow

# pages in Markdown, of which only those that say so in their head are notebooks
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_ipywidgets_js = {}  # no widgets, whose scripts are fetched
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

sphinx_gallery_conf = pictures.SETTINGS

html_theme = "pydata_sphinx_theme"
html_title = "alliance-solver"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = [str(explorers.FOLDER.parent)]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "alliance-solver"},
    "navbar_end": ["theme-switcher"],
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
}
copyright = f"{author}. Licence: MIT"


def setup(app: Sphinx) -> None:
    """Write what is generated, and say what is to be done with each page."""
    pages.write()
    pictures.write()
    explorers.FOLDER.mkdir(parents=True, exist_ok=True)
    app.connect("source-read", pages.read)
    app.connect("autodoc-process-docstring", names.describe)
    app.connect("autodoc-skip-member", names.skip)
    # after the theme, whose priority is the usual one
    app.connect("html-page-context", access.mend, priority=900)
    app.add_directive("explorers", explorers.Explorers)
