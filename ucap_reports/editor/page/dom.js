// Elements of the page, made and changed without markup in texts.

import { say } from "/texts.js";

/** An element with attributes, listeners (`onclick`) and children; an attribute that is null, undefined or false is left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked" || key === "disabled" || key === "hidden") made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export function button(text, onclick, attributes = {}) {
  return element("button", { type: "button", onclick, ...attributes }, text);
}

export const find = (id) => document.getElementById(id);

/** Change the text of an element, only if it is another one, so that screen readers do not repeat it. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Say something to readers of screens, and show nothing. */
export function announce(text) {
  setText(find("message"), text);
}

/** Show a message at the edge of the window, wherever the page is scrolled to, until it is closed or another screen is shown. */
export function tell(text, kind = "done") {
  const close = button("×", closeMessage, { class: "quiet", "aria-label": say("close") });
  find("told").replaceChildren(element("p", { class: `notice ${kind}` }, text, close));
}

export function closeMessage() {
  find("told").replaceChildren();
}

/** Close open menus, except for the one that an element is in. */
export function closeMenus(inside = null) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(inside)) menu.open = false;
  }
}

const NOT_IN_FILES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|\p{Surrogate}/gu;
const LINE_ENDS = /[\u000b\u000c\u0085\u2028\u2029]/g; // among them those of Word in plain text

/** A text as a file can contain it: without control characters, and with the usual line ends or what replaces them. */
export function writable(text, lineEnd = "\n") {
  return text.replace(LINE_ENDS, lineEnd).replace(NOT_IN_FILES, "");
}

/** Leave out the characters that no file can contain, as soon as they are typed or pasted. */
export function keepWritable({ target, isComposing }) {
  const isArea = target instanceof HTMLTextAreaElement;
  const isLine = target instanceof HTMLInputElement && ["text", "search"].includes(target.type);
  if (isComposing || !(isArea || isLine)) return;
  const lineEnd = isArea ? "\n" : " ";
  const text = writable(target.value, lineEnd);
  if (text === target.value) return;
  const cursor = writable(target.value.slice(0, target.selectionEnd), lineEnd).length;
  target.value = text;
  target.setSelectionRange(cursor, cursor);
  tell(say("charactersRemoved"), "error");
}

/**
 * Run a change of the page, and give the focus back to the element that had it, with its selection; to the screen if it
 * is gone. `idAfter` returns the id that the element has after the change.
 */
export function keepingFocus(change, idAfter = (id) => id) {
  const active = document.activeElement;
  const id = active?.id;
  const selection = active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  change();
  const again = id ? find(idAfter(id)) : null;
  const isGone = !again && active !== document.body && document.activeElement === document.body;
  if (isGone) find("main")?.focus({ preventScroll: true });
  if (!again || again === document.activeElement) return;
  again.focus({ preventScroll: true });
  if (selection && selection[0] !== null && again.setSelectionRange) {
    try {
      again.setSelectionRange(...selection);
    } catch {
      // an input without a selection, such as a check box
    }
  }
}
