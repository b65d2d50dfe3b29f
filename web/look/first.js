// Runs before anything else of the page: one language for it all, and light or dark; the chosen ones, else the browser's.
(() => {
  const kept = (name) => {
    try { return localStorage.getItem(name); } catch { return null; /* storage is off */ }
  };
  const language = kept("wj-language") || (/^zh/i.test(navigator.language) ? "zh-CN" : "en");
  Object.defineProperty(navigator, "language", {get: () => language});
  Object.defineProperty(navigator, "languages", {get: () => [language]});
  document.documentElement.lang = language;

  // The field that tells the server the language has it before anything can be clicked.
  let config;
  Object.defineProperty(window, "gradio_config", {
    configurable: true,
    get: () => config,
    set: (given) => {
      const field = given?.components?.find(({props}) => props?.elem_id === "wj-language");
      if (field) field.props.value = language === "en" ? "en" : "zh";
      config = given;
    },
  });

  // Gradio follows the system by asking for its scheme: it is told the chosen one.
  let theme = kept("wj-theme") || "system";
  const ask = window.matchMedia.bind(window);
  const system = ask("(prefers-color-scheme: dark)");
  const listeners = new Set();
  const tell = () => {
    document.documentElement.style.colorScheme = scheme.matches ? "dark" : "light";
    for (const listener of listeners) listener({matches: scheme.matches, media: system.media});
  };
  const scheme = {
    get matches() { return theme === "system" ? system.matches : theme === "dark"; },
    media: system.media,
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener),
    addListener: (listener) => listeners.add(listener),
    removeListener: (listener) => listeners.delete(listener),
  };
  system.addEventListener("change", tell);
  window.matchMedia = (query) => (/^\(prefers-color-scheme:\s*dark\)$/.test(query) ? scheme : ask(query));
  window.wenjuTheme = {
    now: () => theme,
    choose: (chosen) => {
      theme = chosen;
      try { localStorage.setItem("wj-theme", chosen); } catch { /* storage is off */ }
      tell();
    },
  };
  tell();
})();
