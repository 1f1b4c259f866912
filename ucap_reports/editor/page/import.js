// The screen on which files are imported: what was found in a file, the field of each column or label, and the plans.

import { ApiError, uploadAs } from "/api.js";
import { button, element, find, setText } from "/dom.js";
import { counted, FIELD_LABELS, fieldName, problemHint, problemMessage, say } from "/texts.js";

const IGNORE = "ignore";
const KINDS = ".docx,.docm,.xlsx,.xlsm,.csv,.tsv,.txt,.pdf";

/** Show the screen; returns a function that ends it. */
export async function showImport(screen, go) {
  document.title = `${say("import")} – ${say("product")}`;
  let file = null;
  let found = null;
  let columns = {};
  const input = element("input", { type: "file", id: "import-file", accept: KINDS, onchange: () => input.files[0] && take(input.files[0]) });
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
    element("div", { class: "title-row" }, element("h1", {}, say("import"))), zone, status, result));
  return () => {};

  async function take(chosen) {
    file = chosen;
    columns = {};
    await read();
    const kept = found && rememberedChoices();
    if (kept) {
      columns = kept;
      await read();
    }
  }

  function address(parameters = {}) {
    const query = { name: file.name, ...(Object.keys(columns).length ? { columns: JSON.stringify(columns) } : {}), ...parameters };
    return `/api/import?${new URLSearchParams(query)}`;
  }

  /** Read the file with the fields that are chosen, and show what it contains. */
  async function read() {
    setText(status, say("reading", { name: file.name }));
    const focused = document.activeElement?.id;
    try {
      found = await uploadAs(address(), file);
    } catch (error) {
      found = null;
      setText(status, "");
      result.replaceChildren(failure(error));
      return;
    }
    setText(status, summary());
    result.replaceChildren(...[mappingTable(), changesTable(), plansTable(), problems(), leftover(), actions()].filter(Boolean));
    if (focused) find(focused)?.focus();
  }

  function failure(error) {
    const list = error instanceof ApiError && error.body?.problems ? error.body.problems : [{ message: error instanceof ApiError ? error.message : say("serverGone"), hint: null }];
    return element("div", { class: "summary-of-errors" }, element("h2", {}, say("problemHeading")),
      element("ul", {}, list.map((problem) => element("li", {}, `${problem.path ? `${problem.path}: ` : ""}${problemMessage(problem)}${problem.hint ? `. ${problemHint(problem)}` : ""}`))));
  }

  function summary() {
    if (found.kind === "workbook") return `${counted(found.changes.length, "change")}, ${counted(found.plans.length, "new plan")}, ${counted(found.conflicts.length, "conflict")}`;
    const open = found.mapping.filter((one) => !one.certain).length;
    const parts = [counted(found.plans.length, "plan")];
    if (found.mapping.length) parts.push(counted(found.mapping.length, found.kind === "table" ? "column" : "label"));
    if (open) parts.push(say("withoutField", { count: open }));
    return `${file.name}: ${parts.join(", ")}`;
  }

  function mappingTable() {
    if (!found.mapping.length) return null;
    const names = new Map(found.fields.map((one) => [one.field, groupName(one.path, one.label)]));
    const rows = found.mapping.map((one, index) => {
      const id = `map-${index}`;
      const isOpen = !one.certain; // a field that is not certain is a proposal, and is not filled
      const choose = (field) => {
        columns = { ...columns, [one.source]: field };
        return read();
      };
      const choice = element("select", { id, "aria-describedby": `${id}-sample`, onchange: () => choose(choice.value) },
        isOpen ? element("option", { value: "", selected: true }, say("chooseField")) : null,
        element("option", { value: IGNORE, selected: one.field === IGNORE }, say("doNotImport")),
        !isOpen && one.field !== IGNORE && !names.has(one.field) ? element("option", { value: one.field, selected: true }, fieldName(one.field)) : null,
        found.fields.map(({ field }) => element("option", { value: field, selected: !isOpen && field === one.field }, names.get(field))));
      const proposals = isOpen ? [...(one.field ? [one.field] : []), IGNORE].map((field) => button(field === IGNORE ? say("doNotImport") : (names.get(field) ?? fieldName(field)), () => choose(field))) : [];
      return element("tr", { class: isOpen ? "uncertain" : null },
        element("th", { scope: "row" }, element("label", { for: id }, one.source), element("p", { class: "hint", id: `${id}-sample` }, one.sample)),
        element("td", {}, isOpen ? element("p", { class: "uncertain-text" }, say("notCertain")) : null, choice),
        element("td", {}, isOpen ? element("div", { class: "buttons" }, element("span", {}, say("proposals")), proposals) : readAs(one)));
    });
    return element("table", { class: "list mapping" }, element("caption", { class: "sight" }, say("columnsAndFields")),
      element("thead", {}, element("tr", {}, ["inFile", "importAs", "readAs"].map((name) => element("th", { scope: "col" }, say(name))))), element("tbody", {}, rows));
  }

  /** How the first plan has the value of a column; one that no field can have is a comment. */
  function readAs({ field, read, sample }) {
    if (field === IGNORE) return element("span", { class: "hint" }, say("notImported"));
    return read || (sample ? element("span", { class: "uncertain-text" }, say("notRead")) : "");
  }

  function changesTable() {
    if (found.kind !== "workbook") return null;
    const rows = [...found.conflicts.map((one) => ({ ...one, old: one.now, next: one.value, isConflict: true })), ...found.changes.map((one) => ({ ...one, next: one.new }))];
    return element("table", { class: "list" }, element("caption", { class: "sight" }, say("changes")),
      element("thead", {}, element("tr", {}, ["plan", "field", "was", "now"].map((name) => element("th", { scope: "col" }, say(name))))),
      element("tbody", {}, rows.map((one) => element("tr", { class: one.isConflict ? "uncertain" : null }, element("th", { scope: "row" }, one.plan), element("td", {}, fieldName(one.field), one.isConflict ? element("p", { class: "uncertain-text" }, say("conflictInPlan")) : null), element("td", {}, one.old), element("td", {}, one.next)))));
  }

  function plansTable() {
    if (!found.plans.length) return null;
    const rows = found.plans.map((plan) => {
      const id = `import-${plan.id}`;
      return element("tr", {},
        element("td", {}, element("div", { class: "choice" }, element("input", { type: "checkbox", id, value: plan.id, checked: !plan.exists, class: "import-plan" }), element("label", { for: id }, plan.title))),
        element("td", {}, plan.id, plan.exists ? element("span", { class: "tag outdated" }, say("planExists")) : null),
        element("td", {}, plan.text ? element("details", {}, element("summary", {}, say("fileText")), element("pre", { tabindex: "0", "aria-label": `${say("fileText")}: ${plan.id}` }, plan.text)) : null));
    });
    return element("div", {}, element("h2", { class: "below" }, say("plansFound")), element("table", { class: "list" }, element("caption", { class: "sight" }, say("plansFound")),
      element("thead", {}, element("tr", {}, ["plan", "idLabel", "content"].map((name) => element("th", { scope: "col" }, say(name))))), element("tbody", {}, rows)));
  }

  function problems() {
    const all = [...found.problems, ...found.plans.flatMap((plan) => plan.problems)];
    if (!all.length) return null;
    return element("details", { open: all.some((one) => one.severity === "error") }, element("summary", {}, `${say("problems")}: ${all.length}`),
      element("ol", { class: "all-problems" }, all.map((problem) => element("li", { class: problem.severity },
        element("p", {}, element("b", {}, `${say(problem.severity)}: `), problemMessage(problem)), problem.hint ? element("p", { class: "hint" }, problemHint(problem)) : null,
        element("p", { class: "hint" }, [problem.line && `line ${problem.line}`, problem.place].filter(Boolean).join(", "))))));
  }

  function leftover() {
    if (!found.leftover.length) return null;
    return element("div", {}, element("h2", { class: "below" }, say("leftOver")),
      element("details", {}, element("summary", {}, say("leftOverCount", { count: counted(found.leftover.length, "line") })), element("ul", { class: "leftover" }, found.leftover.map((text) => element("li", {}, text)))));
  }

  function actions() {
    const error = element("div", { role: "alert" });
    const exists = found.plans.some((plan) => plan.exists);
    const remember = element("input", { type: "checkbox", id: "remember", checked: true });
    const create = found.kind === "workbook"
      ? button(say("applyWorkbook"), () => write("update"), { class: "primary", id: "import-new" })
      : button(say("importNew"), () => write("new"), { class: "primary", id: "import-new", disabled: !found.plans.length });
    const update = found.kind === "table" && exists ? button(say("importUpdate"), () => write("update"), { id: "import-update" }) : null;
    const hasChoices = Object.keys(columns).length > 0;
    return element("div", { class: "action-bar" }, error, element("div", { class: "buttons" }, create, update,
      hasChoices ? button(say("saveChoices"), saveChoices) : null,
      hasChoices ? element("div", { class: "choice" }, remember, element("label", { for: "remember" }, say("rememberChoices"))) : null));

    /** Write the plans; proposals that nobody has decided on are asked about first, since they would be left out. */
    async function write(how, isConfirmed = false) {
      const undecided = found.mapping.filter((one) => !one.certain && one.field);
      if (undecided.length && !isConfirmed) {
        const names = new Map(found.fields.map((one) => [one.field, groupName(one.path, one.label)]));
        error.replaceChildren(element("div", { class: "summary-of-errors" }, element("h2", {}, say("undecided")),
          element("ul", {}, undecided.map((one) => element("li", {}, say("undecidedColumn", { source: one.source, field: names.get(one.field) ?? fieldName(one.field) })))),
          button(say("importWithout"), () => write(how, true), { id: "import-without" })));
        return;
      }
      create.disabled = true;
      const plans = [...document.querySelectorAll("input.import-plan:checked")].map((one) => one.value);
      try {
        if (hasChoices && remember.checked) localStorage.setItem(choicesKey(), JSON.stringify(columns));
        const { created, changed } = await uploadAs(address({ write: how, ...(how === "new" ? { plans: JSON.stringify(plans) } : {}) }), file);
        const message = say("imported", { created: counted(created.length, "plan"), changed: counted(changed.length, "plan") });
        if (created.length === 1 && !changed.length) await go(`/plans/${encodeURIComponent(created[0])}`, { message });
        else await go("/", { message });
      } catch (problem) {
        error.replaceChildren(failure(problem));
        create.disabled = false;
      }
    }
  }

  /** Choices are for files with the same columns. */
  function choicesKey() {
    return `ucap-columns-${found.mapping.map((one) => one.source).join("\u0001")}`;
  }

  function rememberedChoices() {
    try {
      return JSON.parse(localStorage.getItem(choicesKey()));
    } catch {
      return null;
    }
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
  return inner && FIELD_LABELS[owner] ? `${FIELD_LABELS[owner]}: ${own.toLowerCase()}` : own;
}
