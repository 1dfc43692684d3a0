"""Markdown of others as HTML that can do no harm: no raw HTML, no scripts in links, no pictures from elsewhere."""

from markdown_it import MarkdownIt
from markupsafe import Markup

_HIGHEST = 6


def marked(text: str, *, below: int) -> Markup:
    """The text as HTML; its highest heading is one level under ``below``."""
    reader = MarkdownIt("commonmark", {"html": False})
    tokens = reader.parse(text)
    for each in tokens:
        if each.type in ("heading_open", "heading_close"):
            each.tag = f"h{min(int(each.tag[1:]) + below, _HIGHEST)}"
        for child in each.children or ():
            if child.type == "image":
                child.type = "text"  # its content is what it says in words
            elif child.type == "link_open":
                child.attrSet("class", "govuk-link")
                child.attrSet("rel", "noopener noreferrer")
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 (html is off)
