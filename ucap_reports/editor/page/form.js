// The form of a plan, made from the descriptions of its fields.

import { request, upload } from "/api.js";
import { announce, button, element, find, setText, writable } from "/dom.js";
import { ask, Refusal } from "/plan_actions.js";
import { showText } from "/saving.js";
import { FIELD_HINTS, FIELD_LABELS, isOfSettings, itemName, PARTS, problemAtField, problemHint, problemSentence, say, tagOf } from "/texts.js";
import { asList, copiedCells, isCalledUnknown, isUnknown, shown, valueAt } from "/values.js";

const LANGUAGES = ["language", "languages", "label-languages"]; // the types of fields with tags of languages

const ENTRIES = ["focus", "activities"]; // the fields that are one text or a list of entries

export class PlanForm {
  #store;
  #about;
  #readOnly;
  #shape = "";
  #updates = [];
  #shown = {}; // the values that the form shows
  #previous = {}; // those that it showed before the last update
  #chosen = {}; // what is chosen in the fields with check boxes
  #chosenFiles = new Map(); // the last file that was chosen for each field with one
  #asText = new Set(); // the fields with entries that are written as one text
  #isTextTyped = false; // whether the text of the file was changed here, which stays until the form is asked for

  #after;

  /** A form; `after` has elements that follow the fields of that name. */
  constructor(store, about, { readOnly, after = {} }) {
    this.#after = after;
    this.#store = store;
    this.#about = about;
    this.#readOnly = readOnly;
    this.#byPath = new Map();
    this.#describe(about.fields);
    this.parts = this.#partsOf(about.fields);
    this.root = element("form", { autocomplete: "off", novalidate: true, onsubmit: (event) => event.preventDefault() });
    this.root.addEventListener("focusin", () => store.beginVisit());
    this.root.addEventListener("focusout", () => store.flush().catch(() => {}));
  }

  #byPath;

  #describe(fields) {
    for (const field of fields) {
      if (Object.hasOwn(FIELD_LABELS, field.path)) field.label = FIELD_LABELS[field.path];
      if (Object.hasOwn(FIELD_HINTS, field.path)) field.hint = FIELD_HINTS[field.path];
      this.#byPath.set(field.path, field);
      this.#describe(field.fields);
    }
  }

  #partsOf(fields) {
    const known = new Set(PARTS.flatMap(([, names]) => names));
    const parts = PARTS.map(([label, names]) => ({ label, id: partId(label), fields: fields.filter((field) => names.includes(field.name)) }));
    const others = fields.filter((field) => !known.has(field.name));
    const own = others.map((field) => ({ label: field.label, id: partId(field.name), fields: [field] }));
    return [...parts, ...own].filter((part) => part.fields.length);
  }

  title() {
    const names = asList(this.#store.values.cities).map((city) => shown(city?.name)).filter(Boolean);
    return names.join(" – ") || this.#store.id;
  }

  /** What people call a field, such as "City 2, country". */
  nameOf(path) {
    if (!path) return "";
    const field = this.#byPath.get(plain(path));
    if (!field) return "";
    const index = /\[(\d+)\]/.exec(path);
    const owner = this.#byPath.get(plain(path).split(".")[0]);
    if (!index) return field.label;
    const group = itemName(owner.path, owner.label, Number(index[1]) + 1);
    if (field === owner) return group;
    const item = /\[(\d+)\]$/.exec(path);
    const own = item ? say("item", { label: field.label, number: Number(item[1]) + 1 }) : field.label;
    return `${group}, ${lower(own)}`;
  }

  /** An element of the form; not one of another plan, whose form may be shown before an answer of the server arrives. */
  #find(id) {
    return this.root.querySelector(`#${CSS.escape(id)}`);
  }

  /** The id of the element for a field, or for the nearest field around it. */
  idOf(path) {
    for (let place = path; place; place = place.replace(/(\.?[^.[\]]+|\[\d+\])$/, "")) {
      if (this.#find(fieldId(place))) return fieldId(place);
    }
    return null;
  }

  /** The path of the field that an element is in; null if it is in none. */
  pathOf(target) {
    for (let inside = target; inside && inside !== this.root; inside = inside.parentElement) {
      const found = /^field-([^-]+)/.exec(inside.id ?? "");
      if (found && this.#byPath.has(plain(found[1]))) return found[1];
    }
    return null;
  }

  focus(path) {
    const id = this.idOf(path);
    if (id === null) return;
    const target = this.#find(id);
    target.scrollIntoView({ block: "center" });
    const input = target.matches("input, textarea, select") ? target : (target.querySelector("input, textarea, select") ?? target.querySelector("button") ?? target);
    input.focus({ preventScroll: true });
  }

  focusPart(part) {
    const heading = this.#find(part.id);
    heading.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  }

  errorsIn(part) {
    const names = part.fields.map((field) => field.name);
    return this.#store.problems.filter((problem) => problem.severity === "error" && !isOfSettings(problem) && names.includes(plain(problem.field ?? "").split(".")[0])).length;
  }

  /** Show the plan as it is now: inputs keep their place, and are made again only where lists have changed. */
  update() {
    this.#previous = this.#shown;
    this.#shown = this.#store.values;
    const chosen = [this.#chosenIn("sdgs", goalNumber), this.#chosenIn("urban_agenda", agendaKey)];
    this.#findTexts();
    const isText = this.#isTextTyped || !this.#store.editable;
    const shape = isText ? "text" : JSON.stringify([this.#shapeOf(this.#store.values), chosen, [...this.#asText]]);
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#updates = [];
      const proposals = [proposalsOf("countries", this.#about.countries), proposalsOf("themes", this.#about.themes)];
      this.root.replaceChildren(...(isText ? [this.#fileText()] : [...this.parts.map((part) => this.#part(part)), ...proposals]));
      if (this.#readOnly) for (const input of this.root.querySelectorAll("input, textarea, select, button")) input.disabled = true;
    }
    for (const update of this.#updates) update();
  }

  /** Find the fields with entries that are a text: they stay one while another text is typed. */
  #findTexts() {
    for (const path of ENTRIES) {
      const value = this.#store.at(path);
      if (Array.isArray(value)) this.#asText.delete(path);
      else if (!isUnknown(value)) this.#asText.add(path);
    }
  }

  /**
   * What decides which inputs there are: lists with their lengths, and what has inputs of its own; not the order in the
   * file. What is typed into an input does not: the input would be made again under the cursor, as another visit.
   */
  #shapeOf(value, path = "") {
    if (Array.isArray(value)) return value.map((item) => (item !== null && typeof item === "object" ? this.#shapeOf(item, path) : "item"));
    if (value !== null && typeof value === "object") {
      const shapes = Object.entries(value).map(([name, inner]) => [name, this.#shapeOf(inner, path ? `${path}.${name}` : name)]);
      return shapes.filter(([, shape]) => shape !== null).sort(([one], [other]) => (one < other ? -1 : 1));
    }
    const field = this.#byPath.get(path);
    return field && isListed(field) && !isUnknown(value) ? ["item"] : null;
  }

  /** The id of an element after the last update: somebody else may have moved the item of the list that it is in. */
  idAfterMoves(id) {
    const [, path, index, rest] = /^field-(.+?)\[(\d+)\](.*)$/.exec(id) ?? [];
    if (path === undefined) return id;
    const item = JSON.stringify(asList(valueAt(this.#previous, path))[index]);
    const items = asList(this.#store.at(path)).map((one) => JSON.stringify(one));
    const isMoved = items[index] !== item && items.filter((one) => one === item).length === 1;
    return isMoved ? `field-${path}[${items.indexOf(item)}]${rest}` : id;
  }

  /** What is chosen in a field; while a wording is typed there, what was chosen before, so that its input stays. */
  #chosenIn(path, keyOf) {
    const active = document.activeElement;
    const isTyped = active?.type === "text" && plain(this.pathOf(active) ?? "") === path;
    if (!isTyped) this.#chosen[path] = asList(this.#store.at(path)).map(keyOf);
    return this.#chosen[path];
  }

  #part(part) {
    const heading = element("h2", { id: part.id, tabindex: "-1" }, part.label);
    return element("section", { class: "part", "aria-labelledby": part.id }, heading, part.fields.map((field) => [this.#field(field, field.path, part.fields.length === 1), this.#after[field.name] ?? null]));
  }

  /** The text of a file that cannot be edited by field; also when it can be again, while somebody writes it. */
  #fileText() {
    const input = element("textarea", { id: "file-text", rows: 30, spellcheck: false, oninput: () => {
      this.#isTextTyped = true;
      this.#store.setText(input.value);
    } });
    const about = element("p", { role: "status" });
    const toForm = button(say("showForm"), () => this.#showForm());
    const problems = element("ul", { class: "problems" });
    this.#updates.push(() => {
      showText(this.#store, input, this.#store.text, input.value === this.#store.text);
      setText(about, say(this.#store.editable ? "editableAgain" : "notEditable"));
      toForm.hidden = !this.#store.editable;
      problems.replaceChildren(...this.#store.problems.map((problem) =>
        element("li", {}, `${problem.line ? `${say("line", { line: problem.line })}: ` : ""}${problemSentence(problem)}`)));
    });
    return element("section", { class: "part" }, about, element("div", { class: "buttons" }, toForm), problems, element("label", { for: "file-text" }, say("fileText")), input);
  }

  async #showForm() {
    await this.#store.flush();
    this.#isTextTyped = !this.#store.editable;
    this.update();
    if (!this.#isTextTyped) find("main").focus({ preventScroll: true });
  }

  /** The inputs of a field at a path; without its label where the heading above says the same. */
  #field(field, path, isAlone = false) {
    const makers = {
      cities: () => this.#cities(field, path),
      goals: () => this.#goals(field, path),
      agenda: () => this.#agenda(field, path),
      focus: () => this.#entries(field, path),
      activities: () => this.#entries(field, path),
      contact: () => this.#contact(field, path),
      picture: () => this.#picture(field, path),
      pictures: () => this.#pictures(field, path),
      status: () => this.#status(field, path),
      pack: () => this.#pack(field, path),
      choice: () => this.#choice(field, path, isAlone),
      table: () => this.#table(field, path),
    };
    if (makers[field.type]) return makers[field.type]();
    if (field.rich && !field.list) return this.#text(field, path, isAlone);
    if (field.type === "file") return this.#file(field, path);
    if (isListed(field)) return this.#list(field, path, isAlone);
    if (field.type === "names" && Array.isArray(this.#store.at(path))) return this.#list(field, path, false);
    return this.#line(field, path, isAlone);
  }

  /** A block with a label, a hint, the problems of the field, its inputs, and buttons for proposed values. */
  #block(path, label, hint, inputs, { isGroup = false, labelHidden = false } = {}) {
    const id = fieldId(path);
    const errors = element("div", { class: "field-problems", id: `${id}-problems` });
    const proposals = element("div", { class: "buttons" });
    const hintElement = element("p", { class: "hint", id: `${id}-hint` }, hint ?? "");
    hintElement.hidden = !hint;
    const labelled = isGroup
      ? element("p", { class: labelHidden ? "sight" : "label", id: `${id}-label` }, label)
      : element("label", { for: id, class: labelHidden ? "sight" : null }, label);
    const block = element("div", isGroup ? { class: "field", id, role: "group", "aria-labelledby": `${id}-label`, "aria-describedby": `${id}-hint ${id}-problems` } : { class: "field" },
      labelled, hintElement, errors, inputs, proposals);
    this.#updates.push(() => this.#showProblems(path, block, errors, proposals, isGroup));
    return block;
  }

  #showProblems(path, block, errors, proposals, isGroup) {
    const own = this.#store.problems.filter((problem) => problem.field === path && problem.severity !== "info" && !isOfSettings(problem));
    const isWrong = own.some((problem) => problem.severity === "error");
    block.classList.toggle("wrong", isWrong);
    const key = JSON.stringify(own);
    if (errors.dataset.key === key) return;
    errors.dataset.key = key;
    errors.replaceChildren(...own.map((problem) => {
      const suggests = problem.details.suggestions.length > 0;
      const hint = suggests ? "" : problemHint(problem);
      return element("p", { class: problem.severity === "error" ? "error-text" : "warning-text" }, `${say(problem.severity)}: ${problemAtField(problem)}.${hint ? ` ${hint}` : ""}`);
    }));
    const values = [...new Set(own.flatMap((problem) => problem.details.suggestions))];
    proposals.replaceChildren(...values.map((value) => button(say("use", { value }), () => {
      this.#store.beginVisit();
      this.#store.set(path, value);
      this.focus(path);
    })));
    if (!isGroup) this.#find(fieldId(path))?.setAttribute("aria-invalid", String(isWrong)); // an empty value means valid
  }

  #input(path, attributes = {}, name = "input") {
    const id = fieldId(path);
    const input = element(name, { id, "aria-describedby": `${id}-hint ${id}-problems`, ...attributes });
    input.addEventListener("input", () => this.#typed(path, input.value));
    this.#updates.push(() => {
      const text = isCalledUnknown(this.#store.at(path)) && attributes["data-unknown"] ? "" : this.#textAt(path);
      // Spaces and empty lines at the end are not saved; who types them goes on with the next word.
      showText(this.#store, input, text);
    });
    return input;
  }

  /** The value of a field as text; a list where the field has one text is a list in that text. */
  #textAt(path) {
    const value = this.#store.at(path);
    const isText = this.#byPath.get(plain(path))?.rich && Array.isArray(value);
    return isText ? value.map((item) => `- ${shown(item)}`).join("\n") : shown(value);
  }

  #typed(path, text) {
    const field = this.#byPath.get(plain(path));
    const isGroup = field?.list && Array.isArray(this.#store.at(path)) && text.includes(",");
    const one = LANGUAGES.includes(field?.type) ? (tagOf(text) ?? text) : text;
    const value = isGroup ? text.split(",").map((part) => part.trim()).filter(Boolean) : one;
    this.#store.set(path, text.trim() === "" ? null : value);
  }

  #line(field, path, isAlone = false) {
    if (field.type === "population" || field.type === "area") return this.#quantity(field, path);
    const isLong = ["address"].includes(field.type);
    const attributes = { type: isLong ? null : "text", list: field.type === "countries" ? "countries" : null, rows: isLong ? 3 : null };
    const canBeUnknown = field.required === "info" && field.type !== "names" && field.type !== "countries";
    if (canBeUnknown) attributes["data-unknown"] = "yes";
    const input = this.#input(path, attributes, isLong ? "textarea" : "input");
    const parts = [input];
    if (field.type === "names") {
      parts.push(button(say("addName"), () => {
        const names = asList(this.#store.at(path));
        this.#store.set(path, [...names, ""]);
        this.focus(`${path}[${names.length}]`);
      }, { class: "quiet", "aria-label": `${say("addName")}: ${this.nameOf(path)}` }));
    }
    if (canBeUnknown) parts.push(this.#unknownBox(path, input));
    const hint = [field.scope === "city" && !field.custom ? "" : hintOf(field), field.unit ? say("inUnit", { unit: field.unit }) : "", boundsOf(field)].filter(Boolean).join(" ");
    return this.#block(path, field.label, hint, parts, { labelHidden: isAlone });
  }

  #quantity(field, path) {
    const input = this.#input(path, { inputmode: "text", "data-unknown": "yes" });
    const block = this.#block(path, field.label, "", [input, this.#unknownBox(path, input)]);
    const hint = block.querySelector(".hint");
    this.#updates.push(() => {
      const printed = this.#store.printedAs(path);
      hint.hidden = !printed;
      hint.textContent = printed ? say("printedAs", { value: printed }) : "";
    });
    return block;
  }

  /** The check box that says that a value is unknown, instead of saying nothing. */
  #unknownBox(path, input) {
    const box = element("input", { type: "checkbox", id: `${fieldId(path)}-unknown`, onchange: () => {
      this.#store.beginVisit();
      this.#store.set(path, box.checked ? "N/A" : null);
    } });
    this.#updates.push(() => {
      box.checked = isCalledUnknown(this.#store.at(path));
      input.readOnly = box.checked;
    });
    // Without a value for any city, most templates print no row, and the date has none.
    const text = path.startsWith("cities[") ? say("unknown", { value: this.#about.unknown }) : say("unknownInAll");
    return element("div", { class: "choice" }, box, element("label", { for: box.id }, text));
  }

  /** The name of a picture file, which is uploaded. */
  #file(field, path) {
    const id = fieldId(path);
    const input = element("input", { id: `${id}-upload`, type: "file", accept: "image/jpeg,image/png", "aria-label": say("uploadPicture"), onchange: async () => {
      const [file] = input.files;
      if (!file) return;
      this.#chosenFiles.set(id, file);
      input.value = ""; // so that the same file can be chosen again
      refused.textContent = "";
      this.#store.beginVisit();
      try {
        const sent = upload(`/api/pictures?${new URLSearchParams({ name: file.name })}`, file);
        await this.#store.await(path, sent, ({ file: name }, now) => {
          if (this.#chosenFiles.get(id) !== file) return; // another one was chosen meanwhile
          this.#store.set(now, name);
          announce(say("uploaded", { name }));
        });
      } catch (error) {
        refused.textContent = `${say("error")}: ${error.message}`;
      }
    } });
    const refused = element("p", { class: "error-text" });
    return this.#block(path, field.label, hintOf(field), [this.#input(path, { type: "text" }), refused, input]);
  }

  #text(field, path, isAlone) {
    const id = fieldId(path);
    const isOfPicture = path.includes("."); // one line, mostly
    const input = this.#input(path, { rows: isOfPicture ? 2 : 6 }, "textarea");
    input.addEventListener("paste", (event) => this.#paste(event, input, path));
    const bar = element("div", { class: "toolbar", role: "toolbar", "aria-label": field.label },
      [["bold", "**", "**"], ["italic", "*", "*"], ["underline", "<u>", "</u>"], ["link", "[", "](https://)"]].map(([name, before, after]) =>
        button(say(name), () => this.#wrap(input, path, before, after), { class: name, "aria-controls": id })),
      button(say("list"), () => this.#listed(input, path), { "aria-controls": id }),
      button(say("language"), () => this.#askForLanguage(input, path), { "aria-controls": id }));
    const preview = element("div", { class: "formatted", hidden: true });
    this.#updates.push(() => this.#showFormatted(preview, path));
    const fewest = isOfPicture ? 2 : 4;
    this.#updates.push(() => { input.rows = Math.min(24, Math.max(fewest, Math.ceil(input.value.length / 70) + input.value.split("\n").length)); });
    return this.#block(path, field.label, isOfPicture ? hintOf(field) : say("textHint"), [bar, input, preview], { labelHidden: isAlone });
  }

  #showFormatted(preview, path) {
    const html = this.#store.formatted[path] ?? "";
    const isInEntry = path.includes("[");
    preview.hidden = !html || (isInEntry && !/[*_<[]|^\s*(-|\d+\.) /m.test(shown(this.#store.at(path)))); // its words are above
    if (preview.dataset.html === html) return;
    preview.dataset.html = html;
    preview.replaceChildren(element("p", { class: "hint" }, say("formatted")), ...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  }

  #wrap(input, path, before, after) {
    const { selectionStart: start, selectionEnd: end, value } = input;
    const text = value.slice(0, start) + before + value.slice(start, end) + after + value.slice(end);
    this.#write(path, text, start + before.length, end + before.length);
  }

  /** Put a text into an input, and the cursor into it: the first words make the form again, with other inputs. */
  #write(path, text, start, end = start) {
    this.#typed(path, text);
    const input = this.#find(fieldId(path));
    input.value = text;
    input.focus();
    input.setSelectionRange(start, end);
  }

  /** Tag the words that are selected with their language, which readers of screens and spell checkers need. */
  #askForLanguage(input, path) {
    const { selectionStart: start, selectionEnd: end, value } = input;
    const tag = element("input", { id: "language-of-words", type: "text", spellcheck: "false", "aria-describedby": "language-hint" });
    ask(say("languageOfWords"), [
      element("label", { for: "language-of-words" }, say("languageTag")),
      element("p", { class: "hint", id: "language-hint" }, say("planLanguageHint")), tag], say("tagWords"), async () => {
      const written = tagOf(tag.value);
      if (written === null) throw new Refusal(say("tagWrong"));
      const now = this.#find(fieldId(path)); // the form may have been made again meanwhile
      if (now?.value !== value) throw new Refusal(say("textChanged"));
      now.setSelectionRange(start, end);
      this.#wrap(now, path, `<span lang="${written}">`, "</span>");
    });
    tag.focus();
  }

  #listed(input, path) {
    const start = input.value.slice(0, input.selectionStart).lastIndexOf("\n") + 1;
    const chosen = input.value.slice(start, input.selectionEnd);
    const lines = chosen.split("\n").map((line) => (line.startsWith("- ") ? line : `- ${line}`)).join("\n");
    this.#write(path, input.value.slice(0, start) + lines + input.value.slice(input.selectionEnd), start + lines.length);
  }

  #paste(event, input, path) {
    const html = event.clipboardData?.getData("text/html");
    if (!html) return;
    const plainText = event.clipboardData.getData("text/plain"); // it can only be read now
    event.preventDefault();
    const read = request("POST", "/api/paste", { html }).catch(() => ({ text: writable(plainText) }));
    this.#store.await(path, read, ({ text }, place) => {
      const now = this.#find(fieldId(place)) ?? input; // the form may have been made again meanwhile
      const { selectionStart: start, selectionEnd: end, value } = now;
      this.#write(place, value.slice(0, start) + text + value.slice(end), start + text.length);
    });
  }

  /** A list of lines, with buttons to add, remove and move them. */
  #list(field, path, isAlone) {
    const isRich = field.type === "details";
    const count = asList(this.#store.at(path)).length;
    const proposed = field.type === "themes" ? "themes" : null;
    const rows = Array.from({ length: count }, (_, index) => {
      const place = `${path}[${index}]`;
      const input = this.#input(place, { type: "text", list: proposed, "aria-label": say("item", { label: field.label, number: index + 1 }) });
      return this.#row(place, path, index, count, [this.#bare(place, input)], isRich);
    });
    const addText = field.type === "names" ? say("addName") : say("addTo", { label: lower(field.label) });
    const add = button(addText, () => this.#addItem(path, count, ""), { id: `${fieldId(path)}-add`, "aria-label": field.type === "names" ? `${addText}: ${this.nameOf(path)}` : null });
    return this.#block(path, field.label, hintOf(field), [element("div", { class: "rows" }, rows), add], { isGroup: true, labelHidden: isAlone });
  }

  /** An input of a list with its problems, without a label of its own; `errorsElsewhere` if these are shown in another place. */
  #bare(place, input, errorsElsewhere = null) {
    const errors = errorsElsewhere ?? element("div", { class: "field-problems", id: `${fieldId(place)}-problems` });
    const proposals = element("div", { class: "buttons" });
    const block = element("div", { class: "field" }, errorsElsewhere ? null : errors, input, proposals);
    this.#updates.push(() => this.#showProblems(place, block, errors, proposals, false));
    return block;
  }

  /** Move an item of a list. The focus moves with it: to its same button, or at the end of the list to the opposite one. */
  #move(owner, index, by, text, opposite) {
    this.#store.move(`${owner}[${index}]`, index + by);
    const moved = fieldId(`${owner}[${index + by}]`);
    const buttons = [text, opposite].map((name) => this.#find(`${moved}-${name}`));
    buttons.find((one) => one !== null && !one.disabled)?.focus();
  }

  #row(place, owner, index, count, inputs) {
    const name = this.nameOf(place) || say("item", { label: owner, number: index + 1 });
    const move = (by, text, opposite) => button(say(text), () => {
      this.#move(owner, index, by, text, opposite);
      announce(`${name}: ${say(text)}`);
    }, { id: `${fieldId(place)}-${text}`, disabled: index + by < 0 || index + by >= count, "aria-label": `${say(text)}: ${name}` });
    const gone = button(say("removeItem"), () => {
      this.#store.remove(place);
      (this.#find(`${fieldId(`${owner}[${Math.max(0, index - 1)}]`)}-remove`) ?? this.#find(`${fieldId(owner)}-add`))?.focus();
      announce(`${name}: ${say("removeItem")}`);
    }, { id: `${fieldId(place)}-remove`, class: "quiet", "aria-label": `${say("removeItem")}: ${name}` });
    const isOneInput = inputs.some((input) => input.querySelector(`[id="${CSS.escape(fieldId(place))}"]`));
    return element("div", { class: "row", id: isOneInput ? null : fieldId(place) }, element("div", { class: "row-inputs" }, inputs), element("div", { class: "row-buttons" }, move(-1, "up", "down"), move(1, "down", "up"), gone));
  }

  #addItem(path, count, value) {
    if (Array.isArray(this.#store.at(path))) this.#store.insert(`${path}[${count}]`, value);
    else this.#store.set(path, [...asList(this.#store.at(path)), value]);
    this.focus(`${path}[${count}]`);
  }

  #cities(field, path) {
    const cities = asList(this.#store.at(path));
    const cards = cities.map((city, index) => {
      const place = `${path}[${index}]`;
      const heading = element("h3", {}, say("city", { number: index + 1 }));
      const name = say("city", { number: index + 1 });
      const move = (by, text, opposite) => cities.length < 2 || index + by < 0 || index + by >= cities.length ? null
        : button(say(text), () => {
            this.#move(path, index, by, text, opposite);
            announce(`${name}: ${say(text)}`);
          }, { id: `${fieldId(place)}-${text}`, "aria-label": `${say(text)}: ${name}` });
      const remove = () => {
        this.#store.remove(place);
        this.#find(`${fieldId(path)}-add`)?.focus();
      };
      const gone = cities.length < 2 ? null : button(say("removeItem"), remove, { "aria-label": `${say("removeItem")}: ${name}` });
      return element("section", { class: "card", id: fieldId(place), "aria-label": name },
        element("div", { class: "card-head" }, heading, element("div", { class: "buttons" }, move(-1, "moveLeft", "moveRight"), move(1, "moveRight", "moveLeft"), gone)),
        field.fields.map((inner) => this.#field(inner, `${place}.${inner.name}`)));
    });
    const grid = element("div", { class: "cards" }, cards);
    grid.style.setProperty("--rows", field.fields.length + 1); // the cards share their rows
    const add = button(say("addCity"), () => this.#addItem(path, cities.length, { name: "" }), { id: `${fieldId(path)}-add` });
    return this.#block(path, field.label, "", [grid, add], { isGroup: true, labelHidden: true });
  }

  #goals(field, path) {
    const goals = asList(this.#store.at(path));
    const numbers = goals.map(goalNumber);
    const toggles = this.#about.goals.map((goal) => {
      const box = element("input", { type: "checkbox", id: `${fieldId(path)}-goal-${goal.number}`, checked: numbers.includes(goal.number), onchange: () => {
        this.#store.beginVisit();
        const index = asList(this.#store.at(path)).map(goalNumber).indexOf(goal.number);
        if (index < 0) this.#addItem(path, asList(this.#store.at(path)).length, goal.number);
        else if (Array.isArray(this.#store.at(path))) this.#store.remove(`${path}[${index}]`);
        else this.#store.set(path, null);
        this.#find(box.id)?.focus();
      } });
      const svg = square(goal.colour);
      return element("div", { class: "goal" }, svg, box, element("label", { for: box.id }, element("b", {}, `${goal.number}`), ` ${goal.title}`));
    });
    const wordings = goals.map((goal, index) => {
      const place = `${path}[${index}]`;
      const number = goalNumber(goal);
      if (number === null) return this.#otherWords(path, place);
      const input = element("input", { id: fieldId(place), type: "text", "aria-describedby": `${fieldId(place)}-hint ${fieldId(place)}-problems` });
      input.addEventListener("input", () => this.#store.set(place, input.value.trim() ? `SDG ${number} ${input.value}` : number));
      this.#updates.push(() => {
        showText(this.#store, input, goalWording(this.#store.at(place)));
      });
      return this.#block(place, say("wording", { number }), say("wordingHint"), [input]);
    });
    return this.#block(path, field.label, say("chooseGoals"), [element("div", { class: "goals" }, toggles), element("div", { class: "wordings" }, wordings)], { isGroup: true });
  }

  #agenda(field, path) {
    const topics = asList(this.#store.at(path));
    const keys = topics.map(agendaKey);
    const known = this.#about.agenda.map(agendaKey);
    const boxes = this.#about.agenda.map((name, position) => {
      const box = element("input", { type: "checkbox", id: `${fieldId(path)}-topic-${position}`, checked: keys.includes(known[position]), onchange: () => {
        this.#store.beginVisit();
        const index = asList(this.#store.at(path)).map(agendaKey).indexOf(known[position]);
        if (index < 0) this.#addItem(path, asList(this.#store.at(path)).length, name);
        else if (Array.isArray(this.#store.at(path))) this.#store.remove(`${path}[${index}]`);
        else this.#store.set(path, null);
        this.#find(box.id)?.focus();
      } });
      return element("div", { class: "choice" }, box, element("label", { for: box.id }, name));
    });
    const selected = topics.map((topic, index) => ({ topic, place: `${path}[${index}]` }));
    const wordings = selected.filter(({ topic }) => known.includes(agendaKey(topic))).map(({ topic, place }, number) => {
      const name = this.#about.agenda[known.indexOf(agendaKey(topic))];
      const input = element("input", { id: fieldId(place), type: "text", "aria-describedby": `${fieldId(place)}-hint ${fieldId(place)}-problems` });
      input.addEventListener("input", () => this.#store.set(place, input.value.trim() || name));
      this.#updates.push(() => {
        const text = shown(this.#store.at(place));
        showText(this.#store, input, text === name ? "" : text);
      });
      return this.#block(place, say("wordingOfTopic", { number: number + 1 }), say("topicHint", { topic: name }), [input]);
    });
    const others = selected.filter(({ topic }) => !known.includes(agendaKey(topic))).map(({ place }) => this.#otherWords(path, place));
    return this.#block(path, field.label, hintOf(field), [element("div", { class: "topics" }, boxes), element("div", { class: "wordings" }, wordings), others], { isGroup: true });
  }

  /** Words in the place of a goal or a topic, which are none of those that can be selected. */
  #otherWords(owner, place) {
    const value = shown(this.#store.at(place));
    const remove = button(say("removeItem"), () => {
      this.#store.remove(place);
      this.focus(owner);
    }, { class: "quiet", "aria-label": `${say("removeItem")}: ${value || this.nameOf(place)}` });
    return this.#block(place, say("other", { value }), "", [element("div", { class: "with-button" }, this.#input(place, { type: "text" }), remove)]);
  }

  /** Rich text, or a list of entries: people choose. */
  #entries(field, path) {
    const value = this.#store.at(path);
    const isText = typeof value === "string" && !isUnknown(value);
    if (isText || (this.#asText.has(path) && isUnknown(value))) {
      const inner = field.fields.find((one) => one.rich);
      const toEntries = button(say("asEntries"), () => {
        this.#asText.delete(path);
        const text = this.#store.at(path);
        if (isUnknown(text)) this.update();
        else this.#store.set(path, [{ [inner.name]: text }]);
        this.focus(path);
      });
      return element("div", {}, this.#text(field, path, true), toEntries);
    }
    const count = asList(value).length;
    const rows = Array.from({ length: count }, (_, index) => {
      const place = `${path}[${index}]`;
      const item = valueAt(this.#store.values, place);
      const inputs = typeof item === "string"
        ? [this.#bare(place, this.#input(place, { rows: 3, "aria-label": field.label }, "textarea"))]
        : field.fields.map((inner) => this.#entryField(inner, `${place}.${inner.name}`));
      return this.#row(place, path, index, count, inputs);
    });
    const empty = Object.fromEntries(field.fields.filter((inner) => inner.required === "error" || (inner.rich && !inner.list && inner.type !== "details")).map((inner) => [inner.name, ""]));
    const add = button(say("addTo", { label: lower(field.label) }), () => this.#addItem(path, count, empty), { id: `${fieldId(path)}-add` });
    const asText = count ? null : button(say("asText"), () => {
      this.#asText.add(path);
      this.update();
      this.focus(path);
    }, { class: "quiet" });
    const printed = count === 1 ? say("oneItem") : say("itemCount", { count });
    const hint = count ? printed : hintOf(field);
    return this.#block(path, field.label, hint, [element("div", { class: "rows entries" }, rows), element("div", { class: "buttons" }, add, asText)], { isGroup: true, labelHidden: true });
  }

  #entryField(field, path) {
    if (field.type === "details") return this.#list(field, path, false);
    const isRich = field.rich;
    const input = this.#input(path, isRich ? { rows: 3 } : { type: "text" }, isRich ? "textarea" : "input");
    if (isRich) input.addEventListener("paste", (event) => this.#paste(event, input, path));
    if (!isRich) return this.#block(path, field.label, "", [input]);
    this.#updates.push(() => { input.rows = Math.min(12, Math.max(2, Math.ceil(input.value.length / 48))); });
    const preview = element("div", { class: "formatted", hidden: true });
    this.#updates.push(() => this.#showFormatted(preview, path));
    return this.#block(path, field.label, "", [input, preview]);
  }

  #contact(field, path) {
    const id = fieldId(path);
    const own = !isUnknown(this.#store.at(path));
    const radio = (value, text, isOn) => {
      const input = element("input", { type: "radio", name: id, id: `${id}-${value}`, checked: isOn, onchange: () => {
        this.#store.beginVisit();
        this.#store.set(path, value === "own" ? { [field.fields[0].name]: "" } : null);
      } });
      return element("div", { class: "choice" }, input, element("label", { for: input.id }, text));
    };
    const parts = [radio("office", say("officeContact"), !own)];
    if (!own) parts.push(element("p", { class: "shown-value" }, this.#about.contact.join("\n")));
    parts.push(radio("own", say("otherContact"), own));
    if (own) parts.push(element("div", { class: "inset" }, field.fields.map((inner) => this.#field(inner, `${path}.${inner.name}`))));
    return this.#block(path, field.label, "", parts, { isGroup: true, labelHidden: true });
  }

  /** A table as a grid: a row of inputs for each row, and a column for each that is declared. */
  #table(field, path) {
    const rows = asList(this.#store.at(path));
    const columns = field.fields;
    const body = rows.map((_, index) => {
      const place = `${path}[${index}]`;
      const name = say("item", { label: field.label, number: index + 1 });
      const move = (by, text, opposite) => button(say(text), () => {
        this.#move(path, index, by, text, opposite);
        announce(`${name}: ${say(text)}`);
      }, { id: `${fieldId(place)}-${text}`, disabled: index + by < 0 || index + by >= rows.length, "aria-label": `${say(text)}: ${name}` });
      const gone = button(say("removeItem"), () => {
        this.#store.remove(place);
        (this.#find(`${fieldId(`${path}[${Math.max(0, index - 1)}]`)}-remove`) ?? this.#find(`${fieldId(path)}-add`))?.focus();
        announce(`${name}: ${say("removeItem")}`);
      }, { id: `${fieldId(place)}-remove`, class: "quiet", "aria-label": `${say("removeItem")}: ${name}` });
      const errors = columns.map((column) => element("div", { class: "field-problems", id: `${fieldId(`${place}.${column.name}`)}-problems` }));
      const problems = columns.map((column, position) => element("div", { class: "cell-problem" }, element("b", {}, column.label), errors[position]));
      const problemsRow = element("tr", {}, element("td", { class: "cell-problems", colspan: columns.length + 1 }, problems)); // a cell is too narrow for them
      const cells = columns.map((column, position) => element("td", {}, this.#cell(field, column, path, index, position, errors[position])));
      this.#updates.push(() => { problemsRow.hidden = errors.every((one) => !one.firstChild); });
      return [problemsRow, element("tr", {}, cells,
        element("td", {}, element("div", { class: "row-buttons" }, move(-1, "up", "down"), move(1, "down", "up"), gone)))];
    });
    const grid = element("div", { class: "grid", tabindex: rows.length ? "0" : null, role: "group", "aria-label": field.label },
      rows.length ? element("table", {}, element("thead", {}, element("tr", {}, columns.map((column) => element("th", { scope: "col" }, column.label)), element("th", { scope: "col" }, say("actions")))), element("tbody", {}, body)) : null);
    const add = button(say("addRow"), () => {
      this.#addItem(path, rows.length, { [columns[0].name]: "" });
      this.focus(`${path}[${rows.length}].${columns[0].name}`);
    }, { id: `${fieldId(path)}-add` });
    return this.#block(path, field.label, [hintOf(field), say("tableHint")].filter(Boolean).join(" "), [grid, add], { isGroup: true, labelHidden: true });
  }

  #cell(field, column, path, index, position, errors) {
    const place = `${path}[${index}].${column.name}`;
    const label = `${column.label}, ${say("item", { label: field.label, number: index + 1 })}`;
    if (column.type === "choice") {
      const select = element("select", { id: fieldId(place), "aria-label": label, "aria-describedby": `${fieldId(place)}-problems`, onchange: () => {
        this.#store.beginVisit();
        this.#store.set(place, select.value || null);
      } }, element("option", { value: "" }, say("choose")), column.choices.map(([value, text]) => element("option", { value }, text)));
      this.#updates.push(() => {
        const value = shown(this.#store.at(place));
        if (value && ![...select.options].some((option) => option.value === value)) select.append(element("option", { value }, value));
        select.value = value;
      });
      return this.#bare(place, select, errors);
    }
    const bounds = boundsOf(column);
    const input = this.#input(place, { type: "text", "aria-label": bounds ? `${label}. ${bounds}` : label, placeholder: bounds || null });
    input.addEventListener("paste", (event) => this.#pasteCells(event, field, path, index, position));
    return this.#bare(place, input, errors);
  }

  /** Put cells that were copied in a spreadsheet program into the table, from a cell on to the right and down. */
  #pasteCells(event, field, path, index, position) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    this.#store.beginVisit();
    const lines = copiedCells(writable(text, " "));
    let rows = asList(this.#store.at(path));
    lines.forEach((cells, down) => {
      const values = cells.map((cell, right) => [field.fields[position + right]?.name, cell]).filter(([name, cell]) => name && cell);
      if (index + down < rows.length) {
        for (const [name, cell] of values) this.#store.set(`${path}[${index + down}].${name}`, cell);
      } else if (values.length) {
        rows = [...rows, Object.fromEntries(values)];
        this.#store.insert(`${path}[${rows.length - 1}]`, Object.fromEntries(values));
      }
    });
    announce(say("pastedRows", { count: lines.length }));
  }

  #picture(field, path) {
    const isThere = !isUnknown(this.#store.at(path));
    if (!isThere) {
      const add = () => {
        this.#store.set(path, { [field.fields[0].name]: "", [field.fields[1].name]: "" });
        this.focus(path);
      };
      return element("div", { class: "field" }, button(say("addPicture"), add, { id: fieldId(path), class: "quiet", "aria-label": `${say("addPicture")}: ${this.nameOf(path)}` }));
    }
    const remove = () => {
      this.#store.set(path, null);
      this.#find(fieldId(path))?.focus();
    };
    const inputs = field.fields.map((inner) => this.#field(inner, `${path}.${inner.name}`));
    return this.#block(path, field.label, "", [inputs, button(say("removeItem"), remove, { "aria-label": `${say("removeItem")}: ${this.nameOf(path)}` })], { isGroup: true });
  }

  #pictures(field, path) {
    const count = asList(this.#store.at(path)).length;
    const rows = Array.from({ length: count }, (_, index) => {
      const place = `${path}[${index}]`;
      return this.#row(place, path, index, count, field.fields.map((inner) => this.#field(inner, `${place}.${inner.name}`)));
    });
    const empty = Object.fromEntries(field.fields.filter((inner) => inner.required === "error").map((inner) => [inner.name, ""]));
    const add = button(say("addPicture"), () => this.#addItem(path, count, empty), { id: `${fieldId(path)}-add` });
    return this.#block(path, field.label, hintOf(field), [element("div", { class: "rows entries" }, rows), add], { isGroup: true, labelHidden: true });
  }

  #status(field, path) {
    const id = fieldId(path);
    const radios = ["draft", "final"].map((status) => {
      const input = element("input", { type: "radio", name: id, id: `${id}-${status}`, onchange: () => {
        this.#store.beginVisit();
        this.#store.set(path, status === "final" ? null : status);
      } });
      this.#updates.push(() => { input.checked = (this.#store.at(path) ?? "final") === status; });
      return element("div", { class: "choice" }, input, element("label", { for: input.id }, say(status)));
    });
    return this.#block(path, field.label, hintOf(field), radios, { isGroup: true });
  }

  #pack(field, path) {
    return this.#select(field, path, this.#about.packs.map((name) => [name, name]), say("packDefault"));
  }

  #choice(field, path, isAlone) {
    return this.#select(field, path, field.choices ?? [], say("choose"), isAlone);
  }

  #select(field, path, choices, nothing, isAlone = false) {
    const id = fieldId(path);
    const select = element("select", { id, "aria-describedby": `${id}-hint ${id}-problems`, onchange: () => {
      this.#store.beginVisit();
      this.#store.set(path, select.value || null);
    } }, element("option", { value: "" }, nothing), choices.map(([value, text]) => element("option", { value }, text)));
    this.#updates.push(() => {
      const value = shown(this.#store.at(path));
      if (value && ![...select.options].some((option) => option.value === value)) select.append(element("option", { value }, value));
      select.value = value;
    });
    return this.#block(path, field.label, hintOf(field), [select], { labelHidden: isAlone });
  }
}

/** Whether a field has an input for each of its items. */
function isListed(field) {
  return (field.list && (field.scope !== "city" || field.custom)) || field.type === "details";
}

/** The values that inputs with this list propose. */
function proposalsOf(id, values) {
  return element("datalist", { id }, values.map((value) => element("option", { value })));
}

/** The hint of a field as a sentence; none where it says what the label says. */
function hintOf(field) {
  const hint = field.hint.replaceAll("`", "");
  if (!hint || hint.replace(/\.$/, "").toLowerCase() === field.label.toLowerCase()) return "";
  return /[.…]$/.test(hint) ? hint : `${hint}.`;
}

/** The numbers and amounts that a field may have, as a sentence. */
function boundsOf(field) {
  const { minimum, maximum } = field;
  if (minimum !== null && maximum !== null) return say("between", { minimum, maximum });
  if (minimum !== null) return say("atLeast", { minimum });
  return maximum === null ? "" : say("atMost", { maximum });
}

function lower(label) {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

const fieldId = (path) => `field-${path}`;
const partId = (label) => `part-${label.toLowerCase().replaceAll(/\W+/g, "-")}`;
const plain = (path) => path.replaceAll(/\[\d+\]/g, "");

function goalNumber(goal) {
  if (typeof goal === "number") return goal >= 1 && goal <= 17 ? goal : null;
  const found = /^\s*(?:SDG\s*)?(\d{1,2})\b|SDG\s*(\d{1,2})\s*$/i.exec(shown(goal));
  const number = found ? Number(found[1] ?? found[2]) : 0;
  return number >= 1 && number <= 17 ? number : null;
}

function goalWording(goal) {
  if (typeof goal === "number") return "";
  return shown(goal).replace(/^\s*(?:SDG\s*)?\d{1,2}\s*:?\s*/i, "").replace(/\s*:?\s*SDG\s*\d{1,2}\s*$/i, "");
}

function agendaKey(topic) {
  return shown(topic).toLowerCase().replace(/^\s*eu\s*up\b/, "").replaceAll("&", "and").replaceAll(/\bthe\b/g, "").replaceAll(/[^a-z0-9]/g, "");
}

function square(colour) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "goal-colour");
  svg.setAttribute("viewBox", "0 0 1 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  shape.setAttribute("width", 1);
  shape.setAttribute("height", 1);
  shape.setAttribute("fill", colour);
  svg.append(shape);
  return svg;
}
