// The form of a plan, made from the descriptions of its fields.

import { request, upload } from "/api.js";
import { announce, button, element, find, setText, writable } from "/dom.js";
import { ask, Refusal } from "/plan_actions.js";
import { showText } from "/saving.js";
import { FIELD_HINTS, FIELD_LABELS, isOfSettings, itemName, PARTS, problemAtField, problemHint, problemSentence, say, tagOf } from "/texts.js";
import { asList, copiedCells, isCalledUnknown, isUnknown, shown, valueAt } from "/values.js";

const LANGUAGES = ["language", "languages", "label-languages"]; // the types of fields with tags of languages

const ENTRIES = ["focus", "activities"]; // the fields that are one text or a list of entries

const STYLES = [ // the buttons above a text: what each puts before and after the selected words
  ["bold", "**", "**"],
  ["italic", "*", "*"],
  ["underline", "<u>", "</u>"],
  ["link", "[", "](https://)"],
];

export class PlanForm {
  #store;
  #about;
  #readOnly;
  #after;
  #byPath = new Map(); // the descriptions of the fields by their paths, without the numbers of items
  #shape = ""; // what decided which inputs there are, when they were made
  #updates = []; // functions that show the values of the plan in the inputs
  #shown = {}; // the values that the form shows
  #previous = {}; // those that it showed before the last update
  #chosen = {}; // what is chosen in the fields with check boxes
  #chosenFiles = new Map(); // the last file that was chosen for each field with one
  #asText = new Set(); // the fields with entries that are written as one text
  #isTextTyped = false; // whether the text of the file was changed here, which stays until the form is asked for

  /** A form; `after` has elements that follow the fields of that name. */
  constructor(store, about, { readOnly, after = {} }) {
    this.#after = after;
    this.#store = store;
    this.#about = about;
    this.#readOnly = readOnly;
    this.#describe(about.fields);
    this.parts = this.#partsOf(about.fields);
    this.root = element("form", { autocomplete: "off", novalidate: true, onsubmit: (event) => event.preventDefault() });
    this.root.addEventListener("focusin", () => store.beginVisit());
    this.root.addEventListener("focusout", () => store.flush().catch(() => {}));
  }

  /** Give the fields, and those in them, the labels and hints of the form. */
  #describe(fields) {
    for (const field of fields) {
      if (Object.hasOwn(FIELD_LABELS, field.path)) field.label = FIELD_LABELS[field.path];
      if (Object.hasOwn(FIELD_HINTS, field.path)) field.hint = FIELD_HINTS[field.path];
      this.#byPath.set(field.path, field);
      this.#describe(field.fields);
    }
  }

  /** The parts of the form: those of all plans, and one for each other field; without those that have no fields. */
  #partsOf(fields) {
    const usual = PARTS.map(([label, names]) => ({ label, id: partId(label), fields: fields.filter((field) => names.includes(field.name)) }));
    const namesInParts = new Set(PARTS.flatMap(([, names]) => names));
    const others = fields.filter((field) => !namesInParts.has(field.name));
    const own = others.map((field) => ({ label: field.label, id: partId(field.name), fields: [field] }));
    return [...usual, ...own].filter((part) => part.fields.length > 0);
  }

  title() {
    const names = asList(this.#store.values.cities).map((city) => shown(city?.name)).filter(Boolean);
    return names.join(" – ") || this.#store.id;
  }

  /** What people call a field, such as "City 2, country", or "Activities 2, details 1". */
  nameOf(path) {
    if (!path) return "";
    const field = this.#byPath.get(plain(path));
    if (!field) return "";
    const [, firstIndex] = /\[(\d+)\]/.exec(path) ?? [];
    if (firstIndex === undefined) return field.label;
    const list = this.#byPath.get(topFieldOf(path));
    const item = itemName(list.path, list.label, Number(firstIndex) + 1);
    if (field === list) return item;
    const [, lastIndex] = /\[(\d+)\]$/.exec(path) ?? [];
    const label = lastIndex === undefined ? field.label : say("item", { label: field.label, number: Number(lastIndex) + 1 });
    return `${item}, ${lower(label)}`;
  }

  /** An element of the form; not one of another plan, whose form may be shown before an answer of the server arrives. */
  #find(id) {
    return this.root.querySelector(`#${CSS.escape(id)}`);
  }

  /** The id of the element for a field, or for the nearest field around it. */
  idOf(path) {
    const lastStep = /(\.?[^.[\]]+|\[\d+\])$/;
    for (let around = path; around; around = around.replace(lastStep, "")) {
      if (this.#find(fieldId(around))) return fieldId(around);
    }
    return null;
  }

  /** The path of the field that an element is in; null if it is in none. */
  pathOf(target) {
    for (let around = target; around && around !== this.root; around = around.parentElement) {
      const [, path] = /^field-([^-]+)/.exec(around.id ?? "") ?? [];
      if (path !== undefined && this.#byPath.has(plain(path))) return path;
    }
    return null;
  }

  focus(path) {
    const id = this.idOf(path);
    if (id === null) return;
    const target = this.#find(id);
    target.scrollIntoView({ block: "center" });
    firstInputOf(target).focus({ preventScroll: true });
  }

  focusPart(part) {
    const heading = this.#find(part.id);
    heading.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  }

  /** The number of errors in the fields of a part. */
  errorsIn(part) {
    const names = part.fields.map((field) => field.name);
    const errors = this.#store.problems.filter((problem) => problem.severity === "error" && !isOfSettings(problem));
    return errors.filter((error) => names.includes(topFieldOf(error.field ?? ""))).length;
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
      this.#makeInputs(isText);
    }
    for (const update of this.#updates) update();
  }

  #makeInputs(isText) {
    this.#updates = [];
    if (isText) {
      this.root.replaceChildren(this.#fileText());
    } else {
      const parts = this.parts.map((part) => this.#part(part));
      this.root.replaceChildren(...parts, proposalsOf("countries", this.#about.countries), proposalsOf("themes", this.#about.themes));
    }
    if (!this.#readOnly) return;
    for (const input of this.root.querySelectorAll("input, textarea, select, button")) input.disabled = true;
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
    const [, list, index, inItem] = /^field-(.+?)\[(\d+)\](.*)$/.exec(id) ?? [];
    if (list === undefined) return id;
    const item = JSON.stringify(asList(valueAt(this.#previous, list))[index]);
    const items = asList(this.#store.at(list)).map((one) => JSON.stringify(one));
    const isUnmoved = items[index] === item;
    const isOneOfThem = items.filter((one) => one === item).length === 1;
    if (isUnmoved || !isOneOfThem) return id;
    return `field-${list}[${items.indexOf(item)}]${inItem}`;
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
    const isAlone = part.fields.length === 1;
    const fields = part.fields.map((field) => [this.#field(field, field.path, isAlone), this.#after[field.name] ?? null]);
    return element("section", { class: "part", "aria-labelledby": part.id }, heading, fields);
  }

  /** The text of a file that cannot be edited by field; also when it can be again, while somebody writes it. */
  #fileText() {
    const input = element("textarea", { id: "file-text", rows: 30, spellcheck: false });
    input.addEventListener("input", () => {
      this.#isTextTyped = true;
      this.#store.setText(input.value);
    });
    const about = element("p", { role: "status" });
    const toForm = button(say("showForm"), () => this.#showForm());
    const problems = element("ul", { class: "problems" });
    this.#updates.push(() => {
      showText(this.#store, input, this.#store.text, input.value === this.#store.text);
      setText(about, say(this.#store.editable ? "editableAgain" : "notEditable"));
      toForm.hidden = !this.#store.editable;
      problems.replaceChildren(...this.#store.problems.map(problemOfText));
    });
    const label = element("label", { for: "file-text" }, say("fileText"));
    return element("section", { class: "part" }, about, element("div", { class: "buttons" }, toForm), problems, label, input);
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

  /**
   * A block with a label, a hint, the problems of the field, its inputs, and buttons for proposed values. A group has
   * several inputs; otherwise its input has the id of the field.
   */
  #block(path, label, hint, inputs, { isGroup = false, labelHidden = false } = {}) {
    const id = fieldId(path);
    const hintElement = element("p", { class: "hint", id: `${id}-hint`, hidden: !hint }, hint ?? "");
    const errors = element("div", { class: "field-problems", id: `${id}-problems` });
    const proposals = element("div", { class: "buttons" });
    let labelElement = element("label", { for: id, class: labelHidden ? "sight" : null }, label);
    let attributes = { class: "field" };
    if (isGroup) {
      labelElement = element("p", { class: labelHidden ? "sight" : "label", id: `${id}-label` }, label);
      attributes = { class: "field", id, role: "group", "aria-labelledby": `${id}-label`, ...describedBy(path) };
    }
    const block = element("div", attributes, labelElement, hintElement, errors, inputs, proposals);
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
    errors.replaceChildren(...own.map(problemOfField));
    const values = new Set(own.flatMap((problem) => problem.details.suggestions));
    proposals.replaceChildren(...[...values].map((value) => button(say("use", { value }), () => {
      this.#store.beginVisit();
      this.#store.set(path, value);
      this.focus(path);
    })));
    if (!isGroup) this.#find(fieldId(path))?.setAttribute("aria-invalid", String(isWrong)); // an empty value means valid
  }

  #input(path, attributes = {}, name = "input") {
    const input = element(name, { id: fieldId(path), ...describedBy(path), ...attributes });
    input.addEventListener("input", () => this.#typed(path, input.value));
    this.#updates.push(() => {
      const isSaidByBox = attributes["data-unknown"] && isCalledUnknown(this.#store.at(path));
      // Spaces and empty lines at the end are not saved; who types them goes on with the next word.
      showText(this.#store, input, isSaidByBox ? "" : this.#textAt(path));
    });
    return input;
  }

  /** The value of a field as text; a list where the field has one text is a list in that text. */
  #textAt(path) {
    const value = this.#store.at(path);
    const isListInText = this.#byPath.get(plain(path))?.rich && Array.isArray(value);
    return isListInText ? value.map((item) => `- ${shown(item)}`).join("\n") : shown(value);
  }

  /** Set the value of a field to what is typed in its input: names with commas between them are several. */
  #typed(path, text) {
    this.#store.set(path, text.trim() === "" ? null : this.#valueTyped(path, text));
  }

  #valueTyped(path, text) {
    const field = this.#byPath.get(plain(path));
    const isList = field?.list && Array.isArray(this.#store.at(path));
    if (isList && text.includes(",")) return text.split(",").map((part) => part.trim()).filter(Boolean);
    const isLanguage = LANGUAGES.includes(field?.type);
    return isLanguage ? (tagOf(text) ?? text) : text;
  }

  #line(field, path, isAlone = false) {
    if (field.type === "population" || field.type === "area") return this.#quantity(field, path);
    const isLong = field.type === "address";
    const canBeUnknown = field.required === "info" && field.type !== "names" && field.type !== "countries";
    const attributes = isLong ? { rows: 3 } : { type: "text" };
    if (field.type === "countries") attributes.list = "countries";
    if (canBeUnknown) attributes["data-unknown"] = "yes";
    const input = this.#input(path, attributes, isLong ? "textarea" : "input");
    const parts = [input];
    if (field.type === "names") parts.push(this.#addName(path));
    if (canBeUnknown) parts.push(this.#unknownBox(path, input));
    const isKnownFieldOfCity = field.scope === "city" && !field.custom; // whose label says enough
    const hints = [isKnownFieldOfCity ? "" : hintOf(field), field.unit ? say("inUnit", { unit: field.unit }) : "", boundsOf(field)];
    return this.#block(path, field.label, hints.filter(Boolean).join(" "), parts, { labelHidden: isAlone });
  }

  /** A button that makes a list of a single name, with an input for another one. */
  #addName(path) {
    const add = () => {
      const names = asList(this.#store.at(path));
      this.#store.set(path, [...names, ""]);
      this.focus(`${path}[${names.length}]`);
    };
    return button(say("addName"), add, { class: "quiet", "aria-label": `${say("addName")}: ${this.nameOf(path)}` });
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
    const box = element("input", { type: "checkbox", id: `${fieldId(path)}-unknown` });
    box.addEventListener("change", () => {
      this.#store.beginVisit();
      this.#store.set(path, box.checked ? "N/A" : null);
    });
    this.#updates.push(() => {
      box.checked = isCalledUnknown(this.#store.at(path));
      input.readOnly = box.checked;
    });
    // Without a value for any city, most templates print no row, and the date has none.
    const text = path.startsWith("cities[") ? say("unknown", { value: this.#about.unknown }) : say("unknownInAll");
    return choice(box, text);
  }

  /** The name of a picture file, which is uploaded. */
  #file(field, path) {
    const input = element("input", { id: `${fieldId(path)}-upload`, type: "file", accept: "image/jpeg,image/png", "aria-label": say("uploadPicture") });
    const refused = element("p", { class: "error-text" });
    input.addEventListener("change", async () => {
      const [file] = input.files;
      if (!file) return;
      input.value = ""; // so that the same file can be chosen again
      refused.textContent = "";
      try {
        await this.#upload(path, file);
      } catch (error) {
        refused.textContent = `${say("error")}: ${error.message}`;
      }
    });
    return this.#block(path, field.label, hintOf(field), [this.#input(path, { type: "text" }), refused, input]);
  }

  async #upload(path, file) {
    const id = fieldId(path);
    this.#chosenFiles.set(id, file);
    this.#store.beginVisit();
    const sent = upload(`/api/pictures?${new URLSearchParams({ name: file.name })}`, file);
    await this.#store.await(path, sent, ({ file: name }, now) => {
      if (this.#chosenFiles.get(id) !== file) return; // another one was chosen meanwhile
      this.#store.set(now, name);
      announce(say("uploaded", { name }));
    });
  }

  #text(field, path, isAlone) {
    const isOfPicture = path.includes("."); // one line, mostly
    const fewestRows = isOfPicture ? 2 : 4;
    const input = this.#input(path, { rows: isOfPicture ? 2 : 6 }, "textarea");
    input.addEventListener("paste", (event) => this.#paste(event, input, path));
    const preview = element("div", { class: "formatted", hidden: true });
    this.#updates.push(() => this.#showFormatted(preview, path));
    this.#updates.push(() => {
      const rows = Math.ceil(input.value.length / 70) + input.value.split("\n").length;
      input.rows = Math.min(24, Math.max(fewestRows, rows));
    });
    const hint = isOfPicture ? hintOf(field) : say("textHint");
    return this.#block(path, field.label, hint, [this.#toolbar(field, path, input), input, preview], { labelHidden: isAlone });
  }

  #toolbar(field, path, input) {
    const attributes = { "aria-controls": fieldId(path) };
    const styles = STYLES.map(([name, before, after]) =>
      button(say(name), () => this.#wrap(input, path, before, after), { class: name, ...attributes }));
    const list = button(say("list"), () => this.#listed(input, path), attributes);
    const language = button(say("language"), () => this.#askForLanguage(input, path), attributes);
    return element("div", { class: "toolbar", role: "toolbar", "aria-label": field.label }, styles, list, language);
  }

  #showFormatted(preview, path) {
    const html = this.#store.formatted[path] ?? "";
    const isInEntry = path.includes("[");
    const hasMarkup = /[*_<[]|^\s*(-|\d+\.) /m.test(shown(this.#store.at(path)));
    preview.hidden = !html || (isInEntry && !hasMarkup); // its words are above
    if (preview.dataset.html === html) return;
    preview.dataset.html = html;
    const parsed = new DOMParser().parseFromString(html, "text/html").body.childNodes;
    preview.replaceChildren(element("p", { class: "hint" }, say("formatted")), ...parsed);
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

  /** Make an item of a list of each selected line. */
  #listed(input, path) {
    const { selectionStart, selectionEnd: end, value } = input;
    const start = value.slice(0, selectionStart).lastIndexOf("\n") + 1; // of the first line
    const lines = value.slice(start, end).split("\n");
    const items = lines.map((line) => (line.startsWith("- ") ? line : `- ${line}`)).join("\n");
    this.#write(path, value.slice(0, start) + items + value.slice(end), start + items.length);
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
    const count = asList(this.#store.at(path)).length;
    const proposed = field.type === "themes" ? "themes" : null;
    const rows = Array.from({ length: count }, (_, index) => {
      const place = `${path}[${index}]`;
      const input = this.#input(place, { type: "text", list: proposed, "aria-label": say("item", { label: field.label, number: index + 1 }) });
      input.addEventListener("keydown", (event) => this.#onItemKey(event, path, index));
      return this.#row(place, path, index, count, [this.#bare(place, input)]);
    });
    const isNames = field.type === "names";
    const addText = isNames ? say("addName") : say("addTo", { label: lower(field.label) });
    const addLabel = isNames ? `${addText}: ${this.nameOf(path)}` : null;
    const add = button(addText, () => this.#addItem(path, count, ""), { id: addId(path), "aria-label": addLabel });
    return this.#block(path, field.label, hintOf(field), [element("div", { class: "rows" }, rows), add], { isGroup: true, labelHidden: isAlone });
  }

  /** Go on with another item below this one when Enter is pressed, as in a list of a word processor. */
  #onItemKey(event, path, index) {
    const isEnter = event.key === "Enter" && !event.isComposing; // a method of input has keys of its own
    if (!isEnter || event.target.value.trim() === "") return;
    event.preventDefault();
    this.#addItem(path, index + 1, "");
  }

  /** An input of a list with its problems, without a label of its own; `errorsElsewhere` if these are shown in another place. */
  #bare(place, input, errorsElsewhere = null) {
    const errors = errorsElsewhere ?? element("div", { class: "field-problems", id: `${fieldId(place)}-problems` });
    const proposals = element("div", { class: "buttons" });
    const block = element("div", { class: "field" }, errorsElsewhere ? null : errors, input, proposals);
    this.#updates.push(() => this.#showProblems(place, block, errors, proposals, false));
    return block;
  }

  /** A button that moves an item of a list; `name` is what people call the item. */
  #moveButton(owner, index, by, text, opposite, name, attributes = {}) {
    const move = () => {
      this.#move(owner, index, by, text, opposite);
      announce(`${name}: ${say(text)}`);
    };
    return button(say(text), move, { id: `${fieldId(`${owner}[${index}]`)}-${text}`, "aria-label": `${say(text)}: ${name}`, ...attributes });
  }

  /** Move an item of a list. The focus moves with it: to its same button, or at the end of the list to the opposite one. */
  #move(owner, index, by, text, opposite) {
    this.#store.move(`${owner}[${index}]`, index + by);
    const moved = fieldId(`${owner}[${index + by}]`);
    const buttons = [text, opposite].map((name) => this.#find(`${moved}-${name}`));
    buttons.find((one) => one !== null && !one.disabled)?.focus();
  }

  /** Buttons that move an item of a list up and down, and that remove it. */
  #rowButtons(owner, index, count, name) {
    const place = `${owner}[${index}]`;
    const up = this.#moveButton(owner, index, -1, "up", "down", name, { disabled: index === 0 });
    const down = this.#moveButton(owner, index, 1, "down", "up", name, { disabled: index === count - 1 });
    const removal = this.#removeButton(owner, index, name, { class: "quiet" });
    return element("div", { class: "row-buttons" }, up, down, removal);
  }

  /** A button that removes an item of a list; `name` is what people call the item. */
  #removeButton(owner, index, name, attributes = {}) {
    const remove = () => this.#removeItem(owner, index, name);
    return button(say("removeItem"), remove, { id: removeId(`${owner}[${index}]`), "aria-label": `${say("removeItem")}: ${name}`, ...attributes });
  }

  /** Remove an item of a list, and say so. The focus moves to the button that removes the item before, or else to the one that adds an item. */
  #removeItem(owner, index, name) {
    this.#store.remove(`${owner}[${index}]`);
    const before = `${owner}[${Math.max(0, index - 1)}]`;
    const next = this.#find(removeId(before)) ?? this.#find(addId(owner));
    if (next === null) this.focus(owner); // a list of check boxes
    else next.focus();
    announce(`${name}: ${say("removeItem")}`);
  }

  #row(place, owner, index, count, inputs) {
    const name = this.nameOf(place) || say("item", { label: owner, number: index + 1 });
    const isOneInput = inputs.some((input) => input.querySelector(`[id="${CSS.escape(fieldId(place))}"]`));
    return element("div", { class: "row", id: isOneInput ? null : fieldId(place) },
      element("div", { class: "row-inputs" }, inputs), this.#rowButtons(owner, index, count, name));
  }

  /** Add an item to a list at an index, which is that after the last item of a list that is no list in the file. */
  #addItem(path, index, value) {
    const items = this.#store.at(path);
    if (Array.isArray(items)) this.#store.insert(`${path}[${index}]`, value);
    else this.#store.set(path, [...asList(items), value]);
    this.focus(`${path}[${index}]`);
  }

  #cities(field, path) {
    const { length } = asList(this.#store.at(path));
    const cards = Array.from({ length }, (_, index) => this.#city(field, path, index, length));
    const grid = element("div", { class: "cards" }, cards);
    grid.style.setProperty("--rows", field.fields.length + 1); // the cards share their rows
    const add = button(say("addCity"), () => this.#addItem(path, length, { name: "" }), { id: addId(path) });
    return this.#block(path, field.label, "", [grid, add], { isGroup: true, labelHidden: true });
  }

  #city(field, path, index, count) {
    const place = `${path}[${index}]`;
    const name = say("city", { number: index + 1 });
    const left = index === 0 ? null : this.#moveButton(path, index, -1, "moveLeft", "moveRight", name);
    const right = index === count - 1 ? null : this.#moveButton(path, index, 1, "moveRight", "moveLeft", name);
    const removal = count < 2 ? null : this.#removeButton(path, index, name);
    const head = element("div", { class: "card-head" }, element("h3", {}, name), element("div", { class: "buttons" }, left, right, removal));
    const inputs = field.fields.map((inner) => this.#field(inner, `${place}.${inner.name}`));
    return element("section", { class: "card", id: fieldId(place), "aria-label": name }, head, inputs);
  }

  #goals(field, path) {
    const numbers = asList(this.#store.at(path)).map(goalNumber);
    const toggles = this.#about.goals.map(({ number, title, colour }) => {
      const box = this.#itemBox(path, `goal-${number}`, goalNumber, number, number);
      const label = element("label", { for: box.id }, element("b", {}, `${number}`), ` ${title}`);
      return element("div", { class: "goal" }, square(colour), box, label);
    });
    const wordings = numbers.map((number, index) => {
      const place = `${path}[${index}]`;
      return number === null ? this.#otherWords(path, index) : this.#goalWording(place, number);
    });
    const inputs = [element("div", { class: "goals" }, toggles), element("div", { class: "wordings" }, wordings)];
    return this.#block(path, field.label, say("chooseGoals"), inputs, { isGroup: true });
  }

  /** An input for the own words about a goal; without any, its title is printed. */
  #goalWording(place, number) {
    const input = element("input", { id: fieldId(place), type: "text", ...describedBy(place) });
    input.addEventListener("input", () => this.#store.set(place, input.value.trim() ? `SDG ${number} ${input.value}` : number));
    this.#updates.push(() => showText(this.#store, input, goalWording(this.#store.at(place))));
    return this.#block(place, say("wording", { number }), say("wordingHint"), [input]);
  }

  #agenda(field, path) {
    const known = new Map(this.#about.agenda.map((name) => [agendaKey(name), name]));
    const boxes = this.#about.agenda.map((name, position) => choice(this.#itemBox(path, `topic-${position}`, agendaKey, agendaKey(name), name), name));
    const wordings = [];
    const others = [];
    asList(this.#store.at(path)).forEach((topic, index) => {
      const place = `${path}[${index}]`;
      const name = known.get(agendaKey(topic));
      if (name === undefined) others.push(this.#otherWords(path, index));
      else wordings.push(this.#topicWording(place, name, wordings.length + 1));
    });
    const inputs = [element("div", { class: "topics" }, boxes), element("div", { class: "wordings" }, wordings), others];
    return this.#block(path, field.label, hintOf(field), inputs, { isGroup: true });
  }

  /** An input for the own words about a topic; without any, its name is printed. */
  #topicWording(place, name, number) {
    const input = element("input", { id: fieldId(place), type: "text", ...describedBy(place) });
    input.addEventListener("input", () => this.#store.set(place, input.value.trim() || name));
    this.#updates.push(() => {
      const text = shown(this.#store.at(place));
      showText(this.#store, input, text === name ? "" : text);
    });
    return this.#block(place, say("wordingOfTopic", { number }), say("topicHint", { topic: name }), [input]);
  }

  /** A check box for an item of a list: whether one with that key, which `keyOf` returns for an item, is in the list. */
  #itemBox(path, name, keyOf, key, value) {
    const indexNow = () => asList(this.#store.at(path)).map(keyOf).indexOf(key);
    const box = element("input", { type: "checkbox", id: `${fieldId(path)}-${name}`, checked: indexNow() >= 0 });
    box.addEventListener("change", () => {
      this.#store.beginVisit();
      const items = this.#store.at(path);
      const index = indexNow();
      if (index < 0) this.#addItem(path, asList(items).length, value);
      else if (Array.isArray(items)) this.#store.remove(`${path}[${index}]`);
      else this.#store.set(path, null);
      this.#find(box.id)?.focus(); // the form was made again
    });
    return box;
  }

  /** Words in the place of a goal or a topic, which are none of those that can be selected. */
  #otherWords(owner, index) {
    const place = `${owner}[${index}]`;
    const value = shown(this.#store.at(place));
    const remove = this.#removeButton(owner, index, value || this.nameOf(place), { class: "quiet" });
    return this.#block(place, say("other", { value }), "", [element("div", { class: "with-button" }, this.#input(place, { type: "text" }), remove)]);
  }

  /** Rich text, or a list of entries: people choose. */
  #entries(field, path) {
    const value = this.#store.at(path);
    const isText = isUnknown(value) ? this.#asText.has(path) : typeof value === "string";
    return isText ? this.#entriesAsText(field, path) : this.#listOfEntries(field, path);
  }

  #entriesAsText(field, path) {
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

  #listOfEntries(field, path) {
    const count = asList(this.#store.at(path)).length;
    const rows = Array.from({ length: count }, (_, index) => {
      const place = `${path}[${index}]`;
      const isOneText = typeof valueAt(this.#store.values, place) === "string";
      const inputs = isOneText
        ? [this.#bare(place, this.#input(place, { rows: 3, "aria-label": field.label }, "textarea"))]
        : field.fields.map((inner) => this.#entryField(inner, `${place}.${inner.name}`));
      return this.#row(place, path, index, count, inputs);
    });
    const isMainText = (inner) => inner.rich && !inner.list && inner.type !== "details";
    const empty = emptyItem(field.fields.filter((inner) => inner.required === "error" || isMainText(inner)));
    const add = button(say("addTo", { label: lower(field.label) }), () => this.#addItem(path, count, empty), { id: addId(path) });
    const asText = count > 0 ? null : button(say("asText"), () => {
      this.#asText.add(path);
      this.update();
      this.focus(path);
    }, { class: "quiet" });
    let hint = hintOf(field);
    if (count > 0) hint = count === 1 ? say("oneItem") : say("itemCount", { count });
    const inputs = [element("div", { class: "rows entries" }, rows), element("div", { class: "buttons" }, add, asText)];
    return this.#block(path, field.label, hint, inputs, { isGroup: true, labelHidden: true });
  }

  #entryField(field, path) {
    if (field.type === "details") return this.#list(field, path, false);
    if (!field.rich) return this.#block(path, field.label, "", [this.#input(path, { type: "text" })]);
    const input = this.#input(path, { rows: 3 }, "textarea");
    input.addEventListener("paste", (event) => this.#paste(event, input, path));
    const preview = element("div", { class: "formatted", hidden: true });
    this.#updates.push(() => { input.rows = Math.min(12, Math.max(2, Math.ceil(input.value.length / 48))); });
    this.#updates.push(() => this.#showFormatted(preview, path));
    return this.#block(path, field.label, "", [input, preview]);
  }

  #contact(field, path) {
    const id = fieldId(path);
    const own = !isUnknown(this.#store.at(path));
    const radio = (value, text, isOn) => {
      const input = element("input", { type: "radio", name: id, id: `${id}-${value}`, checked: isOn });
      input.addEventListener("change", () => {
        this.#store.beginVisit();
        this.#store.set(path, value === "own" ? { [field.fields[0].name]: "" } : null);
      });
      return choice(input, text);
    };
    const parts = [radio("office", say("officeContact"), !own)];
    if (!own) parts.push(element("p", { class: "shown-value" }, this.#about.contact.join("\n")));
    parts.push(radio("own", say("otherContact"), own));
    if (own) parts.push(element("div", { class: "inset" }, field.fields.map((inner) => this.#field(inner, `${path}.${inner.name}`))));
    return this.#block(path, field.label, "", parts, { isGroup: true, labelHidden: true });
  }

  /** A table as a grid: a row of inputs for each row, and a column for each that is declared. */
  #table(field, path) {
    const { length } = asList(this.#store.at(path));
    const columns = field.fields;
    const head = [...columns.map((column) => column.label), say("actions")].map((label) => element("th", { scope: "col" }, label));
    const body = Array.from({ length }, (_, index) => this.#tableRow(field, path, index, length));
    const table = length ? element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, body)) : null;
    const grid = element("div", { class: "grid", tabindex: length ? "0" : null, role: "group", "aria-label": field.label }, table);
    const [first] = columns;
    const add = button(say("addRow"), () => {
      this.#addItem(path, length, { [first.name]: "" });
      this.focus(`${path}[${length}].${first.name}`);
    }, { id: addId(path) });
    const hint = [hintOf(field), say("tableHint")].filter(Boolean).join(" ");
    return this.#block(path, field.label, hint, [grid, add], { isGroup: true, labelHidden: true });
  }

  /** A row of a table, below one with its problems: a cell is too narrow for them. */
  #tableRow(field, path, index, count) {
    const columns = field.fields;
    const place = `${path}[${index}]`;
    const name = say("item", { label: field.label, number: index + 1 });
    const errors = columns.map((column) => element("div", { class: "field-problems", id: `${fieldId(`${place}.${column.name}`)}-problems` }));
    const problems = columns.map((column, position) => element("div", { class: "cell-problem" }, element("b", {}, column.label), errors[position]));
    const problemsRow = element("tr", {}, element("td", { class: "cell-problems", colspan: columns.length + 1 }, problems));
    const cells = columns.map((column, position) => element("td", {}, this.#cell(field, column, path, index, position, errors[position])));
    this.#updates.push(() => { problemsRow.hidden = errors.every((one) => !one.firstChild); }); // after the cells have shown theirs
    const actions = element("td", {}, this.#rowButtons(path, index, count, name));
    return [problemsRow, element("tr", {}, cells, actions)];
  }

  #cell(field, column, path, index, position, errors) {
    const place = `${path}[${index}].${column.name}`;
    const label = `${column.label}, ${say("item", { label: field.label, number: index + 1 })}`;
    if (column.type === "choice") {
      const attributes = { "aria-label": label, "aria-describedby": `${fieldId(place)}-problems` };
      return this.#bare(place, this.#selectInput(place, column.choices, say("choose"), attributes), errors);
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
    let count = asList(this.#store.at(path)).length;
    lines.forEach((cells, down) => {
      const row = `${path}[${index + down}]`;
      const named = cells.map((cell, right) => [field.fields[position + right]?.name, cell]);
      const values = named.filter(([name, cell]) => name && cell); // cells to the right of the table are left out
      if (index + down < count) {
        for (const [name, cell] of values) this.#store.set(`${row}.${name}`, cell);
      } else if (values.length > 0) {
        this.#store.insert(`${path}[${count}]`, Object.fromEntries(values));
        count += 1;
      }
    });
    announce(say("pastedRows", { count: lines.length }));
  }

  #picture(field, path) {
    if (isUnknown(this.#store.at(path))) {
      const [file, alt] = field.fields;
      const add = () => {
        this.#store.set(path, { [file.name]: "", [alt.name]: "" });
        this.focus(path);
      };
      const attributes = { id: fieldId(path), class: "quiet", "aria-label": `${say("addPicture")}: ${this.nameOf(path)}` };
      return element("div", { class: "field" }, button(say("addPicture"), add, attributes));
    }
    const name = this.nameOf(path);
    const remove = () => {
      this.#store.set(path, null);
      this.#find(fieldId(path))?.focus();
      announce(`${name}: ${say("removeItem")}`);
    };
    const inputs = field.fields.map((inner) => this.#field(inner, `${path}.${inner.name}`));
    const removal = button(say("removeItem"), remove, { "aria-label": `${say("removeItem")}: ${name}` });
    return this.#block(path, field.label, "", [inputs, removal], { isGroup: true });
  }

  #pictures(field, path) {
    const count = asList(this.#store.at(path)).length;
    const rows = Array.from({ length: count }, (_, index) => {
      const place = `${path}[${index}]`;
      return this.#row(place, path, index, count, field.fields.map((inner) => this.#field(inner, `${place}.${inner.name}`)));
    });
    const empty = emptyItem(field.fields.filter((inner) => inner.required === "error"));
    const add = button(say("addPicture"), () => this.#addItem(path, count, empty), { id: addId(path) });
    return this.#block(path, field.label, hintOf(field), [element("div", { class: "rows entries" }, rows), add], { isGroup: true, labelHidden: true });
  }

  #status(field, path) {
    const id = fieldId(path);
    const radios = ["draft", "final"].map((status) => {
      const input = element("input", { type: "radio", name: id, id: `${id}-${status}` });
      input.addEventListener("change", () => {
        this.#store.beginVisit();
        this.#store.set(path, status === "final" ? null : status);
      });
      this.#updates.push(() => { input.checked = (this.#store.at(path) ?? "final") === status; });
      return choice(input, say(status));
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
    const select = this.#selectInput(path, choices, nothing, describedBy(path));
    return this.#block(path, field.label, hintOf(field), [select], { labelHidden: isAlone });
  }

  /** A list of choices, each a value with its text, after `nothing`; and the value of the plan, if it is none of them. */
  #selectInput(path, choices, nothing, attributes) {
    const options = [["", nothing], ...choices].map(([value, text]) => element("option", { value }, text));
    const select = element("select", { id: fieldId(path), ...attributes }, options);
    select.addEventListener("change", () => {
      this.#store.beginVisit();
      this.#store.set(path, select.value || null);
    });
    this.#updates.push(() => {
      const value = shown(this.#store.at(path));
      const isKnown = [...select.options].some((option) => option.value === value);
      if (value && !isKnown) select.append(element("option", { value }, value));
      select.value = value;
    });
    return select;
  }
}

/** Whether a field has an input for each of its items. */
function isListed(field) {
  return (field.list && (field.scope !== "city" || field.custom)) || field.type === "details";
}

/** The values that inputs with a list of that id propose. */
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
const addId = (path) => `${fieldId(path)}-add`;
const removeId = (path) => `${fieldId(path)}-remove`;
const partId = (label) => `part-${label.toLowerCase().replaceAll(/\W+/g, "-")}`;

/** A path without the numbers of items: that of the description of its field. */
const plain = (path) => path.replaceAll(/\[\d+\]/g, "");

/** The name of the field of the plan that a path is in. */
const topFieldOf = (path) => plain(path).split(".")[0];

/** The attributes of an input that is explained by the hint and the problems of its field. */
function describedBy(path) {
  return { "aria-describedby": `${fieldId(path)}-hint ${fieldId(path)}-problems` };
}

/** A new item of a list, with these fields. */
function emptyItem(fields) {
  return Object.fromEntries(fields.map((field) => [field.name, ""]));
}

/** A check box or radio button with its label. */
function choice(input, text) {
  return element("div", { class: "choice" }, input, element("label", { for: input.id }, text));
}

/** What gets the focus in an element: itself if it is an input, otherwise its first input, or its first button. */
function firstInputOf(target) {
  const inputs = "input, textarea, select";
  if (target.matches(inputs)) return target;
  return target.querySelector(inputs) ?? target.querySelector("button") ?? target;
}

/** A problem in the list above the text of a file. */
function problemOfText(problem) {
  const line = problem.line ? `${say("line", { line: problem.line })}: ` : "";
  return element("li", {}, `${line}${problemSentence(problem)}`);
}

/** A problem beside the input of its field; without its hint if a button proposes what to write. */
function problemOfField(problem) {
  const hasProposals = problem.details.suggestions.length > 0;
  const hint = hasProposals ? "" : problemHint(problem);
  const sentence = `${say(problem.severity)}: ${problemAtField(problem)}.`;
  return element("p", { class: problem.severity === "error" ? "error-text" : "warning-text" }, hint ? `${sentence} ${hint}` : sentence);
}

/** The number of the goal that an item names, as it is or in words such as "SDG 11 own wording"; null if it names none. */
function goalNumber(goal) {
  const [, first, last] = /^\s*(?:SDG\s*)?(\d{1,2})\b|SDG\s*(\d{1,2})\s*$/i.exec(shown(goal)) ?? [];
  const number = typeof goal === "number" ? goal : Number(first ?? last);
  return number >= 1 && number <= 17 ? number : null;
}

/** The own words of an item about a goal, without its number. */
function goalWording(goal) {
  if (typeof goal === "number") return "";
  return shown(goal).replace(/^\s*(?:SDG\s*)?\d{1,2}\s*:?\s*/i, "").replace(/\s*:?\s*SDG\s*\d{1,2}\s*$/i, "");
}

/** What the spellings of a topic of the Urban Agenda have in common. */
function agendaKey(topic) {
  const name = shown(topic).toLowerCase().replace(/^\s*eu\s*up\b/, "");
  return name.replaceAll("&", "and").replaceAll(/\bthe\b/g, "").replaceAll(/[^a-z0-9]/g, "");
}

/** A square in the colour of a goal. */
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
