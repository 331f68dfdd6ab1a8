"""What the tutor says: right, wrong with diagnoses, or unknown with numbers. A hint first, more on request."""

from dataclasses import dataclass
from html import escape

from .kinds import WORDS


@dataclass(frozen=True)
class Diagnosis:
    """One mistake that would explain an answer.

    Attributes
    ----------
    kind : str
        Its name, such as "sign", "factor ½" or "transposed".
    title, hint, explanation : str
        In a few words; a question that leads there; what is wrong and why.
    parts : tuple of str
        In which parts of the answer it shows.
    also : str
        The kind of a second mistake, where only two together explain the numbers; else empty.
    """

    kind: str
    title: str
    hint: str
    explanation: str
    parts: tuple = ()
    also: str = ""


@dataclass(frozen=True)
class Verdict:
    """The tutor's answer to an answer.

    Attributes
    ----------
    status : {"right", "wrong", "unknown", "unusable"}
        "unknown": the numbers differ, and no known mistake explains them. "unusable": there was nothing to compare.
    diagnoses : tuple of Diagnosis
        The likeliest first. Several: all of them give the numbers that were seen.
    message : str
        What was found, in a sentence: where it differs, what the function did.
    remarks : tuple of str
        What else there is to say; also to a right answer.
    rows : tuple of (str, str, str)
        Where, the reader's number there, the derived one.
    solution : str
        Shown by `answer()` only.
    """

    status: str
    message: str
    diagnoses: tuple = ()
    remarks: tuple = ()
    rows: tuple = ()
    solution: str = ""

    @property
    def right(self):
        return self.status == "right"

    __bool__ = right.fget

    @property
    def hint(self):
        """A question that leads to the likeliest mistake."""
        if self.diagnoses:
            return self.diagnoses[0].hint
        if self.status == "unknown" and self.rows and self.rows[0][0].startswith("shape of"):
            return WORDS["shape"][0]
        if self.status == "unknown":
            return "Try your function at one point by hand, and compare each number on the way."
        return ""

    def explain(self):
        """What would explain the numbers: every diagnosis that fits, in full."""
        if not self.diagnoses:
            return self.message + (self._numbers() if self.status == "unknown" else "")
        parts = []
        for number, one in enumerate(self.diagnoses):
            lead = "" if number == 0 else "\nThe same numbers would come from this, too: "
            where = f" (in {', '.join(one.parts)})" if one.parts else ""
            parts.append(f"{lead}{one.title[0].upper()}{one.title[1:]}{where}. {one.explanation}")
        return "".join(parts)

    def answer(self):
        """The right answer."""
        return self.solution

    def _numbers(self):
        heads = ("where", "yours", "derived")
        widths = [max(map(len, column)) for column in zip(heads, *self.rows)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                 for row in (heads, *self.rows)]
        return "\n" + "\n".join(lines)

    def _title(self):
        return {"right": "Right.", "wrong": "Not yet.", "unusable": "Nothing to compare yet.",
                "unknown": "Not right, and I do not know why."}[self.status]

    def __str__(self):
        lines = [f"{self._title()} {self.message}"]
        if self.hint:
            lines.append(f"Hint: {self.hint}")
        if self.status == "unknown":
            lines.append(self._numbers().strip())
        lines += self.remarks
        if self.status == "wrong":
            lines.append(".explain() says more, .answer() shows the solution.")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self):
        body = [f'<p role="status"><strong>{escape(self._title())}</strong> {escape(self.message)}</p>']
        if self.hint:
            body.append(f"<p>Hint: {escape(self.hint)}</p>")
        if self.status == "unknown":
            rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in self.rows)
            body.append('<table><thead><tr><th scope="col">where</th><th scope="col">yours</th>'
                        f'<th scope="col">derived</th></tr></thead><tbody>{rows}</tbody></table>')
        body += [f"<p>{escape(remark)}</p>" for remark in self.remarks]
        if self.status == "wrong":
            why = escape(self.explain()).replace("\n", "<br>")
            body.append(f"<details><summary>What would explain it</summary><p>{why}</p></details>")
        return f'<div class="tutor-verdict tutor-{self.status}">{"".join(body)}</div>'
