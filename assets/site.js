// Progressive enhancement: every page works without this script.
"use strict";
(() => {
  const root = document.documentElement;
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const announce = (text) => { $("#live").textContent = text; };
  const format = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  root.dataset.js = "";

  // Failed requests. The markup says where an error response is shown; this handles a missing response.

  const showNotice = (text) => {
    $("#notice").replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  };
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (!ctx || ctx.response) return;
    const refreshesItself = ctx.sourceElement.matches("[hx-trigger*=again]");
    if (!refreshesItself && !ctx.sourceElement.matches("#password")) showNotice($("#notice").dataset.offline);
  });
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.request.method !== "GET") $("#notice").replaceChildren();
  });

  // Elements that refresh themselves: retry after a failure, and refresh when the page becomes visible again.

  const triggerRefresh = (element) => element.isConnected && htmx.trigger(element, "again");
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const { sourceElement: source, response } = ctx;
    if (!source.matches("[hx-trigger*=again]") || (response && response.status < 400)) return;
    if (response?.status !== 404) setTimeout(triggerRefresh, 15000, source);
  });
  const refreshAll = () => {
    if (document.visibilityState === "visible") all("[hx-trigger*=again]").forEach(triggerRefresh);
  };
  document.addEventListener("visibilitychange", refreshAll);
  window.addEventListener("pageshow", (event) => event.persisted && refreshAll());

  // "Show more": if the request fails, follow its link instead. After a swap, move the focus to a row nearby.

  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    if (ctx.sourceElement.id === "more-link") location.href = ctx.sourceElement.href;
  });
  let rowAfter = null;
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    rowAfter = null;
    const source = ctx.sourceElement;
    if (source.id === "more-link") rowAfter = { last: $("#pastes tbody:last-of-type") };
    if (ctx.request.method === "DELETE" && ctx.response.status < 400) {
      const row = source.closest("tr");
      const rows = all("tbody tr:not([hidden])", row.closest("table"));
      const index = rows.indexOf(row);
      rowAfter = { row: rows[index + 1] ?? rows[index - 1] };
    }
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!rowAfter) return;
    const { row, last } = rowAfter;
    rowAfter = null;
    if (last) { if (!$("#more-link")) $("th a", last.nextElementSibling ?? last)?.focus(); return; }
    (row?.isConnected ? $("summary", row) : $("#heading"))?.focus();
  });

  // Only one confirmation is open at a time. Esc closes it.

  const openConfirmations = () => all(".confirm[open]");
  document.addEventListener("toggle", ({ target }) => {
    if (target.matches?.(".confirm[open]")) openConfirmations().forEach((other) => { other.open = other === target; });
  }, true);
  document.addEventListener("click", ({ target }) => {
    openConfirmations().forEach((confirm) => { confirm.open = confirm.contains(target); });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openConfirmations().forEach((confirm) => {
      confirm.open = false;
      if (confirm.contains(document.activeElement)) $("summary", confirm).focus();
    });
  });

  // Dialogs, and the button that shows a password

  document.addEventListener("click", (event) => {
    const { target } = event;
    const opener = target.closest?.("[data-dialog]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      const dialog = document.getElementById(opener.dataset.dialog);
      all("img[data-src]", dialog).forEach((img) => { img.src = img.dataset.src; });
      dialog.showModal();
    } else if (target.matches?.("dialog")) {
      target.close();
    }
    const show = target.closest?.("[data-show]");
    if (show) {
      const field = document.getElementById(show.dataset.show);
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      show.setAttribute("aria-pressed", shown);
      field.focus();
    }
  });

  // Copying

  const copyText = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Without HTTPS, browsers offer only execCommand.
    const area = Object.assign(document.createElement("textarea"), { value: text });
    area.className = "vh";
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    if (!copied) throw new Error("copy refused");
  };
  // The button shows for a moment that it is done, without changing its width.
  const markDone = (button) => {
    button.dataset.done = "";
    setTimeout(() => delete button.dataset.done, 1200);
  };

  // A new token is shown once, with a button to copy it.

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy=token]");
    if (!button) return;
    $("#token").select();
    try {
      await copyText($("#token").value);
      announce(button.dataset.copied);
      markDone(button);
    } catch { /* The token stays selected, so the user can copy it. */ }
  });

  // The page of a paste

  const paste = $("#paste[data-keys]");
  if (paste) {
    const text = $("#text");
    const tools = $(".tools").dataset;
    const url = $("[data-copy=link][data-link]").dataset.link;

    const completeText = async () => {
      if ("whole" in text.dataset) return text.textContent;
      const response = await fetch($("[data-key=r]").href);
      if (!response.ok) throw new Error(response.status);
      return response.text();
    };
    const copy = async (button) => {
      const isLink = button.dataset.copy === "link";
      const code = button.dataset.copy === "embed" && $("#embed-code").value;
      const lines = isLink && markedLines();
      const suffix = lines ? `?lines=${lines.join("-")}#L${lines.join("-L")}` : "";
      const focused = document.activeElement;
      try {
        await copyText(code || (isLink ? url + suffix : await completeText()));
        announce(button.dataset.copied ?? (isLink ? (lines ? tools.rangeCopied : tools.linkCopied) : tools.copied));
        markDone(button);
      } catch {
        showNotice(tools.failed);
      }
      focused?.focus?.({ preventScroll: true });
    };
    const wrapButton = $("[data-wrap]");
    // Toggling the wrapping keeps the first visible line where it is.
    const firstVisibleLine = () => {
      const { left, top } = text.getBoundingClientRect();
      for (let y = 1; top < 0 && y < 80; y += 8) {
        const link = lineLink(document.elementFromPoint(left + 4, y));
        if (link) return link;
      }
      return text;
    };
    const toggleWrap = () => {
      const on = wrapButton.value === "on";
      const anchor = firstVisibleLine();
      const { top } = anchor.getBoundingClientRect();
      all("pre.text").forEach((pre) => pre.classList.toggle("wrap", on));
      scrollBy({ top: anchor.getBoundingClientRect().top - top, behavior: "instant" });
      wrapButton.setAttribute("aria-pressed", on);
      fetch("/preferences", { method: "POST", body: new URLSearchParams({ wrap: wrapButton.value }), redirect: "manual" }).catch(() => {});
      wrapButton.value = on ? "off" : "on";
    };

    paste.addEventListener("click", (event) => {
      const button = event.target.closest("[data-copy], [data-wrap]");
      if (!button) return;
      event.preventDefault();
      if (button === wrapButton) toggleWrap();
      else copy(button);
    });
    $("#link")?.addEventListener("focus", ({ target }) => target.select());

    // Marked lines: `#L3`, `#L3-L9` or `?lines=3-9`.
    // If they are in a part that is not loaded, the page is reloaded with that part.

    const numberLink = (line) => document.getElementById(`L${line}`);
    const markedLines = () => {
      const query = new URLSearchParams(location.search).get("lines");
      const [, one, other] = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash) ?? /^(\d+)(?:-(\d+))?$/.exec(query) ?? [];
      const lines = [...new Set([Number(one), Number(other ?? one)])].sort((a, b) => a - b);
      return lines[0] >= 1 && lines.at(-1) <= 1e9 && lines;
    };
    const removeMarks = () => all("#text > .part > mark").forEach((mark) => {
      const part = mark.parentElement;
      mark.replaceWith(...mark.childNodes);
      part.normalize();
    });
    const addMarks = (first, last) => all("#text > .part").forEach((part) => {
      const links = all(":scope > a", part);
      if (!links.length || links[0].title > last || links.at(-1).title < first) return;
      const range = document.createRange();
      range.setStartBefore(numberLink(Math.max(first, links[0].title)));
      if (links.at(-1).title > last) range.setEndBefore(numberLink(last + 1));
      else range.setEndAfter(part.lastChild);
      range.surroundContents(document.createElement("mark"));
    });
    // Moving an element into a mark or out of it removes the focus, so it is restored.
    const updateMarks = () => {
      const focused = document.activeElement;
      const lines = markedLines();
      removeMarks();
      if (lines) addMarks(lines[0], lines.at(-1));
      if (document.activeElement !== focused) focused.focus({ preventScroll: true });
    };
    const showMarkedLines = () => {
      const lines = markedLines();
      const link = lines && numberLink(lines[0]);
      if (!lines || link) updateMarks();
      if (link) {
        const { top } = link.getBoundingClientRect();
        const hasOtherTarget = location.hash && !location.hash.startsWith("#L");
        if (!hasOtherTarget && (top < 0 || top > innerHeight * 0.8)) link.scrollIntoView({ block: "center" });
      } else if (lines && new URLSearchParams(location.search).get("lines") !== lines.join("-")) {
        location.replace(`${location.pathname}?lines=${lines.join("-")}${location.hash}`);
      }
    };
    const navigateTo = (hash) => {
      history.pushState(null, "", location.pathname + hash);
      showMarkedLines();
    };
    const lineLink = (target) => target?.closest?.("#text > .part > a, #text > .part > mark > a");
    text.addEventListener("click", (event) => {
      const link = lineLink(event.target);
      if (!link || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const line = Number(link.title);
      const start = event.shiftKey ? markedLines()?.[0] ?? line : line;
      navigateTo(start === line ? `#L${line}` : `#L${Math.min(start, line)}-L${Math.max(start, line)}`);
    });
    window.addEventListener("hashchange", showMarkedLines);
    showMarkedLines();

    // Tab stops at one line number only; the arrow keys move between line numbers.

    const moveTabStop = (link) => {
      all("#text a[tabindex='0']").forEach((other) => { other.tabIndex = -1; });
      link.tabIndex = 0;
    };
    const limitTabStops = () => all("pre.text code").forEach((code) => {
      const links = all("a:not([tabindex])", code);
      links.forEach((link) => { link.tabIndex = -1; });
      if (links.length && !$("a[tabindex='0']", code)) links[0].tabIndex = 0;
    });
    limitTabStops();
    text.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const link = lineLink(event.target);
      const next = step && link && numberLink(Number(link.title) + step);
      if (!next) return;
      event.preventDefault();
      moveTabStop(next);
      next.focus();
    });

    // The next part is loaded before the reader reaches the end.
    // An earlier part is inserted without moving the visible text.

    const partObserver = new IntersectionObserver((entries) => entries.forEach(({ isIntersecting, target }) => {
      if (!isIntersecting) return;
      partObserver.unobserve(target);
      htmx.trigger(target, "near");
    }), { rootMargin: "2000px" });
    const observeNextParts = () => all(".way a[hx-get*='side=after']").forEach((link) => partObserver.observe(link));
    observeNextParts();
    let scrollAnchor = null;
    document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
      const first = ctx.sourceElement.matches("[hx-get*='side=before']") && $(".part", $(ctx.sourceElement.getAttribute("hx-target")));
      scrollAnchor = first && { first, top: first.getBoundingClientRect().top };
    });
    document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
      // Ignore swaps elsewhere on the page. The link that loaded a part is gone after its swap.
      if (!ctx.sourceElement.matches("pre.text code, [hx-get*='side=']")) return;
      if (scrollAnchor) scrollBy({ top: scrollAnchor.first.getBoundingClientRect().top - scrollAnchor.top, behavior: "instant" });
      scrollAnchor = null;
      limitTabStops();
      observeNextParts();
      updateMarks();
    });

    // Search results: most are on this page already, so following their link needs no request.

    $("#found").addEventListener("click", (event) => {
      const link = event.target.closest("a[href*='#L']");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const { hash, searchParams } = new URL(link.href);
      const part = searchParams.get("part");
      const target = part ? $(`#text > [data-part="${part}"]`) : document.getElementById(hash.slice(1));
      // A line can continue over several parts. Its number is only in the part where it begins.
      if (!target || target.matches(".cut") && !$(hash, target)) return;
      event.preventDefault();
      navigateTo(hash);
      document.getElementById(hash.slice(1)).scrollIntoView({ block: "center" });
    });
    $(".find").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      $("#found").replaceChildren();
      event.target.blur();
    });

    $("#syntax-filter").addEventListener("input", ({ target }) => {
      const filter = target.value.trim().toLowerCase();
      all("#syntaxes li").forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(filter); });
    });
    $("#syntax-filter").addEventListener("keydown", (event) => {
      if (event.key === "Enter") $("#syntaxes li:not([hidden]) a")?.click();
    });

    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
      if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
      // The position of the key counts too, so that shortcuts work on a Cyrillic layout.
      const latin = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
      const key = event.key === "?" ? "?" : /^[a-z]$/.test(event.key) ? event.key : latin;
      const control = !(event.shiftKey && key !== "?") && $(`[data-key="${CSS.escape(key)}"]`);
      if (!control) return;
      event.preventDefault();
      if (control.matches("input")) control.select();
      else control.click();
    });
  }

  // The editor

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
