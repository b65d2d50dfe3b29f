// Runs before anything else of the page: one language for it all, the chosen one, else the browser's.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("wj-language"); } catch { /* storage is off */ }
  const language = chosen || (/^zh/i.test(navigator.language) ? "zh-CN" : "en");
  Object.defineProperty(navigator, "language", {get: () => language});
  Object.defineProperty(navigator, "languages", {get: () => [language]});
  document.documentElement.lang = language;
})();
