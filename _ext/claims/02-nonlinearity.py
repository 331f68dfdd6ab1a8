"""What the letters of the chapter on non-linearity mean: nothing but numbers. See `book_claims`."""

from book_claims import Page

page = Page()
