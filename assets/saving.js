// Saving the form, with a progress bar. A submit that fails keeps the form as it is, and says so.
"use strict";
(() => {
  if (!editor) return;
  const { form, area, save, syntax } = editor;
  const label = save.textContent;
  const progress = $("#progress");
  const kept = $("#kept");

  /** An upload that makes no progress for so long, or is not answered, has failed. In milliseconds. */
  const PATIENCE = 60_000;

  let saving = false;
  /** The site has received the whole text, and its answer is missing. */
  let isUnanswered = false;
  const setSaving = (on) => {
    saving = on;
    save.setAttribute("aria-busy", on);
    save.textContent = on ? save.dataset.saving : label;
    if (!on) progress.hidden = true;
  };
  form.addEventListener("submit", (event) => {
    if (!editor.isTooLong && !saving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (editor.isTooLong) area.focus();
  }, true);

  const responseOf = (xhr) => {
    const headers = new Headers();
    for (const line of xhr.getAllResponseHeaders().trim().split("\r\n")) {
      const colon = line.indexOf(":");
      if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    const body = [204, 205, 304].includes(xhr.status) ? null : xhr.responseText;
    return new Response(body, { status: xhr.status, headers });
  };
  const upload = (url, request) => new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(request.method, url);
    for (const name in request.headers) xhr.setRequestHeader(name, request.headers[name]);
    let timer = 0;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => xhr.abort(), PATIENCE);
    };
    xhr.upload.addEventListener("progress", ({ loaded, total }) => {
      progress.hidden = total < 1 << 18;
      progress.value = (100 * loaded) / total;
      wait();
    });
    xhr.upload.addEventListener("load", () => { isUnanswered = true; });
    xhr.addEventListener("loadend", () => clearTimeout(timer));
    xhr.addEventListener("load", () => { isUnanswered = false; resolve(responseOf(xhr)); });
    for (const failure of ["error", "abort"]) xhr.addEventListener(failure, () => reject(new TypeError("no answer")));
    request.signal?.addEventListener("abort", () => xhr.abort());
    wait();
    xhr.send(request.body);
  });
  form.addEventListener("htmx:config:request", ({ target, detail: { ctx } }) => {
    if (target !== form) return;
    const { body } = ctx.request;
    const { attached } = editor;
    ctx.fetch = upload;
    body.delete(attached?.file ? "text" : "file");
    if (attached?.text) body.set("text", attached.text);
    body.set("syntax", syntax.value);
    kept.textContent = "";
    isUnanswered = false;
    setSaving(true);
  });
  // Before htmx follows the redirect.
  form.addEventListener("htmx:after:request", ({ target, detail: { ctx } }) => {
    if (target === form && ctx.hx?.redirect) form.dispatchEvent(new CustomEvent("saved"));
  });
  form.addEventListener("htmx:finally:request", ({ target, detail: { ctx } }) => {
    if (target !== form || ctx.hx?.redirect) return;
    setSaving(false);
    // A refused form shows beside its fields what to change.
    if (ctx.response?.status !== 422) kept.textContent = isUnanswered ? kept.dataset.unanswered : kept.dataset.kept;
  });

  // The errors of the fields

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
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    setSaving(false);
    editor.updateCounts();
  });
})();
