// The page of a paste: copying, marked lines, parts of a long text, and keys. find.js, which loads after
// it, uses the `textPage` that it returns.
"use strict";

/** The page of a paste; `undefined` on other pages. */
const textPage = (() => {
  const paste = $("#paste[data-keys]");
  if (!paste) return undefined;
  const text = $("#text");
  const tools = $(".tools").dataset;
  const url = $("[data-copy=link][data-link]").dataset.link;

  /** The text that was loaded for a copy which the browser then refused. */
  let loaded = null;
  const load = async () => {
    const response = await fetch($("[data-key=r]").href);
    if (!response.ok) throw new Error(response.status);
    return (loaded = await response.text());
  };
  const completeText = () => ("whole" in text.dataset ? text.textContent : loaded ?? load());
  const copy = async (button) => {
    const isLink = button.dataset.copy === "link";
    const code = button.dataset.copy === "embed" && $("#embed-code").value;
    const lines = isLink && markedLines();
    const suffix = lines ? `?lines=${lines.join("-")}#L${lines.join("-L")}` : "";
    const focused = document.activeElement;
    try {
      await copyText(code || (isLink ? url + suffix : completeText()));
      loaded = null;
      $("#notice").replaceChildren();
      announce(button.dataset.copied ?? (isLink ? (lines ? tools.rangeCopied : tools.linkCopied) : tools.copied));
      markDone(button);
    } catch {
      // The text is here now, so that a second click copies it at once.
      showNotice(loaded && !isLink && !code ? tools.again : tools.failed);
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
    fetch(wrapButton.form.action, { method: "POST", body: new URLSearchParams({ wrap: wrapButton.value }), redirect: "manual" }).catch(() => {});
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

  /** The line that the page was asked to show. Its number is missing if an earlier part has it. */
  const foundLine = () => Number(/#L(\d+)$/.exec($("#hits [aria-current]")?.href)?.[1]);
  const numberLink = (line) => document.getElementById(`L${line}`);
  const markedLines = () => {
    const query = new URLSearchParams(location.search).get("lines");
    const [, one, other] = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash) ?? /^(\d+)(?:-(\d+))?$/.exec(query) ?? [];
    const lines = [...new Set([Number(one), Number(other ?? one)])].sort((a, b) => a - b);
    return lines[0] >= 1 && lines.at(-1) <= 1e9 && lines;
  };
  const removeMarks = () => all("#text > .part > mark:not(.hit)").forEach((mark) => {
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
    } else if (lines && lines[0] !== foundLine() && new URLSearchParams(location.search).get("lines") !== lines.join("-")) {
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

  const isNamed = (item, filter) => item.textContent.toLowerCase().includes(filter)
    || item.dataset.names.split(" ").some((name) => name.startsWith(filter));
  $("#syntax-filter").addEventListener("input", ({ target }) => {
    const filter = target.value.trim().toLowerCase();
    const items = all("#syntaxes li");
    items.forEach((item) => { item.hidden = !isNamed(item, filter); });
    $("#syntax-none").textContent = items.every((item) => item.hidden) ? $("#syntax-none").dataset.none : "";
  });
  $("#syntax-filter").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // The name itself comes before others that contain it: C before ActionScript.
    const filter = event.target.value.trim().toLowerCase();
    const items = all("#syntaxes li:not([hidden])");
    const exact = items.find((item) => [item.textContent.toLowerCase(), ...item.dataset.names.split(" ")].includes(filter));
    $("a", exact ?? items[0] ?? document.createElement("li"))?.click();
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
  return { text, numberLink, showMarkedLines };
})();
