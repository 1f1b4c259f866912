// Values of a plan by path, such as `cities[0].country`.

/** The steps of a path. A field of cities is declared by one key with a dot, as in `fields.cities.airport.label`. */
export function steps(path) {
  const ofCities = /^fields\.(cities\.[^.[\]]+)(.*)$/.exec(path);
  if (ofCities) return ["fields", ofCities[1], ...steps(ofCities[2])];
  return (path.match(/[^.[\]]+/g) ?? []).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** The items that a plan means by a value in the place of a list: a single value is one item. */
export function asList(value) {
  if (Array.isArray(value)) return value;
  return isUnknown(value) ? [] : [value];
}

/** Whether a value means that nothing is known: nothing, N/A, or a dash. */
export function isUnknown(value) {
  return value === null || value === undefined || (typeof value === "string" && /^\s*(n\/a|[-–—])?\s*$/i.test(value));
}

/** Whether the plan says that a value is unknown, instead of saying nothing. */
export function isCalledUnknown(value) {
  return typeof value === "string" && value.trim() !== "" && isUnknown(value);
}

export function valueAt(values, path) {
  let value = values;
  for (const step of steps(path)) {
    if (typeof step === "number" && !Array.isArray(value) && (value === null || typeof value !== "object")) value = asList(value);
    // Not what all objects have, such as `constructor`: a custom field may have that name, too.
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, step)) return null;
    value = value[step];
  }
  return value ?? null;
}

/** The values after a change; the old ones stay as they are. */
export function changed(values, change) {
  const copy = structuredClone(values ?? {});
  const path = steps(change.path);
  const last = path.pop();
  let owner = copy;
  path.forEach((step, index) => {
    const next = index + 1 < path.length ? path[index + 1] : last;
    const inner = Object.hasOwn(owner, step) ? owner[step] : null;
    if (typeof next === "number") put(owner, step, [...asList(inner)]);
    else if (inner === null || typeof inner !== "object" || Array.isArray(inner)) put(owner, step, {});
    owner = owner[step];
  });
  if (change.op === "insert") owner.splice(last, 0, change.value);
  else if (change.op === "move") owner.splice(change.value, 0, ...owner.splice(last, 1));
  else if (change.op === "remove" && Array.isArray(owner)) owner.splice(last, 1);
  else if (change.op === "remove" || change.value === null) delete owner[last];
  else put(owner, last, change.value);
  return copy;
}

/** The path of the same value after a change of a list that it is in; null if it is removed with its item. */
export function pathAfter(path, change) {
  const [, list, place] = /^(.*)\[(\d+)\]$/.exec(change.path) ?? [];
  if (list === undefined || change.op === "set" || !path.startsWith(`${list}[`)) return path;
  const [, index, rest] = /^\[(\d+)\](.*)$/.exec(path.slice(list.length));
  const next = indexAfter(Number(index), Number(place), change);
  return next === null ? null : `${list}[${next}]${rest}`;
}

/** The index of an item after another one, or itself, was inserted, removed or moved. */
function indexAfter(index, place, { op, value }) {
  if (op === "insert") return index < place ? index : index + 1;
  if (index === place) return op === "remove" ? null : value;
  const without = index > place ? index - 1 : index;
  if (op === "remove") return without;
  return without < value ? without : without + 1;
}

/** Give an object a property of its own, also one named `__proto__`, which an assignment would not. */
function put(owner, step, value) {
  Object.defineProperty(owner, step, { value, configurable: true, enumerable: true, writable: true });
}

/** The rows of cells that a spreadsheet program has copied: cells with line ends or tabs are in quotation marks. */
export function copiedCells(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r?\n|\r|$)/g)) {
    const cell = quoted === undefined ? plain : quoted.replaceAll('""', '"');
    rows.at(-1).push(cell.replace(/\s+/g, " ").trim());
    if (end === "") break;
    if (end !== "\t") rows.push([]);
  }
  return rows.filter((cells, index) => index < rows.length - 1 || cells.some(Boolean)); // nothing after the last line end
}

const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" }; // which Unicode does not decompose

/** A text in small letters without accents, for searches and names of files. */
export function inPlainLetters(text) {
  const unaccented = text.normalize("NFKD").toLowerCase().replaceAll(/[\u0300-\u036f]/g, "");
  return unaccented.replaceAll(/[^\x00-\x7f]/g, (letter) => LETTERS[letter] ?? letter);
}

/** A value as one line of text. */
export function shown(value) {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.map(shown).filter(Boolean).join(", ") : String(value);
}
