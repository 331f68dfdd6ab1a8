"""What the letters of the chapter before the first mean. See `book_claims`."""

from book_claims import Page

page = Page()


@page.everywhere
def one_function(s):
    s.unknown("f")
