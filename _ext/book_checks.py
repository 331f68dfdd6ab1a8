"""The directive ``{self-check}``: a question that the published page judges by itself, where no Python runs.

    :::{self-check} formula
    :of: x^2 exp(3x)
    :by: x

    What is the derivative of $f(x) = x^2 e^{3x}$ by $x$?
    :::

    :::{self-check} number
    :of: (3w - 6)^2
    :by: w
    :at: w = 1
    :step: 0.1

    The loss is $(3w - 6)^2$, and $w = 1$. Where is $w$ after one step with $\\eta = 0.1$?
    :::

    :::{self-check} choice

    Which of these has a slope everywhere?
    - ReLU <!-- At 0 it has a kink. -->
    - the sigmoid <!-- right: It is smooth. -->
    - the step function <!-- At 0 it jumps. -->
    :::

Options: `of`, the function as a reader would type it; `by`, the letter by which it is differentiated, without which the
function itself is meant; `letters`, the other letters in it, with commas; `at`, the place, with commas; `step`, a
learning rate; `digits`, for numbers that are rounded; `answer`, as the author would give it. The truth is derived by
SymPy and never typed. With `of`, a choice has formulas between dollar signs, or conditions such as
``<!-- < 0: The slope is negative, so w grows. -->``, and the derived answer decides.

Whatever cannot be judged stops the build: a formula that cannot be read, an `answer` that is not the derived one, a
choice whose right option is not right. The comments keep the answers out of sight in JupyterLab. `mlp_core.exercises`
derives, `mlp_core/web/self-check.js` judges, with the words of `mlp_core/exercises/kinds.py`.
"""

import json
import re
from html import escape
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

SCRIPTS = ("formula.js", "check-words.js", "self-check.js")
OPTION = re.compile(r"- (?P<text>.*?)(?:\s*<!--\s*(?P<comment>.*?)\s*-->)?\s*$", re.S)
MARK = re.compile(r"(right|[<>=]\s*0)\s*(?::\s*|$)")


def raw(html):
    return nodes.raw("", html, format="html")


def listed(text):
    """The parts of an option that has commas in it."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def place(text):
    """{"w": "1"} for ``w = 1``."""
    parts = [part.partition("=") for part in listed(text)]
    wrong = [name for name, sign, value in parts if not sign or not value.strip()]
    if wrong:
        raise ValueError(f"at: got {text!r}, expected letters and numbers such as w = 1, x = 1/2")
    return {name.strip(): value.strip() for name, _, value in parts}


def split(lines):
    """The lines of the question, and the options of a choice as texts."""
    first = next((k for k, line in enumerate(lines) if line.startswith("- ")), len(lines))
    options = []
    for line in lines[first:]:
        if line.startswith("- "):
            options.append(line)
        elif line.strip():
            options[-1] += "\n" + line
    return lines[:first], options


def made(kind, options, lines):
    """(check, lines of the question, options to choose from) for a directive.

    Raises
    ------
    ValueError
        If the question cannot be judged.
    """
    from mlp_core.exercises import choosing, selfcheck

    of, by, at = options.get("of", ""), options.get("by"), place(options.get("at"))
    unfit = set(options) - {"formula": {"of", "by", "letters", "answer"},
                            "number": {"of", "by", "at", "step", "digits", "answer"},
                            "choice": {"of", "by", "at", "letters"}}[kind]
    if unfit:
        raise ValueError(f"{min(unfit)}: got {options[min(unfit)]!r}, but a {kind} has no such option")
    question, listed_options = split(lines) if kind == "choice" else (lines, [])
    if not any(line.strip() for line in question):
        raise ValueError("content: got none, expected a question")
    if kind == "choice":
        found = []
        for each in listed_options:
            parts = OPTION.match(each)
            comment = " ".join((parts["comment"] or "").split())
            mark = MARK.match(comment)
            why = comment[mark.end():] if mark else comment
            found.append(choosing.Option(parts["text"], mark[1] if mark else "", why))
        check = choosing.choice(found, of, by, at, listed(options.get("letters")))
        return check, question, [one.text for one in found]
    if not of:
        raise ValueError("of: got nothing, expected a function")
    if kind == "formula":
        return selfcheck.formula(of, by, listed(options.get("letters")), answer=options.get("answer")), question, []
    return selfcheck.number(of, by, at, step=options.get("step"), digits=options.get("digits"),
                            answer=options.get("answer")), question, []


def said_letters(names):
    return "no letters" if not names else "with " + (" and ".join(filter(None, (", ".join(names[:-1]), names[-1]))))


class SelfCheck(SphinxDirective):
    """See the top of this file."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {
        **dict.fromkeys(("of", "by", "letters", "at", "step", "answer"), directives.unchanged_required),
        "digits": directives.positive_int}

    def run(self):
        kind = self.arguments[0]
        where = f"{self.env.doc2path(self.env.docname, base=False)}:{self.lineno}"
        if kind not in ("formula", "number", "choice"):
            raise ExtensionError(f"{where}: self-check: got {kind!r}, expected formula, number or choice")
        try:
            check, question, options = made(kind, self.options, list(self.content))
        except ValueError as trouble:
            raise ExtensionError(f"{where}: self-check: {trouble}") from None
        name = f"self-check-{self.env.new_serialno('self-check') + 1}"
        box = [raw(f'<div class="mlp-check" role="group" id="{name}" aria-labelledby="{name}-title" '
                   f'data-check="{escape(json.dumps(check.data, ensure_ascii=False, allow_nan=False))}">'
                   f'<p class="mlp-check-title" id="{name}-title">Check yourself</p>')]
        box += [raw(f'<div id="{name}-question">'), *self.read(question), raw("</div>")]
        box += self.choices(name, options) if options else []
        box += [raw(self.controls(name, check.data))]
        return [*box, *self.answer(check, options), raw("</div>")]

    def read(self, lines):
        holder = nodes.container()
        self.state.nested_parse(lines, self.content_offset, holder)
        return holder.children

    def choices(self, name, options):
        found = [raw(f'<fieldset aria-describedby="{name}-question"><legend>Choose one</legend>')]
        for number, text in enumerate(options, 1):
            found.append(raw(f'<label class="mlp-check-option" for="{name}-{number}"><input type="radio" '
                             f'id="{name}-{number}" name="{name}" autocomplete="off"><span>'))
            (paragraph,) = self.read(text.splitlines())
            found += [nodes.inline("", "", *paragraph.children), raw("</span></label>")]
        return [*found, raw("</fieldset>")]

    def controls(self, name, data):
        label = {"formula": f"Your formula, {said_letters(data.get('names', []))}", "number": "Your number",
                 "choice": ""}[data["kind"]]
        label += f", to {data['digits']} significant digits" if data.get("digits") else ""
        field = (f'<div class="mlp-check-field"><label for="{name}-typed">{escape(label)}</label><input type="text" '
                 f'id="{name}-typed" aria-describedby="{name}-question" maxlength="200" autocomplete="off" '
                 'autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="done"></div>')
        field = field if label else ""
        return (f'<div class="mlp-check-row">{field}<button type="button" class="mlp-check-ask">Check</button></div>'
                '<div class="mlp-check-said" role="status" aria-live="polite"></div>'
                '<button type="button" class="mlp-check-why" hidden>Explain</button>')

    def answer(self, check, options):
        """The answer, folded away; nothing in an edition without solutions."""
        if not self.config.book_solutions:
            return []
        inside = [raw("<details><summary><span>Show the answer</span></summary>")]
        if check.data["kind"] == "choice":
            inside += self.read([options[check.data["right"]], "", check.data["why"][check.data["right"]]])
        else:
            inside.append(self.shown(check))
        return [*inside, raw("</details>")]

    @staticmethod
    def shown(check):
        """The derived answer in a paragraph."""
        from mlp_core.derive import in_own_terms, latex

        paragraph, data = nodes.paragraph(), check.data
        if data["kind"] == "formula" or check.answer.is_Rational:
            tex = latex(in_own_terms(check.answer))
            paragraph += nodes.math(tex, tex)
        if data["kind"] == "formula":
            paragraph += [nodes.Text(" Typed: "), nodes.literal("", data["truth"])]
        elif not check.answer.is_Integer:
            sign = " = " if check.answer.is_Rational else ""
            paragraph += nodes.Text(sign + f"{data['truth']:.6g}".replace("-", "−"))
        return paragraph


def words():
    """What the page's tutor says, as JavaScript: {kind: [title, hint, explanation]}."""
    from mlp_core.exercises.kinds import page_words

    return f"var mlpCheckWords = {json.dumps(page_words(), ensure_ascii=False, indent=1)};\n"


def configure(app, config):
    folder = Path(app.doctreedir).parent / "web"  # which book_live serves
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "check-words.js").write_text(words(), encoding="utf-8")


def add_files(app, pagename, templatename, context, doctree):
    if 'class="mlp-check"' in context.get("body", ""):
        there = {str(getattr(file, "filename", file)) for file in context.get("script_files", ())}
        for name in SCRIPTS:  # deferred scripts run in this order; a figure may have brought the first
            if f"_static/{name}" not in there:
                app.add_js_file(name, loading_method="defer")
        app.add_css_file("self-check.css")


def setup(app):
    app.add_directive("self-check", SelfCheck)
    app.connect("config-inited", configure)
    app.connect("html-page-context", add_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
