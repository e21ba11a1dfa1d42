// Files and long texts that are put into the form. A small file is loaded into the editor. A large one,
// and a text that would make typing slow, are attached and saved instead of the text in the editor.
"use strict";
(() => {
  if (!editor) return;
  const { form, area, textChanged, formatSize } = editor;
  const sheet = $(".sheet");
  const file = $("#file");
  const fileState = $("#file-state");
  const fileHint = fileState.innerHTML;
  const note = $("#file-note");
  const remove = $("[data-remove]");
  const insert = $("[data-insert]");
  const messages = $(".editor").dataset;

  /** In a text of more bytes, each key takes a browser a tenth of a second. */
  const LARGE = 1 << 20;
  /** Shorter pieces are inserted, whatever the editor contains. */
  const SMALL = 1 << 16;
  const byteLength = (text) => new Blob([text]).size;

  const attach = (what) => {
    if (!what?.file) file.value = "";
    sheet.toggleAttribute("data-replaced", Boolean(what));
    area.readOnly = Boolean(what);
    remove.hidden = !what;
    insert.hidden = !what?.text;
    if (what?.file) fileState.textContent = format(messages.attached, { name: what.file.name, size: formatSize(what.file.size) });
    else if (what) fileState.textContent = format(messages.attachedText, { size: formatSize(byteLength(what.text)) });
    else fileState.innerHTML = fileHint;
    remove.textContent = what?.text ? remove.dataset.text : remove.dataset.file;
    editor.attached = what;
    if (what) announce(fileState.textContent);
    form.dispatchEvent(new CustomEvent("attached"));
  };
  /** A text that is attached already comes back when the file is removed. */
  const attachFile = (one) => attach({ file: one, below: editor.attached?.text ? editor.attached : editor.attached?.below });

  // What is not a text is refused before it is sent. Whether the rest is one, the site decides.

  const reasonToRefuse = async (one) => {
    if (one.size === 0) return messages.fileEmpty;
    if (/^(image\/(?!svg)|audio\/|video\/|font\/)/.test(one.type)) return messages.fileBinary;
    try {
      const start = new Uint8Array(await one.slice(0, 1 << 16).arrayBuffer());
      const isUtf16 = ["255,254", "254,255"].includes(start.slice(0, 2).join());
      return start.includes(0) && !isUtf16 ? messages.fileBinary : null;
    } catch {
      return messages.fileUnreadable;
    }
  };
  const loadIntoEditor = async (one) => {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await one.arrayBuffer());
    if (text.includes("\ufffd") || text.includes("\0") || text.includes("\r")) return false;
    area.value = text;
    area.setSelectionRange(0, 0);
    area.focus();
    textChanged();
    form.dispatchEvent(new CustomEvent("attached"));
    announce(format(messages.loaded, { name: one.name }));
    return true;
  };
  const putIntoForm = async (one) => {
    const refusal = await reasonToRefuse(one);
    if (refusal) {
      attach(editor.attached?.file ? editor.attached.below ?? null : editor.attached);
      note.textContent = format(refusal, { name: one.name });
      return false;
    }
    editor.guessFromName(one.name);
    if (one.size <= LARGE && !area.value && !editor.attached && await loadIntoEditor(one)) {
      file.value = "";
      return true;
    }
    if (file.files[0] !== one) {
      const transfer = new DataTransfer();
      transfer.items.add(one);
      file.files = transfer.files;
    }
    attachFile(one);
    return true;
  };
  /** Takes the first file: a paste is one text. Says what is left out. */
  const take = async (files, folders = 0) => {
    note.textContent = "";
    const [one] = files;
    if (!one) { note.textContent = folders ? messages.folder : ""; return; }
    const taken = await putIntoForm(one);
    if (taken && files.length + folders > 1) note.textContent = format(messages.onlyOne, { name: one.name });
  };

  file.addEventListener("change", () => {
    if (file.files.length) take([...file.files]);
    else if (editor.attached?.file) attach(editor.attached.below ?? null);
  });
  remove.addEventListener("click", () => {
    note.textContent = "";
    attach(editor.attached?.below ?? null);
    area.focus();
  });

  // Long texts

  const attachText = (text) => attach({ text });
  /** Attaches what the editor would contain after `text` is inserted, if that is too long to be edited. */
  const attachIfLarge = (event, inserted) => {
    if (area.readOnly || inserted.length * 3 <= SMALL) return;
    const text = inserted.replace(/\r\n?/g, "\n");
    const { value, selectionStart, selectionEnd } = area;
    const isLarge = byteLength(text) > LARGE
      || byteLength(text) > SMALL && byteLength(value) <= LARGE && byteLength(value) + byteLength(text) > LARGE;
    if (!isLarge) return;
    event.preventDefault();
    attachText(value.slice(0, selectionStart) + text + value.slice(selectionEnd));
  };
  insert.addEventListener("click", () => {
    const { text } = editor.attached;
    area.value = text;
    attach(null);
    area.setSelectionRange(0, 0);
    area.focus();
  });
  area.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData;
    if (types.includes("text/plain")) return attachIfLarge(event, event.clipboardData.getData("text/plain"));
    if (!files.length) return;
    event.preventDefault();
    take([...files]);
  });

  // Dropping. `dragenter` and `dragleave` also fire for child elements, so the nesting is counted.

  const hasFile = (transfer) => [...(transfer?.types ?? [])].includes("Files");
  let depth = 0;
  const dragging = (by) => { depth = by && Math.max(0, depth + by); sheet.toggleAttribute("data-dragging", depth > 0); };
  document.addEventListener("dragenter", (event) => hasFile(event.dataTransfer) && dragging(1));
  document.addEventListener("dragleave", (event) => hasFile(event.dataTransfer) && dragging(-1));
  document.addEventListener("dragover", (event) => hasFile(event.dataTransfer) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    const { target, dataTransfer } = event;
    if (!hasFile(dataTransfer)) {
      if (target === area) attachIfLarge(event, dataTransfer?.getData("text/plain") ?? "");
      return;
    }
    event.preventDefault();
    dragging(0);
    const items = [...dataTransfer.items].filter(({ kind }) => kind === "file");
    const isFolder = (item) => Boolean(item.webkitGetAsEntry?.()?.isDirectory);
    take(items.filter((item) => !isFolder(item)).map((item) => item.getAsFile()), items.filter(isFolder).length);
  });

  form.addEventListener("attach", ({ detail }) => attach(detail ? { text: detail } : null));
})();
