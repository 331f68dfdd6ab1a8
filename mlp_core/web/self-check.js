/* Self-checks: judges what a reader types or chooses, and says how it is wrong. Nothing is stored and nothing is sent.
   The truth and the twins of the usual mistakes come from mlp_core/exercises/selfcheck.py, the words from kinds.py;
   `diagnose` is the page's form of mlp_core/exercises/diagnosing.py. Needs formula.js and check-words.js. */
var mlpCheck = (function () {
  "use strict";

  var CLOSE = 1e-9, LONG = 10000;

  function written(value) {
    return Number.isFinite(value) ? String(Number(value.toPrecision(6))).replace(/-/g, "−") : "no number";
  }

  function largest(values) {
    return values.reduce(function (most, value) { return Math.max(most, Math.abs(value)); }, 0);
  }

  /* `allowed` says how far a value may be off from a wanted one. */
  function within(values, wanted, allowed) {
    return values.every(function (value, i) { return Math.abs(value - wanted[i]) <= allowed(wanted[i]); });
  }

  function always(number) { return function () { return number; }; }

  function times(values, number) { return values.map(function (value) { return number * value; }); }

  function diagnosis(kind, detail, also) {
    var said = mlpCheckWords[kind].map(function (text) { return text.replace("{detail}", detail || ""); });
    return { kind: kind, also: also || "", title: said[0] + (also ? ", and " + mlpCheckWords[also][0] : ""), hint: said[1],
      why: said[2] + (also ? " Besides: " + mlpCheckWords[also][2] : "") };
  }

  /* Every known mistake that gives the numbers seen; else a constant; else two mistakes together. */
  function diagnose(mine, truth, rivals, allowed) {
    var all = rivals.concat([["zero", times(truth, 0)], ["sign", times(truth, -1)], ["factor 2", times(truth, 2)],
      ["factor ½", times(truth, 0.5)]]), found = [];
    all.forEach(function (rival) {
      if (found.indexOf(rival[0]) < 0 && within(mine, rival[1], allowed) && !within(truth, rival[1], allowed)) {
        found.push(rival[0]);
      }
    });
    if (found.length) return found.map(function (kind) { return diagnosis(kind); });
    var constant = mine.length > 1 && multiple(mine, truth);
    if (constant) return [diagnosis("factor", written(constant))];
    for (var k = 0; k < all.length; k++) {
      if (all[k][0] === "zero" || all[k][0] === "sign") continue;
      for (var also of [["sign", -1], ["factor 2", 2], ["factor ½", 0.5]]) {
        if (within(mine, times(all[k][1], also[1]), allowed)) return [diagnosis(all[k][0], "", also[0])];
      }
    }
    return [];
  }

  /* The number by which all of `mine` is too large, if there is one. */
  function multiple(mine, truth) {
    var square = 0, both = 0;
    truth.forEach(function (value, i) { square += value * value; both += value * mine[i]; });
    var number = square ? both / square : 0;
    return within(mine, times(truth, number), always(1e-9 * (largest(mine) || 1))) && Math.abs(number) > 1e-6 ? number : 0;
  }

  function place(names, at) {
    return names.map(function (name, i) { return name + " = " + written(at[i]); }).join(", ");
  }

  function judged(mine, truth, rivals, allowed, where) {
    if (within(mine, truth, allowed)) return { status: "right", says: "", diagnoses: [] };
    if (!mine.every(Number.isFinite)) {
      var lost = mine.findIndex(function (value) { return !Number.isFinite(value); });
      return { status: "unusable", says: where(lost) + "your formula has no value.", at: 0, diagnoses: [] };
    }
    var found = diagnose(mine, truth, rivals, allowed), worst = 0;
    mine.forEach(function (value, i) {
      if (Math.abs(value - truth[i]) > Math.abs(mine[worst] - truth[worst])) worst = i;
    });
    var says = found.length ? "" : where(worst) + "you have " + written(mine[worst]) + ", and right is "
      + written(truth[worst]) + ".";
    return { status: found.length ? "wrong" : "unknown", says: says, diagnoses: found };
  }

  function formula(check, text) {
    var mine = mlpFormula.parse(text, check.names);
    function values(one) {
      return check.places.map(function (at) {
        return one.value(Object.fromEntries(check.names.map(function (name, i) { return [name, at[i]]; })));
      });
    }
    function known(written) { return values(mlpFormula.parse(written, check.names, LONG)); }
    var truth = known(check.truth);
    return judged(values(mine), truth, check.rivals.map(function (rival) { return [rival[0], known(rival[1])]; }),
      always(CLOSE * largest(truth)), function (i) {
        return check.names.length ? "At " + place(check.names, check.places[i]) + " " : "Here ";
      });
  }

  function number(check, text) {
    var mine = mlpFormula.parse(text, []).value({});
    function rounded(wanted) { // what a reader came to by a mistake is rounded by its own size
      if (wanted === check.truth || Number.isInteger(wanted * 1e4)) return check.allowed;
      return 0.5 * Math.pow(10, Math.floor(Math.log10(Math.abs(wanted))) - (check.digits || 3) + 1) * (1 + 1e-6);
    }
    var verdict = judged([mine], [check.truth], check.rivals.map(function (rival) { return [rival[0], [rival[1]]]; }),
      rounded, function () { return ""; });
    if (verdict.status === "right" && check.digits) verdict.says = "More exactly: " + written(check.truth) + ".";
    if (verdict.status === "unusable") verdict.says = "This has no value.";
    if (verdict.status === "unknown") { // the truth would be the answer itself
      verdict.says = check.digits && Math.abs(mine - check.truth) <= 20 * check.allowed
        ? "You are close: give " + check.digits + " significant digits."
        : "None of the mistakes that I know gives " + written(mine) + ". Go through the numbers on the way once more.";
    }
    return verdict;
  }

  function choice(check, chosen) {
    return { status: chosen === check.right ? "right" : "wrong", says: check.why[chosen], diagnoses: [] };
  }

  /* The verdict on an answer: {status: "right", "wrong", "unknown" or "unusable", says, diagnoses, at}. */
  function judge(check, answer) {
    if (check.kind === "choice") return choice(check, answer);
    try {
      return check.kind === "formula" ? formula(check, answer) : number(check, answer);
    } catch (error) {
      if (error.at === undefined) throw error;
      return { status: "unusable", says: error.message, at: error.at, diagnoses: [] };
    }
  }

  var HEADS = { right: "Right.", wrong: "Not yet.", unknown: "Not right, and I do not know why.",
    unusable: "Nothing to compare yet." };

  /* What is said at once: [head, sentence]. */
  function sentence(verdict) {
    var several = verdict.diagnoses.length > 1 ? " More than one mistake would give this." : "";
    var hint = verdict.diagnoses.length ? "Hint: " + verdict.diagnoses[0].hint + several : "";
    return [HEADS[verdict.status], [verdict.says, hint].filter(Boolean).join(" ")];
  }

  /* What is said on request. */
  function explanation(verdict) {
    return verdict.diagnoses.map(function (one, k) {
      return (k ? "The same answer would come from this, too: " : "") + one.title[0].toUpperCase() + one.title.slice(1) + ". "
        + one.why;
    });
  }

  /* ---- on a page --------------------------------------------------------------------------------------------- */

  function add(parent, tag, text) {
    var made = document.createElement(tag);
    made.textContent = text;
    return parent.appendChild(made);
  }

  function mount(element) {
    var check = JSON.parse(element.dataset.check), said = element.querySelector(".mlp-check-said"), verdict = null;
    var button = element.querySelector(".mlp-check-ask"), why = element.querySelector(".mlp-check-why");
    var input = element.querySelector("input[type=text]");
    var radios = Array.from(element.querySelectorAll("input[type=radio]"));

    function show() {
      var parts = sentence(verdict), paragraph = document.createElement("p");
      add(paragraph, "strong", parts[0]);
      paragraph.append(" " + parts[1]);
      said.replaceChildren(paragraph);
      said.dataset.status = verdict.status;
      why.hidden = !verdict.diagnoses.length;
    }

    function ask() {
      var chosen = radios.findIndex(function (radio) { return radio.checked; });
      verdict = !input && chosen < 0 ? { status: "unusable", says: "Choose one of the answers.", diagnoses: [] }
        : judge(check, input ? input.value : chosen);
      if (input) {
        input.setAttribute("aria-invalid", String(verdict.status === "unusable"));
        if (verdict.status === "unusable") {
          input.focus();
          input.setSelectionRange(verdict.at, Math.min(verdict.at + 1, input.value.length));
        }
      }
      show();
    }

    button.addEventListener("click", ask);
    element.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && event.target.tagName === "INPUT") {
        event.preventDefault();
        ask();
      }
    });
    why.addEventListener("click", function () {
      explanation(verdict).forEach(function (text) { add(said, "p", text); });
      why.hidden = true;
      button.focus();
    });
  }

  return { judge: judge, sentence: sentence, explanation: explanation, mount: mount };
})();

if (typeof document !== "undefined") document.querySelectorAll(".mlp-check").forEach(mlpCheck.mount);
