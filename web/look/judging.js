// Whether an answer is right, as its reader sees it: shown on the buttons, changed and taken back; what is right is
// written in a dialog, which nothing that happens in the chat closes.
(() => {
  const english = document.documentElement.lang === "en";
  const words = window.wenjuWords[english ? "en" : "zh"];
  const $ = (selector, within = document) => within.querySelector(selector);
  const judged = new Map(); // turn -> "good" or "bad"
  const told = new Map(); // turn -> what stands beside its buttons

  const dialog = document.createElement("dialog");
  dialog.id = "wj-judge";
  dialog.className = "wj wj-dialog";
  dialog.innerHTML = '<form class="wj-right"><h2></h2><p class="wj-judged"></p><label><span class="wj-soft"></span>'
    + '<input name="right" maxlength="2000" autocomplete="off"></label><p class="wj-error" role="alert"></p>'
    + '<div class="wj-actions"><button type="submit" class="wj-main"></button><button type="button" class="wj-cancel"></button></div></form>';
  $("h2", dialog).textContent = words.judge_title;
  $("h2", dialog).id = "wj-judge-title";
  dialog.setAttribute("aria-labelledby", "wj-judge-title");
  $("label span", dialog).textContent = words.judge_hint;
  $(".wj-main", dialog).textContent = words.send;
  $(".wj-cancel", dialog).textContent = words.cancel_judging;
  $(".wj-cancel", dialog).addEventListener("click", () => dialog.close());

  /** Put what is known onto the buttons; whatever draws a message anew forgets it. */
  const paint = () => {
    for (const message of document.querySelectorAll("#wj-chat [data-turn]")) {
      for (const button of message.querySelectorAll('.wj-do:is([data-do="good"], [data-do="bad"])')) {
        const pressed = String(judged.get(message.dataset.turn) === button.dataset.do);
        if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
      }
      const line = $('.wj-actions [role="status"]', message);
      const text = told.get(message.dataset.turn) || "";
      if (line && line.textContent !== text) line.textContent = text;
    }
  };
  const tell = (turn, text) => {
    told.set(turn, text);
    paint();
  };

  /** Send a judgement, or that there is none any more; the words of what went wrong, "" where nothing did. */
  const send = async (turn, good, right) => {
    try {
      const answer = await fetch("wenju/feedback", {
        method: "POST",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({turn, good, right, language: english ? "en" : "zh"}),
      });
      if (!answer.ok) return await answer.text();
    } catch {
      return words.network;
    }
    if (good === null) judged.delete(turn);
    else judged.set(turn, good ? "good" : "bad");
    tell(turn, good === null ? "" : words.thanks);
    return "";
  };

  const askWhatIsRight = (message) => {
    dialog.dataset.judging = message.dataset.turn;
    $(".wj-judged", dialog).textContent = ($(".wj-text, .wj-reason", message)?.textContent || "").trim();
    $(".wj-error", dialog).textContent = "";
    $("input", dialog).value = "";
    if (!dialog.isConnected) $(".gradio-container").append(dialog);
    dialog.showModal();
    $("input", dialog).focus();
  };
  $("form", dialog).addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = await send(dialog.dataset.judging, false, $("input", dialog).value);
    if (wrong) $(".wj-error", dialog).textContent = wrong;
    else dialog.close();
  });

  window.wenju.tell = tell;
  window.wenju.judge = async (message, verdict) => {
    const turn = message.dataset.turn;
    if (judged.get(turn) !== verdict && verdict === "bad") return askWhatIsRight(message);
    const wrong = await send(turn, judged.get(turn) === verdict ? null : true, null);
    if (wrong) tell(turn, wrong);
  };

  const watch = () => {
    const chat = $("#wj-chat");
    if (!chat) return setTimeout(watch, 50);
    new MutationObserver(paint).observe(chat, {childList: true, subtree: true});
  };
  watch();
})();
