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
  const nav = element("nav", { class: "parts", "aria-label": say("partOfOffice") },
    element("ul", {}, PARTS.map((part) => element("li", {}, element("a", { href: `#part-${part}`, onclick: (event) => {
      event.preventDefault();
      focusPart(part);
    } }, say(part))))),
    element("div", { class: "parts-select" }, element("label", { for: "parts-select" }, say("partOfOffice")),
      element("select", { id: "parts-select", onchange: (event) => focusPart(PARTS[event.target.selectedIndex]) }, PARTS.map((part) => element("option", {}, say(part))))));
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
    const { answer } = store;
    lastPack = answer.pack ?? lastPack;
    showState(store, status);
    undo.disabled = !store.canUndo;
    redo.disabled = !store.canRedo;
    keepingFocus(() => {
      const next = JSON.stringify([shapeOf(store.values), store.editable, answer.own_pack, answer.template, answer.packs, lastPack?.rows.map((row) => row.field), labelLanguage, drafts.isAdding]);
      if (next !== shape) {
        shape = next;
        updates = [];
        form.replaceChildren(...(store.editable ? sections() : [fileText()]));
        if (project.read_only) for (const input of form.querySelectorAll("input, textarea, select, button")) input.disabled = true;
      }
      for (const refresh of updates) refresh();
      showNotices();
    });
  }

  function showNotices() {
    const blocks = savingNotices(store, (path) => find(idNear(path) ?? "")?.labels?.[0]?.textContent ?? path);
    const errors = store.problems.filter((problem) => problem.severity === "error");
    if (errors.length) {
      blocks.push(element("div", { class: "summary-of-errors", id: "errors", "aria-labelledby": "errors-heading" }, element("h2", { id: "errors-heading" }, say("problemHeading")),
        element("ul", {}, errors.map((problem) => element("li", {}, problemLink(problem))))));
    }
    notices.replaceChildren(...blocks);
  }

  function problemLink(problem) {
    const id = idNear(problem.field);
    if (!id) return element("span", {}, problemWithPlace(problem));
    const label = document.querySelector(`label[for="${CSS.escape(id)}"]`) ?? find(`${id}-label`);
    const text = [label?.textContent, problemSentence(problem)].filter(Boolean).join(": ");
    return element("a", { href: `#${id}`, onclick: (event) => {
      event.preventDefault();
      find(id).focus();
    } }, text);
  }

  function idNear(path) {
    for (let place = path; place; place = place.replace(/(\.?[^.[\]]+|\[\d+\])$/, "")) {
      if (find(`field-${place}`)) return `field-${place}`;
    }
    return null;
  }

  function sections() {
    const { answer } = store;
    return [
      part("contact", say("contactHint"), contactFields()),
      part("labelLanguages", say("labelLanguagesHint"), labelLanguageFields()),
      part("documentsPart", "", documentFields()),
      part("rowsPart", say("rowsHint"), rowFields()),
      part("ownFields", say("ownFieldsHint"), ownFieldRows({ store, drafts, updates, block, line, select, set, rows: (lastPack?.rows ?? []).map((row) => ({ field: row.field, label: plainText(row.label) })) })),
      part("indexPage", say("indexHint"), [line("index.title", say("indexTitle")), checkBox("index.drafts", say("indexDrafts"))]),
      part("ownTemplate", "", answer.own_pack ? templateFields() : templateOffer()),
      part("logo", answer.own_pack ? say("logoHint") : say("needsOwnTemplate"), answer.own_pack ? logoFields() : null),
      part("colours", answer.own_pack ? "" : say("needsOwnTemplate"), colourFields()),
      part("rowLabels", answer.own_pack ? say("rowLabelsHint") : say("needsOwnTemplate"), labelFields()),
    ];
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
    const head = isGroup ? element("p", { class: "label", id: `${id}-label` }, label) : element("label", { for: id }, label);
    const made = element("div", isGroup ? { class: "field", role: "group", "aria-labelledby": `${id}-label`, "aria-describedby": `${id}-hint ${id}-problems` } : { class: "field" },
      head, hint ? element("p", { class: "hint", id: `${id}-hint` }, hint) : null, errors, input, proposals);
    updates.push(() => {
      const own = store.problems.filter((problem) => problem.field === path && problem.severity !== "info");
      const isWrong = own.some((problem) => problem.severity === "error");
      made.classList.toggle("wrong", isWrong);
      if (!isGroup) find(id)?.setAttribute("aria-invalid", String(isWrong));
      const key = JSON.stringify(own);
      if (errors.dataset.key === key) return;
      errors.dataset.key = key;
      errors.replaceChildren(...own.map((problem) => element("p", { class: problem.severity === "error" ? "error-text" : "warning-text" }, `${say(problem.severity)}: ${problemMessage(problem)}`)));
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
    updates.push(() => showText(store, made, read(store.at(path)), read(written()).trim() === read(store.at(path)).trim()));
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
    const made = element("select", { id: `field-${path}`, "aria-describedby": `field-${path}-hint field-${path}-problems`, onchange: () => change(made.value) },
      element("option", { value: "" }, nothing), options.map(([value, text]) => element("option", { value }, text)));
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
    const own = lastPack?.contact ?? {};
    const hint = (name) => (own[name] && CONTACT.every((one) => isUnknown(store.at(`contact.${one}`))) ? say("fromTemplate", { value: own[name] }) : "");
    const lead = store.answer.own_pack
      ? line("pack.contact.lead", say("lead"), own.lead ? say("fromTemplate", { value: own.lead }) : "")
      : element("div", { class: "field" }, element("p", { class: "label" }, say("lead")), element("p", {}, own.lead || say("none")), element("p", { class: "hint" }, say("needsOwnTemplate")));
    return [
      element("div", { class: "pairs" }, CONTACT.slice(0, 4).map((name) => line(`contact.${name}`, say(`contact_${name}`), hint(name)))),
      line("contact.address", say("contact_address"), hint("address"), { name: "textarea", rows: 2 }), lead,
    ];
  }

  function tagList(path, label, hint) {
    return line(path, label, hint, { read: (value) => asList(value).map(shown).join(", "), write: tagsIn, spellcheck: "false" });
  }

  /** The languages of the programme label: of all plans, or by the country of a partner. */
  function labelLanguageFields() {
    const path = "label_languages";
    const value = store.at(path);
    const known = lastPack?.label_languages.map(languageName).join(", ") ?? "";
    const isByCountry = value !== null && typeof value === "object" && !Array.isArray(value);
    if (!isByCountry) {
      return [tagList(path, say("allCountries"), say("tagsHint", { tags: known })),
        drafts.isAdding ? newCountry({ [OTHER]: asList(value).length ? asList(value) : ["en"] }) : addCountry()];
    }
    const rows = Object.entries(value).map(([country, tags], index) => {
      const isOther = country === OTHER;
      const name = element("input", { id: `label-country-${index}`, type: "text", list: "office-countries", value: isOther ? say("otherCountries") : typed(`label-country-${index}`, country), readonly: isOther, "aria-label": say("partnerIn"),
        oninput: keepTyped, onchange: () => {
          delete drafts.names[name.id];
          set(path, Object.fromEntries(Object.entries(value).map(([one, own]) => (one === country ? [name.value.trim(), own] : [one, own]))));
        } });
      const tagged = element("input", { id: `label-tags-${index}`, type: "text", value: typed(`label-tags-${index}`, asList(tags).join(", ")), "aria-label": `${say("labelIn")}: ${isOther ? say("otherCountries") : country}`, spellcheck: "false",
        oninput: keepTyped, onchange: () => {
          delete drafts.names[tagged.id];
          set(path, { ...value, [country]: tagsIn(tagged.value) });
        } });
      const remove = button(say("removeItem"), () => {
        const rest = Object.fromEntries(Object.entries(value).filter(([one]) => one !== country));
        set(path, Object.keys(rest).length ? rest : null);
        find("add-country")?.focus();
      }, { class: "quiet", "aria-label": `${say("removeItem")}: ${isOther ? say("otherCountries") : country}` });
      return element("div", { class: "line-of-three" }, name, tagged, remove);
    });
    return [block(path, say("byCountry"), say("tagsHint", { tags: known }), [
      element("datalist", { id: "office-countries" }, store.answer.countries.map((name) => element("option", { value: name }))),
      element("div", { class: "rows" }, rows), drafts.isAdding ? newCountry(value) : addCountry()], { isGroup: true })];
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
    const choice = element("select", { id: "new-country", onchange: () => { drafts.country = choice.value; } }, element("option", { value: "" }, say("choose")), store.answer.countries.map((name) => element("option", { value: name, selected: name === drafts.country }, name)));
    const tags = element("input", { id: "new-tags", type: "text", value: drafts.tags, spellcheck: "false", oninput: () => { drafts.tags = tags.value; } });
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
      const made = element("input", { type: "checkbox", id: `format-${format}`, onchange: () => {
        const on = new Set(boxes.map((one) => one.querySelector("input")).filter((one) => one.checked).map((one) => one.value));
        set("formats", on.size ? answer.formats.filter((one) => on.has(one)) : null);
      }, value: format });
      updates.push(() => {
        const chosen = formatsOf(store.at("formats"));
        made.checked = (chosen.length ? chosen : ["pdf", "docx"]).includes(format);
      });
      return element("div", { class: "choice" }, made, element("label", { for: made.id }, say(FORMATS[format])));
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
    const made = element("select", { id: `field-${path}`, "aria-describedby": `field-${path}-problems`, onchange: () => {
      const own = store.at(path);
      const others = own !== null && typeof own === "object" ? own : {};
      if (made.value === "hide") set(path, "hide");
      else if (made.value) set(path, { ...others, when_unknown: made.value });
      else {
        const { when_unknown: _, ...rest } = others;
        set(path, Object.keys(rest).length ? rest : null);
      }
    } }, [["", say("asTemplate")], ["omit", say("rowIfKnown")], ["show", say("rowAlways")], ["hide", say("rowNever")]].map(([value, text]) => element("option", { value }, text)));
    updates.push(() => {
      const own = store.at(path);
      choose(made, own !== null && typeof own === "object" ? shown(own.when_unknown) : shown(own));
    });
    return block(path, title, "", made);
  }

  function templateOffer() {
    const { answer } = store;
    const name = element("input", { id: "new-pack", type: "text", spellcheck: "false", value: drafts.pack, oninput: () => { drafts.pack = name.value; }, "aria-describedby": "new-pack-hint" });
    const error = element("p", { class: "error-text", role: "alert" });
    return [element("p", {}, say("templateOffer", { name: answer.template })),
      element("div", { class: "field" }, element("label", { for: "new-pack" }, say("templateName")), element("p", { class: "hint", id: "new-pack-hint" }, say("templateNameHint")), error,
        element("div", { class: "with-button" }, name, button(say("createTemplate"), async () => {
          try {
            await store.flush();
            await request("POST", "/api/office", { name: name.value.trim() });
            await store.reload();
            focusPart("ownTemplate");
          } catch (problem) {
            error.textContent = `${say("error")}: ${problem.message}`;
          }
        }, { id: "create-pack" })))];
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
    const refused = element("p", { class: "error-text", role: "alert" });
    const choice = element("input", { id: `field-${path}.file`, type: "file", accept: "image/svg+xml,image/png,image/jpeg", "aria-describedby": `field-${path}.file-hint field-${path}.file-problems`, onchange: async () => {
      const [file] = choice.files;
      if (!file) return;
      chosenLogo = file;
      choice.value = ""; // so that the same file can be chosen again
      refused.textContent = "";
      try {
        await store.flush();
        const { file: name } = await upload(`/api/office/logo?${new URLSearchParams({ name: file.name })}`, file);
        if (chosenLogo !== file) return; // another one was chosen meanwhile
        set(path, { file: name, alt: shown(store.at(`${path}.alt`)) || lastPack?.logo?.alt || "" });
        announce(say("uploaded", { name }));
        if (!shown(store.at(`${path}.alt`))) find(`field-${path}.alt`)?.focus();
      } catch (error) {
        refused.textContent = `${say("error")}: ${error.message}`;
      }
    } });
    const current = element("p", { id: "logo-file" });
    const remove = button(say("removeLogo"), () => {
      set(path, null);
      choice.focus();
    }, { id: "remove-logo", class: "quiet" });
    const alt = line(`${path}.alt`, say("logoAlt"), say("logoAltHint"));
    updates.push(() => {
      const own = shown(store.at(`${path}.file`));
      const inherited = lastPack?.logo?.file ?? "";
      setText(current, own || (inherited && say("fromTemplate", { value: inherited })) || say("noLogo"));
      alt.hidden = !own;
      remove.hidden = !own;
    });
    return [block(`${path}.file`, say("logoFile"), say("logoFileHint"), [current, refused, choice, remove]), alt];
  }

  function colourFields() {
    const { answer } = store;
    const colours = lastPack?.colours ?? [];
    const rows = colours.map((colour) => {
      const path = `pack.theme.colours.${colour.name}`;
      const swatch = element("input", { type: "color", id: `swatch-${colour.name}`, "aria-label": `${say("chooseColour")}: ${colour.name}`, disabled: !answer.own_pack, onchange: () => set(path, swatch.value.toUpperCase()) });
      const text = element("input", { id: `field-${path}`, type: "text", "aria-label": `${say("colour")}: ${colour.name}`, spellcheck: "false", disabled: !answer.own_pack, "aria-describedby": `contrast-${colour.name}` });
      const written = () => text.value.trim() || null;
      text.addEventListener("input", () => store.set(path, written()));
      const use = element("p", { class: "colour-use" });
      const contrast = element("p", { class: "hint", id: `contrast-${colour.name}` });
      updates.push(() => {
        const now = (lastPack?.colours ?? []).find((one) => one.name === colour.name) ?? colour;
        const value = shown(store.at(path)) || now.value;
        showText(store, text, value, written() === store.at(path));
        if (/^#[0-9a-f]{6}$/i.test(value)) swatch.value = value.toLowerCase();
        setText(use, now.uses.map((one) => say(`colour_${one}`)).join(", "));
        setText(contrast, say(contrastText(now), { ratio: now.contrast }));
      });
      return element("div", { class: "colour" }, element("p", { class: "label" }, colour.name), swatch, text, element("div", {}, use, contrast));
    });
    const reset = answer.own_pack && store.at("pack.extends") ? button(say("templateColours"), () => set("pack.theme.colours", null), { id: "reset-colours" }) : null;
    return [element("div", { class: "colours" }, rows), reset];
  }

  /** The labels of the rows in one language, beside those of the template. */
  function labelFields() {
    const { answer } = store;
    if (!lastPack) return element("p", {}, say("templateBroken"));
    const language = labelLanguage ?? lastPack.language;
    const choice = element("select", { id: "label-language", onchange: () => {
      labelLanguage = choice.value;
      update();
    } }, lastPack.languages.map((tag) => element("option", { value: tag, selected: tag === language }, languageName(tag))));
    const rows = lastPack.rows.map((row) => {
      const path = `pack.labels.${language}.${row.field}`;
      const text = element("input", { id: `field-${path}`, type: "text", "aria-label": `${rowName(row)}: ${languageName(language)}`, lang: language, dir: "auto", disabled: !answer.own_pack, placeholder: null });
      const written = () => text.value.trim() || null;
      text.addEventListener("input", () => store.set(path, written()));
      updates.push(() => {
        const now = (lastPack?.rows ?? []).find((one) => one.field === row.field) ?? row;
        const value = shown(store.at(path)) || now.labels[language] || (language === lastPack.language ? now.label : "");
        showText(store, text, value, written() === store.at(path));
      });
      return element("tr", {}, element("th", { scope: "row" }, rowName(row)), element("td", {}, text));
    });
    return [element("div", { class: "field" }, element("label", { for: "label-language" }, say("labelsIn")), choice),
      table({ class: "list labels" }, say("rowLabels"), [say("row"), say("label")], rows)];
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

/** Choose an option of a select, also one that the settings have and that is not offered. */
function choose(select, value) {
  if (value && ![...select.options].some((option) => option.value === value)) select.append(element("option", { value }, value));
  select.value = value;
}

/** What decides which inputs there are. */
function shapeOf(values) {
  const byCountry = values?.label_languages;
  return [byCountry !== null && typeof byCountry === "object" && !Array.isArray(byCountry) ? byCountry : null, ownFieldsShape(values?.fields), Array.isArray(values?.rows), Object.keys(values?.rows ?? {})];
}

/** The languages in a text with commas between them: as tags, if it has their names. */
function tagsIn(text) {
  return text.split(",").map((part) => tagOf(part) ?? part.trim()).filter(Boolean);
}

function formatsOf(value) {
  return asList(value).flatMap((text) => shown(text).split(",")).map((name) => name.trim().toLowerCase()).map((name) => ({ word: "docx", web: "html" })[name] ?? name);
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
