// Everything here is an upgrade: each page works without it.
"use strict";
(() => {
  const root = document.documentElement;
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (words) => { $("#live").textContent = words; };
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  root.dataset.js = "";

  // Failed requests: what the server says lands where the markup tells; this is for no answer at all.

  const notice = (words) => {
    $("#notice").replaceChildren(Object.assign(document.createElement("p"), { textContent: words }));
  };
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (!ctx || ctx.response) return;
    const live = ctx.sourceElement.matches("[hx-trigger*=again]");
    if (!live && !ctx.sourceElement.matches("#password")) notice($("#notice").dataset.offline);
  });
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.request.method !== "GET") $("#notice").replaceChildren();
  });

  // Times that refresh themselves: again after a failure, and at once when the page comes back to sight.

  const again = (element) => element.isConnected && htmx.trigger(element, "again");
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const { sourceElement: source, response } = ctx;
    if (!source.matches("[hx-trigger*=again]") || (response && response.status < 400)) return;
    if (response?.status !== 404) setTimeout(again, 15000, source);
  });
  const refresh = () => {
    if (document.visibilityState === "visible") all("[hx-trigger*=again]").forEach(again);
  };
  document.addEventListener("visibilitychange", refresh);
  window.addEventListener("pageshow", (event) => event.persisted && refresh());

  // "Show more" that cannot be answered in place is a link after all.

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
      const at = rows.indexOf(row);
      rowAfter = { row: rows[at + 1] ?? rows[at - 1] };
    }
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!rowAfter) return;
    const { row, last } = rowAfter;
    rowAfter = null;
    if (last) { if (!$("#more-link")) $("th a", last.nextElementSibling ?? last)?.focus(); return; }
    (row?.isConnected ? $("summary", row) : $("#heading"))?.focus();
  });

  // One question at a time; Esc takes it back.

  const open = () => all(".confirm[open]");
  document.addEventListener("toggle", ({ target }) => {
    if (target.matches?.(".confirm[open]")) open().forEach((other) => { other.open = other === target; });
  }, true);
  document.addEventListener("click", ({ target }) => {
    open().forEach((confirm) => { confirm.open = confirm.contains(target); });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((confirm) => {
      confirm.open = false;
      if (confirm.contains(document.activeElement)) $("summary", confirm).focus();
    });
  });

  // Dialogs, show password

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

  const toClipboard = async (words) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(words);
    // plain http: only the old way is open
    const area = Object.assign(document.createElement("textarea"), { value: words });
    area.className = "vh";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("copy refused");
  };
  // the button itself says it too, in its own width
  const flashButton = (button) => {
    button.dataset.done = "";
    setTimeout(() => delete button.dataset.done, 1200);
  };

  // A token is on the page once, and goes from there to where it is needed.

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy=token]");
    if (!button) return;
    $("#token").select();
    try {
      await toClipboard($("#token").value);
      say(button.dataset.copied);
      flashButton(button);
    } catch { /* it is selected */ }
  });

  // The page of a paste

  const paste = $("#paste[data-keys]");
  if (paste) {
    const text = $("#text");
    const tools = $(".tools").dataset;
    const url = $("[data-copy=link][data-link]").dataset.link;

    const whole = async () => {
      if ("whole" in text.dataset) return text.textContent;
      const answer = await fetch($("[data-key=r]").href);
      if (!answer.ok) throw new Error(answer.status);
      return answer.text();
    };
    const copy = async (button) => {
      const link = button.dataset.copy === "link";
      const code = button.dataset.copy === "embed" && $("#embed-code").value;
      const lines = link && marked();
      const place = lines ? `?lines=${lines.join("-")}#L${lines.join("-L")}` : "";
      const focused = document.activeElement;
      try {
        await toClipboard(code || (link ? url + place : await whole()));
        say(button.dataset.copied ?? (link ? (lines ? tools.rangeCopied : tools.linkCopied) : tools.copied));
        flashButton(button);
      } catch {
        notice(tools.failed);
      }
      focused?.focus?.({ preventScroll: true });
    };
    const wrapButton = $("[data-wrap]");
    // the first line in sight stays where it is
    const inSight = () => {
      const { left, top } = text.getBoundingClientRect();
      for (let y = 1; top < 0 && y < 80; y += 8) {
        const link = lineLink(document.elementFromPoint(left + 4, y));
        if (link) return link;
      }
      return text;
    };
    const wrap = () => {
      const on = wrapButton.value === "on";
      const kept = inSight();
      const { top } = kept.getBoundingClientRect();
      all("pre.text").forEach((pre) => pre.classList.toggle("wrap", on));
      scrollBy({ top: kept.getBoundingClientRect().top - top, behavior: "instant" });
      wrapButton.setAttribute("aria-pressed", on);
      fetch("/preferences", { method: "POST", body: new URLSearchParams({ wrap: wrapButton.value }), redirect: "manual" }).catch(() => {});
      wrapButton.value = on ? "off" : "on";
    };

    paste.addEventListener("click", (event) => {
      const button = event.target.closest("[data-copy], [data-wrap]");
      if (!button) return;
      event.preventDefault();
      if (button === wrapButton) wrap();
      else copy(button);
    });
    $("#link")?.addEventListener("focus", ({ target }) => target.select());

    // Lines: #L3 and #L3-L9 are marked, as is ?lines=3-9, also where they are in a part that is not here yet.

    const linkOf = (line) => document.getElementById(`L${line}`);
    const marked = () => {
      const asked = new URLSearchParams(location.search).get("lines");
      const [, one, other] = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash) ?? /^(\d+)(?:-(\d+))?$/.exec(asked) ?? [];
      const lines = [...new Set([Number(one), Number(other ?? one)])].sort((a, b) => a - b);
      return lines[0] >= 1 && lines.at(-1) <= 1e9 && lines;
    };
    const unmark = () => all("#text > .part > mark").forEach((mark) => {
      const part = mark.parentElement;
      mark.replaceWith(...mark.childNodes);
      part.normalize();
    });
    const mark = (first, last) => all("#text > .part").forEach((part) => {
      const links = all(":scope > a", part);
      if (!links.length || links[0].title > last || links.at(-1).title < first) return;
      const range = document.createRange();
      range.setStartBefore(linkOf(Math.max(first, links[0].title)));
      if (links.at(-1).title > last) range.setEndBefore(linkOf(last + 1));
      else range.setEndAfter(part.lastChild);
      range.surroundContents(document.createElement("mark"));
    });
    // an element that moves into a mark, or out of one, loses the focus
    const remark = () => {
      const focused = document.activeElement;
      const lines = marked();
      unmark();
      if (lines) mark(lines[0], lines.at(-1));
      if (document.activeElement !== focused) focused.focus({ preventScroll: true });
    };
    const goToLines = () => {
      const lines = marked();
      const link = lines && linkOf(lines[0]);
      if (!lines || link) remark();
      if (link) {
        const { top } = link.getBoundingClientRect();
        const elsewhere = location.hash && !location.hash.startsWith("#L");
        if (!elsewhere && (top < 0 || top > innerHeight * 0.8)) link.scrollIntoView({ block: "center" });
      } else if (lines && new URLSearchParams(location.search).get("lines") !== lines.join("-")) {
        location.replace(`${location.pathname}?lines=${lines.join("-")}${location.hash}`);
      }
    };
    const goTo = (hash) => {
      history.pushState(null, "", location.pathname + hash);
      goToLines();
    };
    const lineLink = (target) => target?.closest?.("#text > .part > a, #text > .part > mark > a");
    text.addEventListener("click", (event) => {
      const link = lineLink(event.target);
      if (!link || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const line = Number(link.title);
      const from = event.shiftKey ? marked()?.[0] ?? line : line;
      goTo(from === line ? `#L${line}` : `#L${Math.min(from, line)}-L${Math.max(from, line)}`);
    });
    window.addEventListener("hashchange", goToLines);
    goToLines();

    // Of thousands of numbers, Tab stops at one; the arrows go on from there.

    const tabStop = (link) => {
      all("#text a[tabindex='0']").forEach((other) => { other.tabIndex = -1; });
      link.tabIndex = 0;
    };
    const oneTabStop = () => all("pre.text code").forEach((code) => {
      const links = all("a:not([tabindex])", code);
      links.forEach((link) => { link.tabIndex = -1; });
      if (links.length && !$("a[tabindex='0']", code)) links[0].tabIndex = 0;
    });
    oneTabStop();
    text.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const link = lineLink(event.target);
      const next = step && link && linkOf(Number(link.title) + step);
      if (!next) return;
      event.preventDefault();
      tabStop(next);
      next.focus();
    });

    // The next part comes before one reaches the end, the earlier one without moving what one reads.

    const near = new IntersectionObserver((entries) => entries.forEach(({ isIntersecting, target }) => {
      if (!isIntersecting) return;
      near.unobserve(target);
      htmx.trigger(target, "near");
    }), { rootMargin: "2000px" });
    const watch = () => all(".way a[hx-get*='side=after']").forEach((link) => near.observe(link));
    watch();
    let read = null;
    document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
      const first = ctx.sourceElement.matches("[hx-get*='side=before']") && $(".part", $(ctx.sourceElement.getAttribute("hx-target")));
      read = first && { first, top: first.getBoundingClientRect().top };
    });
    document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
      // the link itself has gone with the swap; what is refreshed elsewhere is none of this
      if (!ctx.sourceElement.matches("pre.text code, [hx-get*='side=']")) return;
      if (read) scrollBy({ top: read.first.getBoundingClientRect().top - read.top, behavior: "instant" });
      read = null;
      oneTabStop();
      watch();
      remark();
    });

    // What was found is mostly on this page already.

    $("#found").addEventListener("click", (event) => {
      const link = event.target.closest("a[href*='#L']");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const { hash, searchParams } = new URL(link.href);
      const part = searchParams.get("part");
      const here = part ? $(`#text > [data-part="${part}"]`) : document.getElementById(hash.slice(1));
      // what is on a line of many parts is not where that line begins
      if (!here || here.matches(".cut") && !$(hash, here)) return;
      event.preventDefault();
      goTo(hash);
      document.getElementById(hash.slice(1)).scrollIntoView({ block: "center" });
    });
    $(".find").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      $("#found").replaceChildren();
      event.target.blur();
    });

    $("#syntax-filter").addEventListener("input", ({ target }) => {
      const wanted = target.value.trim().toLowerCase();
      all("#syntaxes li").forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(wanted); });
    });
    $("#syntax-filter").addEventListener("keydown", (event) => {
      if (event.key === "Enter") $("#syntaxes li:not([hidden]) a")?.click();
    });

    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
      if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
      // the key's place counts too, so that a Cyrillic layout works
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
  const words = $(".editor").dataset;
  const counts = $(".counts");
  const save = $("#save");
  const max = Number(counts.dataset.max);
  const units = counts.dataset.units.split(" ");
  const number = new Intl.NumberFormat(root.lang);
  const tenths = new Intl.NumberFormat(root.lang, { maximumFractionDigits: 1 });

  const size = (bytes) => {
    let unit = 0;
    for (; bytes >= 1023.5 && unit < 3; unit++) bytes /= 1024;
    return `${(bytes < 10 ? tenths : number).format(bytes < 10 ? bytes : Math.round(bytes))} ${units[unit]}`;
  };

  // Only the numbers in sight are drawn, whatever the length of the text.

  let lines = 1;
  let drawn = "";
  const gutterNow = () => {
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
  const draw = () => { frame ||= requestAnimationFrame(() => { frame = 0; gutterNow(); }); };

  let over = false;
  const state = (bytes) => {
    over = bytes > max;
    counts.toggleAttribute("data-over", over);
    const reason = over ? fill(counts.dataset.tooLong, { size: size(bytes - max) }) : "";
    if ($("#over").textContent !== reason) $("#over").textContent = reason;
    save.setAttribute("aria-disabled", over);
  };
  const count = () => {
    const bytes = new TextEncoder().encode(area.value);
    let characters = 0;
    lines = 1;
    for (const byte of bytes) {
      if (byte === 10) lines++;
      if ((byte & 0xc0) !== 0x80) characters++;
    }
    const shown = { lines: bytes.length && bytes.at(-1) !== 10 ? lines : lines - 1, characters };
    for (const name in shown) $(`[data-count=${name}]`).textContent = number.format(shown[name]);
    const saved = file.files[0]?.size ?? bytes.length;
    $("[data-count=bytes]").textContent = size(saved);
    for (const name in shown) $(`[data-count=${name}]`).parentElement.hidden = file.files.length > 0;
    state(saved);
    draw();
  };
  let counting = 0;
  const changed = () => {
    clearTimeout(counting);
    counting = setTimeout(count, area.textLength > 300000 ? 300 : 0);
  };
  area.addEventListener("input", changed);
  area.addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe(area);
  count();

  // Tab indents until Esc says otherwise; execCommand keeps the browser's own undo.

  let leaving = false;
  const type = (from, to, insert) => {
    area.setSelectionRange(from, to);
    if (!document.execCommand(insert ? "insertText" : "delete", false, insert)) {
      area.setRangeText(insert, from, to, "end");
      changed();
    }
  };
  area.addEventListener("blur", () => { leaving = false; });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return;
    if (event.key === "Escape") { leaving = true; return; }
    if (event.key !== "Tab" || event.ctrlKey || event.altKey || event.metaKey) {
      if (event.key !== "Shift") leaving = false;
      return;
    }
    if (leaving) return;
    event.preventDefault();
    const { selectionStart: start, selectionEnd: end, value } = area;
    const from = value.lastIndexOf("\n", start - 1) + 1;
    const block = value.slice(from, end);
    if (!event.shiftKey && !block.includes("\n")) return type(start, end, "\t");
    const moved = block.split("\n").map((line) => event.shiftKey ? line.replace(/^(\t| {1,4})/, "") : line && `\t${line}`).join("\n");
    if (moved === block) return;
    type(from, end, moved);
    if (start !== end) area.setSelectionRange(from, from + moved.length);
    else area.setSelectionRange(Math.max(from, start + moved.length - block.length), Math.max(from, start + moved.length - block.length));
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(save);
    }
  });

  // The syntax: a field that filters as one types

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
  const names = document.createElement("datalist");
  names.id = "syntaxes";
  names.append(...syntaxes.map(({ name }) => Object.assign(document.createElement("option"), { value: name })));
  field.setAttribute("list", names.id);
  field.addEventListener("focus", () => field.select());
  select.replaceWith(field, names);

  const guess = (name) => {
    const title = $("#title");
    title.value ||= name.slice(0, title.maxLength);
    const lower = name.toLowerCase();
    const extension = lower.slice(lower.lastIndexOf(".") + 1);
    const found = extension && syntaxes.find((s) => s.extensions.includes(extension));
    if (!field.value && found) field.value = found.name;
  };

  // Files: a small one becomes the text, a large one goes along as it is

  const attached = () => {
    const [one] = file.files;
    sheet.toggleAttribute("data-replaced", Boolean(one));
    area.readOnly = Boolean(one);
    remove.hidden = !one;
    if (one) fileState.textContent = fill(words.attached, { name: one.name, size: size(one.size) });
    else fileState.innerHTML = fileHint;
    count();
  };
  const take = async (one) => {
    guess(one.name);
    if (one.size <= 1 << 20 && !area.value && !file.files.length) {
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await one.arrayBuffer());
      if (!text.includes("\ufffd") && !text.includes("\0") && !text.includes("\r")) {
        area.value = text;
        area.setSelectionRange(0, 0);
        area.focus();
        changed();
        say(fill(words.loaded, { name: one.name }));
        return;
      }
    }
    const transfer = new DataTransfer();
    transfer.items.add(one);
    file.files = transfer.files;
    attached();
    say(fileState.textContent);
  };
  file.addEventListener("change", () => {
    const [one] = file.files;
    if (!one) return attached();
    if (area.value || one.size > 1 << 20) { guess(one.name); return attached(); }
    file.value = "";
    take(one);
  });
  remove.addEventListener("click", () => { file.value = ""; attached(); area.focus(); });
  const hasFile = (transfer) => [...(transfer?.types ?? [])].includes("Files");
  let depth = 0;
  const dragging = (by) => { depth = by && Math.max(0, depth + by); sheet.toggleAttribute("data-dragging", depth > 0); };
  document.addEventListener("dragenter", (event) => hasFile(event.dataTransfer) && dragging(1));
  document.addEventListener("dragleave", (event) => hasFile(event.dataTransfer) && dragging(-1));
  document.addEventListener("dragover", (event) => hasFile(event.dataTransfer) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!hasFile(event.dataTransfer)) return;
    event.preventDefault();
    dragging(0);
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
  area.addEventListener("paste", (event) => {
    const [one] = event.clipboardData.files;
    if (!one || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    take(one);
  });

  // A lifetime of one's own

  const own = $("#expires_custom");
  form.addEventListener("change", ({ target }) => {
    if (target.name === "expires" && target.value === "custom") own.focus();
  });

  // Saving, with progress; the page is not left by mistake with unsaved text

  const label = save.textContent;
  const progress = $("#progress");
  let saving = false;
  const busy = (on) => {
    saving = on;
    save.setAttribute("aria-busy", on);
    save.textContent = on ? save.dataset.saving : label;
    if (!on) progress.hidden = true;
  };
  form.addEventListener("submit", (event) => {
    if (!over && !saving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (over) area.focus();
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
    const named = field.value.trim().toLowerCase();
    const known = syntaxes.find((s) => s.name.toLowerCase() === named);
    ctx.request.body.set("syntax", known?.slug ?? field.value);
    busy(true);
  });
  form.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (!ctx.hx?.redirect) busy(false);
  });
  form.addEventListener("htmx:before:swap", () => {
    for (const words of [$("#form-errors"), ...all(".error[data-for]", form)]) words.replaceChildren();
  });
  document.addEventListener("htmx:after:swap", () => {
    let first = null;
    for (const slot of all(".error[data-for]", form)) {
      const wrong = slot.textContent.trim() !== "";
      const name = slot.dataset.for;
      for (const input of all(`#${name}:not(fieldset), [name=${name}_custom]`, form)) {
        input.toggleAttribute("aria-invalid", wrong);
        if (wrong) input.setAttribute("aria-invalid", "true");
      }
      if (wrong) first ??= $(`[name=${name}_custom], [name=${name}]:is(:checked, :not([type=radio]))`, form);
    }
    first?.focus();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!saving && (area.value !== area.defaultValue || file.files.length)) event.preventDefault();
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { busy(false); count(); } });
})();
