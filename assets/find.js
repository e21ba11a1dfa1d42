// Finding in the text of a paste: the lines found, steps from one to the next, and marks in the text.
"use strict";
(() => {
  if (!textPage) return;
  const { text, numberLink, showMarkedLines } = textPage;
  const found = $("#found");
  const field = $(".find input");
  const hits = () => $("#hits");
  const current = () => $("#hits [aria-current]");

  // Marks. They are not elements, so that the text and its lines stay as they are. A browser that lacks
  // them shows those in the HTML of the page.

  const places = window.Highlight && CSS.highlights && new Highlight();
  if (places) {
    CSS.highlights.set("hit", places);
    all("mark.hit", text).forEach((mark) => mark.replaceWith(...mark.childNodes));
    all(".part", text).forEach((part) => part.normalize());
  }
  const markPlaces = (part, pattern) => {
    const nodes = [];
    let length = 0;
    for (const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT); walker.nextNode();) {
      nodes.push([length, walker.currentNode]);
      length += walker.currentNode.length;
    }
    let at = 0;
    const locate = (offset) => {
      while (at + 1 < nodes.length && nodes[at + 1][0] <= offset) at++;
      return { container: nodes[at][1], offset: offset - nodes[at][0] };
    };
    for (const { index, 0: word } of part.textContent.matchAll(pattern)) {
      const start = locate(index);
      const end = locate(index + word.length - 1);
      // Static ranges are not changed when the lines around them get a mark.
      places.add(new StaticRange({
        startContainer: start.container, startOffset: start.offset, endContainer: end.container, endOffset: end.offset + 1,
      }));
    }
  };
  let marked = new Set();
  const updateMarks = (isNewQuery) => {
    if (!places) return;
    if (isNewQuery) {
      places.clear();
      marked = new Set();
    }
    const query = hits()?.dataset.query;
    if (!query) return;
    const pattern = new RegExp(query.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "giu");
    all(":scope > .part", text).filter((part) => !marked.has(part)).forEach((part) => {
      marked.add(part);
      markPlaces(part, pattern);
    });
  };

  // Going to a line found. Most are on this page already, so that no request is needed.

  const select = (link) => {
    current()?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    const { offsetTop, offsetHeight } = link.parentElement;
    const list = hits();
    const top = offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 2;
    const count = $("#found-count");
    count.textContent = format(count.dataset.of, { hit: Number(link.dataset.hit).toLocaleString(root.lang) });
  };
  /** Whether the line is on this page. */
  const goTo = (link, updateHistory) => {
    const part = $(`:scope > [data-part="${link.dataset.part}"]`, text);
    if (!part) return false;
    const { hash, search } = new URL(link.href);
    const number = numberLink(hash.slice(2));
    select(link);
    history[updateHistory](null, "", location.pathname + search + hash);
    showMarkedLines();
    // A long line continues over several parts. Its number is only in the first of them.
    (part.contains(number) ? number : part).scrollIntoView({ block: "center" });
    return true;
  };
  const step = (by) => {
    const { count, query } = hits().dataset;
    const before = Number(current()?.dataset.hit ?? (by > 0 ? 0 : 1));
    const next = (before + by + Number(count) - 1) % count + 1;
    const link = $(`[data-hit="${next}"]`, hits());
    if (link && goTo(link, "replaceState")) return;
    const { pathname } = new URL($("[data-step]", found).href);
    location.assign(link?.href ?? `${pathname}?${new URLSearchParams({ q: query, hit: next })}`);
  };
  found.addEventListener("click", (event) => {
    const link = event.target.closest("[data-hit], [data-step]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!link.dataset.step && !goTo(link, "pushState")) return;
    event.preventDefault();
    if (link.dataset.step) step(Number(link.dataset.step));
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && hits()?.dataset.query === field.value) {
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    }
    if (event.key === "Escape") {
      found.replaceChildren();
      updateMarks(true);
      field.blur();
    }
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.sourceElement.matches(".find")) updateMarks(true);
    else if (ctx.sourceElement.matches("pre.text code, [hx-get*='side=']")) updateMarks(false);
  });
  updateMarks(true);
  const shown = current();
  if (shown && !location.hash) history.replaceState(null, "", location.pathname + location.search + new URL(shown.href).hash);
  if (shown) select(shown);
  showMarkedLines();
})();
