// The figures tab: its form, measures offered as one types, the sentence of a figure, the CSV file.
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const form = () => $("#wj-figures-form form");
  const press = (id) => $(`#${id}`).click();

  const unpress = () => {
    document.querySelectorAll(".wj-value[aria-pressed]").forEach((value) => value.removeAttribute("aria-pressed"));
  };

  const clear = () => {
    const panel = $("#wj-figure .wj");
    const hint = Object.assign(document.createElement("p"), {className: "wj-soft", textContent: panel.dataset.hint});
    $(".wj-chosen-figure", panel).replaceChildren(hint);
    $(".wj-back", panel).hidden = true;
    unpress();
  };

  // --- asking

  const ask = (words) => {
    clear();
    if (words !== undefined) {
      form().reset();
      form().elements.words.value = words;
    }
    window.wenju.figuresAsked = JSON.stringify(Object.fromEntries(new FormData(form())));
    press("wj-figures-ask");
  };

  let typing = 0;
  const offer = (words) => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      window.wenju.figuresTyped = words;
      press("wj-figures-offer");
    }, 250);
  };

  // --- the sentence of a figure: cards travel along with the table, in a template

  let opener = null;

  const heading = (text) => Object.assign(document.createElement("h3"), {className: "wj-side-title", textContent: text});

  const show = (value) => {
    const panel = $("#wj-figure .wj");
    const cards = $("#wj-figures-shown template.wj-figure-cards");
    if (!panel || !cards) return;
    const cardsOf = (numbers) => (numbers || "").split(" ").filter(Boolean)
      .map((number) => $(`[data-figure="${number}"]`, cards.content)?.cloneNode(true)).filter(Boolean);
    const own = cardsOf(value.dataset.own);
    const against = cardsOf(value.dataset.against);
    const title = document.createElement("p");
    title.className = "wj-soft";
    title.textContent = value.dataset.title;
    const differing = against.length ? [heading(panel.dataset.disagree)] : [];
    const others = against.length ? [heading(panel.dataset.elsewhere), ...against] : [];
    $(".wj-chosen-figure", panel).replaceChildren(title, ...differing, ...own, ...others);
    $(".wj-back", panel).hidden = false;
    unpress();
    const button = value.matches("button") ? value : $(`.wj-value[data-own="${value.dataset.own}"]`);
    button?.setAttribute("aria-pressed", "true");
    opener = button || value;
    panel.scrollTop = 0;
    panel.focus({preventScroll: true});
  };

  const back = () => {
    if (matchMedia("(max-width: 800px)").matches) clear(); // where the sentence stands over a part of the table
    if (!opener?.isConnected) return;
    opener.scrollIntoView({block: "center"});
    opener.focus?.({preventScroll: true});
  };

  // --- events

  document.addEventListener("submit", (event) => {
    if (event.target !== form()) return;
    event.preventDefault();
    ask();
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("#wj-figures-form input[name=words]")) offer(event.target.value);
  });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const value = target?.closest(".wj-value, .wj-dot");
    if (value) return show(value);
    const button = target?.closest("button");
    if (button?.matches(".wj-measure")) return ask(button.dataset.words);
    if (button?.matches(".wj-csv")) return press("wj-figures-save");
    if (button?.matches(".wj-back")) return back();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target instanceof Element && event.target.closest("#wj-figure")) back();
  });

  Object.assign(window.wenju, {
    figuresAsked: "",
    figuresTyped: "",
    offerMeasures: (found) => {
      const options = JSON.parse(found || "[]").map((name) => Object.assign(document.createElement("option"), {value: name}));
      $("#wj-measures").replaceChildren(...options);
    },
    saveFigures: (text) => {
      if (!text) return;
      const link = document.createElement("a");
      // With the mark that tells a spreadsheet that it is UTF-8.
      link.href = URL.createObjectURL(new Blob(["\ufeff", text], {type: "text/csv;charset=utf-8"}));
      const words = JSON.parse(window.wenju.figuresAsked || "{}").words || "wenju";
      link.download = `${words.replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 60)}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    },
  });
})();
