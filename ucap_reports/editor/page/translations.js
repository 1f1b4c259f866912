// The translations of plans: the list of all of them, and one with each text beside its translation.

import { request } from "/api.js";
import { savingNotices, showState } from "/conflicts_and_saving_state.js";
import { button, element, find, keepingFocus, setText, table } from "/dom.js";
import { PlanStore, showText } from "/saving.js";
import { fieldName, languageName, problemMessage, problemWithPlace, say, tagOf } from "/texts.js";
import { takeStep } from "/undo.js";
import { asList, shown } from "/values.js";

/** Show the plans with their languages, and how complete each translation is. */
export async function showTranslations(screen, go) {
  const { plans } = await request("GET", "/api/translations");
  document.title = `${say("translations")} – ${say("product")}`;
  const rows = plans.map((plan) => {
    const tag = element("input", { type: "text", id: `new-language-${plan.id}`, "aria-label": say("newLanguage", { plan: plan.title }), spellcheck: "false", size: "6" });
    const error = element("p", { class: "error-text", role: "alert" });
    const add = (event) => {
      event.preventDefault();
      const wanted = tagOf(tag.value);
      const isOwn = wanted?.toLowerCase() === plan.language.toLowerCase();
      if (wanted !== null && !isOwn) {
        go(`/plans/${encodeURIComponent(plan.id)}/translations/${wanted}`);
        return;
      }
      error.textContent = `${say("error")}: ${isOwn ? say("isOwnLanguage", { language: languageName(wanted) }) : say("tagWrong")}`;
      tag.focus();
    };
    return element("tr", {},
      element("th", { scope: "row" }, element("a", { href: `/plans/${encodeURIComponent(plan.id)}` }, plan.title)),
      element("td", {}, plan.language ? languageName(plan.language) : element("span", { class: "tag error" }, say("planHasErrors"))),
      element("td", {}, languageLinks(plan.id, plan.languages)),
      element("td", {}, plan.language ? element("form", { onsubmit: add }, error, element("div", { class: "with-button" }, tag, element("button", {}, say("translate")))) : null));
  });
  screen.replaceChildren(element("main", { id: "main", class: "work", tabindex: "-1" },
    element("div", { class: "title-row" }, element("h1", {}, say("translations"))),
    element("p", { class: "hint" }, say("translationsHint")),
    plans.length ? table({ class: "list translated" }, say("translations"), [say("plan"), say("writtenIn"), say("languages"), say("furtherLanguage")], rows) : element("p", {}, say("noPlans"))));
  return () => {};
}

/** The languages of a plan as links, with the part of the texts that is translated. */
export function languageLinks(id, languages) {
  if (!languages.length) return element("p", { class: "hint" }, say("noTranslations"));
  return element("ul", { class: "language-links" }, languages.map(({ language, completeness, problems }) => element("li", {},
    element("a", { href: `/plans/${encodeURIComponent(id)}/translations/${encodeURIComponent(language)}` }, languageName(language)), " ",
    completeness ? element("span", { class: "hint" }, `${completeness.percent} %`) : element("span", { class: "tag error" }, problems[0] ? problemWithPlace(problems[0]) : say("error")))));
}

/** Show the translation of a plan into one language; returns a function that saves what waits and ends the screen. */
export async function showTranslation(screen, id, tag, go) {
  const address = `/api/plans/${encodeURIComponent(id)}/translations/${encodeURIComponent(tag)}`;
  const [translation, project] = await Promise.all([request("GET", address), request("GET", "/api/project")]);
  document.title = `${translation.title}: ${languageName(tag)} – ${say("product")}`;
  const store = new PlanStore({ ...translation, id: `${id}-${tag}` }, project.root, address);
  const built = await builtLanguage(id, tag, project, translation.project_languages, () => update());
  const status = element("p", { id: "status", role: "status" });
  const undo = button(say("undo"), () => step("/api/undo"), { id: "undo" });
  const redo = button(say("redo"), () => step("/api/redo"), { id: "redo" });
  const notices = element("div", { id: "notices" });
  const total = element("p", { id: "translated" });
  const filter = element("input", { type: "checkbox", id: "only-open", onchange: () => {
    for (const row of rows) row.update();
  } });
  // The order stays while somebody works, so that a passage that is done does not move away.
  const rows = translation.passages.map((passage) => passageRow(passage));
  screen.replaceChildren(
    element("div", { class: "bar plan-bar", role: "region", "aria-label": say("translation") },
      element("a", { href: "/translations" }, say("allTranslations")),
      element("h1", {}, `${translation.title}: ${languageName(tag)}`), status,
      element("div", { class: "buttons" }, project.read_only ? null : [undo, redo], element("a", { href: `/plans/${encodeURIComponent(id)}?language=${encodeURIComponent(tag)}` }, say("toPlan")))),
    element("main", { id: "main", class: "work", tabindex: "-1" }, notices, total, built.root,
      rows.length ? element("div", { class: "choice" }, filter, element("label", { for: "only-open" }, say("onlyOpen"))) : element("p", {}, say("nothingToTranslate")),
      element("div", { class: "passages" },
        element("div", { class: "passage-heads" }, element("p", {}, languageName(translation.source_language)), element("p", {}, languageName(tag))),
        rows.map((row) => row.root))));
  store.listen(update);
  update();
  return async () => {
    await built.ended();
    await store.end();
  };

  async function step(path) {
    await store.flush();
    await takeStep(path, go, () => store.reload());
  }

  function update() {
    showState(store, status);
    undo.disabled = !store.canUndo;
    redo.disabled = !store.canRedo;
    setText(total, say("translatedCount", store.answer.completeness));
    keepingFocus(() => {
      for (const row of rows) row.update();
      notices.replaceChildren(...savingNotices(store, fieldName), ...savingNotices(built.store, fieldName));
    });
  }

  function passageRow(first) {
    const key = `passage-${first.field}`;
    const name = fieldName(first.field, first.label.replaceAll("`", ""));
    const input = element("textarea", { id: key, lang: tag, dir: "auto", rows: Math.min(16, Math.max(2, Math.ceil(first.source.length / 60) + first.source.split("\n").length - 1)), "aria-describedby": `${key}-source ${key}-problems`, disabled: project.read_only });
    input.addEventListener("focus", () => store.beginVisit());
    input.addEventListener("input", () => store.set(first.field, input.value.trim() === "" ? null : input.value));
    input.addEventListener("blur", () => store.flush().catch(() => {}));
    const source = element("div", { class: "source", id: `${key}-source`, lang: translation.source_language, dir: "auto" });
    const state = element("span", { class: "tag" });
    const problems = element("div", { id: `${key}-problems` });
    const before = element("div", { class: "previous" });
    const confirm = button(say("stillRight"), () => {
      store.beginVisit();
      store.confirm(first.field);
      input.focus();
    }, { hidden: true });
    const same = button(say("sameText"), () => {
      store.beginVisit();
      input.value = store.answer.passages.find((one) => one.field === first.field).source;
      store.set(first.field, input.value);
      input.focus();
    }, { hidden: true });
    const root = element("section", { class: "passage", "aria-label": name },
      element("div", {}, element("h2", {}, name), source, before),
      element("div", {}, element("label", { for: key }, element("span", { class: "sight" }, `${name}, ${languageName(tag)} `), state), problems, input, confirm, same));
    return { root, update };

    function update() {
      const passage = store.answer.passages.find((one) => one.field === first.field);
      root.hidden = !passage || (filter.checked && passage.state === "done" && document.activeElement !== input);
      if (!passage) return;
      const text = store.at(first.field) ?? "";
      showText(store, input, text);
      state.className = `tag ${passage.state}`;
      setText(state, passage.state === "done" ? "" : say(`passage_${passage.state}`));
      same.hidden = text !== "" || project.read_only;
      confirm.hidden = passage.state !== "outdated" || project.read_only;
      showMarked(source, passage.source, passage.differences.flatMap((words) => words.split(", ")));
      before.hidden = !passage.previous;
      if (passage.previous) showChanges(before, passage.previous, passage.source);
      problems.replaceChildren(...passage.problems.map((problem) => element("p", { class: problem.severity === "error" ? "error-text" : "warning-text" }, `${say(problem.severity)}: ${problemMessage(problem)}`)));
    }
  }
}

/**
 * The choice whether a plan is built in a language, too; changing it is saved in the plan. A plan that names none is
 * built in those of the project: it cannot be built in none of them.
 */
async function builtLanguage(id, tag, project, ofProject, onchange) {
  const plan = await request("GET", `/api/plans/${encodeURIComponent(id)}`);
  const store = new PlanStore(plan, project.root);
  const isSame = (one) => one.toLowerCase() === tag.toLowerCase();
  const named = () => asList(store.at("languages")).map(shown);
  const tags = () => (named().length ? named() : ofProject);
  let saving = Promise.resolve();
  const box = element("input", { type: "checkbox", id: "build-language", onchange: () => {
    const isWanted = box.checked;
    saving = saving.then(() => save(isWanted)).catch(() => {});
  } });
  store.listen(() => {
    update();
    onchange();
  });
  update();
  const ended = () => saving.then(() => store.end());
  return { store, ended, root: element("div", { class: "choice" }, box, element("label", { for: box.id }, say("buildLanguage", { language: languageName(tag) }))) };

  async function save(isWanted) {
    await store.reload().catch(() => {}); // another window may have added languages
    const others = tags().filter((one) => !isSame(one));
    const chosen = isWanted ? [...others, tag] : others;
    store.set("languages", chosen.length ? chosen : null);
    await store.flush();
  }

  function update() {
    const isOnlyOfProject = !named().length && ofProject.length === 1 && ofProject.some(isSame);
    box.checked = tags().some(isSame);
    box.disabled = project.read_only || !store.editable || isOnlyOfProject;
  }
}

/** Show a text in which words that its translation does not have are marked. */
function showMarked(target, text, words) {
  const key = JSON.stringify([text, words]);
  if (target.dataset.key === key) return;
  target.dataset.key = key;
  const wanted = words.filter((word) => word && text.includes(word));
  const parts = [];
  let rest = text;
  while (rest) {
    const hits = wanted.map((word) => [rest.indexOf(word), word]).filter(([at]) => at >= 0).sort(([one], [other]) => one - other);
    if (!hits.length) break;
    const [at, word] = hits[0];
    parts.push(rest.slice(0, at), element("mark", {}, word));
    rest = rest.slice(at + word.length);
  }
  target.replaceChildren(...parts, rest);
}

/** Show what was changed in a text: removed words are struck through, new ones are underlined. */
export function showChanges(target, old, next) {
  target.replaceChildren(element("p", { class: "hint" }, say("sourceChanged")), element("p", {}, changesOf(old, next)));
}

/** Whether a text is one number, whose groups of digits are no words of their own. */
function isFigure(text) {
  return /^[\d\s.,'’]+$/.test(text);
}

/** The words of two texts as elements: those of one alone as deletions and insertions. */
export function changesOf(old, next) {
  if (isFigure(old) && isFigure(next)) return old === next ? [old] : [element("del", {}, old), " ", element("ins", {}, next)];
  const before = old.split(/(\s+)/);
  const after = next.split(/(\s+)/);
  if (before.length * after.length > 4_000_000) return [element("del", {}, old), " ", element("ins", {}, next)];
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i][j] = before[i] === after[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const parts = [];
  const add = (kind, word) => {
    if (parts.at(-1)?.kind === kind) parts.at(-1).text += word;
    else parts.push({ kind, text: word });
  };
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      add("same", before[i++]);
      j++;
    } else if (j >= after.length || (i < before.length && lengths[i + 1][j] >= lengths[i][j + 1])) add("del", before[i++]);
    else add("ins", after[j++]);
  }
  return parts.map(({ kind, text }) => (kind === "same" ? text : element(kind, {}, text)));
}
