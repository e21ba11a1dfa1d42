// Drafts: what is typed into the form stays in this tab until it is saved, so that a reload, a crash of
// the tab or another page of the site does not lose it. The browser asks before a text is lost that
// cannot be kept. Logging out removes the drafts of all tabs.
"use strict";
(() => {
  const PREFIX = "draft:";
  /** In the storage that all tabs share: drafts that are older than this time are removed. */
  const FORGOTTEN_AT = "drafts-forgotten-at";
  /** Likewise: `off` if the visitor wants no drafts. */
  const CHOICE = "drafts";

  // A browser may refuse storage, and it may be full.
  const attempt = (action) => { try { return action(); } catch { return undefined; } };
  const forgetDrafts = () => attempt(() => {
    localStorage.setItem(FORGOTTEN_AT, Date.now());
    Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => sessionStorage.removeItem(key));
  });

  // Whether the page is left for another one of the site, in this tab. The draft survives that.

  let staysInTab = false;
  let isLoggingOut = false;
  const expectLeaving = (logsOut) => {
    [staysInTab, isLoggingOut] = [!logsOut, logsOut];
    setTimeout(() => { staysInTab = isLoggingOut = false; }, 1000);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const isPlain = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link && isPlain && link.origin === location.origin && !link.target && !link.download) expectLeaving(false);
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target !== editor?.form) expectLeaving(event.target.matches("[action$='/logout']"));
  });
  window.addEventListener("pagehide", () => { if (isLoggingOut) forgetDrafts(); });

  if (!editor) return;
  const { form, area, syntax } = editor;
  const isCopy = new URLSearchParams(location.search).get("from");
  const key = `${PREFIX}${location.pathname}?${isCopy ?? ""}`;
  const status = $("#draft-status");
  const discard = $("#discard");
  const toggle = $("#drafts");
  const messages = $("#draft").dataset;
  const radios = (name) => all(`[name=${name}]`, form);
  /** Choices of the draft that this page does not offer, as a private text without a log-in. */
  const missing = {};
  const chosen = (name) => radios(name).find((radio) => radio.checked)?.value ?? missing[name];

  const content = () => ({
    text: area.value,
    attached: editor.attached?.text ?? editor.attached?.below?.text,
    title: $("#title").value,
    syntax: syntax.value,
    expires: chosen("expires"),
    customExpiry: $("#expires_custom").value,
    visibility: chosen("visibility"),
  });
  const isSame = (one, other) => Object.keys(one).every((name) => one[name] === other[name]);
  const choose = (name, value) => {
    const radio = radios(name).find((one) => one.value === value && !one.disabled);
    if (radio) { radio.checked = true; return; }
    // A private text must not become a shared one unnoticed: the visitor has to choose again.
    missing[name] = value;
    radios(name).forEach((one) => { one.checked = false; one.required = !one.disabled; });
  };
  const fill = (draft) => {
    area.value = draft.text;
    form.dispatchEvent(new CustomEvent("attach", { detail: draft.attached }));
    $("#title").value = draft.title;
    syntax.value = draft.syntax;
    choose("expires", draft.expires);
    $("#expires_custom").value = draft.customExpiry;
    choose("visibility", draft.visibility);
  };

  // Keeping the draft

  /** What needs no draft: the form as it came, or as it was saved. */
  let baseline = content();
  let savedFile = null;
  let isOn = attempt(() => localStorage.getItem(CHOICE)) !== "off";
  let isKept = true;
  let isRestored = false;
  let timer = 0;
  const showState = () => {
    const isEmpty = isSame(content(), baseline);
    const state = attempt(() => sessionStorage) ? isOn ? editor.attached?.file ? "file" : isKept ? "kept" : "large" : "off" : "unavailable";
    const text = isRestored && state === "kept" ? `${messages.restored} ${messages.kept}` : messages[state];
    if (status.textContent !== text) status.textContent = text;
    discard.hidden = !isRestored || isEmpty;
    toggle.hidden = state === "unavailable";
    toggle.textContent = isOn ? messages.turnOff : messages.turnOn;
  };
  /** Whether everything in the form is kept afterwards. */
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    const now = content();
    isKept = attempt(() => {
      sessionStorage.removeItem(key);
      if (isOn && !isSame(now, baseline)) sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), caret: area.selectionStart, ...now }));
      return true;
    }) ?? false;
    showState();
    return isOn && isKept && !editor.attached?.file;
  };
  const keepSoon = () => { timer ||= setTimeout(keep, area.textLength > 300_000 ? 1500 : 300); };
  const keepNow = () => { if (timer && !isLoggingOut) keep(); };
  form.addEventListener("input", keepSoon);
  form.addEventListener("change", keepSoon);
  form.addEventListener("attached", keep);
  form.addEventListener("submit", keep);
  window.addEventListener("pagehide", keepNow);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keepNow(); });
  form.addEventListener("saved", () => {
    baseline = content();
    savedFile = editor.attached?.file;
    isRestored = false;
    keep();
  });
  window.addEventListener("storage", (event) => {
    if (event.key !== CHOICE) return;
    isOn = event.newValue !== "off";
    keep();
  });

  const isUnsaved = () => {
    const { text, attached } = content();
    const file = editor.attached?.file;
    return text !== baseline.text || attached !== baseline.attached || Boolean(file && file !== savedFile);
  };
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved() && !(keep() && staysInTab)) event.preventDefault();
  });

  // Restoring it

  const read = () => attempt(() => {
    const draft = JSON.parse(sessionStorage.getItem(key));
    const forgottenAt = Number(localStorage.getItem(FORGOTTEN_AT));
    if (draft && draft.at > forgottenAt) return draft;
    sessionStorage.removeItem(key);
    return undefined;
  });
  const restore = () => {
    const draft = isOn && read();
    // A form that comes back with a text from the site is newer than the draft.
    const isReturned = !isCopy && area.value;
    if (!draft || isReturned || isSame({ ...baseline, ...draft, at: 0, caret: 0 }, { ...baseline, at: 0, caret: 0 })) return;
    fill(draft);
    area.setSelectionRange(draft.caret, draft.caret);
    isRestored = true;
    editor.updateCounts();
    keep();
  };
  discard.addEventListener("click", () => {
    fill(baseline);
    isRestored = false;
    editor.updateCounts();
    keep();
    announce(messages.discarded);
    area.focus();
  });
  toggle.addEventListener("click", () => {
    isOn = !isOn;
    attempt(() => localStorage.setItem(CHOICE, isOn ? "on" : "off"));
    if (!isOn) forgetDrafts();
    isRestored = false;
    keep();
  });
  restore();
  showState();
})();
