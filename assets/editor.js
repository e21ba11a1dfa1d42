// The form for a new paste: line numbers, counts, indents, the choice of a syntax, files and saving.
"use strict";
(() => {
  const form = $("#new");
  if (!form) return;
  const area = $("textarea");
  const sheet = $(".sheet");
  const gutter = $(".gutter");
  const file = $("#file");
  const fileState = $("#file-state");
  const fileHint = fileState.innerHTML;
  const remove = $("[data-remove]");
  const messages = $(".editor").dataset;
  const counts = $(".counts");
  const save = $("#save");
  const maxBytes = Number(counts.dataset.max);
  const units = counts.dataset.units.split(" ");
  const integers = new Intl.NumberFormat(root.lang);
  const tenths = new Intl.NumberFormat(root.lang, { maximumFractionDigits: 1 });

  const formatSize = (bytes) => {
    let unit = 0;
    for (; bytes >= 1023.5 && unit < 3; unit++) bytes /= 1024;
    return `${(bytes < 10 ? tenths : integers).format(bytes < 10 ? bytes : Math.round(bytes))} ${units[unit]}`;
  };

  // Line numbers: only the visible ones are drawn, so that a long text stays fast.

  let lines = 1;
  let drawn = "";
  const drawGutter = () => {
    const height = parseFloat(getComputedStyle(area).lineHeight);
    const first = Math.floor(area.scrollTop / height);
    const until = Math.min(lines, first + Math.ceil(area.clientHeight / height) + 1);
    let numbers = "";
    for (let line = first + 1; line <= until; line++) numbers += `${line}\n`;
    if (numbers !== drawn) gutter.textContent = drawn = numbers;
    gutter.style.width = `max(3rem, ${String(lines).length}ch + 1.25rem)`;
    gutter.scrollTop = area.scrollTop - first * height;
  };
  let frame = 0;
  const requestDraw = () => { frame ||= requestAnimationFrame(() => { frame = 0; drawGutter(); }); };

  let tooLong = false;
  const showLimit = (bytes) => {
    tooLong = bytes > maxBytes;
    counts.toggleAttribute("data-over", tooLong);
    const reason = tooLong ? format(counts.dataset.tooLong, { size: formatSize(bytes - maxBytes) }) : "";
    if ($("#over").textContent !== reason) $("#over").textContent = reason;
    save.setAttribute("aria-disabled", tooLong);
  };
  const updateCounts = () => {
    const bytes = new TextEncoder().encode(area.value);
    let characters = 0;
    lines = 1;
    for (const byte of bytes) {
      if (byte === 10) lines++;
      if ((byte & 0xc0) !== 0x80) characters++;
    }
    const shown = { lines: bytes.length && bytes.at(-1) !== 10 ? lines : lines - 1, characters };
    for (const name in shown) $(`[data-count=${name}]`).textContent = integers.format(shown[name]);
    const savedBytes = file.files[0]?.size ?? bytes.length;
    $("[data-count=bytes]").textContent = formatSize(savedBytes);
    for (const name in shown) $(`[data-count=${name}]`).parentElement.hidden = file.files.length > 0;
    showLimit(savedBytes);
    requestDraw();
  };
  let countTimer = 0;
  const textChanged = () => {
    clearTimeout(countTimer);
    countTimer = setTimeout(updateCounts, area.textLength > 300000 ? 300 : 0);
  };
  area.addEventListener("input", textChanged);
  area.addEventListener("scroll", requestDraw, { passive: true });
  new ResizeObserver(requestDraw).observe(area);
  updateCounts();

  // Tab indents; after Esc it moves the focus. execCommand keeps the undo history of the browser.

  let tabMovesFocus = false;
  const replaceRange = (from, to, insert) => {
    area.setSelectionRange(from, to);
    if (!document.execCommand(insert ? "insertText" : "delete", false, insert)) {
      area.setRangeText(insert, from, to, "end");
      textChanged();
    }
  };
  area.addEventListener("blur", () => { tabMovesFocus = false; });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return;
    if (event.key === "Escape") { tabMovesFocus = true; return; }
    if (event.key !== "Tab" || event.ctrlKey || event.altKey || event.metaKey) {
      if (event.key !== "Shift") tabMovesFocus = false;
      return;
    }
    if (tabMovesFocus) return;
    event.preventDefault();
    const { selectionStart: start, selectionEnd: end, value } = area;
    const from = value.lastIndexOf("\n", start - 1) + 1;
    const block = value.slice(from, end);
    if (!event.shiftKey && !block.includes("\n")) return replaceRange(start, end, "\t");
    const moved = block.split("\n").map((line) => event.shiftKey ? line.replace(/^(\t| {1,4})/, "") : line && `\t${line}`).join("\n");
    if (moved === block) return;
    replaceRange(from, end, moved);
    if (start !== end) area.setSelectionRange(from, from + moved.length);
    else area.setSelectionRange(Math.max(from, start + moved.length - block.length), Math.max(from, start + moved.length - block.length));
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(save);
    }
  });

  // Syntax: a text field with suggestions replaces the select

  const select = $("select#syntax");
  const syntaxes = [...select.options].map((o) => ({ slug: o.value, name: o.text, extensions: o.dataset.extensions.split(" ") }));
  const { detect } = select.dataset;
  const field = document.createElement("input");
  for (const name of ["id", "name", "aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) field.setAttribute(name, select.getAttribute(name));
  }
  Object.assign(field, { autocomplete: "off", spellcheck: false, placeholder: detect, title: select.dataset.hint });
  const chosen = select.selectedOptions[0].text;
  field.value = chosen === detect ? "" : chosen;
  const suggestions = document.createElement("datalist");
  suggestions.id = "syntaxes";
  suggestions.append(...syntaxes.map(({ name }) => Object.assign(document.createElement("option"), { value: name })));
  field.setAttribute("list", suggestions.id);
  field.addEventListener("focus", () => field.select());
  select.replaceWith(field, suggestions);

  const guessFromName = (name) => {
    const title = $("#title");
    title.value ||= name.slice(0, title.maxLength);
    const lower = name.toLowerCase();
    const extension = lower.slice(lower.lastIndexOf(".") + 1);
    const found = extension && syntaxes.find((s) => s.extensions.includes(extension));
    if (!field.value && found) field.value = found.name;
  };

  // Files: a small file is loaded into the editor, a large one is attached

  const updateAttachment = () => {
    const [one] = file.files;
    sheet.toggleAttribute("data-replaced", Boolean(one));
    area.readOnly = Boolean(one);
    remove.hidden = !one;
    if (one) fileState.textContent = format(messages.attached, { name: one.name, size: formatSize(one.size) });
    else fileState.innerHTML = fileHint;
    updateCounts();
  };
  const addFile = async (one) => {
    guessFromName(one.name);
    if (one.size <= 1 << 20 && !area.value && !file.files.length) {
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await one.arrayBuffer());
      if (!text.includes("\ufffd") && !text.includes("\0") && !text.includes("\r")) {
        area.value = text;
        area.setSelectionRange(0, 0);
        area.focus();
        textChanged();
        announce(format(messages.loaded, { name: one.name }));
        return;
      }
    }
    const transfer = new DataTransfer();
    transfer.items.add(one);
    file.files = transfer.files;
    updateAttachment();
    announce(fileState.textContent);
  };
  file.addEventListener("change", () => {
    const [one] = file.files;
    if (!one) return updateAttachment();
    if (area.value || one.size > 1 << 20) { guessFromName(one.name); return updateAttachment(); }
    file.value = "";
    addFile(one);
  });
  remove.addEventListener("click", () => { file.value = ""; updateAttachment(); area.focus(); });
  const hasFile = (transfer) => [...(transfer?.types ?? [])].includes("Files");
  // `dragenter` and `dragleave` also fire for child elements, so the nesting is counted.
  let depth = 0;
  const dragging = (by) => { depth = by && Math.max(0, depth + by); sheet.toggleAttribute("data-dragging", depth > 0); };
  document.addEventListener("dragenter", (event) => hasFile(event.dataTransfer) && dragging(1));
  document.addEventListener("dragleave", (event) => hasFile(event.dataTransfer) && dragging(-1));
  document.addEventListener("dragover", (event) => hasFile(event.dataTransfer) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!hasFile(event.dataTransfer)) return;
    event.preventDefault();
    dragging(0);
    if (event.dataTransfer.files[0]) addFile(event.dataTransfer.files[0]);
  });
  area.addEventListener("paste", (event) => {
    const [one] = event.clipboardData.files;
    if (!one || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    addFile(one);
  });

  // A custom expiry

  const customExpiry = $("#expires_custom");
  form.addEventListener("change", ({ target }) => {
    if (target.name === "expires" && target.value === "custom") customExpiry.focus();
  });

  // Saving, with a progress bar; the browser warns before the page is left with unsaved text

  const label = save.textContent;
  const progress = $("#progress");
  let saving = false;
  const setSaving = (on) => {
    saving = on;
    save.setAttribute("aria-busy", on);
    save.textContent = on ? save.dataset.saving : label;
    if (!on) progress.hidden = true;
  };
  form.addEventListener("submit", (event) => {
    if (!tooLong && !saving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (tooLong) area.focus();
  }, true);

  const upload = (url, request) => new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(request.method, url);
    for (const name in request.headers) xhr.setRequestHeader(name, request.headers[name]);
    xhr.upload.addEventListener("progress", ({ loaded, total }) => {
      progress.hidden = total < 1 << 18;
      progress.value = (100 * loaded) / total;
    });
    xhr.addEventListener("load", () => {
      const headers = new Headers();
      for (const line of xhr.getAllResponseHeaders().trim().split("\r\n")) {
        const colon = line.indexOf(":");
        if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
      }
      const body = [204, 205, 304].includes(xhr.status) ? null : xhr.responseText;
      resolve(new Response(body, { status: xhr.status, headers }));
    });
    xhr.addEventListener("error", () => reject(new TypeError("no answer")));
    xhr.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    request.signal?.addEventListener("abort", () => xhr.abort());
    xhr.send(request.body);
  });
  form.addEventListener("htmx:config:request", ({ target, detail: { ctx } }) => {
    if (target !== form) return;
    ctx.fetch = upload;
    if (file.files.length) ctx.request.body.delete("text");
    else ctx.request.body.delete("file");
    const name = field.value.trim().toLowerCase();
    const known = syntaxes.find((s) => s.name.toLowerCase() === name);
    ctx.request.body.set("syntax", known?.slug ?? field.value);
    setSaving(true);
  });
  form.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (!ctx.hx?.redirect) setSaving(false);
  });
  form.addEventListener("htmx:before:swap", () => {
    for (const slot of [$("#form-errors"), ...all(".error[data-for]", form)]) slot.replaceChildren();
  });
  document.addEventListener("htmx:after:swap", () => {
    let first = null;
    for (const slot of all(".error[data-for]", form)) {
      const invalid = slot.textContent.trim() !== "";
      const name = slot.dataset.for;
      for (const input of all(`#${name}:not(fieldset), [name=${name}_custom]`, form)) {
        input.toggleAttribute("aria-invalid", invalid);
        if (invalid) input.setAttribute("aria-invalid", "true");
      }
      if (invalid) first ??= $(`[name=${name}_custom], [name=${name}]:is(:checked, :not([type=radio]))`, form);
    }
    first?.focus();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!saving && (area.value !== area.defaultValue || file.files.length)) event.preventDefault();
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { setSaving(false); updateCounts(); } });
})();
