// The documents tab: the list page by page, builds, files taken out and put back.
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const language = () => window.wenju.language;
  const TICK = 700, LOOK = 3000, WAIT = 5000; // milliseconds: while something runs, while the tab is open, before the first index

  const asked = {words: "", which: "all", by: "file", down: false, page: 1};
  let words = {};
  let generation = null; // of the index, as it was last heard
  let running = false; // a build
  let switched = 0; // how often watching was: what was asked for before the last time is no news of it
  let shelf = null;

  const tab = () => $('[role="tab"][data-tab-id="corpus"]');
  const shows = () => Boolean(shelf?.isConnected && shelf.offsetParent);
  const address = (path, query = {}) => `wenju/${path}?${new URLSearchParams({...query, language: language()})}`;

  const post = async (path, data = {}) => {
    const answer = await fetch(`wenju/library/${path}`, {
      method: "POST",
      headers: {"Content-Type": "application/json"},
      body: JSON.stringify({...data, language: language()}),
    });
    const said = await answer.json();
    return said.lines ? said : {lines: [said.error || said.detail || String(answer.status)], failed: true};
  };

  // --- what is said

  const line = (text, action) => {
    const one = document.createElement("p");
    one.setAttribute("role", "status");
    one.textContent = text;
    if (action) one.append(" ", action);
    return one;
  };
  /** What is said stands above the list; where that is scrolled away, at the foot of the window. */
  const tell = (lines, action) => {
    const said = $("#wj-said");
    said.classList.remove("wj-low");
    said.replaceChildren(...lines.map((text, place) => line(text, place || !action ? null : action)));
    const box = said.getBoundingClientRect();
    const there = document.elementFromPoint(box.left + 2, box.top + 2);
    said.classList.toggle("wj-low", Boolean(lines.length && shows() && !said.contains(there)));
  };
  const lost = () => tell([words.library_lost]);

  const button = (text, act, name = "") => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  // --- the frame, made when the tab is first opened or something is dragged over the page

  let framing = null;
  const frame = () => {
    framing ??= (async () => {
      const answer = await fetch(address("library-frame"));
      if (!answer.ok) throw new Error("no frame");
      const made = document.createElement("div");
      made.innerHTML = await answer.text();
      shelf = made.firstElementChild;
      words = JSON.parse(shelf.dataset.words);
    })();
    framing.catch(() => { framing = null; });
    return framing;
  };

  /** Put the frame in its place, which is there once the tab was opened. */
  const mount = async () => {
    await frame();
    for (let tries = 0; !shelf.isConnected && tries < 100; tries += 1) {
      const place = $("#wj-corpus");
      if (place) place.replaceChildren(shelf);
      else await new Promise((done) => setTimeout(done, 50));
    }
  };

  /** In a low window the field goes to the top where what was found would lie below the edge. */
  const bringUp = () => {
    const first = $("#wj-files .wj-file");
    if (first && first.getBoundingClientRect().bottom > innerHeight) $("#wj-find").scrollIntoView({block: "start"});
  };

  let listing = 0, listed = "";
  const list = async (again = false) => {
    const number = ++listing;
    const files = $("#wj-files");
    files.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address("library", asked));
      const html = await answer.text();
      if (number !== listing) return;
      if (!answer.ok) tell([html]);
      else if (!again || html !== listed) files.innerHTML = listed = html; // what is as it was keeps the focus
      if (document.activeElement?.matches("#wj-find input")) bringUp(); // whoever does something else is not moved
      if (answer.headers.get("Wenju-Again")) setTimeout(() => {
        if (number === listing && shows() && !$(".wj-sure")) list(true);
      }, 1500);
      for (const one of files.querySelectorAll(".wj-within")) one.hidden = !window.wenju.askWithin;
    } catch {
      if (number === listing) lost();
    }
    files.removeAttribute("aria-busy");
  };

  // --- how far a build is

  const showState = (state) => {
    const place = $("#wj-state");
    if (!place || place.dataset.sending) return;
    const html = state.phase === "idle" ? "" : state.html;
    if (place.dataset.html === html) return;
    place.dataset.html = html;
    const halt = $("#wj-stop", place);
    $(":scope > .wj", place)?.remove();
    place.insertAdjacentHTML("afterbegin", html);
    // While a build runs the button stays the same one: else a press that a tick falls into is lost, and the focus.
    if (!state.running || shelf.dataset.mayChange !== "true") halt?.remove();
    else if (!halt) place.append(Object.assign(button(words.stop, () => post("stop").catch(lost)), {id: "wj-stop"}));
  };

  /** The Ask tab has its examples and its first view anew; examples are made meanwhile, so it is asked again. */
  const renew = (tries = 6) => {
    $("#wj-renew")?.click();
    if (tries > 0) setTimeout(() => {
      if (!$("#wj-welcome .wj-example")) renew(tries - 1);
    }, 3000);
  };

  const look = async () => {
    const before = switched;
    const answer = await fetch(address("library-state"));
    if (!answer.ok) return;
    const state = await answer.json();
    const ended = running && !state.running;
    running = state.running;
    const changed = generation !== null && state.generation !== generation;
    generation = state.generation;
    if (shelf?.isConnected) {
      showState(state);
      const watch = $("#wj-watch");
      if (watch && !watch.ariaBusy && before === switched) watch.checked = state.watching;
      if (changed || ended) await list();
    }
    if (changed) renew();
  };

  let timer = 0;
  const keepLooking = () => {
    clearTimeout(timer);
    const waits = Boolean($("#wj-welcome .wj-steps"));
    const pause = running ? TICK : shows() ? LOOK : waits ? WAIT : 0;
    if (pause) timer = setTimeout(async () => {
      if (!document.hidden || running) await look().catch(() => {});
      keepLooking();
    }, pause);
  };

  const open = async () => {
    try {
      await mount();
      await Promise.all([list(), look()]);
    } catch {
      if (shelf) lost();
    }
    keepLooking();
  };

  const build = async () => {
    const said = await post("build");
    if (said.lines.length) tell(said.lines);
    running = true;
    await look().catch(() => {});
    keepLooking();
  };

  // --- what is pressed

  const takeOut = async (file) => {
    const said = await post("remove", {files: [file]});
    const undo = said.kept?.length ? button(words.undo, async () => {
      const back = await post("restore", {kept: said.kept});
      tell(back.lines);
      await list();
      if (back.restored) await build();
    }, "wj-undo") : null;
    tell(said.lines, undo);
    await list();
    if (said.kept?.length) await build();
    undo?.focus({preventScroll: true});
  };

  const sure = (remove) => {
    const cell = remove.parentElement;
    const before = [...cell.children];
    const asks = document.createElement("span");
    asks.className = "wj-sure";
    asks.setAttribute("role", "group");
    const back = () => { cell.replaceChildren(...before); remove.focus(); };
    const yes = button(words.remove_yes, () => takeOut(decodeURIComponent(remove.dataset.name)).catch(lost), "wj-yes");
    asks.append(words.remove_sure, yes, button(words.remove_no, back));
    asks.addEventListener("keydown", (event) => { if (event.key === "Escape") back(); });
    cell.replaceChildren(asks);
    yes.focus();
  };

  const find = async (text) => {
    const place = $("#wj-found");
    if (!text.trim()) return place.replaceChildren();
    const answer = await fetch(address("library-found", {words: text}));
    if (answer.ok) place.innerHTML = await answer.text();
    $(".wj", place)?.prepend(button(words.found_close, () => place.replaceChildren()));
  };

  const press = (one) => {
    if (one.id === "wj-build") build().catch(lost);
    else if (one.matches(".wj-remove")) sure(one);
    else if (one.matches(".wj-restore")) {
      post("restore", {kept: [decodeURIComponent(one.dataset.name)]}).then(async (said) => {
        tell(said.lines);
        await list();
        if (said.restored) await build();
      }).catch(lost);
    } else if (one.matches(".wj-within")) window.wenju.askWithin?.(decodeURIComponent(one.dataset.name));
    else if (one.matches(".wj-turn")) {
      asked.page = Number(one.dataset.page);
      list().then(() => $("#wj-files").scrollIntoView({block: "start"})); // the field above stays in view by itself
    } else if (one.matches(".wj-filter")) {
      Object.assign(asked, {which: one.dataset.shown, page: 1});
      list().then(() => $(`.wj-filter[data-shown="${asked.which}"]`)?.focus({preventScroll: true}));
    } else if (one.matches(".wj-sort")) {
      const again = asked.by === one.dataset.by;
      Object.assign(asked, {by: one.dataset.by, down: again ? !asked.down : one.dataset.by !== "file", page: 1});
      list().then(() => $(`.wj-sort[data-by="${asked.by}"]`)?.focus({preventScroll: true}));
    }
  };

  document.addEventListener("click", (event) => {
    const one = event.target instanceof Element ? event.target.closest("button") : null;
    if (!one) return;
    if (one.closest(".wj-shelf")) press(one);
    else if (one === tab()) setTimeout(open, 0);
  });
  let typing = 0;
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("#wj-find input")) return;
    clearTimeout(typing);
    typing = setTimeout(() => {
      Object.assign(asked, {words: event.target.value, page: 1});
      list();
    }, 200);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#wj-find")) return;
    event.preventDefault();
    find($("input", event.target).value).catch(lost);
  });
  document.addEventListener("change", (event) => {
    const one = event.target;
    if (one.id !== "wj-watch") return;
    switched += 1;
    const mine = switched;
    one.ariaBusy = "true";
    post("watch", {on: one.checked}).then((said) => {
      if (said.lines.length) tell(said.lines);
      if (mine === switched) one.checked = Boolean(said.watching);
      keepLooking();
    }).catch(lost).finally(() => { if (mine === switched) one.ariaBusy = null; });
  });

  /** For what adds files: the frame with its words, and what happens after they were sent. */
  window.wenju.library = {
    tab, frame, mount, post, tell, lost, list, build,
    get words() { return words; },
    get frameData() { return shelf?.dataset ?? {}; },
  };

  // Before there is an index the page waits for the first one, wherever it is built.
  const begin = () => {
    if (!$("#wj-welcome h2")) return setTimeout(begin, 500);
    if ($("#wj-welcome .wj-steps") && tab()) look().catch(() => {}).finally(keepLooking);
  };
  begin();
})();
