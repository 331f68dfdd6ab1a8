/* Nothing is kept in a reader's browser but the choice of light or dark. The theme would also keep how far its list of
   chapters was scrolled. The search would keep the words looked for, to mark them on the page that is opened next; here
   they travel in that page's address instead. */
(function () {
  "use strict";
  var keep = Storage.prototype.setItem, words = "";

  Storage.prototype.setItem = function (key, value) {
    if (key === "mode" || key === "theme") keep.call(this, key, value);
    else if (key === "sphinx_highlight_terms") words = String(value);
  };

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("#search-results a") : null;
    if (!link || !words || location.protocol === "file:") return; // a page in a folder may not mend its address
    var address = new URL(link.href);
    address.searchParams.set("highlight", words);
    link.href = address.href;
  }, true);
})();
