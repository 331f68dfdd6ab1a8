/* Controls, address and playing of "Watch the loss fall" on a page, and its view in Jupyter. Comes after train-view.js. */
(function (train) {
  "use strict";

  /* The address's part after #: name?data=moons&layers=2&… ; twins: `address` and `from_address` in live/train.py. */
  function address(figure, chosen) {
    return figure.name + "?" + figure.choices.map(function (choice, k) {
      return choice.key + "=" + choice.values[chosen[k]];
    }).join("&");
  }

  /* The chosen indices that an address asks for; null if it speaks of something else. What it cannot ask for stays
     as it is at the start. */
  function fromAddress(figure, fragment) {
    var parts = fragment.replace(/^#/, "").split("?");
    if (parts[0] !== figure.name || parts.length !== 2) return null;
    var asked = new URLSearchParams(parts[1]);
    return figure.choices.map(function (choice) {
      var index = choice.values.map(String).indexOf(asked.get(choice.key));
      return index < 0 ? choice.start : index;
    });
  }

  function onPage(figure) {
    var element = document.getElementById(figure.name), view = new train.View(element, figure);
    var start = figure.choices.map(function (choice) { return choice.start; }), last = start.length - 1;
    var asked = fromAddress(figure, location.hash), chosen = asked || start.slice();
    var announcement = element.querySelector(".mlp-announce"), quiet, noting, playing = 0, begun, from;
    var play = element.querySelector(".mlp-start");
    var controls = figure.choices.map(function (choice) { return document.getElementById(figure.name + "-" + choice.key); });

    function label(k) {
      var choice = figure.choices[k];
      controls[k].value = chosen[k];
      if (!choice.shown) return;
      controls[k].setAttribute("aria-valuetext", choice.shown[chosen[k]]);
      document.getElementById(controls[k].id + "-value").textContent = choice.shown[chosen[k]];
    }

    function note() {
      try { history.replaceState(history.state, "", "#" + address(figure, chosen)); } catch (_) { /* a page in a frame */ }
    }

    /* Every change goes through here; `told` if the reader made it, and the address is to follow. */
    function choose(next, told) {
      chosen = next;
      chosen.forEach(function (_, k) { label(k); });
      view.choose(chosen);
      clearTimeout(noting);
      if (told) noting = setTimeout(note, 250);
    }

    function epoch(index) { return chosen.slice(0, last).concat(index); }

    function stop() {
      cancelAnimationFrame(playing);
      playing = 0;
      play.textContent = "▶ Play";
    }

    function frame(now) {
      begun = begun || now;
      var index = Math.min(figure.epochs, from + Math.floor((now - begun) / train.PLAY * figure.epochs));
      if (index !== chosen[last]) choose(epoch(index), index === figure.epochs);
      if (index < figure.epochs) playing = requestAnimationFrame(frame);
      else stop();
    }

    function begin() {
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        choose(epoch(figure.epochs), true);
        return;
      }
      from = chosen[last] < figure.epochs ? chosen[last] : 0;
      begun = 0;
      play.textContent = "❚❚ Pause";
      playing = requestAnimationFrame(frame);
    }

    controls.forEach(function (control, k) {
      control.addEventListener(figure.choices[k].shown ? "input" : "change", function () {
        stop();
        var next = chosen.slice();
        next[k] = Number(control.value);
        choose(next, true);
      });
    });
    play.addEventListener("click", function () {
      if (playing) { stop(); note(); } else begin();
    });
    element.querySelector(".mlp-step").addEventListener("click", function () {
      stop();
      choose(epoch(Math.min(chosen[last] + 1, figure.epochs)), true);
    });
    element.querySelector(".mlp-reset").addEventListener("click", function () {
      stop();
      choose(start.slice(), true);
    });
    addEventListener("hashchange", function () {
      var wanted = fromAddress(figure, location.hash);
      if (!wanted) return;
      stop();
      choose(wanted, false);
    });
    view.after = function (text) {
      clearTimeout(quiet);
      quiet = setTimeout(function () {
        if (!playing && view.run.done && announcement.textContent !== text) announcement.textContent = text;
      }, 600);
    };

    choose(chosen, false);
    if (asked) element.scrollIntoView();
    else if (!matchMedia("(prefers-reduced-motion: reduce)").matches) playWhenSeen();

    /* The first time that most of the figure is on the screen, the loss falls before the reader's eyes. */
    function playWhenSeen() {
      var seen = new IntersectionObserver(function (entries) {
        if (!entries[0].isIntersecting) return;
        seen.disconnect();
        if (!playing) begin();
      }, { threshold: 0.6 });
      seen.observe(element.querySelector(".mlp-panels"));
      ["pointerdown", "keydown"].forEach(function (kind) {
        element.addEventListener(kind, function () { seen.disconnect(); }, { once: true });
      });
    }
  }

  /* ---- in Jupyter: every choice's index arrives in a trait of its own ------------------------------------------------ */

  function widget(figure) {
    return {
      render: function (context) {
        context.el.innerHTML = context.model.get("markup");
        mlpLive.apart(context.el);
        var view = new train.View(context.el.querySelector("figure"), figure), waiting = 0;
        function changed() {
          waiting = waiting || requestAnimationFrame(function () {
            waiting = 0;
            view.choose(figure.choices.map(function (choice) { return context.model.get(choice.key); }));
          });
        }
        figure.choices.forEach(function (choice) { context.model.on("change:" + choice.key, changed); });
        changed();
        return function () {
          view.stop();
          cancelAnimationFrame(waiting);
          figure.choices.forEach(function (choice) { context.model.off("change:" + choice.key, changed); });
        };
      },
    };
  }

  train.address = address;
  train.fromAddress = fromAddress;
  train.onPage = onPage;
  train.widget = widget;
})(mlpTrain);

if (typeof document !== "undefined" && typeof window !== "undefined" && window.mlpTrainQueue) {
  window.mlpTrainQueue.splice(0).forEach(mlpTrain.onPage);
}
