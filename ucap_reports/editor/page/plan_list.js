// The list of all plans.

import { download, follow, LatestAnswers, request } from "/api.js";
import { button, element, find, keepingFocus, tell } from "/dom.js";
import { askToCreate, askToRemove, askToRename, renamedText } from "/plan_actions.js";
import { counted, DOWNLOADS, problemWithPlace, say } from "/texts.js";
import { takeStep } from "/undo.js";
import { inPlainLetters } from "/values.js";

const NARROW = matchMedia("(max-width: 1099px)");
const filter = { search: "", country: "", theme: "", statuses: { draft: true, final: true }, onlyProblems: false, isOpen: false };

/** Show the list; returns a function that ends it. */
export async function showPlans(screen, go) {
  let { plans, read_only: readOnly, problems, undo: canUndo, redo: canRedo } = await request("GET", "/api/plans");
  const answers = new LatestAnswers("/api/plans");
  const countries = new Intl.DisplayNames(["en"], { type: "region" });
  document.title = `${say("plans")} – ${say("product")}`;

  let thumbnails = new Map(); // of the plans as they are listed
  let loading = false;
  let ended = false;
  let isOutdated = false; // the list waits until a menu is closed
  const list = element("div", { id: "list" });
  list.addEventListener("toggle", () => isOutdated && showAgain(), { capture: true });
  const search = element("input", { id: "search", type: "search", value: filter.search, "aria-describedby": "search-hint",
    oninput: () => { filter.search = search.value; showRows(); } });
  let choices = element("details"); // of the filter, made again when there are others
  let offered = "";
  const aside = element("aside", { class: "filter", "aria-label": say("filter") },
    element("h2", {}, say("filter")),
    element("label", { for: "search" }, say("search")),
    element("p", { class: "hint", id: "search-hint" }, say("searchHint")),
    search, choices);
  const heading = element("h1", {}, say("plans"), " ", element("span", { class: "count" }, String(plans.length)));
  const settings = element("div", { id: "settings-problems" });
  const undo = button(say("undo"), () => takeStep("/api/undo", go, refresh), { id: "undo", disabled: !canUndo });
  const redo = button(say("redo"), () => takeStep("/api/redo", go, refresh), { id: "redo", disabled: !canRedo });
  const ofPlans = [
    button(say("buildSome"), () => go(`/build?${shownPlans()}`)),
    button(say("bookSome"), () => go(`/build?book&${shownPlans()}`)),
  ];
  const actions = readOnly
    ? element("p", { class: "hint" }, say("readOnly"))
    : element("div", { class: "buttons" },
        button(say("newPlan"), () => askToCreate(go), { class: "primary" }),
        button(say("importSome"), () => go("/import")),
        ofPlans, undo, redo,
      );
  screen.replaceChildren(
    element("div", { class: "plans-screen" }, aside,
      element("main", { id: "main", tabindex: "-1" }, element("div", { class: "title-row" }, heading, actions), settings, list)),
  );
  showSettingsProblems();
  showFilter();
  showRows();
  let versions = null;
  const stream = follow({}, async (state) => {
    const isFirst = versions === null;
    versions = state.plans;
    const answer = await answers.ask();
    if (answer === null) return;
    if (isFirst && JSON.stringify([answer.plans, answer.problems]) === JSON.stringify([plans, problems])) return; // so that an open menu stays open
    take(answer);
  }, (isThere) => document.body.classList.toggle("lost", !isThere));
  return () => {
    ended = true;
    stream.stop();
  };

  async function refresh() {
    const answer = await answers.ask();
    if (answer !== null) take(answer);
  }

  function take(answer) {
    ({ plans, problems } = answer);
    undo.disabled = !answer.undo;
    redo.disabled = !answer.redo;
    showAgain();
  }

  /** Show what has changed; not while a menu is open, which would close, or be one of another plan below the cursor. */
  function showAgain() {
    isOutdated = list.querySelector("details.menu[open]") !== null;
    if (isOutdated) return;
    thumbnails = new Map();
    keepingFocus(() => {
      showSettingsProblems();
      showFilter();
      showRows();
    });
  }

  /** The plans that the filter leaves, to build only these; nothing if it leaves all. */
  function shownPlans() {
    const matching = plans.filter(matches);
    return matching.length === plans.length ? "" : String(new URLSearchParams(matching.map((plan) => ["plan", plan.id])));
  }

  function showSettingsProblems() {
    const notices = problems.length ? [element("section", { class: "notice error" }, element("p", {}, say("settingsWrong")),
      element("ul", {}, problems.map((problem) => element("li", {}, problemWithPlace(problem)))), element("p", {}, element("a", { href: "/office" }, say("toOffice"))))] : [];
    settings.replaceChildren(...notices);
  }

  function showFilter() {
    const all = (pick) => [...new Set(plans.flatMap(pick))];
    const options = (values, text, chosen, nothing) => [
      element("option", { value: "" }, nothing),
      ...values.map((value) => element("option", { value, selected: value === chosen }, text(value))),
    ];
    const countryCodes = all((plan) => plan.countries).sort((one, other) => countries.of(one).localeCompare(countries.of(other)));
    const themes = onceInAnyCase(all((plan) => plan.themes)).sort((one, other) => one.localeCompare(other));
    // What no plan has any more cannot be chosen, and would hide all plans.
    if (!countryCodes.includes(filter.country)) filter.country = "";
    if (!themes.includes(filter.theme)) filter.theme = "";
    const errors = plans.filter((plan) => plan.errors).length;
    const counts = ["draft", "final"].map((status) => plans.filter((plan) => (plan.status ?? "final") === status).length);
    for (const part of [aside, ...ofPlans]) part.hidden = !plans.length;
    const offers = JSON.stringify([countryCodes, themes, counts, errors]);
    if (offers === offered) return; // so that who chooses one goes on
    offered = offers;
    const before = choices;
    choices = element("details", { open: !NARROW.matches || filter.isOpen, ontoggle: (event) => { filter.isOpen = event.target.open; } }, element("summary", {}, say("filterMore")),
      element("label", { for: "country" }, say("country")),
      element("select", { id: "country", onchange: (event) => { filter.country = event.target.value; showRows(); } },
        options(countryCodes, (code) => countries.of(code), filter.country, say("allCountries"))),
      element("label", { for: "theme" }, say("theme")),
      element("select", { id: "theme", onchange: (event) => { filter.theme = event.target.value; showRows(); } },
        options(themes, (text) => text, filter.theme, say("allThemes"))),
      element("fieldset", {}, element("legend", {}, say("status")),
        ["draft", "final"].map((status, index) => check(`status-${status}`, `${say(status)} (${counts[index]})`, filter.statuses[status],
          (isOn) => { filter.statuses[status] = isOn; showRows(); }))),
      element("fieldset", {}, element("legend", {}, say("problems")),
        check("only-problems", say("onlyProblems", { count: errors }), filter.onlyProblems,
          (isOn) => { filter.onlyProblems = isOn; showRows(); })));
    before.replaceWith(choices);
  }

  function matches(plan) {
    const words = inPlainLetters([plan.id, ...plan.cities, ...plan.countries.map((code) => countries.of(code)), ...plan.themes].join(" "));
    return inPlainLetters(filter.search).split(/\s+/).every((word) => words.includes(word))
      && (!filter.country || plan.countries.includes(filter.country))
      && (!filter.theme || plan.themes.some((theme) => inPlainLetters(theme) === inPlainLetters(filter.theme)))
      && filter.statuses[plan.status ?? "final"]
      && (!filter.onlyProblems || plan.errors);
  }

  function showRows() {
    const matching = plans.filter(matches);
    heading.lastChild.textContent = matching.length === plans.length ? String(plans.length) : say("someOf", { count: matching.length, total: plans.length });
    if (!matching.length) {
      const texts = plans.length ? [element("p", {}, say("noMatches"))] : [element("h2", {}, say("noPlans")), element("p", {}, say("noPlansHint"))];
      list.replaceChildren(element("div", { class: "nothing" }, texts));
      return;
    }
    const heads = ["preview", "cities", "complete", "statusAndDate", "problems", "actions"];
    list.replaceChildren(
      element("table", { class: "plans" },
        element("caption", { class: "sight" }, say("plans")),
        element("thead", {}, element("tr", {}, heads.map((name) => element("th", { scope: "col" }, say(name))))),
        element("tbody", {}, matching.map(row))),
    );
    showThumbnails();
  }

  /** Load the pictures of first pages one after the other, since the server draws them one after the other. */
  async function showThumbnails() {
    if (loading) return;
    loading = true;
    const next = () => [...list.querySelectorAll("img[data-plan]:not([src])")].find((picture) => !thumbnails.has(picture.dataset.plan));
    for (let picture = next(); picture && !ended; picture = next()) {
      const { plan } = picture.dataset;
      const wanted = thumbnails;
      const { picture: name } = await request("GET", `/api/plans/${encodeURIComponent(plan)}/thumbnail`).catch(() => ({ picture: null }));
      if (wanted !== thumbnails) continue; // the plans have changed meanwhile
      thumbnails.set(plan, name);
      const shown = list.querySelector(`img[data-plan="${CSS.escape(plan)}"]`);
      if (shown && name !== null) shown.src = `/pictures/${name}`;
    }
    loading = false;
  }

  function row(plan) {
    const percent = plan.completeness ?? 0;
    const problems = plan.errors ? element("span", { class: "tag error" }, counted(plan.errors, "error")) : say("noErrors");
    const picture = element("img", { alt: "", width: 44, height: 62, "data-plan": plan.id });
    const name = thumbnails.get(plan.id);
    if (name) picture.src = `/pictures/${name}`;
    return element("tr", {},
      element("td", { class: "thumbnail" }, picture),
      element("th", { scope: "row" },
        element("a", { href: `/plans/${encodeURIComponent(plan.id)}` }, plan.title),
        plans.some((other) => other.title === plan.title && other.id !== plan.id) ? element("span", { class: "hint" }, plan.id) : null,
        element("span", { class: "hint" }, plan.countries.map((code) => countries.of(code)).join(", "))),
      element("td", {}, element("span", { class: "meter", "aria-hidden": "true" }, meter(percent)), element("span", { class: "hint" }, `${percent} %`)),
      element("td", {}, say(plan.status ?? "final"), element("span", { class: "hint" }, date(plan.updated))),
      element("td", {}, problems, plan.left_over ? element("span", { class: "hint" }, say("leftOverInList", { count: counted(plan.left_over, "line") })) : null),
      element("td", {}, element("details", { class: "menu" },
        element("summary", { id: `actions-${plan.id}`, "aria-label": `${say("actions")}: ${plan.title}` }, say("actions")),
        element("div", { class: "menu-items" },
          Object.entries(DOWNLOADS).map(([format, text]) => button(say(text), () => save(plan.id, format, `${plan.id}.${format}`))),
          button(say("downloadForm"), () => save(plan.id, "form", `${plan.id}-form.docx`)),
          readOnly ? null : button(say("rename"), () => askToRename(plan.id, (id, documents) => tell(renamedText(id, documents)))),
          readOnly ? null : button(say("duplicate"), () => askToCreate(go, plan.id)),
          readOnly ? null : button(say("buildSome"), () => go(`/build?plan=${encodeURIComponent(plan.id)}`)),
          readOnly ? null : button(say("remove"), () => askToRemove(plan, (message) => tell(message)), { class: "warning" })))));
  }

  function meter(percent) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 100 8");
    svg.setAttribute("preserveAspectRatio", "none");
    for (const [width, name] of [[100, "track"], [percent, "known"]]) {
      const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      bar.setAttribute("width", width);
      bar.setAttribute("height", 8);
      bar.setAttribute("class", name);
      svg.append(bar);
    }
    return svg;
  }

  function date(text) {
    if (!text) return say("noDate");
    return new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(new Date(text));
  }

  async function save(plan, format, name) {
    try {
      await download(`/api/plans/${encodeURIComponent(plan)}/documents/${format}`, name);
    } catch (error) {
      tell(error.message, "error");
    }
  }
}

/** The texts without those that differ from an earlier one only in capitals and accents. */
function onceInAnyCase(texts) {
  return [...new Map(texts.toReversed().map((text) => [inPlainLetters(text), text])).values()];
}

function check(id, text, isOn, onchange) {
  return element("div", { class: "choice" },
    element("input", { type: "checkbox", id, checked: isOn, onchange: (event) => onchange(event.target.checked) }),
    element("label", { for: id }, text));
}
