// Shortcuts, help, light or dark, and the first view. No key acts while one types or composes.
(() => {
  const english = document.documentElement.lang === "en";
  const words = window.wenjuWords[english ? "en" : "zh"];
  const $ = (selector, within = document) => within.querySelector(selector);
  const box = () => $("#wj-box textarea, #wj-box input");

  // --- light or dark

  const THEMES = ["system", "light", "dark"];
  const named = (button, text) => {
    button.setAttribute("aria-label", text);
    button.title = text;
  };
  const label = () => {
    const theme = $(".wj-theme");
    if (theme) {
      theme.dataset.theme = window.wenjuTheme.now();
      named(theme, words[`theme_${window.wenjuTheme.now()}`]);
    }
    const help = $(".wj-help");
    if (help) named(help, words.help);
  };
  const nextTheme = () => {
    window.wenjuTheme.choose(THEMES[(THEMES.indexOf(window.wenjuTheme.now()) + 1) % THEMES.length]);
    label();
  };

  // --- help

  const dialog = document.createElement("dialog");
  dialog.id = "wj-help";
  dialog.className = "wj wj-dialog";
  dialog.setAttribute("aria-label", words.help);
  const openHelp = () => {
    const text = $("#wj-help-text");
    if (!text || dialog.open) return;
    dialog.replaceChildren(text.content.cloneNode(true));
    if (!dialog.isConnected) $(".gradio-container").append(dialog);
    dialog.showModal();
  };
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest(".wj-close")) dialog.close();
  });

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button?.matches(".wj-theme")) nextTheme();
    if (button?.matches(".wj-help")) openHelp();
    if (button?.matches("#wj-tabs [role=tab]")) renew();
  });

  // --- keys

  const cards = () => [...document.querySelectorAll("#wj-evidence .wj-card")];
  const step = (by) => {
    const all = cards();
    if (!all.length) return;
    const now = all.findIndex((card) => card.matches(".wj-chosen"));
    const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + by, 0), all.length - 1);
    window.wenju.chooseCard(all[next]);
  };
  const lastQuestion = () => [...document.querySelectorAll("#wj-chat .wj-question")].pop()?.textContent || "";
  const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]");

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if ($("dialog[open]") || document.documentElement.dataset.wjTalks === "open") return; // these have keys of their own
    if (event.key === "Escape") {
      if (window.wenju.closeSheet()) event.preventDefault();
      else if (!isTyping(event.target)) box()?.focus();
      return;
    }
    if (event.target === box()) {
      if (event.key !== "ArrowUp" || box().value || !lastQuestion()) return;
      event.preventDefault();
      box().value = lastQuestion();
      box().dispatchEvent(new Event("input", {bubbles: true}));
      return;
    }
    if (isTyping(event.target) || !box()?.offsetParent) return;
    if (event.key === "/") box().focus();
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") openHelp();
    else return;
    event.preventDefault();
  });

  // --- the first view: examples may still be made when the page is opened, and documents built while it is open

  const SOON = 4000;
  let tries = 30;
  async function renew() {
    const view = $("#wj-welcome .wj-welcome");
    if (!view || $("#wj-chat .message-row")) return;
    try {
      const answer = await fetch(`wenju/welcome?${new URLSearchParams({language: english ? "en" : "zh"})}`);
      if (answer.ok && $("#wj-welcome .wj-welcome") === view) view.outerHTML = await answer.text();
    } catch { /* said where a question is sent */ }
    later();
  }
  function later() {
    if ($("#wj-welcome .wj-welcome[data-making]") && tries-- > 0) setTimeout(renew, SOON);
  }

  const begin = () => {
    if (!$(".wj-theme") || !$("#wj-welcome .wj-welcome")) return setTimeout(begin, 100);
    label();
    later();
    $("#wj-chat [role=log]")?.setAttribute("aria-label", words.chat_label);
    $("#wj-box .submit-button")?.setAttribute("aria-label", words.ask);
  };
  begin();
})();
