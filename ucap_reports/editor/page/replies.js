// The screen on which replies are read: edited Word files and completed forms, each change accepted, rejected or edited.

import { ApiError, inMemory, request, uploadAs } from "/api.js";
import { button, element, keepingFocus, setText, table, tell } from "/dom.js";
import { counted, fieldName, problemHint, problemMessage, problemSentence, say } from "/texts.js";
import { changesOf } from "/translations.js";
import { takeStep } from "/undo.js";

/** Show the screen; returns a function that ends it. */
export async function showReplies(screen, go) {
  document.title = `${say("replies")} – ${say("product")}`;
  const decisions = new Map(); // what was decided about each change, by what it is
  const chosen = new Map(); // the files whose words are taken for each conflict
  let sent = Promise.resolve(); // until all is done that was asked for
  let apply = null; // the button
  let rejected = null; // how many changes are rejected
  let [review, { plans, read_only: readOnly }] = await Promise.all([request("GET", "/api/review"), request("GET", "/api/plans")]);
  let shown = review;
  const input = element("input", { type: "file", id: "reply-file", accept: ".docx,.docm", multiple: true, onchange: () => add(input.files) });
  const zone = element("div", { class: "drop-zone" }, element("label", { for: "reply-file" }, say("replyFiles")), element("p", { class: "hint" }, say("replyHint")), input);
  for (const name of ["dragover", "dragenter"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    add(event.dataTransfer.files);
  });
  const status = element("p", { id: "reply-status", role: "status" });
  const failures = element("div", { role: "alert" });
  const result = element("div", { id: "result" });
  screen.replaceChildren(element("main", { id: "main", class: "work", tabindex: "-1" },
    element("div", { class: "title-row" }, element("h1", {}, say("replies"))), zone, failures, status, result));
  show();
  return () => {};

  /** Do something after all that was asked for before: the review in the last answer is then the newest one. */
  function inOrder(action) {
    sent = sent.then(action);
    return sent;
  }

  function add(files) {
    const chosenFiles = [...files];
    input.value = ""; // so that the same file can be chosen again
    inOrder(() => readAll(chosenFiles));
  }

  async function readAll(files) {
    for (const old of failures.querySelectorAll(".summary-of-errors")) old.remove(); // questions about other files stay
    for (const chosenFile of files) {
      const failed = await inMemory(chosenFile).then((file) => readOrAsk(file), (error) => failure(error, chosenFile.name));
      if (failed) failures.append(failed);
    }
    show();
  }

  /** Read a file; if another one has its name, ask whether it is a further reply, as of another partner. */
  async function readOrAsk(file) {
    if (!review.files.some(({ name }) => name === file.name)) return read(file);
    const answer = (label, name) => button(label, () => {
      block.remove();
      inOrder(async () => {
        const failed = await read(new File([file], name()));
        if (failed) failures.append(failed);
        show();
      });
    });
    const block = element("section", { class: "notice", "aria-label": file.name },
      element("h2", {}, file.name), element("p", {}, say("sameName")),
      element("div", { class: "buttons" }, answer(say("furtherReply"), () => freeName(file.name, review.files)), answer(say("replaceReply"), () => file.name)));
    return block;
  }

  /** Read a file, as a reply to the plan that was chosen or that it names; returns what went wrong. */
  async function read(file, plan = null) {
    setText(status, say("reading", { name: file.name }));
    try {
      review = await uploadAs(`/api/review?${new URLSearchParams({ name: file.name, ...(plan === null ? {} : { plan }) })}`, file);
      return null;
    } catch (error) {
      const isWithoutPlan = error instanceof ApiError && error.body?.problems?.some((problem) => problem.code === "review-plan-unknown");
      return isWithoutPlan ? planChoice(file, error.body.problems[0]) : failure(error, file.name);
    }
  }

  /** Ask which plan a file is a reply to. */
  function planChoice(file, problem) {
    const id = `plan-of-${file.name}`;
    const select = element("select", { id }, plans.map((plan) => element("option", { value: plan.id }, plan.title)));
    const block = element("section", { class: "notice", "aria-label": file.name },
      element("h2", {}, file.name), element("p", {}, say("planNotNamed", { problem: problemMessage(problem) })),
      plans.length ? element("div", { class: "field" }, element("label", { for: id }, say("planOfFile")), element("div", { class: "with-button" }, select, button(say("choosePlan"), () => {
        block.inert = true;
        inOrder(async () => {
          const failed = await read(file, select.value);
          if (failed) block.replaceWith(failed);
          else block.remove();
          show();
        });
      }))) : null,
      element("p", {}, say("formOfNewPlan"), " ", element("a", { href: "/import" }, say("import")), "."));
    return block;
  }

  function failure(error, name) {
    const list = error instanceof ApiError && error.body?.problems ? error.body.problems : [{ message: error.message }];
    return element("div", { class: "summary-of-errors" }, element("h2", {}, name ?? say("problemHeading")),
      element("ul", {}, list.map((problem) => element("li", {}, problemSentence(problem)))));
  }

  /** Whether a change is one of those that are chosen in a conflict. */
  function isInConflict(change, conflicts = review.conflicts) {
    return conflicts.some((one) => one.plan === change.plan && one.values.some(({ file }) => file === change.file) && (isWithin(change.field, one.field) || isWithin(one.field, change.field)));
  }

  function isForm(name) {
    return review.files.some((file) => file.name === name && file.form);
  }

  function keyOfConflict({ plan, field }) {
    return JSON.stringify([plan, field]);
  }

  function keyOf(change) {
    return JSON.stringify([change.file, change.plan, change.field, change.old, change.new, change.author]);
  }

  function decisionOf(change) {
    return decisions.get(keyOf(change)) ?? { kind: "accept" };
  }

  /** Show the review; who works on a change goes on with it, whatever number it has now. */
  function show() {
    const before = shown;
    shown = review;
    keepingFocus(showReview, (id) => idAfter(before, id));
  }

  /** The id of an element of a change or a conflict of an earlier review. */
  function idAfter(before, id) {
    const [, kind, number, rest] = /^(edit|conflict)-(\d+)(.*)$/.exec(id) ?? [];
    if (kind === undefined) return id;
    const [list, key] = kind === "edit" ? ["changes", keyOf] : ["conflicts", keyOfConflict];
    const wanted = key(before[list][number]);
    return `${kind}-${review[list].findIndex((one) => key(one) === wanted)}${rest}`;
  }

  function showReview() {
    const inside = review.changes.filter((change) => change.field && !change.made && !isInConflict(change));
    const made = review.changes.filter((change) => change.made);
    const outside = review.changes.filter((change) => !change.field);
    if (!review.files.length) {
      setText(status, "");
      result.replaceChildren(...[problems()].filter(Boolean)); // such as a plan that was deleted since
      return;
    }
    const parts = [counted(review.files.length, "file"), counted(inside.length, "change")];
    if (review.conflicts.length) parts.push(counted(review.conflicts.length, "conflict"));
    if (outside.length) parts.push(say("outsideCount", { count: outside.length }));
    if (made.length) parts.push(say("madeCount", { count: made.length }));
    setText(status, parts.join(", "));
    result.replaceChildren(...[conflicts(), changes(inside), comments(), words(outside), problems(), actions(inside)].filter(Boolean));
    showCount();
  }

  function titleOf(id) {
    return plans.find((plan) => plan.id === id)?.title ?? id;
  }

  function planLink(change) {
    return element("a", { href: `/plans/${encodeURIComponent(change.plan)}` }, titleOf(change.plan));
  }

  function conflicts() {
    if (!review.conflicts.length) return null;
    return element("div", {}, review.conflicts.map((conflict, index) => {
      const key = keyOfConflict(conflict);
      const options = [{ file: null, value: conflict.now }, ...conflict.values];
      const cards = options.map((option, number) => {
        const id = `conflict-${index}-${number}`;
        const files = option.file === null ? [] : [option.file];
        return choiceCard(key, index, number, option.file ?? say("keepPlan"), { files },
          element("p", { class: "changed-text" }, option.file === null ? (option.value || say("empty")) : changesOf(conflict.now, option.value)));
      });
      if (conflict.insertion) {
        const files = conflict.values.map(({ file }) => file);
        if (files.length > 1) cards.push(choiceCard(key, index, options.length, say("keepBoth"), { files }, element("p", { class: "changed-text" }, conflict.values.map(({ value }) => value).join("\n"))));
      } else {
        const written = chosen.get(key)?.text;
        const edit = element("textarea", { rows: 3, id: `conflict-${index}-text`, "aria-label": `${say("editWords")}: ${fieldName(conflict.field)}`, value: written ?? conflict.values[0].value, hidden: written === undefined, oninput: () => chosen.set(key, { files: [], text: edit.value }) });
        cards.push(choiceCard(key, index, options.length, say("otherWords"), { files: [], get text() { return edit.value; } }, edit));
      }
      return element("section", { class: "reply-conflict", "aria-label": `${say("conflict")}: ${fieldName(conflict.field)}` },
        element("h2", {}, `${say("conflict")}: ${fieldName(conflict.field)}`), element("p", { class: "hint" }, planLink(conflict), ". ", say("conflictHint")),
        element("div", { class: "conflict-choices" }, cards));
    }));
  }

  /** One of the choices of a conflict: the words of the plan, those of files, or others that are written here. */
  function choiceCard(key, index, number, label, choice, content) {
    const id = `conflict-${index}-${number}`;
    const now = chosen.get(key) ?? { files: [] };
    const isChosen = "text" in choice ? now.text !== undefined : now.text === undefined && now.files.join("\n") === choice.files.join("\n");
    const radio = element("input", { type: "radio", name: `conflict-${index}`, id, checked: isChosen, onchange: (event) => {
      chosen.set(key, { ...choice });
      showCount();
      for (const text of event.target.closest(".conflict-choices").querySelectorAll("textarea")) text.hidden = !("text" in choice);
      if ("text" in choice) content.focus();
    } });
    return element("div", { class: "conflict-choice" }, element("div", { class: "choice" }, radio, element("label", { for: id }, element("b", {}, label))), content);
  }

  function changes(inside) {
    if (!inside.length) return null;
    const rows = inside.map((change) => {
      const name = fieldName(change.field);
      const group = element("div", { class: "toggle", role: "group", "aria-label": `${say("decision")}: ${name}` });
      const edit = element("textarea", { rows: 3, id: `edit-${change.number}`, "aria-label": `${say("editWords")}: ${name}`, value: decisionOf(change).text ?? change.new, oninput: () => decisions.set(keyOf(change), { kind: "edit", text: edit.value }) });
      const set = (kind) => {
        decisions.set(keyOf(change), kind === "edit" ? { kind, text: edit.value } : { kind });
        update();
        showCount();
        if (kind === "edit") edit.focus();
      };
      const update = () => {
        const { kind } = decisionOf(change);
        for (const one of group.children) one.setAttribute("aria-pressed", String(one.dataset.kind === kind));
        edit.hidden = kind !== "edit";
      };
      group.append(...["accept", "reject", ...(change.editable ? ["edit"] : [])].map((kind) => button(say(kind), () => set(kind), { id: `edit-${change.number}-${kind}`, "data-kind": kind })));
      update();
      return element("tr", { class: change.reason ? "uncertain" : null },
        element("th", { scope: "row" }, name, element("p", { class: "hint" }, planLink(change))),
        element("td", { class: "changed-text" }, change.old),
        element("td", { class: "changed-text" }, change.new ? changesOf(change.old, change.new) : [`${say("removedWords")} `, element("del", {}, change.old)], change.reason ? element("p", { class: "uncertain-text" }, change.reason) : null),
        element("td", {}, change.author || say(isForm(change.file) ? "answer" : "untracked"), element("p", { class: "hint" }, change.file, change.date ? `, ${change.date.slice(0, 10)}` : "")),
        element("td", {}, group, edit));
    });
    return element("div", {}, element("h2", { class: "below" }, say("changes")),
      table({ class: "list reply" }, say("changes"), [say("field"), say("was"), say("now"), say("from"), say("decision")], rows));
  }

  function comments() {
    if (!review.comments.length) return null;
    return element("div", {}, element("h2", { class: "below" }, say("comments")), element("ul", { class: "notes" }, review.comments.map((comment) =>
      element("li", {}, element("p", {}, element("b", {}, comment.author || say("unknownAuthor")), `: ${comment.text}`), element("p", { class: "hint" }, `${comment.file}: ${comment.about}`)))));
  }

  function words(outside) {
    if (!outside.length) return null;
    return element("div", {}, element("h2", { class: "below" }, say("outside")), element("p", { class: "hint" }, say("outsideHint")),
      element("ul", { class: "notes" }, outside.map((change) => element("li", {}, element("p", { class: "changed-text" }, changesOf(change.old, change.new)), element("p", { class: "hint" }, `${change.file}${change.author ? `, ${change.author}` : ""}`)))));
  }

  function problems() {
    if (!review.problems.length) return null;
    return element("ol", { class: "all-problems" }, review.problems.map((problem) => element("li", { class: problem.severity }, element("p", {}, element("b", {}, `${say(problem.severity)}: `), problemMessage(problem)), problem.hint ? element("p", { class: "hint" }, problemHint(problem)) : null)));
  }

  /** The conflicts for which others than the words of the plan were chosen. */
  function decidedConflicts() {
    return review.conflicts.filter((one) => {
      const choice = chosen.get(keyOfConflict(one));
      return choice && (choice.files.length > 0 || choice.text !== undefined);
    });
  }

  function showCount() {
    if (readOnly) return;
    const inside = review.changes.filter((change) => change.field && !change.made && !isInConflict(change));
    const accepted = inside.filter((change) => decisionOf(change).kind !== "reject").length;
    setText(apply, say("applyCount", { count: counted(accepted + decidedConflicts().length, "change") }));
    setText(rejected, accepted < inside.length ? say("rejectedCount", { count: inside.length - accepted }) : "");
  }

  function actions(inside) {
    const error = element("div", { role: "alert" });
    const send = (body, ondone) => {
      result.inert = true; // what is decided from now on would not be in the request
      inOrder(async () => {
        try {
          ondone(await request("POST", "/api/review", body));
        } catch (problem) {
          if (problem.body?.problems?.some(({ code }) => code === "review-changed")) await showChanged();
          (error.isConnected ? error : failures).replaceChildren(failure(problem)); // other files may be shown meanwhile
        }
        result.inert = false;
      });
    };
    apply = button("", () => {
      const decided = decidedConflicts();
      send({
        digest: review.digest, // another window may have changed it
        reject: inside.filter((change) => decisionOf(change).kind === "reject").map((change) => change.number),
        edits: inside.filter((change) => decisionOf(change).kind === "edit").map((change) => ({ change: change.number, text: decisionOf(change).text })),
        conflicts: review.conflicts.filter((one) => chosen.has(keyOfConflict(one))).map((one) => ({ plan: one.plan, field: one.field, ...chosen.get(keyOfConflict(one)) })),
      }, (done) => showDone(done, decided));
    }, { class: "primary", id: "apply-changes" });
    rejected = element("p", { class: "hint", id: "rejected-count" });
    const cancel = button(say("cancel"), () => send({ clear: true }, (answer) => {
      review = answer;
      decisions.clear();
      chosen.clear();
      show();
    }));
    return element("div", { class: "action-bar" }, error, element("div", { class: "buttons" }, readOnly ? null : apply, cancel,
      readOnly ? element("p", { class: "hint" }, say("readOnly")) : rejected));
  }

  /** Show the review as it was changed meanwhile, with what was decided about the changes that it still has. */
  async function showChanged() {
    review = await request("GET", "/api/review").catch(() => review);
    show();
  }

  /** Say what was applied and what was not: the words that lost a conflict are not there by mistake. */
  function showDone(done, decided) {
    const isDecided = (change) => isInConflict(change, decided);
    const applied = done.changes.filter((change) => change.applied && !isDecided(change)).length + decided.length;
    const others = done.changes.filter((change) => !change.applied && change.reason && !isDecided(change));
    const back = button(say("undo"), () => takeStep("/api/undo", go, () => result.replaceChildren()));
    const today = new Date().toLocaleDateString("sv"); // as 2026-01-31
    const dates = done.problems.some((problem) => problem.code === "review-date-kept") ? button(say("setDate"), async () => {
      dates.disabled = true;
      try {
        for (const id of done.changed) await setDate(id, today);
        tell(say("dateSet"));
      } catch (problem) {
        dates.disabled = false;
        tell(problem.message, "error");
      }
    }) : "";
    setText(status, say("appliedCount", { count: counted(applied, "change") }));
    review = { files: [], changes: [], conflicts: [], comments: [], problems: [] };
    shown = review;
    chosen.clear();
    result.replaceChildren(
      element("div", { class: "buttons" }, back, dates),
      element("ul", { class: "notes" }, done.changed.map((plan) => element("li", {}, element("a", { href: `/plans/${encodeURIComponent(plan)}` }, titleOf(plan))))),
      others.length ? element("div", {}, element("h2", { class: "below" }, say("notApplied")), element("ul", { class: "notes" }, others.map(notApplied))) : "",
      done.problems.length ? element("ol", { class: "all-problems" }, done.problems.map((problem) => element("li", { class: problem.severity }, element("p", {}, element("b", {}, `${say(problem.severity)}: `), problemMessage(problem)), problem.hint ? element("p", { class: "hint" }, problemHint(problem)) : null))) : "");
  }
}

/** A change that was not applied, with its words: the file with them is not shown any more. */
function notApplied(change) {
  return element("li", {}, element("p", { class: "changed-text" }, changesOf(change.old, change.new)),
    element("p", { class: "hint" }, `${fieldName(change.field) || say("outside")}: ${change.reason} (${change.file})`));
}

/** A name with a number that no other file has, such as "reply (2).docx". */
function freeName(name, files) {
  const taken = new Set(files.map((file) => file.name));
  const [, stem, ending] = /^(.*?)(\.[^.]*)?$/.exec(name);
  const numbered = (number) => `${stem} (${number})${ending ?? ""}`;
  let number = 2;
  while (taken.has(numbered(number))) number += 1;
  return numbered(number);
}

/** Set the date of the content of a plan. */
async function setDate(id, date) {
  const address = `/api/plans/${encodeURIComponent(id)}`;
  const plan = await request("GET", address);
  const change = { op: "set", path: "updated", was: plan.values?.updated ?? null, value: date };
  await request("PATCH", address, { digest: plan.digest, changes: [change] });
}

/** Whether a field is another one, or a part of it. */
function isWithin(field, whole) {
  return field === whole || field.startsWith(`${whole}[`) || field.startsWith(`${whole}.`);
}
