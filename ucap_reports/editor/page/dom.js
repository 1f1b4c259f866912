// Elements of the page, made and changed without markup in texts.

import { say } from "/texts.js";

/**
 * An element with attributes, listeners (`onclick`) and children; an attribute that is null, undefined or false is left out.
 * What is typed has the direction of its own words.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  const isTyped = name === "textarea" || (name === "input" && ["text", "search"].includes(attributes.type ?? "text"));
  if (isTyped) made.dir = "auto";
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

/** A table with the heads of its columns. On a narrow screen, where these are not shown, each cell shows its own. */
export function table(attributes, caption, heads, rows) {
  for (const row of rows) {
    [...row.children].forEach((cell, index) => {
      if (cell.matches("td")) cell.dataset.head = heads[index];
    });
  }
  return element("table", attributes, element("caption", { class: "sight" }, caption),
    element("thead", {}, element("tr", {}, heads.map((head) => element("th", { scope: "col" }, head)))), element("tbody", {}, rows));
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

/** Let what stays below a bar of the window follow its height: the title of a plan may need several lines. */
export function followHeight(bar) {
  const observer = new ResizeObserver(() => document.documentElement.style.setProperty("--bar-height", `${bar.offsetHeight}px`));
  observer.observe(bar);
  return () => observer.disconnect();
}

/** Mark the link to the part of a form that is worked on: the one with the focus, or else the one at the top of the window. */
export function followParts(nav) {
  const mark = () => {
    const links = [...nav.querySelectorAll("a[href^='#part-']")];
    const headings = links.map((link) => find(link.getAttribute("href").slice(1)));
    const edge = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) + 8;
    const focused = document.activeElement?.closest(".part");
    let current = headings.findLastIndex((heading) => heading && heading.getBoundingClientRect().top <= edge);
    if (focused && isInWindow(focused)) current = headings.findIndex((heading) => focused.contains(heading));
    links.forEach((link, index) => {
      if (index === Math.max(0, current)) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  const names = ["scroll", "focusin"];
  for (const name of names) addEventListener(name, mark, { passive: true });
  mark();
  return { mark, end: () => names.forEach((name) => removeEventListener(name, mark)) };
}

function isInWindow(target) {
  const { top, bottom } = target.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
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
