// The documents tab: the list page by page, files added by choosing or dropping them, indexed at once, taken out, put back.
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const language = () => window.wenju.language;
  const AT_ONCE = 20; // files of an upload
  const BYTES_AT_ONCE = 128 << 20;
  const TICK = 700, LOOK = 3000, WAIT = 5000; // milliseconds: while something runs, while the tab is open, before the first index

  const asked = {words: "", which: "all", by: "file", down: false, page: 1};
  let words = {};
  let generation = null; // of the index, as it was last heard
  let busy = false; // files are being sent
  let running = false; // a build
  let shelf = null;

  const tab = () => $('[role="tab"][data-tab-id="corpus"]');
  const shows = () => Boolean(shelf?.isConnected && shelf.offsetParent);
  const say = (text, ...given) => given.reduce((said, one) => said.replace("{}", one), text);
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
  const tell = (lines, action) => $("#wj-said").replaceChildren(...lines.map((text, place) => line(text, place || !action ? null : action)));
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

  let listing = 0;
  const list = async () => {
    const number = ++listing;
    const files = $("#wj-files");
    files.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address("library", asked));
      const html = await answer.text();
      if (number !== listing) return;
      if (answer.ok) files.innerHTML = html;
      else tell([html]);
      if (answer.headers.get("Wenju-Again")) setTimeout(() => {
        if (number === listing && shows() && !$(".wj-sure")) list();
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
    if (!place || busy) return;
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
    document.dispatchEvent(new CustomEvent("wj-index", {detail: {generation}}));
    if (tries > 0) setTimeout(() => {
      if (!$("#wj-welcome .wj-example")) renew(tries - 1);
    }, 3000);
  };

  const look = async () => {
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
      if (watch) watch.checked = state.watching;
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

  // --- adding: chosen, or dropped anywhere; a folder with all that is in it

  const inFolder = (path) => path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";

  const entriesOf = async (entry, way, found) => {
    if (entry.name.startsWith(".")) return;
    if (entry.isFile) {
      const file = await new Promise((done, fail) => entry.file(done, fail)).catch(() => null);
      if (file) found.push({file, folder: way});
      return;
    }
    const reader = entry.createReader();
    for (;;) { // a hundred at a time
      const some = await new Promise((done, fail) => reader.readEntries(done, fail)).catch(() => []);
      if (!some.length) return;
      for (const one of some) await entriesOf(one, way ? `${way}/${entry.name}` : entry.name, found);
    }
  };

  const fits = (item, refused) => {
    const most = Number(shelf.dataset.bytes);
    const suffix = (/\.[^.]+$/.exec(item.file.name) || [""])[0].toLowerCase();
    if (!shelf.dataset.suffixes.split(" ").includes(suffix)) refused.push(say(words.not_read_here, item.file.name));
    else if (item.file.size > most) refused.push(say(words.too_large, item.file.name, (item.file.size / 1048576).toFixed(1), most >> 20));
    else return true;
    return false;
  };

  const batches = (items) => {
    const parts = [];
    let size = Infinity;
    for (const item of items) {
      if (!parts.length || parts[parts.length - 1].length >= AT_ONCE || size + item.file.size > BYTES_AT_ONCE) {
        parts.push([]);
        size = 0;
      }
      parts[parts.length - 1].push(item);
      size += item.file.size;
    }
    return parts;
  };

  const bar = (done, total) => {
    const text = say(words.uploading, done, total);
    const place = $("#wj-state");
    if (!$("progress", place) || !place.dataset.sending) {
      place.innerHTML = '<div class="wj"><p role="status"></p><progress></progress></div>';
      place.dataset.sending = "yes";
      delete place.dataset.html;
    }
    $("p", place).textContent = text;
    Object.assign($("progress", place), {max: total, value: done, ariaLabel: text});
  };

  const sendSome = async (part) => {
    const form = new FormData();
    for (const {file} of part) form.append("files", file, file.name);
    const sent = await fetch("gradio_api/upload", {method: "POST", body: form});
    if (!sent.ok) {
      const said = await sent.text();
      let sentence = said;
      try { sentence = JSON.parse(said).error || said; } catch { /* it is a sentence */ }
      return {lines: [sentence], added: 0};
    }
    return post("add", {files: await sent.json(), folders: part.map(({folder}) => folder)});
  };

  const add = async (items) => {
    if (busy || !items.length) return;
    const refused = [];
    const many = items.length > AT_ONCE;
    const good = items.filter((item) => fits(item, refused));
    // Of a whole folder not each picture and program is named.
    const left = refused.length > AT_ONCE ? [...refused.slice(0, AT_ONCE), say(words.skipped_files, refused.length - AT_ONCE)] : refused;
    const lines = [...left];
    let added = 0;
    busy = good.length > 0;
    try {
      let done = 0;
      for (const part of batches(good)) {
        bar(done, good.length);
        const said = await sendSome(part);
        done += part.length;
        added += said.added || 0;
        // Of many files only those that were not taken are named.
        lines.push(...(many && said.added ? said.lines.slice(said.added) : said.lines));
      }
    } catch {
      lines.unshift(words.library_lost);
    }
    busy = false;
    delete $("#wj-state").dataset.sending;
    $("#wj-state").replaceChildren();
    delete $("#wj-state").dataset.html;
    tell(lines);
    await list();
    if (added) await build().catch(lost);
  };

  const drop = document.createElement("div");
  drop.id = "wj-drop";
  let over = 0;
  const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files") && tab();
  const mayAdd = () => shelf?.dataset.mayChange === "true";
  document.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    over += 1;
    frame().then(() => {
      if (!over || !mayAdd()) return;
      drop.textContent = words.drop_here;
      if (!drop.isConnected) $(".gradio-container").append(drop);
      drop.classList.add("wj-over");
    }, () => {});
  });
  document.addEventListener("dragleave", (event) => {
    if (carriesFiles(event)) over = Math.max(over - 1, 0);
    if (!over) drop.classList.remove("wj-over");
  });
  document.addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); }, true);
  document.addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    over = 0;
    drop.classList.remove("wj-over");
    // What was dropped is only there until this handler waits for something.
    const plain = [...event.dataTransfer.files];
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    await frame();
    if (!mayAdd()) return;
    tab().click();
    await mount();
    const found = [];
    for (const entry of entries) await entriesOf(entry, "", found);
    await add(found.length || entries.length ? found : plain.map((file) => ({file, folder: ""})));
  }, true);

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
    asks.append(words.remove_sure, yes, button(words.remove_no, back, "wj-no"));
    asks.addEventListener("keydown", (event) => { if (event.key === "Escape") back(); });
    cell.replaceChildren(asks);
    yes.focus();
  };

  const find = async (text) => {
    const place = $("#wj-found");
    if (!text.trim()) return place.replaceChildren();
    const answer = await fetch(address("library-found", {words: text}));
    if (answer.ok) place.innerHTML = await answer.text();
    $(".wj", place)?.prepend(button(words.found_close, () => place.replaceChildren(), "wj-close-found"));
  };

  const press = (one) => {
    if (one.id === "wj-add") $("#wj-files-chosen").click();
    else if (one.id === "wj-add-folder") $("#wj-folder-chosen").click();
    else if (one.id === "wj-build") build().catch(lost);
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
    if (one.id === "wj-watch") {
      post("watch", {on: one.checked}).then((said) => {
        if (said.lines.length) tell(said.lines);
        one.checked = Boolean(said.watching);
        keepLooking();
      }).catch(lost);
    } else if (one.id === "wj-files-chosen" || one.id === "wj-folder-chosen") {
      const chosen = [...one.files].map((file) => ({file, folder: inFolder(file.webkitRelativePath || "")}));
      add(chosen.filter(({file, folder}) => !file.name.startsWith(".") && !/(^|\/)\./.test(folder))).finally(() => { one.value = ""; });
    }
  });

  // Before there is an index the page waits for the first one, wherever it is built.
  const begin = () => {
    if (!$("#wj-welcome h2")) return setTimeout(begin, 500);
    if ($("#wj-welcome .wj-steps") && tab()) look().catch(() => {}).finally(keepLooking);
  };
  begin();
})();
