// Saving by field: what is typed is sent a moment later, kept in the page until it is saved, and merged with what
// somebody else has written meanwhile.

import { ApiError, LatestAnswers, request } from "/api.js";
import { tell } from "/dom.js";
import { problemHint, problemMessage, say } from "/texts.js";
import { changed, pathAfter, valueAt } from "/values.js";

const PAUSE = 150; // milliseconds after the last key
const RETRY = 1500;
const MOST_CHANGES = 500; // in one request
// Such as a file that another program has locked, or has written after the server had read it: it is merged the next time.
const OF_THE_DISK = ["file-not-written", "file-not-accessible", "file-changed"];

const stores = new Map(); // the last store of each key

// The same plan may be open in several pages. Each keeps what it has not saved under a name of its own, and has a lock
// until it ends; then another page, or the next one, takes it over.
const page = newId();
await new Promise((ready) => {
  navigator.locks.request(lockOf(page), () => new Promise(() => ready()));
});

/** Values that are saved by field, and what is said about it: `state` is saved, saving, lost, refused or conflict. */
export class PlanStore {
  #waiting = [];
  #printed = new Map();
  #sent = new Set(); // the ids of changes that may have been made, although no answer has arrived
  #sending = null;
  #timer = null;
  #listeners = [];
  #visit = newId();
  #project;
  #atOnce = MOST_CHANGES;
  #inFlight = [];
  #awaited = new Set(); // the places of values that the server is asked for
  #edition = 0; // grows with each change, and with each answer to changes
  #address;
  #answers;

  /** The values of a plan, or of something else that is saved by field at an address of the server. */
  constructor(plan, project, address = `/api/plans/${encodeURIComponent(plan.id)}`) {
    this.#project = project;
    this.#address = address;
    this.#answers = new LatestAnswers(address);
    this.id = plan.id;
    this.state = "saved";
    this.savedAt = null;
    this.conflicts = [];
    this.refusal = null;
    this.whyLost = null; // what is said while the state is lost
    this.#take(plan);
    stores.get(this.#key)?.#retire();
    stores.set(this.#key, this);
    this.#restore();
  }

  /** Call a function after each change of the plan, of its problems or of the state of saving. */
  listen(listener) {
    this.#listeners.push(listener);
  }

  /** Begin another step to undo: a field was entered or left. */
  beginVisit() {
    this.#visit = newId();
  }

  at(path) {
    return valueAt(this.values, path);
  }

  /**
   * Ask the server for a value: call `action` with what `asked` becomes and with the path that the value has then, since
   * its item may be moved meanwhile. It is not called if the item is removed.
   */
  async await(path, asked, action) {
    const place = { path };
    this.#awaited.add(place);
    try {
      const answer = await asked;
      if (place.path !== null) action(answer, place.path);
    } finally {
      this.#awaited.delete(place);
    }
  }

  /** Set a value; null clears it. */
  set(path, value) {
    const was = this.at(path);
    if (isSame(was, value)) return;
    const conflict = this.#valueConflicts.find((one) => one.path === path);
    if (conflict) { // what is typed while a person has not decided is a part of their version
      conflict.yours = value;
      this.#apply({ op: "set", path, value });
      this.#keep();
      this.#tell();
      return;
    }
    const last = this.#waiting.at(-1);
    if (last?.op === "set" && last.path === path && !this.#sent.has(last.id)) last.value = value;
    else this.#waiting.push(this.#made({ op: "set", path, was, value }));
    this.#changedHere({ op: "set", path, value });
  }

  /** Save a value again that has not changed, such as a translation that is still right. */
  confirm(path) {
    const value = this.at(path);
    this.#add({ op: "set", path, was: value, value });
  }

  insert(path, value) {
    this.#add({ op: "insert", path, was: this.at(listOf(path)), value });
  }

  remove(path) {
    this.#add({ op: "remove", path, was: this.at(path) });
  }

  move(path, index) {
    this.#add({ op: "move", path, was: this.at(path), value: index });
  }

  /** Replace the text of a file that cannot be edited by field. */
  setText(text) {
    const change = this.#made({ op: "set", path: "", value: text });
    this.#waiting = [change];
    this.#changedHere(change);
  }

  /** Send now what waits, such as when a field is left. */
  async flush() {
    clearTimeout(this.#timer);
    while (this.#sending) await this.#sending; // which is followed by what was typed meanwhile
    if (this.#waiting.length) await this.#send();
  }

  /**
   * Get the plan again, because its file has changed on the disk. The answer to changes that are being sent may be from
   * before that: it is enough only if it has the `digest` of the file.
   */
  async reload(digest = null) {
    await this.flush();
    if (this.#waiting.length || digest === this.digest) return;
    await this.#ask();
  }

  /** Save what waits for a screen that is left: it is not called any more, and another one is shown in its place. */
  async end() {
    this.#listeners = [];
    await this.flush();
  }

  /** Decide a conflict: make the change that was made here, to the file as it is now, or keep the file. */
  resolve(conflict, keepMine) {
    this.conflicts = this.conflicts.filter((one) => one !== conflict);
    const { op, path, yours, theirs } = conflict;
    this.state = this.#restingState();
    this.#keep();
    if (!keepMine) {
      if (op === "set" && path !== "") this.#apply({ op, path, value: theirs });
      this.#tell();
      this.reload().catch(() => {}); // the text of a file that is not edited by field
    } else if (op === "insert") this.insert(path, yours);
    else if (op === "remove") this.remove(path);
    else if (op === "move") this.move(path, yours);
    else this.#add({ op: "set", path, was: theirs, value: yours });
  }

  /** The open conflicts about values of fields, but not about the text of the file. */
  get #valueConflicts() {
    return this.conflicts.filter((conflict) => conflict.op === "set" && conflict.path !== "");
  }

  /** Show the versions of this page where conflicts are open. */
  #applyConflicts() {
    for (const { path, yours } of this.#valueConflicts) this.#apply({ op: "set", path, value: yours });
  }

  /** Show the versions of this page beside the values that the server has just sent. */
  #applyConflictsAnew() {
    for (const conflict of this.#valueConflicts) conflict.theirs = this.at(conflict.path) ?? null;
    this.#applyConflicts();
  }

  #add(change) {
    this.beginVisit();
    this.#waiting.push(this.#made(change));
    this.#changedHere(change);
    this.beginVisit();
  }

  /** A change with its id, and the digest of the values in which it was made: of later ones it has seen nothing. */
  #made(change) {
    return { id: newId(), digest: this.digest, ...change };
  }

  #changedHere(change) {
    this.#edition += 1;
    for (const place of this.#awaited) {
      if (place.path !== null) place.path = pathAfter(place.path, change);
    }
    this.#apply(change);
    this.refusal = null;
    this.state = "saving";
    this.#keep();
    this.#schedule(change.op === "set" ? PAUSE : 0);
    this.#tell();
  }

  #schedule(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sending ?? this.#send(), pause);
  }

  async #send() {
    if (!this.#waiting.length) return; // sent before the pause after the last key has ended
    const changes = this.#waiting.splice(0, this.#sentTogether());
    if (!this.#waiting.length) this.#atOnce = MOST_CHANGES;
    this.#inFlight = changes;
    for (const change of changes) this.#sent.add(change.id);
    this.#sending = this.#deliver(changes);
    await this.#sending;
    this.#sending = null;
    if (this.#waiting.length && this.state !== "lost") await this.#send();
  }

  /** How many of the changes that wait are sent in one request: those of the same values; a text of the file is alone. */
  #sentTogether() {
    const [first, ...others] = this.#waiting;
    const isTextOfFile = (change) => change.path === "";
    const isApart = (change) => change.digest !== first.digest || isTextOfFile(change) || isTextOfFile(first);
    const apart = others.findIndex(isApart);
    const together = 1 + (apart === -1 ? others.length : apart);
    return Math.min(this.#atOnce, together);
  }

  async #deliver(changes) {
    try {
      const sent = changes.map(({ digest: _, ...change }) => change);
      const answer = await request("PATCH", this.#address, { digest: changes[0].digest, changes: sent, visit: this.#visit });
      this.#inFlight = [];
      this.#edition += 1;
      this.#base(answer, changes.map((change) => change.path));
      this.#take(answer);
      this.state = this.#restingState();
      this.savedAt = new Date();
    } catch (error) {
      this.#inFlight = [];
      this.#fail(error, changes);
    }
    this.#keep();
    this.#tell();
  }

  /**
   * Base the changes that wait on the answer to others, unless somebody else has changed the same place meanwhile: the
   * server then reports the conflict. Places that were `sent` have the value that was sent, as the file has it.
   */
  #base({ values, digest }, sent) {
    let now = values ?? {}; // as they are before each change
    for (const change of this.#waiting) {
      if (change.path === "") { // the text of the file
        if (sent.includes("")) change.digest = digest;
        continue;
      }
      const place = change.op === "insert" ? listOf(change.path) : change.path;
      const present = valueAt(now, place) ?? null;
      if (change.op === "set" && sent.includes(change.path)) change.was = present;
      const isAsSeen = isSame(present, change.was ?? null);
      if (isAsSeen) change.digest = digest;
      now = changed(now, change);
    }
  }

  #fail(error, changes) {
    this.whyLost = whyKept(error);
    if (this.whyLost !== null) {
      this.#waiting = [...changes, ...this.#waiting];
      this.state = "lost";
      this.#schedule(RETRY);
      return;
    }
    if (error.status === 409) {
      this.#takeConflicts(error.body, changes);
      return;
    }
    if (changes.length > 1) {
      this.#waiting = [...changes, ...this.#waiting];
      this.#atOnce = 1; // so that only the change that the server refuses is lost
      this.#schedule(0);
      return;
    }
    this.refusal = error.message;
    this.state = "refused";
    if (!this.#listeners.length) tell(`${say("notSaved")}: ${error.message}`, "error"); // no screen shows it
    this.#refresh();
  }

  /** Take the conflicts of changes that were sent, which the server has not made, and send the others again. */
  #takeConflicts({ conflicts, digest, values }, changes) {
    const places = conflicts.map((conflict) => conflict.path);
    const others = changes.filter((change) => !places.includes(change.path));
    for (const conflict of conflicts) {
      const op = changes.find((change) => change.path === conflict.path)?.op ?? "set";
      const typedSince = this.#waiting.filter((change) => op === "set" && change.op === "set" && change.path === conflict.path);
      this.#waiting = this.#waiting.filter((change) => !typedSince.includes(change));
      const yours = typedSince.length ? typedSince.at(-1).value : conflict.yours;
      this.conflicts.push({ ...conflict, yours, op });
    }
    this.digest = digest;
    this.values = values ?? {}; // none of a file that cannot be edited by field
    this.#applyConflictsAnew();
    this.#waiting = [...others, ...this.#waiting];
    for (const change of this.#waiting) this.#apply(change);
    this.state = "conflict";
    if (this.#waiting.length) this.#schedule(0);
    else this.#refresh();
  }

  /** The state when nothing is sent. */
  #restingState() {
    if (this.#waiting.length) return "saving";
    return this.conflicts.length ? "conflict" : "saved";
  }

  /** Get the plan again after changes of it were not made. */
  #refresh() {
    this.#ask().catch(() => {});
  }

  /**
   * Get the plan, and take it unless something newer is known: what was typed or saved meanwhile, a later answer, or
   * changes that are being sent, whose answer has them.
   */
  async #ask() {
    const edition = this.#edition;
    const plan = await this.#answers.ask();
    if (plan === null || edition !== this.#edition || this.#inFlight.length) return;
    this.#take(plan);
    this.#tell();
  }

  /** Take the plan as the server has it, with what is typed but not sent yet. */
  #take(plan) {
    this.answer = plan;
    this.digest = plan.digest;
    this.values = plan.values ?? {};
    this.text = plan.text;
    this.editable = plan.editable;
    this.problems = plan.problems;
    this.completeness = plan.completeness;
    if (!plan.problems.some((problem) => problem.severity === "error")) this.#takePrinted(plan);
    this.formatted = plan.formatted ?? {};
    this.canUndo = plan.undo;
    this.canRedo = plan.redo;
    this.#applyConflictsAnew();
    for (const change of this.#waiting) this.#apply(change);
  }

  /** Make a change that is not saved yet in the values, or in the text of the file. */
  #apply(change) {
    if (change.path === "") this.text = change.value;
    else this.values = changed(this.values, change);
  }

  /** Keep how values are printed, with the values: while there are errors, nothing is printed. */
  #takePrinted({ printed, values }) {
    this.#printed.clear();
    for (const [path, text] of Object.entries(printed ?? {})) this.#printed.set(path, { text, value: valueAt(values, path) });
  }

  /** How the documents print a value; null if that is not known of the value that the plan has now. */
  printedAs(path) {
    const known = this.#printed.get(path);
    const isCurrent = known && (this.state === "saving" || isSame(known.value, this.at(path)));
    return isCurrent ? known.text : null;
  }

  get #key() {
    return `${this.#keyOfPages}${page}`;
  }

  /** The start of the keys of all pages. Editors of several projects may use one port after the other. */
  get #keyOfPages() {
    return `ucap-unsaved-${this.#project}-${this.#address}#`;
  }

  /** Keep what is not saved in the browser, for the case that the server or the page ends. */
  #keep() {
    if (stores.get(this.#key) !== this) return; // a newer store keeps it
    const changes = [...this.#inFlight, ...this.#waiting]; // a request may never arrive
    const { conflicts } = this;
    if (changes.length || conflicts.length) {
      try {
        localStorage.setItem(this.#key, JSON.stringify({ changes, conflicts }));
      } catch {
        // The browser has no room left: what waits is sent all the same.
      }
    } else {
      localStorage.removeItem(this.#key);
    }
  }

  /** Go on with what an earlier screen of this page has not saved, and with what other pages have left. */
  #restore() {
    this.#takeOver(this.#key);
    for (const key of Object.keys(localStorage)) {
      if (key === this.#key || !key.startsWith(this.#keyOfPages)) continue;
      navigator.locks.request(lockOf(key.slice(this.#keyOfPages.length)), () => {
        if (stores.get(this.#key) !== this) return; // a newer store waits for it, too
        this.#takeOver(key);
        this.#keep();
        this.#tell();
      });
    }
  }

  #takeOver(key) {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(key));
    } catch {
      localStorage.removeItem(key); // it was not written by this page
    }
    if (!kept) return;
    if (key !== this.#key) localStorage.removeItem(key);
    const conflicts = (kept.conflicts ?? []).map((conflict) => this.#asNow(conflict));
    this.conflicts.push(...conflicts.filter(({ yours, theirs }) => !isSame(yours, theirs)));
    this.#applyConflicts();
    this.#waiting.push(...kept.changes);
    for (const change of kept.changes) this.#sent.add(change.id);
    this.state = this.#restingState();
    if (!kept.changes.length) return;
    for (const change of kept.changes) this.#apply(change);
    this.#schedule(0);
  }

  /** A conflict that was not decided, with the value that the file has now. */
  #asNow(conflict) {
    if (conflict.op !== "set") return conflict;
    return { ...conflict, theirs: conflict.path === "" ? this.text : this.at(conflict.path) };
  }

  /** Leave what waits to a newer store for the same values, which has read it from the browser. */
  #retire() {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}

/** What is said about changes that are kept and sent again; null if the server has refused them for good. */
function whyKept(error) {
  if (!(error instanceof ApiError) || error.status === 503) return say("serverGone"); // 503: it ends
  if (error.status === 401) return say("noAccessWhileTyping");
  if (error.status === 403) return say("readOnlyWhileTyping");
  if (error.status === 404) return `${error.message}. ${say("keptUntilWritten")}`; // it was moved away, and may come back
  const ofDisk = (error.body?.problems ?? []).find(({ code }) => OF_THE_DISK.includes(code));
  if (!ofDisk) return null;
  const hint = ofDisk.hint ? `${problemHint(ofDisk)} ` : "";
  return `${ofDisk.path}: ${problemMessage(ofDisk)}. ${hint}${say("keptUntilWritten")}`;
}

/** The path of the list that an item is in. */
function listOf(path) {
  return path.replace(/\[\d+\]$/, "");
}

function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function newId() {
  return crypto.randomUUID();
}

/** The name of the lock that a page has until it ends. */
function lockOf(id) {
  return `ucap-page-${id}`;
}

/**
 * Show a text in an input of a screen, but not in the place of what is typed there: that is sent a moment later, or
 * `isSame` as what is saved. What somebody else has written meanwhile is shown, so that it is not overwritten unseen.
 */
export function showText(store, input, text, isSame = input.value.trim() === text.trim()) {
  const isHere = document.activeElement === input;
  const isTyped = isHere && (store.state === "saving" || isSame);
  if (input.value === text || isTyped) return;
  const cursor = input.selectionEnd;
  input.value = text;
  if (isHere) input.setSelectionRange(cursor, cursor);
}
