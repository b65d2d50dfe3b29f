// Conversations that stay: their list, the address of what is open, going back, and taking them along.
(() => {
  const root = document.documentElement;
  const english = root.lang === "en";
  const words = TALK_WORDS[english ? "en" : "zh"];
  const language = english ? "en" : "zh";
  const wenju = window.wenju;
  const $ = (selector, within = document) => within.querySelector(selector);
  const made = (name, properties = {}, ...inner) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...inner);
    return element;
  };
  const button = (className, text) => made("button", {type: "button", className, textContent: text});

  let current = ""; // the conversation that is shown, "" where it is not kept
  let shown = 0; // counts the conversations that were shown, so that what comes late is known as such
  const kept = new Set(); // turns that the list knows of

  // --- the address: which conversation, which answer, which article. What is opened over the page has an entry of its
  // own in the browser's history, so that going back closes it.

  const OURS = ["talk", "turn", "file", "start", "end", "sheet", "phrase"];
  const given = () => new URL(location.href).searchParams;
  const addressOf = (entries) => {
    const url = new URL(location.href);
    for (const name of OURS) {
      url.searchParams.delete(name);
      if (entries[name]) url.searchParams.set(name, entries[name]);
    }
    return url.pathname + url.search;
  };
  const over = () => history.state?.wjOver || "";
  const enter = (what, entries) => history.pushState({wjOver: what}, "", addressOf(entries));
  const move = (entries) => {
    if (over()) history.replaceState({}, "", addressOf(entries)); // the list closes as something in it is chosen
    else if (addressOf(entries) !== location.pathname + location.search) history.pushState({}, "", addressOf(entries));
  };
  let leaving = false; // the way back from what was closed takes a moment, in which something else may be opened
  const leave = (what) => { if (over() === what && !leaving) leaving = true, history.back(); };
  const isSheet = () => root.dataset.sheet === "open" && getComputedStyle($("#wj-right")).position === "fixed";
  if (over()) history.replaceState({}, "", location.href); // after a reload nothing is over the page

  let place = {}; // of the article that is being opened
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const card = target?.closest(".wj-card");
    const opener = target?.closest(".wj-open") || (card && $(".wj-open", card));
    if (opener) place = {...opener.dataset};
  }, true);

  new MutationObserver((changes) => {
    for (const {target} of changes) {
      if (target.tagName !== "DIALOG") continue;
      if (!target.open) leave("dialog");
      else if (over() !== "dialog") enter("dialog", {talk: current, ...(target.id === "wj-article" ? place : {})});
    }
  }).observe(root, {subtree: true, attributes: true, attributeFilter: ["open"]});

  const openArticle = (query) => {
    const opener = made("button", {type: "button", className: "wj-open", hidden: true});
    for (const name of OURS.slice(2)) if (query.get(name)) opener.dataset[name] = query.get(name);
    $(".gradio-container").append(opener);
    opener.click();
    opener.remove();
  };

  // Evidence that came up over the chat.
  new MutationObserver(() => {
    if (root.dataset.sheet !== "open") leave("sheet");
    else if (!over() && isSheet()) enter("sheet", {talk: current});
  }).observe(root, {attributes: true, attributeFilter: ["data-sheet"]});

  let unwritten = null; // what is shown since something is over the page, not in its address yet: a conversation, or "" for none
  const write = () => {
    if (!over()) history.replaceState({}, "", addressOf({talk: current}));
    else unwritten = current;
  };

  addEventListener("popstate", () => {
    if (!over()) { if (unwritten === current) write(); unwritten = null; }
    const opened = leaving && ($("dialog[open]") ? "dialog" : isOver() ? "list" : isSheet() ? "sheet" : "");
    leaving = false;
    if (opened && opened !== over()) return enter(opened, {talk: current, ...($("#wj-article[open]") ? place : {})});
    if (over() !== "dialog") document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
    if (!over()) wenju.closeSheet();
    if (over() !== "list") shut();
    if (over() === "sheet") return root.dataset.sheet === "open" || history.back(); // else it was closed otherwise
    const query = given();
    const talk = query.get("talk") || "";
    if (over() === "list") return toggle(true);
    if (over() === "dialog") {
      if (query.get("file") && !$("dialog[open]")) openArticle(query);
    } else if (talk !== current) {
      if (talk) open(talk);
      else $("#wj-clear").click();
    }
  });

  // --- the list: beside the chat, or where the window has no room for it over the page

  const isOver = () => root.dataset.wjTalks === "open";
  const shut = () => {
    const focus = document.activeElement || document.body; // the body's, where what had it was made anew
    const had = isOver() && (focus === document.body || focus.closest("#wj-talks"));
    delete root.dataset.wjTalks;
    if (had) $("#wj-talks-open")?.focus();
  };
  const toggle = (open = !isOver()) => {
    if (!open) return leave("list"), shut();
    const tab = $('#wj-tabs button[role="tab"]');
    if (tab?.getAttribute("aria-selected") === "false") tab.click();
    root.dataset.wjTalks = "open";
    if (over() !== "list") enter("list", {talk: current});
    $("#wj-talks .wj-talks-close")?.focus();
  };

  const fill = (html) => {
    const list = $("#wj-talks .wj-talk-list");
    if (!list) return;
    list.innerHTML = html;
    // What is not kept is said above the box, too, where the list is not in view.
    $("#wj-unkept")?.remove();
    const notice = $(".wj-notice", list);
    if (notice) $("#wj-asking")?.prepend(made("div", {id: "wj-unkept", className: "wj"}, notice.cloneNode(true)));
  };
  const say = (...inner) => $("#wj-talks .wj-talks-said")?.replaceChildren(...inner);

  let asked = 0;
  /** The list anew; what is shown is the conversation that keeps `turn`, where one is given. */
  const refresh = async ({turn = "", every = false} = {}) => {
    if (!$("#wj-talks .wj-talk-list")) return;
    const [number, of] = [++asked, shown];
    const find = $(".wj-talk-find")?.value || "";
    const query = new URLSearchParams({find, turn, current, language, ...(every ? {every} : {})});
    try {
      const answer = await fetch(`wenju/talks?${query}`);
      if (!answer.ok) return;
      const told = await answer.json();
      if (turn && of === shown && told.current && told.current !== current) {
        current = told.current;
        write();
      }
      if (number === asked) fill(told.html);
    } catch { /* the page says elsewhere that the server is gone */ }
  };

  const change = async (what, item, more = {}) => {
    try {
      const answer = await fetch(`wenju/talk/${what}`, {
        method: "POST",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({talk: item, language, ...more}),
      });
      if (answer.ok) return true;
      say(answer.headers.get("Content-Type")?.startsWith("text/plain") ? await answer.text() : words.network);
    } catch {
      say(words.network);
    }
    return false;
  };

  /** What can be done with a conversation, in place of its line. */
  const offer = (item, ...inner) => {
    document.querySelectorAll(".wj-talk-acts").forEach((other) => other.remove());
    document.querySelectorAll('.wj-talk-more[aria-expanded="true"]').forEach((other) => other.setAttribute("aria-expanded", "false"));
    if (!inner.length) return;
    $(".wj-talk-more", item).setAttribute("aria-expanded", "true");
    const acts = made("div", {className: "wj-talk-acts"}, ...inner);
    item.append(acts);
    acts.scrollIntoView({block: "nearest"});
    $("input, button", acts).focus();
  };
  const withdraw = (item) => {
    offer(item);
    $(".wj-talk-more", item)?.focus();
  };

  const rename = (item) => {
    const input = made("input", {value: $(".wj-talk-title", item).textContent, maxLength: 80, ariaLabel: words.title_of_talk});
    const form = made("form", {}, input, made("button", {type: "submit", textContent: words.save}));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (await change("rename", item.dataset.talk, {title: input.value})) say();
      await refresh();
    });
    const cancel = button("", words.cancel);
    cancel.addEventListener("click", () => withdraw(item));
    offer(item, form, cancel);
    input.select();
  };

  let saying = 0;
  const remove = async (item) => {
    const talk = item.dataset.talk;
    if (!await change("remove", talk)) return refresh();
    const undo = button("wj-talk-undo", words.undo);
    undo.addEventListener("click", async () => {
      if (await change("restore", talk)) say();
      await refresh();
    });
    say(`${words.deleted} `, undo);
    clearTimeout(saying);
    saying = setTimeout(() => { if (undo.isConnected) say(); }, 20_000);
    item.remove();
    undo.focus();
    if (talk === current) $("#wj-clear").click();
    await refresh();
  };

  const sure = (item) => {
    const [yes, no] = [button("wj-talk-yes", words.delete), button("", words.cancel)];
    yes.addEventListener("click", () => remove(item));
    no.addEventListener("click", () => withdraw(item));
    offer(item, made("span", {textContent: words.delete_sure}), yes, no);
  };

  const acts = (item) => {
    if ($(".wj-talk-acts", item)) return withdraw(item);
    const [named, gone] = [button("wj-talk-rename", words.rename), button("wj-talk-delete", words.delete)];
    named.addEventListener("click", () => rename(item));
    gone.addEventListener("click", () => sure(item));
    offer(item, named, gone);
  };

  // --- opening one again

  let going = given().get("turn") || ""; // the answer to go to, once it is there
  const open = (talk, all = false) => {
    wenju.wantedTalk = all ? `${talk} all` : talk;
    $("#wj-talk-open").click();
  };
  const goTo = (turn, tries = 300) => {
    const message = $(`#wj-chat [data-turn="${CSS.escape(turn)}"]`);
    if (!message) return tries ? requestAnimationFrame(() => goTo(turn, tries - 1)) : undefined;
    wenju.whenSettled(() => { // after the page has gone to the latest answer
      if (!matchMedia("(max-width: 800px), (max-height: 560px)").matches) $(".wj-chip", message)?.click();
      const asked = message.closest(".message-row")?.previousElementSibling;
      const start = asked?.matches(".user-row") ? asked : message;
      const pane = start.closest(".bubble-wrap");
      start.scrollIntoView({block: "start"});
      if (pane && pane.scrollHeight > pane.clientHeight) pane.scrollTop -= 12;
      message.classList.add("wj-gone-to");
    });
  };

  const {start, merge, forget} = wenju;
  wenju.toggleTalks = () => toggle();
  wenju.start = () => {
    const [said, turns] = start();
    const talk = given().get("talk");
    return [said, talk ? `talk=${talk}` : turns];
  };
  wenju.merge = (news) => {
    const said = JSON.parse(news || "[]");
    if (Array.isArray(said)) {
      for (const [turn, step] of said) {
        if (!step || kept.has(turn)) continue;
        kept.add(turn);
        if (given().get("turn")) write(); // the address names the conversation again, not an earlier answer
        refresh({turn});
      }
      return merge(news);
    }
    forget();
    wenju.recall(said.turns.map(([turn]) => turn));
    for (const [turn] of said.turns) kept.add(turn);
    shown += 1;
    wenju.closeSheet();
    if (said.talk !== current && (wenju.wantedTalk || !wenju.within)) wenju.setWithin(said.within);
    current = said.talk;
    if (!current && given().get("talk") && !over()) history.replaceState({}, "", addressOf({}));
    $(".wj-earlier")?.remove();
    if (said.earlier) {
      const more = button("wj-earlier", words.earlier_turns.replace("{}", said.earlier));
      more.addEventListener("click", () => open(current, true));
      $("#wj-chat")?.before(made("div", {className: "wj wj-earlier-in"}, more));
    }
    if (going) goTo(going);
    going = "";
    refresh();
    return merge(JSON.stringify(said.turns));
  };
  wenju.forget = () => {
    forget();
    shown += 1;
    current = "";
    $(".wj-earlier-in")?.remove();
    if (isOver()) { // the list stays, with the way to undo what was done in it
      history.replaceState(history.state, "", addressOf({}));
      write();
    } else if (given().get("talk")) move({});
    refresh();
  };

  // --- links to answers

  const link = async ({dataset: {turn}}) => {
    if (current) await wenju.copyText(location.origin + addressOf({talk: current, turn}));
    wenju.tell(turn, current ? words.link_copied : words.link_none);
  };
  const addLinks = () => {
    if (!$("#wj-talks")) return;
    for (const actions of document.querySelectorAll("#wj-chat .wj-actions:not(:has(.wj-link))")) {
      $('[role="status"]', actions)?.before(button("wj-do wj-link", words.link));
    }
  };

  // --- exporting

  const choice = (name, legend, entries) => {
    const set = made("fieldset", {}, made("legend", {textContent: legend}));
    entries.forEach(([value, text], number) => {
      const input = made("input", {type: "radio", name, value, checked: !number});
      set.append(made("label", {className: "wj-choice"}, input, ` ${text}`));
    });
    return set;
  };
  wenju.exportChat = () => {
    const dialog = made("dialog", {id: "wj-export-choice", className: "wj", ariaLabel: words.export});
    const several = Boolean($("#wj-talks .wj-talk"));
    const [download, close] = [made("button", {type: "submit", className: "wj-submit", textContent: words.download}), button("wj-close", words.close)];
    const said = made("p", {className: "wj-soft"});
    said.setAttribute("role", "status");
    const form = made("form", {}, made("h2", {textContent: words.export}),
      ...(several ? [choice("what", words.export_what, [["this", words.export_this], ["all", words.export_all]])] : []),
      choice("form", words.export_form, ["docx", "md", "csv"].map((kind) => [kind, words[`export_${kind}`]])),
      said, made("div", {className: "wj-actions"}, download, close));
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => dialog.remove());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = new FormData(form);
      const all = chosen.get("what") === "all";
      const turns = wenju.turnsShown();
      if (!all && !turns.length) return (said.textContent = words.nothing_to_export);
      const query = all ? {talk: "all"} : {talk: current, turns: turns.join(" ")};
      made("a", {href: `wenju/export?${new URLSearchParams({...query, form: chosen.get("form"), language})}`, download: ""}).click();
      dialog.close();
    });
    dialog.append(form);
    $(".gradio-container").append(dialog);
    dialog.showModal();
  };

  // --- what is clicked and typed

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.closest(".wj-link")) return link(target.closest("[data-turn]"));
    if (!target.closest("#wj-talks")) {
      if (isOver() && target.isConnected && !target.closest("#wj-talks-open, #wj-clear, dialog")) toggle(false);
      return;
    }
    const item = target.closest("li");
    const chosen = target.closest(".wj-talk");
    if (chosen && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      const talk = item.dataset.talk;
      move({talk});
      shut();
      open(talk);
    } else if (target.closest(".wj-talk-more")) acts(item);
    else if (target.closest(".wj-talks-close")) toggle(false);
    else if (target.closest(".wj-talk-all")) refresh({every: true});
    else if (target.closest(".wj-talk-new")) {
      if (over() === "list") move({});
      shut();
      $("#wj-clear").click();
      $("#wj-box textarea, #wj-box input")?.focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    const item = event.target instanceof Element ? event.target.closest(".wj-talk-acts")?.closest("li") : null;
    if (item) withdraw(item);
    else if (isOver() && !$("dialog[open]")) toggle(false);
  });
  let typing = 0;
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.(".wj-talk-find")) return;
    clearTimeout(typing);
    typing = setTimeout(refresh, 200);
  });

  const wait = () => {
    const chat = $("#wj-chat");
    if (!chat) return setTimeout(wait, 50);
    new MutationObserver(addLinks).observe(chat, {childList: true, subtree: true});
    addLinks();
    const query = given();
    if (!query.get("file")) return;
    // Going back from an article that was opened by its address shows the page, not what was before it.
    history.replaceState({}, "", addressOf({talk: query.get("talk"), turn: query.get("turn")}));
    openArticle(query);
  };
  wait();
})();
