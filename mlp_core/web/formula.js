/* Formulas that a reader types: text to a tree, and the tree to numbers and slopes. Nothing typed is ever run as code.
   The same grammar stands in Python in mlp_core/derive/typed.py, and a test holds the two together.
   One file serves as a classic script on a page and as the head of a module in Jupyter. No dependencies. */
var mlpFormula = (function () {
  "use strict";

  var DEEPEST = 40;
  var LETTER = "A-Za-zΑ-Ωα-ωŷ", WORD = new RegExp("^[" + LETTER + "][" + LETTER + "0-9_₀-₉\u0302]*");
  var NUMBER = /^(?:[0-9]+(?:\.[0-9]*|,[0-9]+)?|\.[0-9]+)/, SPACE = /^[ \t\r\n\u00a0\u2002-\u200a\u202f]+/;
  var SIGNS = { "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "·": "*", "⋅": "*", "×": "*", "∙": "*", "/": "/",
    "∕": "/", "÷": "/", "^": "^" };
  var SHARES = { "½": 1 / 2, "⅓": 1 / 3, "¼": 1 / 4, "¾": 3 / 4 };
  var RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹", CLOSING = { "(": ")", "[": "]", "{": "}" };
  var REFUSED = {
    "=": "Leave out the sign =: type only what stands to the right of it.",
    "|": "Write abs(…) for an absolute value.",
    "'": "I do not read primes: write the derivative itself.",
    "′": "I do not read primes: write the derivative itself.",
    "’": "I do not read primes: write the derivative itself.",
  };
  var GREEK = { alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", zeta: "ζ", eta: "η", theta: "θ",
    iota: "ι", kappa: "κ", lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ",
    chi: "χ", psi: "ψ", omega: "ω" };
  var CONSTANTS = { e: Math.E, "π": Math.PI };
  var SPELLINGS = { exp: "exp", ln: "ln", log: "ln", sqrt: "sqrt", sin: "sin", cos: "cos", tanh: "tanh",
    sigmoid: "sigmoid", "σ": "sigmoid", relu: "relu", leaky_relu: "leaky_relu", softplus: "softplus", step: "step",
    abs: "abs", sign: "sign" };

  /* Each function with its slope. By the book's convention the slope at a kink is the one on the left; that of abs is 0. */
  function sided(z, above, below) { return z > 0 ? above : z <= 0 ? below : NaN; }

  function flat() { return 0; }

  function sigmoid(z) { return z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z)); }
  var FUNCTIONS = {
    exp: [Math.exp, Math.exp],
    ln: [function (z) { return z > 0 ? Math.log(z) : NaN; }, function (z) { return 1 / z; }],
    sqrt: [Math.sqrt, function (z) { return 0.5 / Math.sqrt(z); }],
    sin: [Math.sin, Math.cos],
    cos: [Math.cos, function (z) { return -Math.sin(z); }],
    tanh: [Math.tanh, function (z) { return 1 / Math.cosh(z) / Math.cosh(z); }],
    sigmoid: [sigmoid, function (z) { return sigmoid(z) * sigmoid(-z); }],
    relu: [function (z) { return sided(z, z, 0); }, function (z) { return sided(z, 1, 0); }],
    leaky_relu: [function (z) { return sided(z, z, 0.01 * z); }, function (z) { return sided(z, 1, 0.01); }],
    softplus: [function (z) { return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))); }, sigmoid],
    step: [function (z) { return sided(z, 1, 0); }, flat],
    abs: [Math.abs, Math.sign],
    sign: [Math.sign, flat],
  };

  function wrong(sentence, at) {
    var error = new Error(sentence);
    error.at = at;
    return error;
  }

  function listed(names) {
    return names.length < 2 ? names.join("") : names.slice(0, -1).join(", ") + " and " + names[names.length - 1];
  }

  /* One spelling for w_1, w₁ and w1, for eta and η, for y_hat, yhat and ŷ. */
  function canonical(word) {
    return word.replace(/[₀-₉]/g, function (digit) { return "₀₁₂₃₄₅₆₇₈₉".indexOf(digit); })
      .replace(/ŷ/g, "y_hat").replace(/\u0302/g, "_hat").replace(/^([A-Za-z])hat/, "$1_hat").replace(/_(?=[0-9])/g, "")
      .replace(/^[a-z]+/, function (letters) { return Object.hasOwn(GREEK, letters) ? GREEK[letters] : letters; });
  }

  /* What a word means here: [kind, meaning], or nothing. */
  function meaning(word, known) {
    var one = canonical(word), small = /^[A-Za-z_]+$/.test(one) ? one.toLowerCase() : one;
    if (known.has(one)) return ["name", known.get(one)];
    if (Object.hasOwn(SPELLINGS, small)) return ["function", SPELLINGS[small]];
    return Object.hasOwn(CONSTANTS, one) ? ["number", CONSTANTS[one]] : null;
  }

  /* A word as one thing that is known, or as several that stand side by side: `wx` is w·x. */
  function pieces(word, known) {
    for (var length = word.length; length > 0; length--) {
      var first = meaning(word.slice(0, length), known);
      if (!first) continue;
      var rest = length < word.length ? pieces(word.slice(length), known) : [];
      if (rest) return [[first, word.slice(0, length)]].concat(rest);
    }
    return null;
  }

  function unknown(word, text, at, names) {
    if (/^\s*\(/.test(text.slice(at + word.length)) && word.length > 1) {
      return wrong("I do not know the function " + word + "; I know exp, ln, sqrt, sin, cos, tanh, sigmoid, relu, "
        + "softplus, step and abs.", at);
    }
    return wrong("I do not know " + (word.length === 1 ? "the letter " : "") + word + "; here you can use "
      + (names.length ? listed(names) : "numbers only") + ".", at);
  }

  function number(digits, after, at) {
    if (/^[1-9][0-9]*,[0-9]{3}$/.test(digits)) {
      throw wrong("I cannot tell whether the comma in " + digits + " marks decimals or thousands: write a point, or "
        + "no comma.", at);
    }
    var power = /^[eE][-+−]?[0-9]+/.exec(after);
    if (power) {
      throw wrong("I cannot tell whether " + digits + power[0] + " is a power of ten: write 10^… for that, and * "
        + "between the number and e for the other.", at);
    }
    return Number(digits.replace(",", "."));
  }

  /* The text in pieces: {kind, text, at, end, value}. */
  function cut(text, names) {
    var known = new Map(names.map(function (name) { return [canonical(name), name]; })), tokens = [], at = 0, found;
    function add(kind, written, value, raised) {
      tokens.push({ kind: kind, text: written, at: at, end: at + written.length, value: value, raised: raised });
      at += written.length;
    }
    while (at < text.length) {
      var rest = text.slice(at), sign = String.fromCodePoint(rest.codePointAt(0));
      if ((found = SPACE.exec(rest))) at += found[0].length;
      else if ((found = NUMBER.exec(rest))) {
        add("number", found[0], number(found[0], rest.slice(found[0].length), at));
      } else if ((found = WORD.exec(rest))) {
        var parts = pieces(found[0], known);
        if (!parts) throw unknown(found[0], text, at, names);
        parts.forEach(function (part) { add(part[0][0], part[1], part[0][1]); });
      } else if (rest.slice(0, 2) === "**") add("sign", "**", "^");
      else if (Object.hasOwn(SIGNS, sign)) add("sign", sign, SIGNS[sign]);
      else if (Object.hasOwn(SHARES, sign)) add("number", sign, SHARES[sign]);
      else if (sign === "√") add("function", sign, "sqrt");
      else if (/^[⁰¹²³⁴-⁹⁻]/.test(sign)) raised(/^⁻?[⁰¹²³⁴-⁹]*/.exec(rest)[0]);
      else if (Object.hasOwn(CLOSING, sign)) add("open", sign);
      else if (/^[)\]}]/.test(sign)) add("close", sign);
      else throw wrong(Object.hasOwn(REFUSED, sign) ? REFUSED[sign] : "I do not know the sign " + sign + ".", at);
    }
    function raised(run) {
      var from = tokens.length, digits = run.replace("⁻", "");
      if (!digits) throw wrong("Something is missing after ⁻.", at + 1);
      add("sign", "", "^");
      if (run !== digits) add("sign", "⁻", "-");
      add("number", digits, Number(digits.replace(/./g, function (digit) { return RAISED.indexOf(digit); })), true);
      tokens[from].text = run;
    }
    return tokens;
  }

  /* Reads pieces by falling precedence: sums, products, signs, powers, single things. */
  function read(tokens, length) {
    var place = 0, depth = 0, tight = -1;

    function peek() { return tokens[place] || { kind: "end", text: "", at: length, end: length }; }

    function is(value) { return peek().kind === "sign" && peek().value === value; }

    function deeper(part) {
      if (++depth > DEEPEST) throw wrong("This is nested too deeply for me: " + DEEPEST + " levels are the most.", peek().at);
      var tree = part();
      depth--;
      return tree;
    }

    function sum() {
      var tree = product();
      while (is("+") || is("-")) tree = [tokens[place++].value, tree, product()];
      return tree;
    }

    function product() {
      var tree = signed(), slash = null;
      for (;;) {
        var token = peek();
        if (is("*") || is("/")) {
          slash = is("/") ? token : null;
          place++;
          tree = [token.value, tree, signed()];
        } else if (token.kind === "number" && !/[A-Za-zπ]/.test(token.text)) {
          throw wrong("Put a sign such as * before " + token.text + ".", token.at);
        } else if (/^(number|name|function|open)$/.test(token.kind)) {
          if (slash) throw wrong("I cannot tell how far the / reaches: put parentheses around what is divided by.", slash.at);
          if (tight === token.at && token.kind !== "open") {
            throw wrong("I cannot tell how far the power reaches: put parentheses around it, or * after it.", token.at);
          }
          tree = ["*", tree, power()];
        } else return tree;
      }
    }

    function signed() {
      if (!is("-") && !is("+")) return power();
      return tokens[place++].value === "-" ? ["neg", deeper(signed)] : deeper(signed);
    }

    function power() {
      var tree = single();
      if (!is("^")) return tree;
      place++;
      var exponent = deeper(signed), last = tokens[place - 1];
      tight = last.kind === "close" || last.raised ? -1 : last.end;
      return ["^", tree, exponent];
    }

    function single() {
      var token = peek();
      if (token.kind === "number" || token.kind === "name") {
        place++;
        return [token.kind, token.value];
      }
      if (token.kind === "function") return call();
      if (token.kind === "open") return group();
      throw missing(token);
    }

    function missing(token) {
      var before = tokens[place - 1];
      if (!before) return wrong(token.kind === "end" ? "Type a formula first." : "Something is missing before "
        + token.text + ".", token.at);
      if (before.kind === "open" && token.kind === "close") return wrong("There is nothing between the parentheses.", token.at);
      return wrong("Something is missing after " + before.text + ".", token.at);
    }

    function group() {
      var open = tokens[place++], tree = deeper(sum), token = peek();
      if (token.kind === "end") throw wrong("This " + open.text + " is never closed.", open.at);
      if (token.text !== CLOSING[open.text]) throw wrong("This " + token.text + " does not close the " + open.text
        + " before it.", token.at);
      place++;
      return tree;
    }

    /* A function of what stands in parentheses; sin²(x) is (sin(x))². */
    function call() {
      var named = tokens[place++], exponent = null;
      if (is("^")) {
        place++;
        exponent = peek();
        if (exponent.kind !== "number" || !/^([0-9]+|[⁰¹²³⁴-⁹]+)$/.test(exponent.text)) {
          throw wrong("Write the power of a function after its parentheses: " + named.text + "(…)^….", named.at);
        }
        place++;
      }
      if (peek().kind !== "open") {
        throw wrong("Put what " + named.text + " is taken of in parentheses: " + named.text + "(…).", named.at);
      }
      var tree = ["call", named.value, group()];
      return exponent ? ["^", tree, ["number", exponent.value]] : tree;
    }

    var tree = sum();
    if (place < tokens.length) throw wrong("This " + peek().text + " closes nothing.", peek().at);
    return tree;
  }

  /* [value, slope] of a tree, where the slopes of the names are given: arithmetic with dual numbers. */
  function dual(tree, env, slopes) {
    var kind = tree[0];
    if (kind === "number") return [tree[1], 0];
    if (kind === "name") return [env[tree[1]], slopes[tree[1]] || 0];
    if (kind === "call") {
      var inner = dual(tree[2], env, slopes), one = FUNCTIONS[tree[1]];
      return [one[0](inner[0]), inner[1] === 0 ? 0 : one[1](inner[0]) * inner[1]];
    }
    var a = dual(tree[1], env, slopes), b = kind === "neg" ? a : dual(tree[2], env, slopes);
    if (kind === "neg") return [-a[0], -a[1]];
    if (kind === "+") return [a[0] + b[0], a[1] + b[1]];
    if (kind === "-") return [a[0] - b[0], a[1] - b[1]];
    if (kind === "*") return [a[0] * b[0], a[1] * b[0] + a[0] * b[1]];
    if (kind === "/") return [a[0] / b[0], (a[1] - a[0] / b[0] * b[1]) / b[0]];
    var value = Math.pow(a[0], b[0]);
    var byBase = a[1] === 0 || b[0] === 0 ? 0 : b[0] * Math.pow(a[0], b[0] - 1) * a[1];
    return [value, byBase + (b[1] === 0 ? 0 : value * FUNCTIONS.ln[0](a[0]) * b[1])];
  }

  /* The formula that a text stands for. `names` are the letters that may be used; it may have `longest` characters, 200
     if not said otherwise. Throws an Error whose message is a
     sentence for the reader, with the place as `at`. The formula has
       tree                what was understood, as nested lists
       value(env)          its number, where env is {name: number}; NaN where it has none
       dual(env, name)     [value, slope by that name] */
  function parse(text, names, longest) {
    var most = longest || 200;
    if (Array.from(text).length > most) throw wrong("This is too long for me: " + most + " characters are the most.", most);
    var tree = read(cut(text, names), text.length);
    return {
      tree: tree,
      value: function (env) { return dual(tree, env, {})[0]; },
      dual: function (env, name) { return dual(tree, env, { [name]: 1 }); },
    };
  }

  return { parse: parse, canonical: canonical };
})();
