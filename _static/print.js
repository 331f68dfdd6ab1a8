/* On paper the colours are the light ones, and what is folded lies open. The style sheet opens it as well, where the
   browser knows how; this is for the others, and for dark pages. Afterwards the page is as it was. */
(function () {
  "use strict";
  var root = document.documentElement, theme = null, folded = [];

  function toPaper() {
    if (theme !== null) return;
    theme = root.dataset.theme || "light";
    root.dataset.theme = "light";
    folded = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    folded.forEach(function (part) { part.open = true; });
  }

  function toScreen() {
    if (theme === null) return;
    root.dataset.theme = theme;
    folded.forEach(function (part) { part.open = false; });
    theme = null;
  }

  matchMedia("print").addEventListener("change", function (now) { if (now.matches) toPaper(); else toScreen(); });
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", toScreen);
})();
