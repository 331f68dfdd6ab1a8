"""What the writers of the pages get wrong for those who listen to a page or walk through it by the keyboard."""

import re

MENDED = (
    # an empty corner of a table heads nothing
    (re.compile(r'<th class="head"><p></p></th>'), "<td><p></p></td>"),
    # docutils gives the entries of a list of references a role that ARIA has given up
    (re.compile(r'role="doc-biblioentry"'), 'role="listitem"'),
)


def mend(app, pagename, templatename, context, doctree):
    """Mend the body of a page before it is set into the theme's frame."""
    if body := context.get("body"):
        for wrong, right in MENDED:
            body = wrong.sub(right, body)
        context["body"] = body


def setup(app):
    app.connect("html-page-context", mend)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
