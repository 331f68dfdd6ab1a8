/* What the theme leaves out for those who go by keyboard. */
(function () {
  "use strict";

  /* Whatever scrolls in a box of its own can be reached in every browser, as long as it does scroll, and says what it is.
     The theme sees to code and outputs only, a third of a second late, and without a name. */
  var names = [["div.math", "Equation, wider than the page"],
    ["div.math > .katex-display", "Equation, wider than the page"], // beside its number
    ["pre", "Code, wider than the page"], [".pst-scrollable-table-container", "Table, wider than the page"],
    [".cell_output > .output", "Output, wider than the page"]];

  function look(box, name) {
    var scrolls = box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX !== "visible";
    var wanted = scrolls ? { tabindex: "0", role: "group", "aria-label": name } : {};
    ["tabindex", "role", "aria-label"].forEach(function (key) {
      if (wanted[key]) box.setAttribute(key, wanted[key]);
      else box.removeAttribute(key);
    });
  }

  function watchBoxes() {
    names.forEach(function (kind) { // told also when a folded box is opened, and when its fonts have come
      var watch = new ResizeObserver(function (entries) {
        entries.forEach(function (entry) { look(entry.target.closest(kind[0]), kind[1]); });
      });
      document.querySelectorAll(".bd-article " + kind[0]).forEach(function (box) {
        watch.observe(box);
        if (box.firstElementChild) watch.observe(box.firstElementChild);
      });
    });
  }

  /* The search is a landmark. Who leaves it by Escape is led back to where they came from; who walks on out
     of it closes it. */
  function watchSearch() {
    var search = document.querySelector(".search-button__wrapper"), from = null;
    if (!search) return;
    search.setAttribute("role", "search");
    search.addEventListener("focusin", function (event) {
      if (event.relatedTarget && !search.contains(event.relatedTarget)) from = event.relatedTarget;
    });
    search.addEventListener("focusout", function (event) {
      if (event.relatedTarget && !search.contains(event.relatedTarget)) search.classList.remove("show");
      else if (!search.classList.contains("show") && from) from.focus();
    });
  }

  /* On a telephone the lists of chapters and of sections lie over the page: who walks on out of one closes it. */
  function watchSidebars() {
    ["primary", "secondary"].forEach(function (which) {
      var sidebar = document.querySelector(".bd-sidebar-" + which);
      var open = document.getElementById("pst-" + which + "-sidebar-checkbox");
      if (!sidebar || !open) return;
      sidebar.addEventListener("focusout", function (event) {
        if (open.checked && event.relatedTarget && !sidebar.contains(event.relatedTarget)) open.checked = false;
      });
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    watchBoxes();
    watchSearch();
    watchSidebars();
  });
})();
