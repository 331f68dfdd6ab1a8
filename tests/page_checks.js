/* What is asked of a page as it stands in the browser, at any width and in either colour scheme. Each of `checks`
   returns a list of complaints, so that one visit can ask everything at once; `keyboard` tells where the keys have led. */
(() => {
  "use strict";

  const all = selector => [...document.querySelectorAll(selector)];
  const shown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const tag = element => element.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const round = number => Math.round(number * 100) / 100;

  /* ---- colours ------------------------------------------------------------------------------------------------ */

  const numbers = colour => {
    const [r, g, b, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return { rgb: [r, g, b], alpha };
  };
  const over = (top, alpha, below) => top.map((value, k) => alpha * value + (1 - alpha) * below[k]);
  const luminance = rgb => rgb.map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const ratio = (one, two) => {
    const [dark, light] = [luminance(one), luminance(two)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  /* The colour that lies below an element's text; see-through layers are laid over each other. */
  const grounds = new Map();
  const ground = element => {
    if (!element) return [255, 255, 255];
    if (!grounds.has(element)) {
      const { rgb, alpha } = numbers(getComputedStyle(element).backgroundColor);
      grounds.set(element, alpha > 0.99 ? rgb : over(rgb, alpha, ground(element.parentElement)));
    }
    return grounds.get(element);
  };
  const opacity = element => element ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;

  /* Elements that hold text of their own which can be seen; MathML is there for those who do not see. */
  function texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
    for (let node; (node = walker.nextNode());) if (node.data.trim()) found.add(node.parentElement);
    return [...found].filter(e => !e.closest("script, style, noscript, svg, .katex-mathml") && shown(e));
  }

  /* Text reaches 4.5 : 1 (WCAG AA), large text 3 : 1. */
  function contrast() {
    grounds.clear();
    return texts().filter(e => !e.matches(":disabled")).flatMap(element => {
      const style = getComputedStyle(element), below = ground(element), { rgb, alpha } = numbers(style.color);
      const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
      const reached = ratio(over(rgb, alpha * opacity(element), below), below);
      if (reached >= (large ? 3 : 4.5)) return [];
      return [`${round(reached)} : 1 for "${element.textContent.trim().slice(0, 40)}" in ${tag(element)}`];
    });
  }

  /* Letters and lines of a picture have the house's colours, which follow the page's, and stand out from the paper. */
  function paints() {
    grounds.clear();
    const probe = document.body.appendChild(document.createElement("i")), house = new Map();
    for (const name of ["ink", "muted", "grid", "paper", "forward", "gradient", "loss", "extra"]) {
      probe.style.color = `var(--mlp-${name})`;
      house.set(getComputedStyle(probe).color, name);
    }
    probe.remove();
    const complaints = new Set();
    all(".bd-article svg[role=img] :is(path, use, text, rect, circle, line)").forEach(part => {
      if (part.closest("defs, clipPath")) return;
      const svg = part.closest("svg");
      const style = getComputedStyle(part), letter = part.localName === "text" || part.closest('[id*="text_"]');
      const colour = letter ? style.fill : style.stroke;
      if (colour === "none" || (!letter && parseFloat(style.strokeWidth) === 0)) return;
      const name = house.get(colour), below = ground(svg.parentElement), reached = ratio(numbers(colour).rgb, below);
      const needed = name === "paper" || (name === "grid" && !letter) ? 0 : letter ? 4.5 : 3; // paper lies over a patch
      if (name && reached >= needed) return;
      const where = svg.closest("figure, [id]").id;
      complaints.add(`${letter ? "letters" : "lines"} of ${where} are ${name || "not of the house's colours"}: `
        + `${colour}, ${round(reached)} : 1`);
    });
    return [...complaints];
  }

  /* ---- room --------------------------------------------------------------------------------------------------- */

  const clips = element => getComputedStyle(element).overflowX !== "visible";
  const boxed = element => {
    for (let e = element.parentElement; e && e !== document.body; e = e.parentElement) if (clips(e)) return true;
    return false;
  };

  /* The page itself never scrolls sideways. */
  function sideways() {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = all("body *").filter(e => e.getBoundingClientRect().right > clientWidth + 1 && !boxed(e)).slice(0, 5);
    return [`${scrollWidth} > ${clientWidth}: ${wide.map(tag).join("; ")}`];
  }

  /* Nothing that is to be read is cut off by a box that does not scroll. */
  function clipped() {
    return all(".bd-main *").filter(e => {
      // KaTeX's boxes hold struts that stick out without ink
      if (e.clientWidth < 2 || e.closest("svg, .katex, span.math, select") || !shown(e)) return false;
      const style = getComputedStyle(e), cut = ["hidden", "clip"];
      return (cut.includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1)
        || (cut.includes(style.overflowY) && e.scrollHeight > e.clientHeight + 1);
    }).map(e => `${e.scrollWidth} × ${e.scrollHeight} in ${e.clientWidth} × ${e.clientHeight}: ${tag(e)}`);
  }

  /* No short formula leaves its comma to begin the next line. */
  function stranded() {
    return all(".kept").filter(shown).filter(kept => {
      const sign = document.createRange();
      sign.selectNodeContents(kept.lastChild);
      return kept.lastChild.nodeType === Node.TEXT_NODE
        && sign.getBoundingClientRect().left < kept.querySelector(".math").getBoundingClientRect().right - 3;
    }).map(kept => `${kept.lastChild.data} after ${kept.querySelector("annotation").textContent}`);
  }

  /* In a figure every control, readout and picture has a place of its own within the window. */
  function overlaps() {
    const parts = ".mlp-panel, label, output, input, select, button, .mlp-sentence, figcaption";
    return all(".mlp-live, .mlp-train").flatMap(figure => {
      const width = document.documentElement.clientWidth, complaints = [];
      const placed = [...figure.querySelectorAll(parts)].map(e => [e, e.getBoundingClientRect()]);
      placed.forEach(([one, a], k) => {
        if (!a.width || !a.height) complaints.push(`no room for ${tag(one)}`);
        if (a.left < -1 || a.right > width + 1)
          complaints.push(`from ${round(a.left)} to ${round(a.right)}: ${tag(one)}`);
        placed.slice(k + 1).forEach(([two, b]) => {
          const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
          if (x > 1 && y > 1 && getComputedStyle(one.parentElement).position !== "sticky"
            && !one.closest(".mlp-play") === !two.closest(".mlp-play"))
            complaints.push(`${tag(one)} lies over ${tag(two)}`);
        });
      });
      return complaints;
    });
  }

  /* What a finger is to hit in a figure is 44 pixels high. */
  function targets() {
    return all(".mlp-live, .mlp-train").flatMap(f => [...f.querySelectorAll("button, select, input")])
      .filter(e => e.getBoundingClientRect().height < 44 || e.getBoundingClientRect().width < 44)
      .map(e => `${round(e.getBoundingClientRect().width)} × ${round(e.getBoundingClientRect().height)}: ${tag(e)}`);
  }

  /* ---- words -------------------------------------------------------------------------------------------------- */

  /* One h1, first, and no level left out on the way down. */
  function headings() {
    const found = all("h1, h2, h3, h4, h5, h6").filter(shown), complaints = [];
    const firsts = found.filter(e => e.localName === "h1").length;
    if (firsts !== 1) complaints.push(`${firsts} headings of level 1`);
    found.reduce((before, heading) => {
      const level = Number(heading.localName[1]);
      if (level > before + 1) complaints.push(`level ${level} after level ${before}: ${tag(heading)}`);
      return level;
    }, 0);
    return complaints;
  }

  /* Every picture has words that say what is to be seen: several, and no file's name. */
  function pictures() {
    const words = e => e.localName === "img" ? e.getAttribute("alt") : e.getAttribute("aria-label");
    return all("img, svg, canvas")  // an icon belongs to its button
      .filter(e => !e.closest('[aria-hidden="true"], button, a') && !e.parentElement.closest("svg"))
      .filter(e => {
        const text = (words(e) || "").trim();
        return text.split(/\s+/).length < 4 || /\.(png|svg|jpe?g)\b|[\w-]*\/[\w-]*\//.test(text)
          || (e.localName !== "img" && e.getAttribute("role") !== "img");
      }).map(tag);
  }

  /* There is one way to search: the button, and on the page of results its field. */
  function search() {
    const fields = ".search-button, .search-button-field, main input[type=search], header input[type=search]";
    const found = all(fields).filter(shown), most = document.querySelector("#search-results") ? 2 : 1;
    return found.length >= 1 && found.length <= most ? [] : [`${found.length}: ${found.map(tag).join("; ")}`];
  }

  const language = () => document.documentElement.lang === "en" ? [] : [`lang="${document.documentElement.lang}"`];

  /* Whatever scrolls in a box of its own can be reached by the keyboard, in every browser. */
  function scrollers() {
    return all("body *").filter(e => {
      if (e.clientWidth < 2 || e.closest(".katex-html, svg") || !shown(e)) return false;
      const style = getComputedStyle(e), scroll = ["auto", "scroll"];
      return (scroll.includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1)
        || (scroll.includes(style.overflowY) && e.scrollHeight > e.clientHeight + 1);
    }).filter(e => e.tabIndex < 0 && !e.querySelector("a[href], button, input, select, [tabindex='0']")).map(tag);
  }

  /* ---- the keyboard ---------------------------------------------------------------------------------------------- */

  const FOCUSABLE = "a[href], button:not(:disabled), input:not([type=hidden], :disabled), select, textarea, summary, "
    + "[tabindex='0'], iframe, video, audio";
  const reached = new Set();

  /* The colours of the rings of at least two pixels that a style draws, as outline or as shadow. */
  const rings = style => {
    const found = [];
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) found.push(style.outlineColor);
    for (const [, colour, spread] of style.boxShadow.matchAll(/(rgba?\([^)]*\)) \S+ \S+ \S+ ([\d.]+)px/g))
      if (parseFloat(spread) >= 2) found.push(colour);
    return found;
  };

  /* Does a ring around the element, or around a part of it, stand out 3 : 1 from what lies around it? */
  function marked(element) {
    grounds.clear();
    const around = ground(element.parentElement);
    return [element, ...element.children]
      .flatMap(e => [getComputedStyle(e), getComputedStyle(e, "::before"), getComputedStyle(e, "::after")])
      .flatMap(rings).map(numbers).some(({ rgb, alpha }) => alpha > 0.5 && ratio(rgb, around) >= 3);
  }

  /* Where the keyboard is now; null at the end of the page. */
  function stop() {
    const element = document.activeElement;
    if (!element || element === document.body || reached.has(element)) return null;
    reached.add(element);
    const place = element.getBoundingClientRect();
    const on = place.bottom > 0 && place.right > 0 && place.top < innerHeight && place.left < innerWidth;
    return { html: tag(element), on, marked: marked(element) };
  }

  /* The arrow keys move among the radio buttons of one name: reaching one of them reaches all. */
  const together = e => e.type === "radio" ? [...document.getElementsByName(e.name)] : [e];

  /* What can be seen and worked, but was not reached. */
  const missed = () => [...document.querySelectorAll(FOCUSABLE)]
    .filter(e => e.checkVisibility({ visibilityProperty: true }) && !together(e).some(one => reached.has(one))).map(tag);

  return {
    checks: { contrast, paints, sideways, clipped, stranded, overlaps, scrollers, targets, headings, pictures, search, language },
    keyboard: { marked, stop, missed },
  };
})()
