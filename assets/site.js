// Progressive enhancement: every page works without scripts. This script is for every page; paste.js and
// editor.js, which load after it, use its functions.
"use strict";

const root = document.documentElement;
const $ = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const announce = (text) => { $("#live").textContent = text; };
const format = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const showNotice = (text) => {
  $("#notice").replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
};

/** Copies a text, or the text that a promise will give. */
const copyText = async (text) => {
  if (!navigator.clipboard) return typeof text === "string" ? copyWithoutHttps(text) : text.then(copyWithoutHttps);
  if (typeof text === "string" || !window.ClipboardItem) return navigator.clipboard.writeText(await text);
  // WebKit allows copying only at once after a click, so the clipboard gets the promise.
  const item = new ClipboardItem({ "text/plain": text.then((content) => new Blob([content], { type: "text/plain" })) });
  return navigator.clipboard.write([item]);
};
/** Without HTTPS, browsers offer only execCommand. */
const copyWithoutHttps = (text) => {
  const area = Object.assign(document.createElement("textarea"), { value: text });
  area.className = "vh";
  // Outside an open dialog, nothing can be selected.
  ($("dialog[open]") ?? document.body).append(area);
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

(() => {
  root.dataset.js = "";

  // Times are in UTC in the HTML. This shows them in the reader's zone.

  const zoned = new Intl.DateTimeFormat(root.lang === "ru" ? "ru" : "en-GB", {
    day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
  });
  const showLocalTimes = () => all("time[datetime][title]").forEach((element) => {
    const parts = zoned.formatToParts(new Date(element.dateTime)).map(({ type, value }) => [type, value]);
    const { day, month, year, hour, minute, timeZoneName } = Object.fromEntries(parts);
    const date = `${day} ${month} ${year}`;
    const full = `${date}, ${hour}:${minute}`;
    const shown = { date, "date-time": full }[element.dataset.shown];
    element.title = `${full} ${timeZoneName}`;
    if (shown && element.textContent !== shown) element.textContent = shown;
  });
  showLocalTimes();
  document.addEventListener("htmx:after:swap", showLocalTimes);

  // Failed requests. The markup says where an error response is shown; this handles a missing response.

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
    if (ctx.request.method === "DELETE" && (ctx.response.status < 400 || ctx.response.status === 404)) {
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

  // In WebKit, a search field takes Esc for itself.
  document.addEventListener("keydown", (event) => {
    const dialog = event.key === "Escape" && !event.isComposing && event.target.closest?.("dialog[open]");
    if (!dialog) return;
    event.preventDefault();
    dialog.close();
  });

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
})();
