// The screen on which files are imported: what was found in a file, the field of each column or label, and the plans.

import { ApiError, download, inMemory, request, uploadAs } from "/api.js";
import { button, element, keepingFocus, setText, table, tell } from "/dom.js";
import { counted, countedProblems, FIELD_LABELS, fieldName, problemHint, problemMessage, problemSentence, say } from "/texts.js";
import { changesOf } from "/translations.js";

const IGNORE = "ignore";
const COLUMN_KEY = "ucap-column-";
const KINDS = ".docx,.docm,.xlsx,.xlsm,.csv,.tsv,.txt,.pdf";

/** Show the screen; returns a function that ends it. */
export async function showImport(screen, go) {
  document.title = `${say("import")} – ${say("product")}`;
  const { read_only: readOnly } = await request("GET", "/api/project");
  let file = null;
  let found = null;
  let reads = 0;
  let columns = {};
  let leftOut = new Set(); // the ids of new plans that are not to be imported
  const input = element("input", { type: "file", id: "import-file", accept: KINDS, onchange: () => {
    const [chosen] = input.files;
    if (chosen) take(chosen);
    input.value = ""; // so that the same file can be chosen again after it was changed
  } });
  const zone = element("div", { class: "drop-zone" }, element("label", { for: "import-file" }, say("importFile")), element("p", { class: "hint" }, say("importHint")), input);
  for (const name of ["dragover", "dragenter"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    const [dropped] = event.dataTransfer.files;
    if (dropped) take(dropped);
  });
  const status = element("p", { id: "import-status", role: "status" });
  const result = element("div", { id: "result" });
  screen.replaceChildren(element("main", { id: "main", class: "work", tabindex: "-1" },
    element("div", { class: "title-row" }, element("h1", {}, say("import"))), zone,
    element("div", { class: "buttons", id: "empty-form" }, button(say("emptyForm"), () => download("/api/form", "form.docx").catch((error) => tell(error.message, "error"))), element("p", { class: "hint" }, say("emptyFormHint"))),
    element("div", { class: "buttons", id: "workbook" }, button(say("workbook"), saveWorkbook), element("p", { class: "hint" }, say("workbookHint"))), status, result));
  return () => {};

  /** Save the workbook of all plans, and name those that are not completely in it. */
  async function saveWorkbook() {
    try {
      const headers = await download("/api/workbook", "plans.xlsx");
      const incomplete = JSON.parse(headers.get("X-Ucap-Incomplete"));
      if (incomplete.length) tell(say("workbookIncomplete", { plans: incomplete.join(", ") }), "error");
    } catch (error) {
      tell(error.message, "error");
    }
  }

  /** Show what is in the file that was chosen last, also if an earlier one is in memory later. */
  async function take(chosen) {
    const number = ++reads;
    setText(status, say("reading", { name: chosen.name }));
    result.replaceChildren(); // what it has to import another file
    let content = null;
    try {
      content = await inMemory(chosen);
    } catch (error) {
      if (number === reads) showFailure(error);
      return;
    }
    if (number !== reads) return;
    file = content;
    columns = {};
    leftOut = new Set();
    if (!await read()) return;
    columns = rememberedChoices();
    if (Object.keys(columns).length) await read();
  }

  function showFailure(error) {
    found = null;
    setText(status, "");
    result.replaceChildren(failure(error));
  }

  function address(parameters = {}) {
    const query = { name: file.name, ...(Object.keys(columns).length ? { columns: JSON.stringify(columns) } : {}), ...parameters };
    return `/api/import?${new URLSearchParams(query)}`;
  }

  /**
   * Read the file with the fields that are chosen, and show what it contains. Returns whether that is shown: another file
   * or other fields may be chosen meanwhile. Until then, nothing is imported: it would be other than what is shown.
   */
  async function read() {
    setText(status, say("reading", { name: file.name }));
    for (const bar of result.querySelectorAll(".action-bar")) bar.inert = true;
    const number = ++reads;
    try {
      const answer = await uploadAs(address(), file);
      if (number !== reads) return false;
      found = answer;
    } catch (error) {
      if (number === reads) showFailure(error);
      return false;
    }
    setText(status, summary());
    const isRefused = !found.plans.length && found.problems.some((problem) => problem.severity === "error");
    const parts = isRefused ? [problems(), mappingTable()] : [mappingTable(), changesTable(), plansTable(), problems(), leftover()];
    keepingFocus(() => result.replaceChildren(...[...parts, actions()].filter(Boolean)));
    return true;
  }

  function failure(error) {
    const list = error instanceof ApiError && error.body?.problems ? error.body.problems : [{ message: error.message, hint: null }];
    return element("div", { class: "summary-of-errors" }, element("h2", {}, say("problemHeading")),
      element("ul", {}, list.map((problem) => element("li", {}, `${problem.path ? `${problem.path}: ` : ""}${problemSentence(problem)}`))));
  }

  function summary() {
    if (found.kind === "workbook") return `${file.name}: ${counted(found.changes.length, "change")}, ${counted(found.plans.length, "new plan")}, ${counted(found.conflicts.length, "conflict")}`;
    const open = found.mapping.filter((one) => !one.certain).length;
    const parts = [counted(found.plans.length, "plan")];
    if (found.mapping.length) parts.push(counted(found.mapping.length, found.kind === "table" ? "column" : "label"));
    if (open) parts.push(say("withoutField", { count: open }));
    return `${file.name}: ${parts.join(", ")}`;
  }

  function mappingTable() {
    if (!found.mapping.length) return null;
    const names = fieldNames();
    const proposed = found.mapping.filter((one) => !one.certain && one.field);
    const rows = found.mapping.map((one, index) => {
      const id = `map-${index}`;
      const isOpen = !one.certain; // a field that is not certain is a proposal, and is not filled
      const choose = (field) => {
        columns = { ...columns, [one.source]: field };
        return read();
      };
      const options = (city) => found.fields.filter((field) => field.city === city).map(({ field }) => element("option", { value: field, selected: !isOpen && field === one.field }, names.get(field)));
      const choice = element("select", { id, "aria-describedby": `${id}-sample`, onchange: () => choose(choice.value) },
        isOpen ? element("option", { value: "", selected: true }, say("chooseField")) : null,
        element("option", { value: IGNORE, selected: one.field === IGNORE }, say("doNotImport")),
        !isOpen && one.field !== IGNORE && !names.has(one.field) ? element("option", { value: one.field, selected: true }, fieldName(one.field)) : null,
        [...new Set(found.fields.map(({ city }) => city))].map((city) => element("optgroup", { label: city === null ? say("fieldsOfPlan") : say("city", { number: city }) }, options(city))));
      const proposals = isOpen ? [...(one.field ? [one.field] : []), IGNORE].map((field) => button(field === IGNORE ? say("doNotImport") : (names.get(field) ?? fieldName(field)), () => choose(field))) : [];
      return element("tr", { class: isOpen ? "uncertain" : null },
        element("th", { scope: "row" }, element("label", { for: id }, one.source), element("p", { class: "hint", id: `${id}-sample` }, one.sample)),
        element("td", {}, isOpen ? element("p", { class: "uncertain-text" }, say("notCertain")) : null, choice),
        element("td", {}, isOpen ? element("div", { class: "buttons" }, element("span", {}, say("proposals")), proposals) : [readAs(one), words(one)]));
    });
    const takeAll = proposed.length > 1 ? element("div", { class: "buttons" }, button(say("takeProposals", { count: proposed.length }), () => {
      columns = { ...columns, ...Object.fromEntries(proposed.map((one) => [one.source, one.field])) };
      return read();
    }, { id: "take-proposals" })) : null;
    const headOfRead = found.plans.length > 1 ? "readAsFirst" : "readAs";
    return element("div", {}, takeAll, table({ class: "list mapping" }, say("columnsAndFields"), [say("inFile"), say("importAs"), say(headOfRead)], rows));
  }

  /** What people call the fields that columns can be imported as. */
  function fieldNames() {
    return new Map(found.fields.map((one) => [one.field, one.city === null ? groupName(one.path, one.label) : `${say("city", { number: one.city })}, ${(FIELD_LABELS[one.path] ?? one.label).toLowerCase()}`]));
  }

  /** The words of a column with the value that each means, where a field can have a few values only. */
  function words(one) {
    if (!one.choices.length || !one.texts.length) return null;
    const chosen = columns[one.source]?.values ?? {};
    const { meanings } = one;
    if (one.texts.every((text) => meanings[text] === text)) return null;
    return element("div", { class: "pairs" }, one.texts.map((text, index) => {
      const id = `word-${one.field}-${index}`;
      const now = chosen[text] ?? meanings[text] ?? "";
      const select = element("select", { id, onchange: () => {
        const next = { ...meanings, ...columns[one.source]?.values, [text]: select.value };
        if (!select.value) delete next[text];
        columns = { ...columns, [one.source]: { field: one.field, values: next } };
        return read();
      } }, element("option", { value: "" }, say("noValue")), one.choices.map(({ value, label }) => element("option", { value, selected: value === now }, label)));
      return element("div", { class: "field" }, element("label", { for: id }, say("wordMeans", { word: text })), select);
    }));
  }

  /** How the first plan has the value of a column; one that no field can have is a comment. */
  function readAs({ field, read, sample }) {
    if (field === IGNORE) return element("span", { class: "hint" }, say("notImported"));
    return read || (sample ? element("span", { class: "uncertain-text" }, say("notRead")) : "");
  }

  /** What the plans that exist would become: shown before anything is changed. */
  function changesTable() {
    const all = [...found.conflicts.map((one) => ({ ...one, old: one.now, next: one.value, isConflict: true })), ...found.changes.map((one) => ({ ...one, next: one.new }))];
    if (!all.length) return null;
    const rows = all.map((one) => element("tr", { class: one.isConflict ? "uncertain" : null },
      element("th", { scope: "row" }, one.title ?? one.plan),
      element("td", {}, fieldName(one.field), one.isConflict ? element("p", { class: "uncertain-text" }, say("conflictInPlan")) : null),
      element("td", { class: "changed-text" }, one.old),
      element("td", { class: "changed-text" }, changesOf(one.old, one.next))));
    const changes = table({ class: "list", id: "import-changes" }, say("changes"), [say("plan"), say("field"), say("was"), say("now")], rows);
    return found.kind === "workbook" ? changes : element("div", {}, element("h2", { class: "below" }, say("changesOfUpdate", { count: counted(found.changes.length, "change") })), changes);
  }

  function plansTable() {
    if (!found.plans.length) return null;
    const rows = found.plans.map((plan) => {
      const id = `import-${plan.id}`;
      const box = element("input", { type: "checkbox", id, value: plan.id, checked: !plan.exists && !leftOut.has(plan.id), disabled: plan.exists, class: "import-plan", onchange: () => {
        if (box.checked) leftOut.delete(plan.id);
        else leftOut.add(plan.id);
      } });
      return element("tr", {},
        element("td", {}, element("div", { class: "choice" }, box, element("label", { for: id }, plan.title))),
        element("td", {}, plan.id, " ", plan.exists ? element("span", { class: "tag outdated" }, say("planExists")) : null),
        element("td", {}, plan.facts?.length ? element("details", {}, element("summary", {}, counted(plan.facts.length, "field")), facts(plan)) : null));
    });
    return element("div", {}, element("h2", { class: "below" }, say("plansFound")),
      table({ class: "list" }, say("plansFound"), [say("plan"), say("idLabel"), say("content")], rows));
  }

  /** The values of a plan by field, and what has no field. */
  function facts(plan) {
    return element("dl", { class: "facts", tabindex: "0", "aria-label": plan.title },
      plan.facts.map(({ field, value }) => [element("dt", {}, fieldName(field)), element("dd", {}, value)]),
      plan.leftover.map((text) => [element("dt", { class: "uncertain-text" }, say("withoutAField")), element("dd", {}, text)]));
  }

  /** Each problem once, with all places where it is. */
  function problems() {
    const all = [...found.problems.map((problem) => ({ ...problem, owner: null })), ...found.plans.flatMap((plan) => plan.problems.map((problem) => ({ ...problem, owner: plan.title })))];
    if (!all.length) return null;
    const groups = Object.values(Object.groupBy(all, (problem) => JSON.stringify([problem.severity, problem.message, problem.hint])));
    return element("details", { open: all.some((one) => one.severity === "error") }, element("summary", {}, countedProblems(groups.map(([problem]) => problem))),
      element("ol", { class: "all-problems" }, groups.map(([problem, ...others]) => element("li", { class: problem.severity },
        element("p", {}, element("b", {}, `${say(problem.severity)}: `), problemMessage(problem)), problem.hint ? element("p", { class: "hint" }, problemHint(problem)) : null,
        element("p", { class: "hint" }, [problem, ...others].map(placeOf).filter(Boolean).join("; "))))));
  }

  function placeOf(problem) {
    return [problem.owner, problem.line && say("line", { line: problem.line }), problem.place].filter(Boolean).join(", ");
  }

  function leftover() {
    if (!found.leftover.length) return null;
    return element("div", {}, element("h2", { class: "below" }, say("leftOver")),
      element("details", {}, element("summary", {}, say("leftOverCount", { count: counted(found.leftover.length, "line") })), element("ul", { class: "leftover" }, found.leftover.map((text) => element("li", {}, text)))));
  }

  function actions() {
    if (readOnly) return element("p", { class: "hint" }, say("readOnly"));
    const error = element("div", { role: "alert" });
    const exists = found.plans.some((plan) => plan.exists);
    const remember = element("input", { type: "checkbox", id: "remember", checked: true });
    const isNew = found.plans.some((plan) => !plan.exists);
    const create = found.kind === "workbook"
      ? button(say("applyWorkbook"), () => write("update"), { class: "primary", id: "import-new", disabled: !found.changes.length && !isNew })
      : button(say("importNew"), () => write("new"), { class: "primary", id: "import-new", disabled: !isNew });
    const isUpdate = found.kind === "workbook" ? !isNew : found.kind === "table" && exists;
    const isSame = isUpdate && !found.changes.length && !found.conflicts.length;
    const isKnown = found.kind === "document" && exists && !isNew;
    const update = found.kind === "table" && exists ? button(found.changes.length ? `${say("importUpdate")}: ${counted(found.changes.length, "change")}` : say("importUpdate"), () => write("update"), { id: "import-update" }) : null;
    const hasChoices = Object.keys(columns).length > 0;
    return element("div", { class: "action-bar" }, error, element("div", { class: "buttons" }, create, update,
      isSame ? element("p", { class: "hint" }, say("nothingToUpdate")) : null,
      isKnown ? element("p", { class: "hint" }, say("allExist")) : null,
      hasChoices ? button(say("saveChoices"), saveChoices) : null,
      hasChoices ? element("div", { class: "choice" }, remember, element("label", { for: "remember" }, say("rememberChoices"))) : null));

    /** Write the plans; proposals that nobody has decided on are asked about first, since they would be left out. */
    async function write(how, isConfirmed = false) {
      const undecided = found.mapping.filter((one) => !one.certain && one.field);
      if (undecided.length && !isConfirmed) {
        const names = fieldNames();
        error.replaceChildren(element("div", { class: "summary-of-errors" }, element("h2", {}, say("undecided")),
          element("ul", {}, undecided.map((one) => element("li", {}, say("undecidedColumn", { source: one.source, field: names.get(one.field) ?? fieldName(one.field) })))),
          button(say("importWithout"), () => write(how, true), { id: "import-without" })));
        return;
      }
      const plans = [...result.querySelectorAll("input.import-plan:checked")].map((one) => one.value);
      const count = found.leftover.length;
      result.inert = true; // until it is known what became of it
      try {
        if (hasChoices && remember.checked) rememberChoices();
        const { created, changed } = await uploadAs(address({ write: how, plans: JSON.stringify(plans) }), file);
        const message = say(count ? "importedWithRest" : "imported", { rest: counted(count, "line"), created: counted(created.length, "plan"), changed: counted(changed.length, "plan") });
        if (created.length === 1 && !changed.length) await go(`/plans/${encodeURIComponent(created[0])}`, { message });
        else await go("/", { message });
      } catch (problem) {
        error.replaceChildren(failure(problem));
      }
      result.inert = false;
    }
  }

  /** Choices are for columns with the same header in further files. */
  function rememberChoices() {
    for (const [source, choice] of Object.entries(columns)) localStorage.setItem(`${COLUMN_KEY}${source}`, JSON.stringify(choice));
  }

  /** The choices that were made for these columns before, as far as the fields still exist. */
  function rememberedChoices() {
    const known = new Set([IGNORE, ...found.fields.map(({ field }) => field)]);
    const choices = {};
    for (const { source } of found.mapping) {
      try {
        const choice = JSON.parse(localStorage.getItem(`${COLUMN_KEY}${source}`));
        if (known.has(choice?.field ?? choice)) choices[source] = choice;
      } catch {
        localStorage.removeItem(`${COLUMN_KEY}${source}`); // it was not written by this page
      }
    }
    return choices;
  }

  /** Save the choices as a file for `ucap import --columns`. */
  function saveChoices() {
    const lines = Object.entries(columns).map(([source, field]) => `  ${JSON.stringify(source)}: ${JSON.stringify(field)}\n`);
    const link = element("a", { href: URL.createObjectURL(new Blob([`columns:\n${lines.join("")}`], { type: "text/yaml" })), download: "columns.yaml" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}

/** The name of a field that a column can be imported as; a field of cities with its group. */
function groupName(path, label) {
  const [owner, inner] = path.split(".");
  const own = FIELD_LABELS[path] ?? label;
  if (!inner || !FIELD_LABELS[owner]) return own;
  return owner === "cities" ? say("ofAllCities", { label: own.toLowerCase() }) : `${FIELD_LABELS[owner]}: ${own.toLowerCase()}`;
}
