// Files for the documents: chosen, or dropped anywhere on the page, a folder with all that is in it; indexed at once.
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const library = window.wenju.library;
  const AT_ONCE = 20; // files of an upload
  const BYTES_AT_ONCE = 128 << 20;

  const say = (text, ...given) => given.reduce((said, one) => said.replace("{}", one), text);
  const inFolder = (path) => path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";

  const entriesOf = async (entry, way, found) => {
    if (entry.name.startsWith(".")) return;
    if (entry.isFile) {
      const file = await new Promise((done, fail) => entry.file(done, fail)).catch(() => null);
      if (file) found.push({file, folder: way});
      return;
    }
    const reader = entry.createReader();
    for (;;) { // a hundred at a time
      const some = await new Promise((done, fail) => reader.readEntries(done, fail)).catch(() => []);
      if (!some.length) return;
      for (const one of some) await entriesOf(one, way ? `${way}/${entry.name}` : entry.name, found);
    }
  };

  const fits = (item, refused) => {
    const most = Number(library.frameData.bytes);
    const suffix = (/\.[^.]+$/.exec(item.file.name) || [""])[0].toLowerCase();
    if (!library.frameData.suffixes.split(" ").includes(suffix)) refused.push(say(library.words.not_read_here, item.file.name));
    else if (item.file.size > most) refused.push(say(library.words.too_large, item.file.name, (item.file.size / 1048576).toFixed(1), most >> 20));
    else return true;
    return false;
  };

  const batches = (items) => {
    const parts = [];
    let size = Infinity;
    for (const item of items) {
      if (!parts.length || parts[parts.length - 1].length >= AT_ONCE || size + item.file.size > BYTES_AT_ONCE) {
        parts.push([]);
        size = 0;
      }
      parts[parts.length - 1].push(item);
      size += item.file.size;
    }
    return parts;
  };

  const bar = (done, total) => {
    const text = say(library.words.uploading, done, total);
    const place = $("#wj-state");
    if (!$("progress", place) || !place.dataset.sending) {
      place.innerHTML = '<div class="wj"><p role="status"></p><progress></progress></div>';
      place.dataset.sending = "yes";
      delete place.dataset.html;
    }
    $("p", place).textContent = text;
    Object.assign($("progress", place), {max: total, value: done, ariaLabel: text});
  };

  const sendSome = async (part) => {
    const form = new FormData();
    for (const {file} of part) form.append("files", file, file.name);
    const sent = await fetch("gradio_api/upload", {method: "POST", body: form});
    if (!sent.ok) {
      const said = await sent.text();
      let sentence = said;
      try { sentence = JSON.parse(said).error || said; } catch { /* it is a sentence */ }
      return {lines: [sentence], added: 0};
    }
    return library.post("add", {files: await sent.json(), folders: part.map(({folder}) => folder)});
  };

  const addNow = async (items) => {
    if (!items.length) return;
    const refused = [];
    const many = items.length > AT_ONCE;
    const good = items.filter((item) => fits(item, refused));
    // Of a whole folder not each picture and program is named.
    const left = refused.length > AT_ONCE ? [...refused.slice(0, AT_ONCE), say(library.words.skipped_files, refused.length - AT_ONCE)] : refused;
    const lines = [...left];
    let added = 0;
    try {
      let done = 0;
      for (const part of batches(good)) {
        bar(done, good.length);
        const said = await sendSome(part);
        done += part.length;
        added += said.added || 0;
        // Of many files only those that were not taken are named.
        lines.push(...(many && said.added ? said.lines.slice(said.added) : said.lines));
      }
    } catch {
      lines.unshift(library.words.library_lost);
    }
    delete $("#wj-state").dataset.sending;
    $("#wj-state").replaceChildren();
    delete $("#wj-state").dataset.html;
    library.tell(lines);
    await library.list();
    if (added) await library.build().catch(library.lost);
  };

  let adding = Promise.resolve();
  /** Add these, after those that are being sent. */
  const add = (items) => (adding = adding.then(() => addNow(items)));

  const drop = document.createElement("div");
  drop.id = "wj-drop";
  let over = 0;
  const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files") && library.tab();
  const mayAdd = () => library.frameData.mayChange === "true";
  document.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    over += 1;
    library.frame().then(() => {
      if (!over || !mayAdd()) return;
      drop.textContent = library.words.drop_here;
      if (!drop.isConnected) $(".gradio-container").append(drop);
      drop.classList.add("wj-over");
    }, () => {});
  });
  document.addEventListener("dragleave", (event) => {
    if (carriesFiles(event)) over = Math.max(over - 1, 0);
    if (!over) drop.classList.remove("wj-over");
  });
  document.addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); }, true);
  document.addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    over = 0;
    drop.classList.remove("wj-over");
    // What was dropped is only there until this handler waits for something.
    const plain = [...event.dataTransfer.files];
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    await library.frame();
    if (!mayAdd()) return;
    library.tab().click();
    await library.mount();
    const found = [];
    for (const entry of entries) await entriesOf(entry, "", found);
    await add(found.length || entries.length ? found : plain.map((file) => ({file, folder: ""})));
  }, true);

  // --- what is chosen

  document.addEventListener("click", ({target}) => {
    if (!(target instanceof Element)) return;
    if (target.closest("#wj-add")) $("#wj-files-chosen").click();
    else if (target.closest("#wj-add-folder")) $("#wj-folder-chosen").click();
  });
  document.addEventListener("change", ({target: one}) => {
    if (one.id !== "wj-files-chosen" && one.id !== "wj-folder-chosen") return;
    const chosen = [...one.files].map((file) => ({file, folder: inFolder(file.webkitRelativePath || "")}));
    add(chosen.filter(({file, folder}) => !file.name.startsWith(".") && !/(^|\/)\./.test(folder))).finally(() => { one.value = ""; });
  });
})();
