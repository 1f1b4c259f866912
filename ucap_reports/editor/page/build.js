// The screen on which documents are built: what to build, the progress, and the documents with their problems.

import { download, requestSteps, request } from "/api.js";
import { announce, button, element, find, setText, table, tell } from "/dom.js";
import { counted, countedProblems, languageName, problemHint, problemMessage, say } from "/texts.js";

const FORMATS = { pdf: "pdf", docx: "word", html: "webPage" };

/** Show the screen; returns a function that ends it. */
export async function showBuild(screen, go) {
  const [{ plans, read_only: readOnly }, choices] = await Promise.all([request("GET", "/api/plans"), request("GET", "/api/build")]);
  const query = new URLSearchParams(location.search);
  const isBook = query.has("book");
  const heading = say(isBook ? "book" : "build");
  document.title = `${heading} – ${say("product")}`;
  const named = new Set(query.getAll("plan"));
  let stop = () => {};

  const planBoxes = plans.map((plan) => box(`plan-${plan.id}`, plan.title, named.size ? named.has(plan.id) : true, plan.id));
  const formatBoxes = choices.formats.map((format) => box(`format-${format}`, say(FORMATS[format]), choices.chosen.includes(format), format));
  const languageBoxes = choices.languages.map((tag) => box(`language-${tag}`, languageName(tag), false, tag));
  const which = radios("which", [["all", say("allPlansCount", { count: plans.length })], ["some", say("somePlans")]], named.size ? "some" : "all", update);
  const inLanguages = radios("in-languages", [["own", say(isBook ? "bookLanguage" : "ownLanguages")], ["some", say("someLanguages")]], "own", update);
  const tick = (isChosen) => {
    plans.forEach((plan, index) => { planBoxes[index].querySelector("input").checked = isChosen(plan); });
  };
  const plansBlock = element("div", { class: "inset", role: "group", "aria-label": say("plans") },
    element("div", { class: "buttons" }, button(say("selectAll"), () => tick(() => true), { class: "quiet" }), button(say("selectNone"), () => tick(() => false), { class: "quiet" }),
      button(say("selectFinal"), () => tick((plan) => (plan.status ?? "final") === "final"), { class: "quiet" })), element("div", { class: "choices" }, planBoxes));
  const languagesBlock = element("div", { class: "inset choices", role: "group", "aria-label": say("languages") }, element("p", { class: "hint" }, say("someLanguagesHint")), languageBoxes);
  const prune = box("prune", say("prune"), false, "prune");
  const start = button(say(isBook ? "bookNow" : "buildNow"), run, { class: "primary", id: "start", disabled: readOnly || !plans.length });
  const progress = element("progress", { id: "progress", "aria-label": say("progress"), hidden: true });
  const status = element("p", { id: "build-status", role: "status" });
  const result = element("div", { id: "result" });
  screen.replaceChildren(element("main", { id: "main", class: "work", tabindex: "-1" },
    element("div", { class: "title-row" }, element("h1", {}, heading), isBook ? null : element("div", { class: "buttons" }, button(say("bookSome"), () => go("/build?book")))),
    readOnly ? element("p", { class: "hint" }, say("readOnly")) : null,
    plans.length ? null : element("p", {}, say("noPlans")),
    element("div", { class: "build-choices" },
      element("fieldset", {}, element("legend", {}, say("plans")), which, plansBlock),
      element("fieldset", {}, element("legend", {}, say("formats")), formatBoxes),
      element("fieldset", {}, element("legend", {}, say("languages")), inLanguages, languagesBlock),
      element("fieldset", { id: "after" }, element("legend", {}, say("oldDocumentsLegend")), prune, element("p", { class: "hint" }, say("pruneHint")))),
    element("div", { class: "buttons" }, start), progress, status, result));
  update();
  return () => stop();

  function update() {
    plansBlock.hidden = chosen("which") !== "some";
    languagesBlock.hidden = chosen("in-languages") !== "some";
    find("after").hidden = isBook || chosen("which") !== "all";
  }

  async function run() {
    const values = (boxes) => boxes.map((one) => one.querySelector("input")).filter((input) => input.checked).map((input) => input.value);
    const body = {
      plans: chosen("which") === "some" ? values(planBoxes) : [],
      formats: values(formatBoxes),
      languages: chosen("in-languages") === "some" ? values(languageBoxes) : [],
      book: isBook,
      prune: !isBook && chosen("which") === "all" && prune.querySelector("input").checked,
    };
    const missing = [
      chosen("which") === "some" && !body.plans.length && say("choosePlans"),
      !body.formats.length && say("chooseFormats"),
      chosen("in-languages") === "some" && !body.languages.length && say("chooseLanguages"),
    ].filter(Boolean);
    result.replaceChildren();
    if (missing.length) {
      result.replaceChildren(element("div", { class: "summary-of-errors" }, element("h2", {}, say("problemHeading")), element("ul", {}, missing.map((text) => element("li", {}, text)))));
      announce(missing.join(" "));
      return;
    }
    start.disabled = true;
    progress.hidden = false;
    progress.removeAttribute("value");
    setText(status, say("building"));
    try {
      const steps = requestSteps("/api/build", body, showStep, isReport);
      stop = steps.stop;
      await steps.ended;
    } catch (error) {
      setText(status, error.message);
    }
    progress.hidden = true;
    start.disabled = false;
  }

  function showStep(step) {
    if (!isReport(step)) {
      progress.max = Math.max(1, step.total);
      progress.value = step.done;
      setText(status, say("buildingCount", step));
      return;
    }
    const counts = Object.groupBy(step.documents, (one) => one.status);
    const summary = ["written", "unchanged", "edited", "failed"].filter((name) => counts[name]).map((name) => `${counted(counts[name].length, "document")} ${say(name)}`);
    if (step.removed.length) summary.push(`${counted(step.removed.length, "document")} ${say("removed")}`);
    setText(status, summary.join(", ") || say("builtNothing"));
    result.replaceChildren(...[folder(), problems(step.problems, ["error", "warning"]), documents(step.documents), problems(step.problems, ["info"])].filter(Boolean));
  }

  function folder() {
    const copy = button(say("copyPath"), () => navigator.clipboard.writeText(choices.folder).then(() => tell(say("copied")), () => {}));
    return element("div", { class: "folder" }, element("p", {}, `${say("documentsIn")} `, element("code", {}, choices.folder), isBook ? "." : `. ${say("indexIsThere")}`), element("div", { class: "buttons" }, copy));
  }

  /** The problems of these kinds; notes, which are many, are folded. */
  function problems(found, kinds) {
    const byKind = Object.groupBy(found, (problem) => problem.severity);
    const present = kinds.filter((kind) => byKind[kind]);
    if (!present.length) return null;
    const shownProblems = present.flatMap((kind) => byKind[kind]);
    const items = shownProblems.map((problem) => {
      const id = /^plans\/(.+)\.yaml$/.exec(problem.path ?? "")?.[1];
      const title = plans.find((plan) => plan.id === id)?.title;
      const where = id ? element("a", { href: `/plans/${encodeURIComponent(id)}` }, title && title !== id ? `${title} (${id})` : id) : problem.path;
      return element("li", { class: problem.severity }, element("p", {}, where ? [where, ": "] : null, element("b", {}, `${say(problem.severity)}: `), problemMessage(problem)),
        problem.hint ? element("p", { class: "hint" }, problemHint(problem)) : null);
    });
    return element("details", { open: !present.includes("info") }, element("summary", {}, countedProblems(shownProblems)), element("ol", { class: "all-problems" }, items));
  }

  function documents(all) {
    if (!all.length) return null;
    const rows = all.map((one) => {
      const name = one.path.split("/").at(-1);
      const isThere = one.status !== "failed";
      const save = isThere ? button(say("save"), () => download(`/api/documents/${encodeURIComponent(name)}`, name).catch((error) => tell(error.message, "error")), { "aria-label": `${say("save")}: ${name}` }) : null;
      return element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, element("span", { class: isThere ? null : "tag error" }, say(one.status))),
        element("td", {}, one.pages === null || one.pages === undefined ? "" : counted(one.pages, "page")), element("td", {}, save));
    });
    const names = all.filter((one) => one.status !== "failed").map((one) => one.path.split("/").at(-1));
    const saveAll = names.length > 1 ? element("div", { class: "buttons" }, button(say("saveAll"), () => download(`/api/documents?${new URLSearchParams(names.map((name) => ["name", name]))}`, "documents.zip").catch((error) => tell(error.message, "error")), { id: "save-all" })) : null;
    return element("div", {}, saveAll, table({ class: "list" }, say("documents"), [say("document"), say("result"), say("length"), say("actions")], rows));
  }
}

/** Whether a step of a build is its report, the last one. */
const isReport = (step) => step.documents !== undefined;

function box(id, text, isOn, value) {
  return element("div", { class: "choice" }, element("input", { type: "checkbox", id, checked: isOn, value }), element("label", { for: id }, text));
}

function radios(name, options, chosenValue, onchange) {
  return options.map(([value, text]) => element("div", { class: "choice" },
    element("input", { type: "radio", name, id: `${name}-${value}`, value, checked: value === chosenValue, onchange }),
    element("label", { for: `${name}-${value}` }, text)));
}

const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`).value;
