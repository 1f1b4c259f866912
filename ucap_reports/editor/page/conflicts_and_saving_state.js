// What the screens say about saving: whether everything is saved, a lost server, what was refused, and conflicts with
// changes on the disk.

import { button, element, setText } from "/dom.js";
import { say } from "/texts.js";
import { shown } from "/values.js";

/** Show in an element whether everything is saved. */
export function showState(store, status) {
  const saved = store.savedAt ? say("savedAt", { time: time(store.savedAt) }) : say("saved");
  const texts = { saved, saving: say("saving"), conflict: say("changedOnDisk") };
  status.className = store.state;
  setText(status, texts[store.state] ?? say("notSaved"));
}

/** Return the notices above a form; `nameOf` returns the name of the field with a path. */
export function savingNotices(store, nameOf) {
  const blocks = [];
  if (store.state === "lost") blocks.push(element("p", { class: "notice error", id: "lost" }, store.whyLost));
  if (store.refusal) blocks.push(element("p", { class: "notice error" }, store.refusal));
  for (const conflict of store.conflicts) blocks.push(conflictBlock(store, conflict, nameOf(conflict.path) || conflict.path));
  return blocks;
}

/** A conflict with a change on the disk: both texts, and a button for each. */
function conflictBlock(store, conflict, name) {
  return element("section", { class: "notice error conflict" },
    element("h2", {}, `${say("conflictHeading")}: ${name}`),
    element("dl", {},
      element("dt", {}, say("yours")), element("dd", {}, yoursAsText(conflict)),
      element("dt", {}, say("theirs")), element("dd", {}, asText(conflict.theirs))),
    element("div", { class: "buttons" },
      button(say("useYours"), () => store.resolve(conflict, true)),
      button(say("useTheirs"), () => store.resolve(conflict, false))));
}

/** What was changed here: the new value, or what became of an item of a list. */
function yoursAsText({ op, yours }) {
  if (op === "move") return say("movedTo", { number: yours + 1 });
  if (op === "remove") return say("removedItem");
  return op === "insert" ? say("insertedItem", { value: asText(yours) }) : asText(yours);
}

/** A value, such as that of a city with several fields, as one line of text. */
function asText(value) {
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  return shown(isObject ? Object.values(value) : value) || say("empty");
}

function time(moment) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(moment);
}
