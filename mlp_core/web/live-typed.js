/* Functions that a reader types into a live figure: read by formula.js, their slopes by dual numbers. A page that has
   any loads this before live.js, which calls it with its own tools. */
function mlpTyped(live) {
  "use strict";

  var LONGEST = 60, readings = new Map(); // as in mlp_core/live/reading.py

  /* What a text stands for, as {text, value(x), slope(x)}, NaN where there is no number. Throws what formula.js throws. */
  function reading(text, of) {
    var key = of + text;
    if (readings.has(key)) return readings.get(key);
    var formula = mlpFormula.parse(text, [of], LONGEST), env = {};
    function both(x) {
      env[of] = x;
      return formula.dual(env, of);
    }
    if (readings.size > 99) readings.clear();
    readings.set(key, {
      text: text,
      value: function (x) {
        var value = both(x)[0];
        return Number.isFinite(value) ? value : NaN;
      },
      slope: function (x) {
        var pair = both(x);
        return Number.isFinite(pair[0]) && Number.isFinite(pair[1]) ? pair[1] : NaN;
      },
    });
    return readings.get(key);
  }

  /* The text that a figure is to draw: what is typed, or the one before if that cannot be read. `said` then tells why. */
  function text(said, slider, typed) {
    var trouble = "";
    try {
      said.mlpText = reading(typed.trim(), slider.of).text;
    } catch (error) {
      if (error.at === undefined) throw error;
      said.mlpText = said.mlpText || slider.value;
      trouble = error.message + " The picture still shows " + said.mlpText + ".";
    }
    if (trouble) said.dataset.trouble = trouble;
    else delete said.dataset.trouble;
    said.mlpHint = said.mlpHint || said.textContent;
    var words = trouble || said.mlpHint;
    if (said.textContent !== words) said.textContent = words;
    return said.mlpText;
  }

  /* The same for control k of a figure on a page. */
  function onPage(input, slider) {
    var said = document.getElementById(input.id + "-said"), good = text(said, slider, input.value);
    input.setAttribute("aria-invalid", String("trouble" in said.dataset));
    return good;
  }

  /* What is wrong with the texts of a figure, or "". */
  function troubles(element) {
    return Array.from(element.querySelectorAll("[data-trouble]"), function (said) { return said.textContent; }).join(" ");
  }

  /* Lets the buttons with suggestions type. */
  function start(element) {
    element.querySelectorAll("[data-types]").forEach(function (button) {
      button.addEventListener("click", function () {
        var input = document.getElementById(button.dataset.types);
        input.value = button.textContent;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
  }

  live.typed = { text: text, onPage: onPage, troubles: troubles, start: start };
  live.runtime.typed = reading;
}
