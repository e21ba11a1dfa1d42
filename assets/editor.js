// The form for a new paste: line numbers, counts, indents and the choice of a syntax. attachments.js,
// saving.js and drafts.js, which load after it, use the `editor` that it returns.
"use strict";

/** The form for a new paste; `undefined` on other pages. */
const editor = (() => {
  const form = $("#new");
  if (!form) return undefined;
  const area = $("textarea");
  const gutter = $(".gutter");
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

  // What is saved instead of the text in the editor: `{ file }`, or `{ text }` if it is too long to be edited.
  let attached = null;
  let tooLong = false;
  const showLimit = (bytes) => {
    tooLong = bytes > maxBytes;
    counts.toggleAttribute("data-over", tooLong);
    const reason = tooLong ? format(counts.dataset.tooLong, { size: formatSize(bytes - maxBytes) }) : "";
    if ($("#over").textContent !== reason) $("#over").textContent = reason;
    save.setAttribute("aria-disabled", tooLong);
  };
  const measure = (text) => {
    const bytes = new TextEncoder().encode(text);
    let newlines = 0;
    let characters = 0;
    for (const byte of bytes) {
      if (byte === 10) newlines++;
      if ((byte & 0xc0) !== 0x80) characters++;
    }
    return { newlines, lines: newlines + (bytes.length && bytes.at(-1) !== 10 ? 1 : 0), characters, bytes: bytes.length };
  };
  const updateCounts = () => {
    const inEditor = measure(area.value);
    const { bytes, ...shown } = attached?.text ? measure(attached.text) : inEditor;
    const savedBytes = attached?.file?.size ?? bytes;
    for (const name of ["lines", "characters"]) {
      const count = $(`[data-count=${name}]`);
      count.textContent = integers.format(shown[name]);
      count.parentElement.hidden = Boolean(attached?.file);
    }
    $("[data-count=bytes]").textContent = formatSize(savedBytes);
    lines = inEditor.newlines + 1;
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
  const syntaxes = [...select.options].map((o) => ({ slug: o.value, name: o.text, extensions: o.dataset.extensions.split(" "), aliases: o.dataset.aliases.split(" ") }));
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
  const suggestion = (value, label = "") => Object.assign(document.createElement("option"), { value, label });
  field.setAttribute("list", suggestions.id);
  const noSyntax = Object.assign(document.createElement("p"), { id: "syntax-none", className: "hint" });
  noSyntax.setAttribute("role", "status");
  select.replaceWith(field, suggestions, noSyntax);

  // Other names, such as `golang` and `yml`, are suggested only while one of them is typed.
  const otherNames = ({ extensions, aliases }) => [...aliases, ...extensions].filter(Boolean);
  const syntaxNamed = (typed) => {
    const name = typed.trim().toLowerCase();
    return name && (syntaxes.find((one) => one.name.toLowerCase() === name)
      ?? syntaxes.find((one) => one.slug === name || otherNames(one).includes(name)));
  };
  const suggest = () => {
    const typed = field.value.trim().toLowerCase();
    const byOtherName = typed && !syntaxes.some(({ name }) => name.toLowerCase() === typed) ? syntaxes.flatMap((one) => {
      const name = otherNames(one).find((other) => other.startsWith(typed));
      return name && !one.name.toLowerCase().includes(typed) ? [suggestion(name, `${name}: ${one.name}`)] : [];
    }) : [];
    suggestions.replaceChildren(...byOtherName, ...syntaxes.map(({ name }) => suggestion(name)));
    const isKnown = !typed || byOtherName.length || syntaxes.some(({ name }) => name.toLowerCase().includes(typed));
    noSyntax.textContent = isKnown ? "" : select.dataset.none;
  };
  suggest();
  const syntax = {
    /** The slug of what is typed; what is typed if there is no such syntax. */
    get value() { return syntaxNamed(field.value)?.slug ?? field.value; },
    set value(slug) {
      const known = syntaxes.find((one) => one.slug === slug);
      field.value = known ? (known.name === detect ? "" : known.name) : slug;
      suggest();
    },
  };
  field.addEventListener("input", suggest);
  field.addEventListener("change", () => { syntax.value = syntax.value; });
  field.addEventListener("focus", () => field.select());

  const guessFromName = (name) => {
    const title = $("#title");
    title.value ||= name.slice(0, title.maxLength);
    const lower = name.toLowerCase();
    const extension = lower.slice(lower.lastIndexOf(".") + 1);
    const found = extension && syntaxes.find((s) => s.extensions.includes(extension));
    if (!field.value && found) syntax.value = found.slug;
  };

  // A custom expiry

  const customExpiry = $("#expires_custom");
  form.addEventListener("change", ({ target }) => {
    if (target.name === "expires" && target.value === "custom") customExpiry.focus();
  });

  return {
    form, area, save, formatSize, textChanged, updateCounts, guessFromName, syntax,
    get isTooLong() { return tooLong; },
    get attached() { return attached; },
    set attached(what) { attached = what; updateCounts(); },
  };
})();
