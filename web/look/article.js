// A document in the dialog: its original or its text, from hit to hit, page to page, larger and smaller.
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const STEPS = [1, 1.5, 2, 3];
  let zoom = 0; // of STEPS; kept from page to page
  let asked = 0;

  const reader = () => $("#wj-article .wj-reader");

  const scrollTo = (place) => place?.scrollIntoView({block: "center", inline: "nearest"});

  const zoomed = () => {
    const page = $("#wj-article .wj-page");
    if (!page) return;
    page.style.width = `${100 * STEPS[zoom]}%`;
    const picture = $("img", page);
    // A picture of twice the width is only fetched where it can be seen, and shown once it is there.
    if (page.clientWidth * devicePixelRatio > 1300 && picture.dataset.large) {
      const large = new Image();
      large.addEventListener("load", () => { picture.src = large.src; });
      large.src = picture.dataset.large;
      delete picture.dataset.large;
    }
    $("#wj-article [data-by='-1']").disabled = zoom === 0;
    $("#wj-article [data-by='1']").disabled = zoom === STEPS.length - 1;
  };

  // --- the marks of a text, counted here

  let mark = 0;
  const marks = () => [...document.querySelectorAll("#wj-article .wj-body mark")];
  const showMark = (by) => {
    const all = marks();
    const steps = $("#wj-article .wj-marks");
    if (!steps || !all.length) return;
    mark = Math.min(Math.max(mark + by, 0), all.length - 1);
    steps.hidden = all.length < 2;
    $(".wj-step > span", steps).textContent = `${mark + 1} / ${all.length}`;
    const [back, on] = steps.querySelectorAll("button");
    back.disabled = mark === 0;
    on.disabled = mark === all.length - 1;
    all.forEach((one, place) => one.classList.toggle("wj-current", place === mark && all.length > 1));
    if (by) scrollTo(all[mark]);
  };

  /** What a newly shown document needs: it is called whenever one is put into the dialog. */
  const shown = () => {
    if (!reader() || reader().dataset.ready) return;
    reader().dataset.ready = "yes";
    $("#wj-article .wj-title").textContent = $("h2", reader())?.textContent || "";
    zoomed();
    const first = $("#wj-article .wj-body .wj-here mark");
    mark = Math.max(first ? marks().indexOf(first) : 0, 0);
    showMark(0);
    if (new URLSearchParams(reader().dataset.address).get("typed")) scrollTo(marks()[mark]);
    const ask = window.wenju?.askWithin;
    for (const button of document.querySelectorAll("#wj-article .wj-within")) button.hidden = !ask;
  };

  /** Show another place of the document; `changes` are those of its address. */
  const go = async (changes) => {
    const query = new URLSearchParams(reader().dataset.address);
    for (const [name, value] of new URLSearchParams(changes)) query.set(name, value);
    query.set("language", window.wenju.language);
    const number = ++asked;
    const body = reader().parentElement;
    body.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`wenju/article?${query}`);
      const text = await answer.text();
      if (number !== asked || !reader()) return;
      if (answer.ok) body.innerHTML = text;
      else window.wenju.articleFailed?.(text);
    } catch {
      window.wenju.articleFailed?.();
    }
    body.removeAttribute("aria-busy");
    if (!reader()) return;
    shown();
    const here = (query.get("typed") && marks()[mark]) || $(".wj-here", body);
    if (here) scrollTo(here);
    else body.scrollTop = 0;
    if (query.get("typed")) $(".wj-finder input", body)?.focus({preventScroll: true});
    else $(`[data-go="${CSS.escape(changes)}"]`, body)?.focus({preventScroll: true});
  };

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("#wj-article button") : null;
    if (!button) return;
    if (button.matches(".wj-zoom")) {
      zoom = Math.min(Math.max(zoom + Number(button.dataset.by), 0), STEPS.length - 1);
      zoomed();
      scrollTo($("#wj-article .wj-here"));
    } else if (button.matches(".wj-go") && button.dataset.go.startsWith("mark=")) {
      showMark(Number(button.dataset.go.slice(5)));
    } else if (button.matches(".wj-go") && button.dataset.go) {
      go(button.dataset.go);
    } else if (button.matches(".wj-within")) {
      button.closest("dialog").close();
      window.wenju.askWithin(decodeURIComponent(button.dataset.name));
    }
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#wj-article .wj-finder")) return;
    event.preventDefault();
    go(new URLSearchParams({typed: $("input", event.target).value, hit: -1, number: 0}).toString());
  });

  // The dialog is filled by the page's own script; it is made when it is first opened.
  new MutationObserver(shown).observe(document.documentElement, {childList: true, subtree: true});
})();
