// The fields that the office adds to its plans: what they are called, what kind of value they have, and the columns of
// tables and the choices, without which a table or a choice would be an error.

import { button, element, find } from "/dom.js";
import { say } from "/texts.js";
import { asList, inPlainLetters } from "/values.js";

const CITIES = "cities.";
const LONGEST_KEY = 40;
const SUMMED = ["number", "money"];
/** The settings that only fields of some kinds have. */
const SETTINGS = {
  number: ["unit", "decimals", "minimum", "maximum"],
  money: ["minimum", "maximum"],
  choice: ["choices"],
  table: ["columns", "total"],
};
const AS_NUMBER = { inputmode: "decimal", write: (text) => (Number.isFinite(Number(text)) ? Number(text) : text) };

/**
 * The inputs of all own fields, and of a new one.
 *
 * `office` has the store, the drafts of new names, the rows of the template, and what makes inputs of settings.
 */
export function ownFieldRows(office) {
  const declared = office.store.at("fields") ?? {};
  return [Object.keys(declared).map((name) => ownField(office, name, declared)), newField(office, declared)];
}

/** What decides which inputs there are. */
export function ownFieldsShape(declared) {
  return Object.entries(declared ?? {}).map(([name, declaration]) => [name, shapeOf(declaration)]);
}

function shapeOf(declaration) {
  if (declaration === null || typeof declaration !== "object") return null;
  const columns = Object.entries(declaration.columns ?? {}).map(([name, column]) => [name, shapeOf(column)]);
  return [declaration.type, firstLanguage(declaration.label), Object.keys(declaration.choices ?? {}), columns];
}

function ownField(office, name, declared) {
  const { store } = office;
  const path = `fields.${name}`;
  const { type } = declared[name] ?? {};
  const title = store.at(labelPath(store, path));
  const remove = button(say("removeItem"), () => {
    office.set(Object.keys(declared).length > 1 ? path : "fields", null);
    find("add-field")?.focus();
  }, { class: "quiet", "aria-label": `${say("removeItem")}: ${name}` });
  const rows = office.rows.filter((row) => row.field !== name).map((row) => [row.field, row.label]);
  return element("section", { class: "card own-field", "aria-label": name },
    element("div", { class: "card-head" }, element("h3", {}, typeof title === "string" ? title.replace(/:$/, "") : name), remove),
    element("p", { class: "hint" }, say(name.startsWith(CITIES) ? "keyOfCity" : "keyOfField", { name: name.replace(CITIES, "") })),
    element("div", { class: "pairs" },
      kind(office, path, store.answer.types),
      office.line(labelPath(store, path), say("fieldLabel")),
      office.line(`${path}.hint`, say("fieldHint")),
      office.select(`${path}.after`, say("fieldAfter"), rows, say("fieldAtEnd")),
      figures(office, path, type)),
    type === "choice" ? choices(office, path) : null,
    type === "table" ? columns(office, path) : null);
}

/** The kind of a field or a column. Another kind takes its own settings along, and gets those that it needs. */
function kind(office, path, types) {
  const { store } = office;
  const change = (type) => {
    store.beginVisit();
    store.set(`${path}.type`, type);
    for (const setting of new Set(Object.values(SETTINGS).flat())) {
      const isOfKind = SETTINGS[type]?.includes(setting);
      if (!isOfKind && store.at(`${path}.${setting}`) !== null) store.set(`${path}.${setting}`, null);
    }
    if (type === "choice") store.set(`${path}.choices`, { other: say("choiceOther") });
    if (type === "table") store.set(`${path}.columns`, { name: { type: "line", label: say("columnName") } });
    const label = store.at(`${path}.label`);
    if (type === "table" && typeof label === "string") store.set(`${path}.label`, label.replace(/:$/, "")); // a heading
  };
  return office.select(`${path}.type`, say("fieldType"), types.map((type) => [type, say(`type_${type}`)]), say("choose"), "", change);
}

function figures(office, path, type) {
  const makers = {
    unit: () => office.line(`${path}.unit`, say("fieldUnit"), say("fieldUnitHint")),
    minimum: () => office.line(`${path}.minimum`, say("fieldMinimum"), "", AS_NUMBER),
    maximum: () => office.line(`${path}.maximum`, say("fieldMaximum"), "", AS_NUMBER),
  };
  return Object.entries(makers).filter(([setting]) => SETTINGS[type]?.includes(setting)).map(([, make]) => make());
}

/** The choices of a field: what each is called, and a new one. */
function choices(office, path) {
  const place = `${path}.choices`;
  const known = Object.keys(office.store.at(place) ?? {});
  const rows = known.map((key, index) => element("div", { class: "with-button" },
    office.line(labelPath(office.store, place, key), say("choiceNumber", { number: index + 1 })),
    known.length > 1 ? removeButton(office, `${place}.${key}`, `${place}-add`, key) : null));
  const add = (label) => office.set(`${place}.${newKey(label, known, "choice")}`, label);
  return office.block(place, say("choices"), "", [rows, adder(office, place, say("newChoice"), say("addChoice"), add)], { isGroup: true });
}

/** The columns of a table: what each is called, its kind, and whether their sum is printed. */
function columns(office, path) {
  const { store } = office;
  const place = `${path}.columns`;
  const known = store.at(place) ?? {};
  const names = Object.keys(known);
  const rows = names.map((name, index) => {
    const column = `${place}.${name}`;
    return element("div", { class: "inset own-column", role: "group", "aria-label": say("columnNumber", { number: index + 1 }) },
      element("div", { class: "pairs" },
        office.line(labelPath(store, column), say("columnLabel")),
        kind(office, column, store.answer.column_types),
        figures(office, column, known[name]?.type)),
      known[name]?.type === "choice" ? choices(office, column) : null,
      element("div", { class: "buttons" },
        SUMMED.includes(known[name]?.type) ? total(office, path, name) : null,
        names.length > 1 ? removeButton(office, column, `${place}-add`, name, () => withoutTotal(store, path, name)) : null));
  });
  const add = (label) => office.set(`${place}.${newKey(label, names, "column")}`, { type: "line", label });
  return office.block(place, say("columns"), say("columnsHint"), [rows, adder(office, place, say("newColumn"), say("addColumn"), add)], { isGroup: true });
}

function total(office, path, name) {
  const { store } = office;
  const box = element("input", { type: "checkbox", id: `total-${path}-${name}`, onchange: () => {
    if (box.checked) office.set(`${path}.total`, [...asList(store.at(`${path}.total`)), name]);
    else withoutTotal(store, path, name);
  } });
  office.updates.push(() => { box.checked = asList(store.at(`${path}.total`)).includes(name); });
  return element("div", { class: "choice" }, box, element("label", { for: box.id }, say("columnTotal")));
}

function withoutTotal(store, path, name) {
  const rest = asList(store.at(`${path}.total`)).filter((one) => one !== name);
  store.set(`${path}.total`, rest.length ? rest : null);
}

function removeButton(office, path, next, name, also = () => {}) {
  return button(say("removeItem"), () => {
    office.set(path, null);
    also();
    find(next)?.focus();
  }, { class: "quiet", "aria-label": `${say("removeItem")}: ${name}` });
}

/** An input for the name of something new, which stays when the form is made again, and the button that adds it. */
function adder({ drafts }, place, label, text, add) {
  const name = element("input", { id: `${place}-new`, type: "text", value: drafts.names[place] ?? "", oninput: () => { drafts.names[place] = name.value; } });
  const run = () => {
    if (!name.value.trim()) {
      name.focus();
      return;
    }
    delete drafts.names[place];
    add(name.value.trim());
    find(`${place}-new`)?.focus();
  };
  name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    run();
  });
  return element("div", { class: "field" }, element("label", { for: name.id }, label), element("div", { class: "with-button" }, name, button(text, run, { id: `${place}-add` })));
}

function newField(office, declared) {
  const { store, drafts } = office;
  const name = element("input", { id: "new-field", type: "text", value: drafts.field, oninput: () => { drafts.field = name.value; }, spellcheck: "false", "aria-describedby": "new-field-hint new-field-error" });
  const ofCities = element("input", { id: "new-field-cities", type: "checkbox", checked: drafts.ofCities, onchange: () => { drafts.ofCities = ofCities.checked; } });
  const error = element("p", { class: "error-text", id: "new-field-error" });
  const add = () => {
    const written = name.value.trim();
    const isKey = /^(cities\.)?[a-z][a-z0-9_]*$/.test(written);
    const text = written.replace(/^cities\./, "");
    const key = `${ofCities.checked || text !== written ? CITIES : ""}${keyOf(text) || `field_${Object.keys(declared).length + 1}`}`;
    error.textContent = "";
    if (!text) error.textContent = `${say("error")}: ${say("fieldNameHint")}`;
    else if (Object.hasOwn(declared, key) || store.answer.reserved.includes(key.replace(CITIES, ""))) error.textContent = `${say("error")}: ${say("fieldExists", { name: text })}`;
    if (error.textContent) {
      name.focus();
      return;
    }
    Object.assign(drafts, { field: "", ofCities: false });
    const label = isKey ? text.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase()) : text;
    office.set(`fields.${key}`, { type: "line", label: label.endsWith(":") ? label : `${label}:` });
    find(`field-fields.${key}.type`)?.focus();
  };
  return element("div", { class: "field" }, element("label", { for: "new-field" }, say("newField")), element("p", { class: "hint", id: "new-field-hint" }, say("fieldNameHint")), error,
    element("div", { class: "with-button" }, name, button(say("addField"), add, { id: "add-field" })),
    element("div", { class: "choice" }, ofCities, element("label", { for: ofCities.id }, say("fieldOfCities"))));
}

/** The name that plan files have for something with that label: its letters a to z, digits and underscores. */
function keyOf(label) {
  return inPlainLetters(label).replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[_0-9]+|_+$/g, "").slice(0, LONGEST_KEY);
}

function newKey(label, known, kindOfKey) {
  const key = keyOf(label) || kindOfKey;
  const numbered = (number) => (number === 1 ? key : `${key.slice(0, LONGEST_KEY - 3)}_${number}`);
  let number = 1;
  while (known.includes(numbered(number))) number += 1;
  return numbered(number);
}

/** The path of a label, in its first language if it has several. */
function labelPath(store, path, key = "label") {
  const language = firstLanguage(store.at(`${path}.${key}`));
  return language === null ? `${path}.${key}` : `${path}.${key}.${language}`;
}

function firstLanguage(label) {
  return label !== null && typeof label === "object" ? (Object.keys(label)[0] ?? null) : null;
}
