// The screen of one plan: its form, and its pages beside it.

import { LatestAnswers, request } from "/api.js";
import { savingNotices, showState } from "/conflicts_and_saving_state.js";
import { button, element, find, followHeight, followParts, keepingFocus, setText, tell } from "/dom.js";
import { PlanForm } from "/form.js";
import { PlanPages } from "/page_previews.js";
import { askToCreate, askToRemove, askToRename, renamedText } from "/plan_actions.js";
import { PlanStore } from "/saving.js";
import { counted, isOfSettings, problemAtField, problemHint, problemMessage, problemWithPlace, say } from "/texts.js";
import { languageLinks } from "/translations.js";
import { takeStep } from "/undo.js";

/** Show a plan; returns a function that saves what waits and ends the screen. */
export async function showPlan(screen, id, go) {
  const [plan, description, project] = await Promise.all([
    request("GET", `/api/plans/${encodeURIComponent(id)}`),
    request("GET", `/api/fields?plan=${encodeURIComponent(id)}`),
    request("GET", "/api/project"),
  ]);
  const store = new PlanStore(plan, project.root);
  const translated = new LatestAnswers(`/api/plans/${encodeURIComponent(id)}/translations`);
  let languages = null; // those that are shown, or asked for
  const translations = element("div", { class: "field", role: "group", "aria-label": say("translations") });
  const form = new PlanForm(store, description, { readOnly: project.read_only, after: { languages: translations } });
  const pages = new PlanPages(store, { onarea: (path) => form.focus(path), packs: description.packs, language: new URLSearchParams(location.search).get("language"), nameOf: (path) => form.nameOf(path), isDetailed: project.read_only });

  const title = element("h1", {});
  const status = element("p", { id: "status", role: "status" });
  const undo = button(say("undo"), () => step("/api/undo"), { id: "undo" });
  const redo = button(say("redo"), () => step("/api/redo"), { id: "redo" });
  const notices = element("div", { id: "notices" });
  const parts = element("nav", { class: "parts", "aria-label": say("partOfPlan") });
  const main = element("main", { id: "main", class: "form", tabindex: "-1" });
  const tabs = element("div", { class: "tabs", role: "region", "aria-label": say("viewOfPlan") },
    button(say("form"), () => showTab("form"), { id: "tab-form", "aria-pressed": "true" }),
    button(say("pages"), () => showTab("pages"), { id: "tab-pages", "aria-pressed": "false" }));
  const desk = element("div", { class: "desk", "data-tab": "form" }, parts, main, pages.root);
  const bar = element("div", { class: "bar plan-bar", role: "region", "aria-label": say("plan") },
    element("a", { href: "/" }, say("allPlans")), title, status,
    element("div", { class: "buttons" },
      project.read_only ? null : [undo, redo],
      pages.documents,
      project.read_only ? null : element("details", { class: "menu" },
        element("summary", {}, say("more")),
        element("div", { class: "menu-items" },
          button(say("rename"), () => afterSaving(() => askToRename(id, renamed))),
          button(say("duplicate"), () => afterSaving(() => askToCreate(go, id))),
          button(say("remove"), () => afterSaving(() => askToRemove({ id, title: form.title() }, (message) => go("/", { message }))), { class: "warning" }))),
      project.read_only ? null : button(say("build"), build, { class: "primary", id: "build" })));
  screen.replaceChildren(bar, tabs, desk);
  const endHeight = followHeight(bar);
  const marked = followParts(parts);
  main.append(notices, form.root);
  form.root.addEventListener("focusin", (event) => pages.mark(form.pathOf(event.target)));

  store.listen(update);
  update();
  pages.start();
  document.addEventListener("keydown", onkey);
  return async () => {
    document.removeEventListener("keydown", onkey);
    endHeight();
    marked.end();
    pages.stop();
    await store.end();
  };

  function update() {
    setText(title, form.title());
    document.title = `${form.title()} – ${say("product")}`;
    showStatus();
    if (store.state === "saved") showTranslations();
    undo.disabled = !store.canUndo;
    redo.disabled = !store.canRedo;
    keepingFocus(() => {
      form.update();
      showNotices();
      showParts();
    }, (elementId) => form.idAfterMoves(elementId));
  }

  /** Show the languages of the plan, and how much of it is translated into each. */
  async function showTranslations() {
    const wanted = JSON.stringify([store.values.languages, store.values.language]);
    if (languages === wanted) return;
    languages = wanted;
    let found;
    try {
      found = await translated.ask();
    } catch {
      if (languages !== wanted) return; // the answer to a later question is shown
      languages = null; // they are asked for again
      translations.replaceChildren(); // errors of the plan prevent it; what was shown is no longer so
      return;
    }
    if (found === null) return;
    pages.showLanguages(found.languages.map((one) => one.language));
    translations.replaceChildren(element("p", { class: "label" }, say("translations")), languageLinks(id, found.languages));
  }

  function showStatus() {
    showState(store, status);
  }

  /** The problems of the plan as links to their fields, conflicts, and what was refused. */
  function showNotices() {
    const errors = store.problems.filter((problem) => problem.severity === "error");
    const blocks = savingNotices(store, (path) => form.nameOf(path));
    if (errors.length && store.editable) { // those of a text are above it, with their lines
      blocks.push(element("div", { class: "summary-of-errors", "aria-labelledby": "errors-heading", id: "errors" },
        element("h2", { id: "errors-heading" }, say("problemHeading")),
        element("ul", {}, errors.map((problem) => element("li", {}, problemLink(problem))))));
    }
    if (store.answer.left_over?.length) blocks.push(leftOver(store.answer.left_over));
    notices.replaceChildren(...blocks);
  }

  /** What an import has put into comments, which the form has no field for. */
  function leftOver(texts) {
    const isOpen = find("left-over")?.open ?? false;
    return element("details", { id: "left-over", open: isOpen }, element("summary", {}, say("leftOverOfPlan", { count: counted(texts.length, "line") })),
      element("p", { class: "hint" }, say("leftOverOfPlanHint")), element("ul", { class: "leftover" }, texts.map((text) => element("li", {}, text))));
  }

  function problemLink(problem) {
    if (isOfSettings(problem)) return element("span", {}, problemWithPlace(problem), " ", element("a", { href: "/office" }, say("toOffice")));
    const target = form.idOf(problem.field);
    const where = form.nameOf(problem.field);
    const text = where ? `${where}: ${problemAtField(problem)}` : problemMessage(problem);
    const line = problem.line ? ` (${say("line", { line: problem.line })})` : "";
    const hint = problemHint(problem);
    if (!target) return element("span", {}, text, line, hint ? `. ${hint}` : "");
    return element("a", { href: `#${target}`, onclick: (event) => {
      event.preventDefault();
      form.focus(problem.field);
    } }, text);
  }

  function showParts() {
    const items = form.parts.map((part) => {
      const errors = form.errorsIn(part);
      return { ...part, errors };
    });
    parts.replaceChildren(
      element("ul", {}, items.map((part) => element("li", {}, element("a", { href: `#${part.id}`, onclick: (event) => {
        event.preventDefault();
        form.focusPart(part);
      } }, element("span", {}, part.label), part.errors ? element("span", { class: "error-count" }, counted(part.errors, "error")) : null)))),
      element("div", { class: "parts-select" },
        element("label", { for: "parts-select" }, say("partOfPlan")),
        element("select", { id: "parts-select", onchange: (event) => form.focusPart(items[event.target.selectedIndex]) },
          items.map((part) => element("option", {}, part.label + (part.errors ? ` (${counted(part.errors, "error")})` : ""))))));
    marked.mark();
  }

  async function step(path) {
    await store.flush();
    await takeStep(path, go, () => store.reload());
  }

  /** Do something with the file of the plan after everything that was typed is in it. */
  async function afterSaving(action) {
    await store.flush();
    action();
  }

  function renamed(newId, documents) {
    go(`/plans/${encodeURIComponent(newId)}`, { replace: true, message: renamedText(newId, documents) });
  }

  async function build(event) {
    const pressed = event.currentTarget;
    pressed.disabled = true;
    pressed.textContent = say("building");
    await store.flush();
    try {
      const report = await request("POST", "/api/build", { plans: [id] });
      const written = report.documents.filter((document) => ["written", "unchanged"].includes(document.status)).length;
      const edited = report.documents.filter((document) => document.status === "edited").length;
      const texts = written || !edited ? [written ? say("built", { documents: counted(written, "document") }) : say("builtNothing")] : [];
      if (edited) texts.push(`${counted(edited, "document")} ${say("edited")}`);
      tell(texts.join("; "), written && !edited ? "done" : "error");
    } catch (error) {
      tell(error.message, "error");
    }
    pressed.disabled = false;
    pressed.textContent = say("build");
  }

  /** Undo and redo by keys, where the browser's own undo of a text does not apply. */
  function onkey(event) {
    const isText = event.target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea");
    if (isText || !(event.ctrlKey || event.metaKey) || project.read_only) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) undo.click();
    else if (key === "y" || (key === "z" && event.shiftKey)) redo.click();
    else return;
    event.preventDefault();
  }

  function showTab(name) {
    desk.dataset.tab = name;
    for (const tab of ["form", "pages"]) find(`tab-${tab}`).setAttribute("aria-pressed", String(tab === name));
  }
}
