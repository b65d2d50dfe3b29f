// What the page does by itself: evidence beside the chat, articles in a dialog, feedback, language, typing.
(() => {
  const english = document.documentElement.lang === "en";
  const words = WORDS[english ? "en" : "zh"];
  const language = english ? "en" : "zh";
  const $ = (selector, within = document) => within.querySelector(selector);
  const last = (selector) => [...document.querySelectorAll(selector)].pop();

  // Gradio sends a question at any Enter; while an input method is composing, that Enter only picks characters.
  // keyCode 229 is how Safari tells it, where the composition has ended by then.
  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
    }, true);
  }

  // --- evidence: each answer carries its cards in a template; the panel shows those of one answer

  const showCards = (message) => {
    const panel = $("#wj-evidence .wj");
    const cards = message && $("template.wj-cards", message);
    if (!panel || !cards || panel.dataset.turn === (message.dataset.turn || "-")) return;
    const back = document.createElement("button"); // seen where the panel is a sheet over the chat
    back.type = "button";
    back.className = "wj-back-to-answer";
    back.textContent = window.wenjuWords[language].back_to_answer;
    back.addEventListener("click", closeSheet);
    panel.replaceChildren(back, cards.content.cloneNode(true));
    panel.dataset.turn = message.dataset.turn || "-";
    panel.scrollTop = 0;
  };

  /** Bring a card into view within its panel, in a low one the words marked in it; nothing else of the page moves. */
  const chooseCard = (card) => {
    document.querySelectorAll(".wj-card.wj-chosen").forEach((other) => other.classList.remove("wj-chosen"));
    card.classList.add("wj-chosen");
    const panel = card.parentElement;
    panel.scrollTop += card.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientTop - 8 - headOf(panel);
    const below = $("mark", card)?.getBoundingClientRect().bottom + 40 - panel.getBoundingClientRect().bottom;
    if (below > 0) panel.scrollTop += below;
    card.focus({preventScroll: true});
  };
  const headOf = (panel) => {
    const back = $(".wj-back-to-answer", panel);
    return back && getComputedStyle(back).position === "sticky" ? back.offsetHeight : 0;
  };

  let opener = null;
  const showCard = (chip) => {
    showCards(chip.closest("[data-turn]"));
    const card = $(`#wj-evidence .wj-card[data-card="${chip.dataset.card}"]`);
    if (!card) return;
    opener = chip;
    document.documentElement.dataset.sheet = "open";
    chooseCard(card);
  };
  /** Close the sheet where there is one, back to the source that it was opened by; whether there was. */
  const closeSheet = () => {
    const was = document.documentElement.dataset.sheet === "open" && getComputedStyle($("#wj-right")).position === "fixed";
    delete document.documentElement.dataset.sheet;
    if (was) opener?.focus({preventScroll: true});
    return was;
  };

  let shown = "", followed = "";
  const follow = () => {
    const messages = [...document.querySelectorAll("#wj-chat .bot-row .wj")];
    const answer = messages.filter((item) => item.dataset.turn).pop();
    const panel = $("#wj-evidence .wj");
    // Only for a new answer: the chat also changes as one scrolls, and evidence that was chosen has to stay.
    if (answer && (answer.dataset.turn !== followed || !panel?.dataset.turn)) showCards(answer);
    else if (panel && panel.dataset.turn && !messages.length) {
      panel.replaceChildren();
      closeSheet();
      delete panel.dataset.turn;
    }
    // An answer is read from its top; the chatbot's own scrolling would show its end.
    const now = `${messages.length} ${messages.length && (messages[messages.length - 1].dataset.turn || "")}`;
    if (messages.length && now !== shown) {
      const start = last("#wj-chat :is(.user-row, .wj-error)");
      const pane = start && start.closest(".bubble-wrap");
      if (start && matchMedia("(max-width: 800px), (max-height: 560px)").matches) start.scrollIntoView({block: "start"});
      else if (pane) pane.scrollTop += start.getBoundingClientRect().top - pane.getBoundingClientRect().top - 12;
    }
    shown = now;
    followed = answer?.dataset.turn;
  };
  let waiting = 0;
  const observer = new MutationObserver(() => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(follow);
  });
  /** Once nothing has come into the chat for a moment. */
  const whenSettled = (then) => {
    let timer = 0;
    const again = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        observer.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(then)); // after what the page does before it is drawn
      }, 300);
    };
    const observer = new MutationObserver(again);
    observer.observe($("#wj-chat"), {childList: true, subtree: true});
    again();
  };
  const watch = () => {
    const chat = $("#wj-chat");
    if (!chat) return setTimeout(watch, 50);
    observer.observe(chat, {childList: true, subtree: true});
    follow();
  };

  // --- an article in a dialog

  const dialog = document.createElement("dialog");
  dialog.id = "wj-article";
  dialog.className = "wj";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "wj-close";
  close.textContent = words.close;
  close.addEventListener("click", () => dialog.close());
  const body = document.createElement("div");
  body.tabIndex = 0;
  const head = document.createElement("header");
  const title = document.createElement("p");
  title.className = "wj-title"; // the article's own scrolls away
  head.append(title, close);
  dialog.append(head, body);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  const fail = (text) => {
    const line = document.createElement("p");
    line.className = "wj-error";
    line.setAttribute("role", "alert");
    line.textContent = text;
    return line;
  };

  /** Open the dialog for what a button's data names: file, start, end, sheet, phrase; else any of the address's. */
  const openArticle = async (opener) => {
    const query = new URLSearchParams({language, ...opener.dataset});
    body.replaceChildren();
    title.textContent = "";
    if (!dialog.isConnected) $(".gradio-container").append(dialog);
    dialog.showModal();
    try {
      const answer = await fetch(`wenju/article?${query}`);
      const text = await answer.text();
      if (answer.ok) body.innerHTML = text;
      else body.replaceChildren(fail(text));
    } catch {
      body.replaceChildren(fail(words.network));
    }
    dialog.setAttribute("aria-label", $("h2", body)?.textContent || words.open);
    const here = $(".wj-here", body);
    if (here) here.scrollIntoView({block: "center"});
  };

  // --- copying, feedback, asking

  const turnsShown = () => [...document.querySelectorAll("#wj-chat [data-turn]")].map((item) => item.dataset.turn);

  const copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // without HTTPS there is no clipboard; the old way still works
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };

  const act = async (button) => {
    const message = button.closest("[data-turn]");
    if (button.dataset.do === "copy") {
      const answer = await fetch(`wenju/answer?${new URLSearchParams({turn: message.dataset.turn, language})}`);
      await copyText(await answer.text());
      window.wenju.tell(message.dataset.turn, words.copied);
    } else {
      await window.wenju.judge(message, button.dataset.do);
    }
  };

  /** Ask what a button says as it is written: within the documents it names, otherwise those chosen beside the box. */
  const askAsWritten = ({ask, within}) => {
    Object.assign(window.wenju, {written: ask, writtenWithin: within});
    $("#wj-written").click();
  };

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const button = target.closest("button");
    if (button?.matches(".wj-chip")) return showCard(button);
    if (button?.matches(".wj-open")) return openArticle(button);
    if (button?.matches(".wj-do[data-do]")) return act(button);
    // The last two stand alone: what was asked before them is not theirs.
    if (button?.matches(".wj-written, .wj-next, .wj-example")) return askAsWritten(button.dataset);
    const card = target.closest(".wj-card");
    if (card && !button && !target.closest("details") && !String(getSelection())) openArticle($(".wj-open", card));
  });
  // --- the chat: the server sends what is new in it, and here it is put together

  const turns = new Map(); // by id, in their order
  const forgotten = new Set(); // those of earlier chats, of which an update may still come
  const isAnswer = ({role, content}) => role === "assistant" && !JSON.stringify(content).includes("wj-status");

  window.wenju = {
    language,
    openArticle,
    /** Say in the dialog that something went wrong, in words of the server, or that it cannot be reached. */
    articleFailed: (text) => body.replaceChildren(fail(text || words.network)),
    /** The page's language and the turns to show again, after the language was switched. */
    start: () => {
      let turns = "";
      try {
        turns = sessionStorage.getItem("wj-turns") || "";
        sessionStorage.removeItem("wj-turns");
      } catch { /* storage is off */ }
      return [language, turns];
    },
    /** The whole chat, with news in it: JSON of turns, each with how far it is and its messages. */
    merge: (news) => {
      for (const [turn, step, messages] of JSON.parse(news || "[]")) {
        const known = turns.get(turn);
        if (!known && window.wenju.isDropped(messages)) forgotten.add(turn);
        if (forgotten.has(turn) || step < (known?.step ?? 0)) continue;
        const {question, since} = known ?? window.wenju.arrived(messages);
        window.wenju.isBack(known);
        const open = !messages.some(isAnswer);
        turns.set(turn, {step, messages, open, question, since});
        if (open) window.wenju.watchWaiting();
      }
      return window.wenju.shown();
    },
    /** Take up turns of an earlier chat again. */
    recall: (names) => names.forEach((turn) => forgotten.delete(turn)),
    copyText,
    turnsShown,
    turns,
    /** What the chat shows: the turns that the server has told of, and the questions that were just sent. */
    shown: () => [...turns.values(), ...window.wenju.ahead].flatMap(({messages}) => messages),
    chooseCard,
    closeSheet,
    whenSettled,
    forget: () => {
      window.wenju.forgetAhead();
      for (const turn of turns.keys()) forgotten.add(turn);
      turns.clear();
    },
    switchLanguage: () => {
      try {
        localStorage.setItem("wj-language", english ? "zh-CN" : "en");
        sessionStorage.setItem("wj-turns", turnsShown().join(" "));
      } catch { /* storage is off */ }
      location.reload();
    },
    exportChat: () => {
      const query = new URLSearchParams({turns: turnsShown().join(" "), language});
      const link = document.createElement("a");
      link.href = `wenju/export?${query}`;
      link.download = "";
      link.click();
    },
  };
  watch();
})();
