// Within which documents is asked: the control beside the question box, the panel to choose in, the chips of what is chosen.
(() => {
  const english = document.documentElement.lang === "en";
  const $ = (selector, within = document) => within.querySelector(selector);
  const make = (name, properties = {}, ...inside) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...inside.filter((item) => item !== null));
    return made;
  };
  const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
  const KEPT = "wj-within";
  let words = null;
  let scope = {files: [], since: "", until: ""};
  try { scope = {...scope, ...JSON.parse(sessionStorage.getItem(KEPT) || "{}")}; } catch { /* storage is off, or holds no scope */ }

  const isAll = () => !scope.files.length && !scope.since && !scope.until;
  const asJson = () => {
    const {files, since, until} = scope;
    return isAll() ? "" : JSON.stringify({...(files.length && {files}), ...(since && {since}), ...(until && {until})});
  };

  // --- what is chosen, beside the box

  const chip = (text, remove) => make("button", {
    type: "button", className: "wj-within-chip", title: text, ariaLabel: words.without.replace("{}", text), onclick: remove,
  }, make("span", {textContent: text}));

  const dates = () => {
    if (scope.since && scope.until) {
      return scope.since === scope.until ? scope.since : words.both.replace("{}", scope.since).replace("{}", scope.until);
    }
    return (scope.since ? words.after : words.before).replace("{}", scope.since || scope.until);
  };

  const MOST_CHIPS = 4;
  const draw = () => {
    const control = $("#wj-within");
    if (!control || !words) return;
    const open = make("button", {
      type: "button", className: `wj-within-open${isAll() ? "" : " wj-some"}`, textContent: isAll() ? words.all : words.in,
      ariaHasPopup: "dialog", title: words.choose, onclick: show,
    });
    if (isAll()) open.ariaLabel = `${words.all} – ${words.choose}`;
    const named = scope.files.length > MOST_CHIPS
      ? [chip(words.chosen.replace("{}", scope.files.length), () => set({...scope, files: []}))]
      : scope.files.map((path) => chip(path, () => set({...scope, files: scope.files.filter((other) => other !== path)})));
    const dated = scope.since || scope.until ? [chip(dates(), () => set({...scope, since: "", until: ""}))] : [];
    control.replaceChildren(open, ...named, ...dated);
    control.dataset.drawn = "yes";
  };

  const set = (chosen) => {
    scope = {files: [], since: "", until: "", ...chosen};
    try { sessionStorage.setItem(KEPT, asJson() || "{}"); } catch { /* storage is off */ }
    draw();
  };

  // --- the panel

  const dialog = make("dialog", {id: "wj-within-panel", className: "wj"});
  let ticked = new Set();

  const row = ({path, name, files}, isFolder) => {
    const box = make("input", {type: "checkbox", name: "path", value: path, checked: ticked.has(path)});
    box.addEventListener("change", () => (box.checked ? ticked.add(path) : ticked.delete(path)));
    const count = isFolder ? make("small", {textContent: files === 1 ? words.one : words.count.replace("{}", files)}) : null;
    return make("label", {className: "wj-choice"}, box, make("span", {textContent: isFolder ? `${name}/` : name}), count);
  };

  const soft = (text) => make("p", {className: "wj-soft", textContent: text});
  const part = (title, items) => (items.length ? [make("h3", {textContent: title}), ...items] : []);

  let asked = 0;
  const list = async (find) => {
    const place = $(".wj-within-list", dialog);
    const mine = ++asked;
    try {
      const found = await (await fetch(`wenju/within?${new URLSearchParams({find})}`)).json();
      if (mine !== asked) return;
      $(".wj-within-find", dialog).hidden = !find && found.total <= 12;
      place.replaceChildren(
        ...part(words.folders, found.folders.map((item) => row(item, true))),
        ...part(words.files, found.files.map((item) => row(item, false))),
        ...(found.files.length || found.folders.length ? [] : [soft(words.nothing)]),
        ...(found.more ? [soft(words.hidden.replace("{}", found.more))] : []),
      );
      place.scrollTop = 0;
    } catch {
      if (mine === asked) place.replaceChildren(make("p", {className: "wj-error", textContent: words.network}));
    }
  };

  const tell = (text) => {
    const line = $(".wj-within-dates p", dialog);
    line.textContent = text || words.undated;
    line.className = text ? "wj-error" : "wj-soft";
    line.setAttribute("role", text ? "alert" : "note");
  };

  const take = (event) => {
    event.preventDefault();
    const [since, until] = ["since", "until"].map((name) => $(`[name=${name}]`, dialog).value.trim());
    for (const [name, value] of [["since", since], ["until", until]]) {
      if (value && !DATE.test(value)) {
        tell(words.bad);
        return $(`[name=${name}]`, dialog).focus();
      }
    }
    // The last day of each: 2023 is before 2023-05 as text, and holds it.
    if (since && until && since > `${until}~`) return tell(words.order);
    set({files: [...ticked], since, until});
    dialog.close();
  };

  const build = () => {
    const field = (name) => make("label", {textContent: words[name]}, make("input", {
      type: "text", name, placeholder: words.hint, autocomplete: "off", maxLength: 10, value: scope[name],
    }));
    const search = make("input", {
      type: "search", placeholder: words.find, ariaLabel: words.find, autocomplete: "off",
    });
    let typing = 0;
    search.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => list(search.value), 150);
    });
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    const form = make("form", {method: "dialog"},
      make("div", {className: "wj-within-head"}, make("h2", {textContent: words.choose}),
        make("button", {type: "button", textContent: words.close, onclick: () => dialog.close()})),
      make("div", {className: "wj-within-find", hidden: true}, search),
      make("div", {className: "wj-within-list", tabIndex: 0, role: "group", ariaLabel: words.choose}),
      make("fieldset", {className: "wj-within-dates"}, make("legend", {textContent: words.dates}), field("since"), field("until"),
        make("p")),
      make("div", {className: "wj-within-do"},
        make("button", {type: "button", textContent: words.reset, onclick: () => { set({}); dialog.close(); }}),
        make("button", {type: "submit", className: "wj-submit", textContent: words.done})));
    form.addEventListener("submit", take);
    dialog.setAttribute("aria-label", words.choose);
    dialog.replaceChildren(form);
    tell("");
  };

  const show = () => {
    ticked = new Set(scope.files);
    build();
    if (!dialog.isConnected) $(".gradio-container").append(dialog);
    dialog.showModal();
    list("");
  };
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => $("#wj-within .wj-within-open")?.focus());

  // --- the rest of the page

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("#wj-clear")) set({}); // a new conversation is about all documents again
  });

  Object.assign(window.wenju, {
    /** Ask within one file or folder from now on, and go to where one asks. */
    askWithin: (path) => {
      set({files: [path]});
      for (const open of document.querySelectorAll("dialog[open]")) open.close();
      $('#wj-tabs button[role="tab"]')?.click();
      setTimeout(() => $("#wj-box textarea, #wj-box input")?.focus(), 50);
    },
    /** Ask within what is given, as `Scope.to_dict` has it, or all documents. */
    setWithin: (given) => set(given || {}),
  });
  Object.defineProperty(window.wenju, "within", {get: asJson});

  const watch = () => {
    const control = $("#wj-within");
    if (control && !control.dataset.drawn) {
      words = JSON.parse(control.dataset.words)[english ? "en" : "zh"];
      draw();
    }
  };
  new MutationObserver(watch).observe(document.documentElement, {childList: true, subtree: true});
  watch();
})();
