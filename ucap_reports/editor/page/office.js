// The screen with the settings of the office: what all documents have in common, and the project's own template.

import { request, upload } from "/api.js";
import { savingNotices, showState } from "/conflicts_and_saving_state.js";
import { announce, button, element, find, followHeight, followParts, keepingFocus, setText, table } from "/dom.js";
import { ownFieldRows, ownFieldsShape } from "/own_fields.js";
import { PlanPages } from "/page_previews.js";
import { PlanStore, showText } from "/saving.js";
import { FIELD_LABELS, languageName, problemMessage, problemSentence, problemWithPlace, say, tagOf } from "/texts.js";
import { takeStep } from "/undo.js";
import { asList, isUnknown, shown } from "/values.js";

const CONTACT = ["office", "email", "phone", "website", "address"];
const FORMATS = { pdf: "pdf", docx: "word", html: "webPage" };
const USUAL_FORMATS = ["pdf", "docx"];
const OTHER_NAMES = { word: "docx", web: "html" }; // of formats
const ROW_CHOICES = [["", "asTemplate"], ["omit", "rowIfKnown"], ["show", "rowAlways"], ["hide", "rowNever"]];
const PARTS = ["contact", "labelLanguages", "documentsPart", "rowsPart", "ownFields", "indexPage", "ownTemplate", "logo", "colours", "rowLabels"];
const OTHER = "other"; // the key of all countries that `label_languages` does not name

/** Show the settings; returns a function that saves what waits and ends the screen. */
export async function showOffice(screen, go) {
  const [office, { plans }, project] = await Promise.all([request("GET", "/api/office"), request("GET", "/api/plans"), request("GET", "/api/project")]);
  document.title = `${say("office")} – ${say("product")}`;
  const store = new PlanStore(office, project.root, "/api/office");
  let labelLanguage = null; // of the table of labels; null means that of the template
  let lastPack = null; // the template as it was before it had errors
  const drafts = { isAdding: false, country: "", tags: "en", field: "", ofCities: false, names: {}, pack: "our-office" }; // what is not in the settings yet
  let shape = "";
  let updates = [];
  let pages = null;
  let chosenLogo = null; // the last file that was chosen for the logo
  const status = element("p", { id: "status", role: "status" });
  const undo = button(say("undo"), () => step("/api/undo"), { id: "undo" });
  const redo = button(say("redo"), () => step("/api/redo"), { id: "redo" });
  const notices = element("div", { id: "notices" });
  const form = element("form", { autocomplete: "off", novalidate: true, onsubmit: (event) => event.preventDefault() });
  form.addEventListener("focusin", () => store.beginVisit());
  form.addEventListener("focusout", () => store.flush().catch(() => {}));
  const beside = element("div", { class: "beside" });
  const tabs = element("div", { class: "tabs", role: "region", "aria-label": say("viewOfPlan") },
    ["form", "pages"].map((name) => button(say(name), () => showTab(name), { id: `tab-${name}`, "aria-pressed": String(name === "form") })));
  const partLinks = PARTS.map((part) => {
    const link = element("a", { href: `#part-${part}` }, say(part));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      focusPart(part);
    });
    return element("li", {}, link);
  });
  const partChoice = element("select", { id: "parts-select" }, PARTS.map((part) => element("option", {}, say(part))));
  partChoice.addEventListener("change", () => focusPart(PARTS[partChoice.selectedIndex]));
  const nav = element("nav", { class: "parts", "aria-label": say("partOfOffice") },
    element("ul", {}, partLinks),
    element("div", { class: "parts-select" }, element("label", { for: "parts-select" }, say("partOfOffice")), partChoice));
  const desk = element("div", { class: "desk", "data-tab": "form" }, nav,
    element("main", { id: "main", class: "form", tabindex: "-1" }, notices, form), beside);
  const bar = element("div", { class: "bar plan-bar", role: "region", "aria-label": say("office") },
    element("h1", {}, say("office")), status, element("div", { class: "buttons" }, project.read_only ? null : [undo, redo]));
  screen.replaceChildren(bar, tabs, desk);
  const endHeight = followHeight(bar);
  showPages(plans[0]?.id);
  store.listen(update);
  update();
  const marked = followParts(nav);
  return async () => {
    endHeight();
    marked.end();
    pages?.stop();
    await store.end();
  };

  async function step(path) {
    await store.flush();
    await takeStep(path, go, () => store.reload());
  }

  function update() {
    lastPack = store.answer.pack ?? lastPack;
    showState(store, status);
    undo.disabled = !store.canUndo;
    redo.disabled = !store.canRedo;
    keepingFocus(() => {
      const next = shapeNow();
      if (next !== shape) {
        shape = next;
        makeInputs();
      }
      for (const refresh of updates) refresh();
      showNotices();
    });
  }

  /** What decides which inputs there are: while it is the same, their values are changed alone. */
  function shapeNow() {
    const { own_pack: ownPack, template, packs } = store.answer;
    const rows = lastPack?.rows.map((row) => row.field);
    return JSON.stringify([shapeOf(store.values), store.editable, ownPack, template, packs, rows, labelLanguage, drafts.isAdding]);
  }

  function makeInputs() {
    updates = [];
    form.replaceChildren(...(store.editable ? sections() : [fileText()]));
    if (!project.read_only) return;
    for (const input of form.querySelectorAll("input, textarea, select, button")) input.disabled = true;
  }

  function showNotices() {
    const labelOf = (path) => find(idNear(path) ?? "")?.labels?.[0]?.textContent ?? path;
    const blocks = savingNotices(store, labelOf);
    const errors = store.problems.filter((problem) => problem.severity === "error");
    if (errors.length) {
      const heading = element("h2", { id: "errors-heading" }, say("problemHeading"));
      const list = element("ul", {}, errors.map((problem) => element("li", {}, problemLink(problem))));
      blocks.push(element("div", { class: "summary-of-errors", id: "errors", "aria-labelledby": "errors-heading" }, heading, list));
    }
    notices.replaceChildren(...blocks);
  }

  function problemLink(problem) {
    const id = idNear(problem.field);
    if (!id) return element("span", {}, problemWithPlace(problem));
    const label = document.querySelector(`label[for="${CSS.escape(id)}"]`) ?? find(`${id}-label`);
    const text = [label?.textContent, problemSentence(problem)].filter(Boolean).join(": ");
    const link = element("a", { href: `#${id}` }, text);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      find(id).focus();
    });
    return link;
  }

  /** The id of the input of a setting, or of the nearest one around it; null if there is none. */
  function idNear(path) {
    const lastStep = /(\.?[^.[\]]+|\[\d+\])$/;
    for (let around = path; around; around = around.replace(lastStep, "")) {
      if (find(`field-${around}`)) return `field-${around}`;
    }
    return null;
  }

  function sections() {
    const isOwnPack = Boolean(store.answer.own_pack);
    const hintOfPack = (name) => (isOwnPack ? name && say(name) : say("needsOwnTemplate"));
    const index = [line("index.title", say("indexTitle")), checkBox("index.drafts", say("indexDrafts"))];
    return [
      part("contact", say("contactHint"), contactFields()),
      part("labelLanguages", say("labelLanguagesHint"), labelLanguageFields()),
      part("documentsPart", "", documentFields()),
      part("rowsPart", say("rowsHint"), rowFields()),
      part("ownFields", say("ownFieldsHint"), ownFields()),
      part("indexPage", say("indexHint"), index),
      part("ownTemplate", "", isOwnPack ? templateFields() : templateOffer()),
      part("logo", hintOfPack("logoHint"), isOwnPack ? logoFields() : null),
      part("colours", hintOfPack(""), colourFields()),
      part("rowLabels", hintOfPack("rowLabelsHint"), labelFields()),
    ];
  }

  function ownFields() {
    const rows = (lastPack?.rows ?? []).map((row) => ({ field: row.field, label: plainText(row.label) }));
    return ownFieldRows({ store, drafts, updates, block, line, select, set, rows });
  }

  function part(name, hint, content) {
    return element("section", { class: "part", "aria-labelledby": `part-${name}` }, element("h2", { id: `part-${name}`, tabindex: "-1" }, say(name)),
      hint ? element("p", { class: "hint" }, hint) : null, content);
  }

  function fileText() {
    const input = element("textarea", { id: "file-text", rows: 24, spellcheck: false, oninput: () => store.setText(input.value) });
    updates.push(() => showText(store, input, store.text, input.value === store.text));
    return element("section", { class: "part" }, element("p", {}, say("notEditable")), element("label", { for: "file-text" }, say("fileText")), input);
  }

  // Inputs

  function block(path, label, hint, input, { isGroup = false } = {}) {
    const id = `field-${path}`;
    const errors = element("div", { id: `${id}-problems` });
    const proposals = element("div", { class: "buttons" });
    const hintElement = hint ? element("p", { class: "hint", id: `${id}-hint` }, hint) : null;
    let head = element("label", { for: id }, label);
    let attributes = { class: "field" };
    if (isGroup) {
      head = element("p", { class: "label", id: `${id}-label` }, label);
      attributes = { class: "field", role: "group", "aria-labelledby": `${id}-label`, "aria-describedby": `${id}-hint ${id}-problems` };
    }
    const made = element("div", attributes, head, hintElement, errors, input, proposals);
    updates.push(() => {
      const own = store.problems.filter((problem) => problem.field === path && problem.severity !== "info");
      const isWrong = own.some((problem) => problem.severity === "error");
      made.classList.toggle("wrong", isWrong);
      if (!isGroup) find(id)?.setAttribute("aria-invalid", String(isWrong));
      const key = JSON.stringify(own);
      if (errors.dataset.key === key) return;
      errors.dataset.key = key;
      errors.replaceChildren(...own.map(problemOfSetting));
      const values = [...new Set(own.flatMap((problem) => problem.details.suggestions))];
      proposals.replaceChildren(...values.map((value) => button(say("use", { value }), () => set(path, value))));
    });
    return made;
  }

  function input(path, { name = "input", read = shown, write = (text) => text, ...attributes } = {}) {
    const id = `field-${path}`;
    const made = element(name, { id, type: name === "input" ? "text" : null, "aria-describedby": `${id}-hint ${id}-problems`, ...attributes });
    const written = () => (made.value.trim() === "" ? null : write(made.value));
    made.addEventListener("input", () => store.set(path, written()));
    updates.push(() => {
      const saved = read(store.at(path));
      const isSame = read(written()).trim() === saved.trim();
      showText(store, made, saved, isSame);
    });
    return made;
  }

  function line(path, label, hint = "", options = {}) {
    return block(path, label, hint, input(path, options));
  }

  function set(path, value) {
    store.beginVisit();
    store.set(path, value);
  }

  function select(path, label, options, nothing, hint = "", change = (value) => set(path, value || null)) {
    const choices = [["", nothing], ...options].map(([value, text]) => element("option", { value }, text));
    const made = element("select", { id: `field-${path}`, "aria-describedby": `field-${path}-hint field-${path}-problems` }, choices);
    made.addEventListener("change", () => change(made.value));
    updates.push(() => choose(made, shown(store.at(path))));
    return block(path, label, hint, made);
  }

  function checkBox(path, label) {
    const made = element("input", { type: "checkbox", id: `field-${path}`, onchange: () => set(path, made.checked ? true : null) });
    updates.push(() => { made.checked = store.at(path) === true; });
    return element("div", { class: "choice" }, made, element("label", { for: made.id }, label));
  }

  // Parts

  function contactFields() {
    const inherited = lastPack?.contact ?? {};
    const hasOwn = CONTACT.some((name) => !isUnknown(store.at(`contact.${name}`)));
    const hint = (name) => (inherited[name] && !hasOwn ? say("fromTemplate", { value: inherited[name] }) : "");
    const lines = CONTACT.filter((name) => name !== "address");
    const inputs = lines.map((name) => line(`contact.${name}`, say(`contact_${name}`), hint(name)));
    return [
      element("div", { class: "pairs" }, inputs),
      line("contact.address", say("contact_address"), hint("address"), { name: "textarea", rows: 2 }),
      leadField(inherited.lead),
    ];
  }

  /** The sentence above the contact, which only a template of the office's own can change. */
  function leadField(inherited) {
    if (store.answer.own_pack) return line("pack.contact.lead", say("lead"), inherited ? say("fromTemplate", { value: inherited }) : "");
    return element("div", { class: "field" }, element("p", { class: "label" }, say("lead")), element("p", {}, inherited || say("none")), element("p", { class: "hint" }, say("needsOwnTemplate")));
  }

  function tagList(path, label, hint) {
    return line(path, label, hint, { read: (value) => asList(value).map(shown).join(", "), write: tagsIn, spellcheck: "false" });
  }

  /** The languages of the programme label: of all plans, or by the country of a partner. */
  function labelLanguageFields() {
    const path = "label_languages";
    const value = store.at(path);
    const hint = say("tagsHint", { tags: lastPack?.label_languages.map(languageName).join(", ") ?? "" });
    if (!isByCountry(value)) {
      const ofOthers = asList(value).length ? asList(value) : ["en"];
      return [tagList(path, say("allCountries"), hint), countryToAdd({ [OTHER]: ofOthers })];
    }
    const countries = element("datalist", { id: "office-countries" }, store.answer.countries.map((name) => element("option", { value: name })));
    const rows = Object.keys(value).map((country, index) => labelCountry(path, value, country, index));
    return [block(path, say("byCountry"), hint, [countries, element("div", { class: "rows" }, rows), countryToAdd(value)], { isGroup: true })];
  }

  /** The button that adds a country, or the inputs of the one that is being added. */
  function countryToAdd(others) {
    return drafts.isAdding ? newCountry(others) : addCountry();
  }

  /** The inputs of a country and its languages in `label_languages`, whose value is a mapping. */
  function labelCountry(path, value, country, index) {
    const isOther = country === OTHER;
    const shownName = isOther ? say("otherCountries") : country;
    const nameId = `label-country-${index}`;
    const name = element("input", { id: nameId, type: "text", list: "office-countries", readonly: isOther, "aria-label": say("partnerIn"), value: isOther ? shownName : typed(nameId, country) });
    name.addEventListener("input", keepTyped);
    name.addEventListener("change", () => {
      delete drafts.names[nameId];
      const renamed = Object.entries(value).map(([one, tags]) => [one === country ? name.value.trim() : one, tags]);
      set(path, Object.fromEntries(renamed));
    });
    const tagsId = `label-tags-${index}`;
    const tags = element("input", { id: tagsId, type: "text", spellcheck: "false", "aria-label": `${say("labelIn")}: ${shownName}`, value: typed(tagsId, asList(value[country]).join(", ")) });
    tags.addEventListener("input", keepTyped);
    tags.addEventListener("change", () => {
      delete drafts.names[tagsId];
      set(path, { ...value, [country]: tagsIn(tags.value) });
    });
    const remove = button(say("removeItem"), () => {
      const { [country]: _, ...others } = value;
      set(path, Object.keys(others).length ? others : null);
      find("add-country")?.focus();
    }, { class: "quiet", "aria-label": `${say("removeItem")}: ${shownName}` });
    return element("div", { class: "line-of-three" }, name, tags, remove);
  }

  /** Keep what is typed into an input whose value is set when it is left: the form may be made again before. */
  function keepTyped({ target }) {
    drafts.names[target.id] = target.value;
  }

  function typed(id, value) {
    return drafts.names[id] ?? value;
  }

  function addCountry() {
    return button(say("addCountry"), () => {
      drafts.isAdding = true;
      update();
      find("new-country").focus();
    }, { id: "add-country" });
  }

  /** The inputs of a country, which is in the settings when it has a name and languages. */
  function newCountry(others) {
    const countries = store.answer.countries.map((name) => element("option", { value: name, selected: name === drafts.country }, name));
    const choice = element("select", { id: "new-country" }, element("option", { value: "" }, say("choose")), countries);
    choice.addEventListener("change", () => { drafts.country = choice.value; });
    const tags = element("input", { id: "new-tags", type: "text", value: drafts.tags, spellcheck: "false" });
    tags.addEventListener("input", () => { drafts.tags = tags.value; });
    const add = () => {
      const wanted = tagsIn(tags.value);
      if (!choice.value || !wanted.length) return;
      Object.assign(drafts, { isAdding: false, country: "", tags: "en" });
      const { [choice.value]: before, ...rest } = others; // a country that is listed already gets the new languages
      set("label_languages", { [choice.value]: wanted, ...rest });
      find("add-country")?.focus();
    };
    return element("div", { class: "line-of-three new-country" },
      element("div", {}, element("label", { for: "new-country" }, say("partnerIn")), choice),
      element("div", {}, element("label", { for: "new-tags" }, say("labelIn")), tags), button(say("add"), add));
  }

  function documentFields() {
    const { answer } = store;
    const boxes = answer.formats.map((format) => {
      const box = element("input", { type: "checkbox", id: `format-${format}`, value: format });
      box.addEventListener("change", () => {
        const inputs = boxes.map((one) => one.querySelector("input"));
        const chosen = answer.formats.filter((one) => inputs.some((input) => input.value === one && input.checked));
        set("formats", chosen.length ? chosen : null);
      });
      updates.push(() => {
        const chosen = formatsOf(store.at("formats"));
        box.checked = (chosen.length ? chosen : USUAL_FORMATS).includes(format);
      });
      return element("div", { class: "choice" }, box, element("label", { for: box.id }, say(FORMATS[format])));
    });
    return [
      element("div", { class: "pairs" },
        select("template", say("pack"), answer.packs.map((name) => [name, name]), say("usual", { value: "iuc-asia" })),
        block("formats", say("formats"), "", boxes, { isGroup: true })),
      element("div", { class: "pairs" },
        tagList("language", say("planLanguage"), say("planLanguageHint")),
        tagList("languages", say("furtherLanguages"), say("furtherLanguagesHint"))),
      select("pdf_standard", say("pdfStandard"), answer.standards.map((name) => [name, standardName(name)]), say("usual", { value: standardName(answer.standards[0]) }), say("pdfStandardHint")),
    ];
  }

  /** Each row of the form: whether it is printed. */
  function rowFields() {
    const rows = store.at("rows");
    if (Array.isArray(rows)) return element("p", {}, say("rowsAreList"));
    return element("div", { class: "lines" }, (lastPack?.rows ?? []).map((row) => hiddenRow(row.field, row.label)), hiddenRows(rows));
  }

  /** Rows that are hidden are not among those of the template any more. */
  function hiddenRows(rows) {
    const known = new Set((lastPack?.rows ?? []).map((row) => row.field));
    return Object.keys(rows ?? {}).filter((name) => !known.has(name)).map((name) => hiddenRow(name, name));
  }

  function hiddenRow(name, label) {
    const title = plainText(label).replace(/:$/, "");
    const path = `rows.${name}`;
    const options = ROW_CHOICES.map(([value, text]) => element("option", { value }, say(text)));
    const made = element("select", { id: `field-${path}`, "aria-describedby": `field-${path}-problems` }, options);
    made.addEventListener("change", () => {
      const own = store.at(path);
      const { when_unknown: _, ...others } = own !== null && typeof own === "object" ? own : {};
      if (made.value === "hide") set(path, "hide");
      else if (made.value) set(path, { ...others, when_unknown: made.value });
      else set(path, Object.keys(others).length ? others : null);
    });
    updates.push(() => {
      const own = store.at(path);
      choose(made, own !== null && typeof own === "object" ? shown(own.when_unknown) : shown(own));
    });
    return block(path, title, "", made);
  }

  function templateOffer() {
    const { answer } = store;
    const name = element("input", { id: "new-pack", type: "text", spellcheck: "false", value: drafts.pack, "aria-describedby": "new-pack-hint" });
    name.addEventListener("input", () => { drafts.pack = name.value; });
    const error = element("p", { class: "error-text", role: "alert" });
    const create = async () => {
      try {
        await store.flush();
        await request("POST", "/api/office", { name: name.value.trim() });
        await store.reload();
        focusPart("ownTemplate");
      } catch (problem) {
        error.textContent = `${say("error")}: ${problem.message}`;
      }
    };
    const label = element("label", { for: "new-pack" }, say("templateName"));
    const hint = element("p", { class: "hint", id: "new-pack-hint" }, say("templateNameHint"));
    const inputs = element("div", { class: "with-button" }, name, button(say("createTemplate"), create, { id: "create-pack" }));
    return [element("p", {}, say("templateOffer", { name: answer.template })), element("div", { class: "field" }, label, hint, error, inputs)];
  }

  function templateFields() {
    const { answer } = store;
    return [element("p", {}, aboutTemplate(answer.own_pack, store.at("pack.extends"))),
      line("pack.title", say("templateTitle"), lastPack ? say("fromTemplate", { value: lastPack.title }) : ""),
      line("pack.number_format", say("numberFormat"), say("numberFormatHint")),
      line("pack.unknown", say("unknownWord"), say("unknownWordHint"))];
  }

  /** What the template of the office follows; nothing, if it has all settings itself. */
  function aboutTemplate(name, base) {
    if (!base) return say("ownTemplateAlone", { name });
    return say(base === name ? "ownTemplateIsShipped" : "ownTemplateIs", { name, base });
  }

  /** The logo in the page header: its file, which is uploaded, and its alternative text. */
  function logoFields() {
    const path = "pack.logo";
    const fileId = `field-${path}.file`;
    const refused = element("p", { class: "error-text", role: "alert" });
    const choice = element("input", {
      id: fileId,
      type: "file",
      accept: "image/svg+xml,image/png,image/jpeg",
      "aria-describedby": `${fileId}-hint ${fileId}-problems`,
    });
    choice.addEventListener("change", async () => {
      const [file] = choice.files;
      if (!file) return;
      choice.value = ""; // so that the same file can be chosen again
      refused.textContent = "";
      try {
        await uploadLogo(path, file);
      } catch (error) {
        const isLatest = file === chosenLogo;
        if (isLatest) refused.textContent = `${say("error")}: ${error.message}`;
      }
    });
    const current = element("p", { id: "logo-file" });
    const removeLogo = () => {
      set(path, null);
      choice.focus();
    };
    const remove = button(say("removeLogo"), removeLogo, { id: "remove-logo", class: "quiet" });
    const alt = line(`${path}.alt`, say("logoAlt"), say("logoAltHint"));
    updates.push(() => {
      const own = shown(store.at(`${path}.file`));
      setText(current, own || inheritedLogo());
      alt.hidden = !own;
      remove.hidden = !own;
    });
    return [block(`${path}.file`, say("logoFile"), say("logoFileHint"), [current, refused, choice, remove]), alt];
  }

  /** What is shown where the settings have no logo. */
  function inheritedLogo() {
    const file = lastPack?.logo?.file;
    return file ? say("fromTemplate", { value: file }) : say("noLogo");
  }

  async function uploadLogo(path, file) {
    chosenLogo = file;
    await store.flush();
    const { file: name } = await upload(`/api/office/logo?${new URLSearchParams({ name: file.name })}`, file);
    if (chosenLogo !== file) return; // another one was chosen meanwhile
    set(path, { file: name, alt: shown(store.at(`${path}.alt`)) || lastPack?.logo?.alt || "" });
    announce(say("uploaded", { name }));
    if (!shown(store.at(`${path}.alt`))) find(`field-${path}.alt`)?.focus();
  }

  function colourFields() {
    const rows = (lastPack?.colours ?? []).map(colourRow);
    const isInherited = Boolean(store.at("pack.extends"));
    let reset = null;
    if (store.answer.own_pack && isInherited) {
      reset = button(say("templateColours"), () => set("pack.theme.colours", null), { id: "reset-colours" });
    }
    return [element("div", { class: "colours" }, rows), reset];
  }

  /** A colour of the template: its value, which a template of the office's own can change, its uses and its contrast. */
  function colourRow(colour) {
    const path = `pack.theme.colours.${colour.name}`;
    const disabled = !store.answer.own_pack;
    const swatch = element("input", {
      id: `swatch-${colour.name}`,
      type: "color",
      "aria-label": `${say("chooseColour")}: ${colour.name}`,
      disabled,
    });
    swatch.addEventListener("change", () => set(path, swatch.value.toUpperCase()));
    const text = element("input", {
      id: `field-${path}`,
      type: "text",
      "aria-label": `${say("colour")}: ${colour.name}`,
      "aria-describedby": `contrast-${colour.name}`,
      spellcheck: "false",
      disabled,
    });
    const written = () => text.value.trim() || null;
    text.addEventListener("input", () => store.set(path, written()));
    const use = element("p", { class: "colour-use" });
    const contrast = element("p", { class: "hint", id: `contrast-${colour.name}` });
    updates.push(() => {
      const now = lastPack.colours.find((one) => one.name === colour.name) ?? colour;
      const value = shown(store.at(path)) || now.value;
      showText(store, text, value, written() === store.at(path));
      const isComplete = /^#[0-9a-f]{6}$/i.test(value); // while it is typed, the swatch keeps the last colour
      if (isComplete) swatch.value = value.toLowerCase();
      setText(use, now.uses.map((one) => say(`colour_${one}`)).join(", "));
      setText(contrast, say(contrastText(now), { ratio: now.contrast }));
    });
    return element("div", { class: "colour" }, element("p", { class: "label" }, colour.name), swatch, text, element("div", {}, use, contrast));
  }

  /** The labels of the rows in one language, beside those of the template. */
  function labelFields() {
    if (!lastPack) return element("p", {}, say("templateBroken"));
    const language = languageOfLabels();
    const options = lastPack.languages.map((tag) => element("option", { value: tag, selected: tag === language }, languageName(tag)));
    const choice = element("select", { id: "label-language" }, options);
    choice.addEventListener("change", () => {
      labelLanguage = choice.value;
      update();
    });
    const rows = lastPack.rows.map((row) => labelRow(row, language));
    return [
      element("div", { class: "field" }, element("label", { for: "label-language" }, say("labelsIn")), choice),
      table({ class: "list labels" }, say("rowLabels"), [say("row"), say("label")], rows),
    ];
  }

  /** The language of the labels that are shown: the chosen one, unless another template was chosen that does not have it. */
  function languageOfLabels() {
    return lastPack.languages.includes(labelLanguage) ? labelLanguage : lastPack.language;
  }

  /** The label of a row in a language, which a template of the office's own can change. */
  function labelRow(row, language) {
    const path = `pack.labels.${language}.${row.field}`;
    const text = element("input", {
      id: `field-${path}`,
      type: "text",
      "aria-label": `${rowName(row)}: ${languageName(language)}`,
      lang: language,
      disabled: !store.answer.own_pack,
    });
    const written = () => text.value.trim() || null;
    text.addEventListener("input", () => store.set(path, written()));
    updates.push(() => {
      const now = lastPack.rows.find((one) => one.field === row.field) ?? row;
      const usual = language === lastPack.language ? now.label : "";
      const value = shown(store.at(path)) || now.labels[language] || usual;
      showText(store, text, value, written() === store.at(path));
    });
    return element("tr", {}, element("th", { scope: "row" }, rowName(row)), element("td", {}, text));
  }

  // Pages, undo

  function showPages(plan) {
    pages?.stop();
    if (!plan) {
      beside.replaceChildren(element("p", { class: "notice" }, say("noPlansHint")));
      return;
    }
    const shownPlan = { id: plan, digest: null, reload: () => Promise.resolve(), flush: () => store.flush() };
    pages = new PlanPages(shownPlan, { onarea: () => {}, packs: [] });
    const choice = element("select", { id: "shown-plan", "aria-label": say("shownPlan"), onchange: () => showPages(choice.value) },
      plans.map((one) => element("option", { value: one.id, selected: one.id === plan }, one.title)));
    pages.pack.replaceWith(choice);
    beside.replaceChildren(pages.root);
    pages.start();
  }

  function focusPart(name) {
    const heading = find(`part-${name}`);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  }

  function showTab(name) {
    desk.dataset.tab = name;
    for (const tab of ["form", "pages"]) find(`tab-${tab}`).setAttribute("aria-pressed", String(tab === name));
  }
}

/** A problem beside the input of its setting. */
function problemOfSetting(problem) {
  return element("p", { class: problem.severity === "error" ? "error-text" : "warning-text" }, `${say(problem.severity)}: ${problemMessage(problem)}`);
}

/** Choose an option of a select, also one that the settings have and that is not offered. */
function choose(select, value) {
  const isOffered = [...select.options].some((option) => option.value === value);
  if (value && !isOffered) select.append(element("option", { value }, value));
  select.value = value;
}

/** Whether the languages of the programme label depend on the country of a partner. */
function isByCountry(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** What of the settings decides which inputs there are. */
function shapeOf(values) {
  const languages = values?.label_languages ?? null;
  const rows = values?.rows;
  return [isByCountry(languages) ? languages : null, ownFieldsShape(values?.fields), Array.isArray(rows), Object.keys(rows ?? {})];
}

/** The languages in a text with commas between them: as tags, if it has their names. */
function tagsIn(text) {
  return text.split(",").map((part) => tagOf(part) ?? part.trim()).filter(Boolean);
}

/** The formats that a setting names: in a list, or in a text with commas between them. */
function formatsOf(value) {
  const names = asList(value).flatMap((text) => shown(text).split(","));
  return names.map((name) => {
    const written = name.trim().toLowerCase();
    return OTHER_NAMES[written] ?? written;
  });
}

/** What is said about the contrast of a colour with white; one that is white itself is not for text on white. */
function contrastText({ uses, contrast, readable }) {
  if (!uses.includes("text")) return "contrastUnused";
  if (contrast <= 1.1) return "contrastOnBackground";
  return readable ? "contrastEnough" : "contrastLow";
}

/** The name of a row, as the form calls its field. */
function rowName({ field, label }) {
  return FIELD_LABELS[field] ?? FIELD_LABELS[`cities.${field}`] ?? plainText(label).replace(/:$/, "");
}

/** A label without the markup of links. */
function plainText(label) {
  return label.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}

/** A standard of PDF files as people write it: "PDF/UA-1 and PDF/A-2a". */
function standardName(name) {
  return name.split("+").map((part) => `PDF/${part.replace(/^[a-z]+/, (letters) => letters.toUpperCase())}`).join(" and ");
}
