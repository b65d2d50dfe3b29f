// A question is shown as soon as it is sent, whatever the server does; where it does not answer, that is said, and the
// question goes back into the box.
(() => {
  const words = window.wenjuWords[document.documentElement.lang === "en" ? "en" : "zh"];
  const $ = (selector, within = document) => within.querySelector(selector);
  const FIRST_LOOK = 3000; // ms until the server is asked whether it is there at all
  const PATIENCE = 6000; // ms that it may take to say so
  const ahead = []; // questions that are shown and of which the server has said nothing yet
  const dropped = []; // those of a chat that was ended before the server told of them
  let looking = false;
  let ticking = 0;

  // As the server shows them: what would act unseen is written out.
  const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
  const shown = (text) =>
    text.replace(CONTROLS, (mark) => `⟨U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
  const escaped = (text) => shown(text).replace(/[&<>$*`\\{}]/g, (mark) => `&#${mark.codePointAt(0)};`);
  const html = (value) => ({
    component: "html", type: "component", value, constructor_args: {},
    props: {value, html_template: "${value}", css_template: "", js_on_load: null, apply_default_css: true, visible: true,
      container: false, padding: false, buttons: [], elem_classes: [], props: {}, name: "html", show_label: false},
  });
  const message = (role, value) => ({role, metadata: null, options: null, content: [html(value)]});
  const asked = (question) =>
    message("user", `<div class="wj wj-question" role="heading" aria-level="2">${escaped(question)}</div>`);
  const status = (text) => message("assistant", `<div class="wj"><p class="wj-status" role="status">${text}</p></div>`);
  const failure = (text) => message("assistant", `<div class="wj"><p class="wj-error" role="alert">${text}</p></div>`);

  const box = () => $("#wj-box textarea, #wj-box input");
  const write = (text) => {
    const field = box();
    if (!field) return;
    field.value = text;
    field.dispatchEvent(new Event("input", {bubbles: true}));
  };
  const keep = (question) => {
    try {
      if (question) sessionStorage.setItem("wj-unsent", question);
      else sessionStorage.removeItem("wj-unsent");
    } catch { /* storage is off */ }
  };
  const show = () => $("#wj-show")?.click();
  const textOf = (messages) => {
    const found = messages.find(({role}) => role === "user");
    if (!found) return "";
    const part = [found.content].flat()[0];
    const holder = document.createElement("template");
    holder.innerHTML = part?.value ?? part?.props?.value ?? "";
    return holder.content.textContent.trim();
  };

  /** All that is waited for: questions shown ahead, and turns that the server has begun. */
  const waiting = () => [
    ...ahead.filter((item) => !item.lost),
    ...[...window.wenju.turns.values()].filter((turn) => turn.open && !turn.lost),
  ];

  const giveUp = () => {
    for (const item of waiting()) {
      item.lost = true;
      item.messages = [asked(item.question), failure(words.unanswered)];
      if (!box().value) write(item.question);
      keep(item.question);
    }
    show();
  };

  const isThere = async () => {
    try {
      await fetch("wenju/alive", {cache: "no-store", signal: AbortSignal.timeout(PATIENCE)});
      return true;
    } catch {
      return false;
    }
  };

  const tick = async () => {
    const open = waiting();
    if (!open.length) {
      clearInterval(ticking);
      ticking = 0;
      return;
    }
    const longest = Date.now() - Math.min(...open.map(({since}) => since));
    if (longest < FIRST_LOOK || looking) return;
    looking = true;
    const there = await isThere();
    looking = false;
    if (!there) return giveUp();
    const lines = document.querySelectorAll("#wj-chat .wj-status");
    const line = lines[lines.length - 1];
    if (line && waiting().length) line.textContent = words.still.replace("{}", Math.round((longest + 500) / 1000));
  };
  const watch = () => { if (!ticking) ticking = setInterval(tick, 1000); };

  Object.assign(window.wenju, {
    /** Show a question that is being sent. */
    sent: (question) => {
      if (!question.trim()) return;
      if (dropped.includes(question)) dropped.splice(dropped.indexOf(question), 1);
      ahead.push({question, since: Date.now(), messages: [asked(question), status(words.sending)]});
      setTimeout(() => {
        show();
        if (box()?.value === question) write("");
      }, 0);
      watch();
    },
    /** The server has told of a turn that it had not told of: it is no longer to be shown ahead. */
    arrived: (messages) => {
      const question = textOf(messages);
      const isSame = (text) => text === question || text.startsWith(question.slice(0, 150));
      const place = ahead.findIndex((item) => isSame(shown(item.question).trim()));
      const item = question ? ahead[place] : undefined;
      if (!item) return {question, since: Date.now()};
      ahead.splice(place, 1);
      window.wenju.isBack(item);
      return item;
    },
    /** The server tells of a question that had been given up: it need not be sent again. */
    isBack: (item) => {
      if (!item?.lost) return;
      if (box()?.value === item.question) write("");
      keep("");
    },
    ahead,
    watchWaiting: watch,
    forgetAhead: () => dropped.push(...ahead.splice(0).map(({question}) => question)),
    /** Whether a turn that the server tells of first now is of a chat that was ended. */
    isDropped: (messages) => {
      const question = textOf(messages);
      const place = dropped.findIndex((item) => shown(item).trim() === question);
      if (place >= 0) dropped.splice(place, 1);
      return place >= 0;
    },
    /** Sending did not come through. */
    failed: () => { if (waiting().length) giveUp(); },
  });

  // What Gradio says of a lost connection it says in English; it is said in the page's language instead.
  const lost = document.createElement("div");
  lost.id = "wj-lost";
  lost.setAttribute("role", "alert");
  lost.textContent = words.lost;
  new MutationObserver(() => {
    for (const toast of document.querySelectorAll(".toast-body")) {
      if (!toast.textContent.includes("Connection to the server was lost") || toast.hidden) continue;
      toast.hidden = true;
      toast.style.display = "none";
      if (!lost.isConnected) $(".gradio-container").append(lost);
      giveUp();
    }
  }).observe(document.documentElement, {childList: true, subtree: true});

  // A question that was not answered before the page was loaded again.
  const restore = () => {
    if (!box()) return setTimeout(restore, 100);
    let question = "";
    try { question = sessionStorage.getItem("wj-unsent") || ""; } catch { /* storage is off */ }
    if (question && !box().value) write(question);
    keep("");
  };
  restore();
})();
