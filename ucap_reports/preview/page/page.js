"use strict";
(() => {
  const RATIOS = [1, 1.5, 2, 3]; // the ratios that the server supports
  const NAMES = { pdf: "PDF", docx: "Word" };
  const KINDS = { error: "Error", warning: "Warning", info: "Info" };
  const find = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat("en");
  const form = document.querySelector("form");
  const chosen = new URLSearchParams(location.search);
  let states = null;
  let shown = null;

  form.addEventListener("change", () => {
    for (const name of ["plan", "pack"]) {
      if (form.elements[name].value) chosen.set(name, form.elements[name].value);
      else chosen.delete(name);
    }
    history.pushState(null, "", `?${chosen}`);
    follow();
  });
  window.addEventListener("popstate", () => {
    for (const name of [...chosen.keys()]) chosen.delete(name);
    for (const [name, value] of new URLSearchParams(location.search)) chosen.set(name, value);
    follow();
  });
  // Browsers limit the connections to a server, so a hidden page closes its own.
  document.addEventListener("visibilitychange", () => (document.hidden ? states?.close() : follow()));
  followRatio();
  if (!document.hidden) follow();

  /** Request sharper pictures when the page is zoomed or moved to another screen. */
  function followRatio() {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", () => { followRatio(); follow(); }, { once: true });
  }

  /** Show what is chosen, and every change to it. */
  function follow() {
    states?.close();
    const asked = new URLSearchParams(chosen);
    const ratio = RATIOS.find((each) => each >= devicePixelRatio) ?? RATIOS.at(-1);
    asked.set("ratio", ratio);
    states = new EventSource(`/states?${asked}`);
    states.addEventListener("message", (event) => show({ ...JSON.parse(event.data), ratio }));
    states.addEventListener("open", () => showConnection(true));
    states.addEventListener("error", () => showConnection(false));
  }

  function showConnection(here) {
    document.body.classList.toggle("lost", !here);
    const text = here ? "Updates when you save" : "The preview has ended: start it again";
    if (find("connection").textContent !== text) find("connection").textContent = text;
  }

  function show(state) {
    const before = ["plan", "pack", "ratio"].every((name) => shown?.[name] === state[name]) ? shown : null;
    keepingScrollPosition(() => {
      showChoice(state);
      showDocuments(state);
      showProblems(state);
      showPages(state, before);
    });
    shown = state;
    if (!chosen.has("plan") && state.plan !== null) {
      // Keep showing this plan, even if another one becomes the first.
      chosen.set("plan", state.plan);
      history.replaceState(null, "", `?${chosen}`);
    }
  }

  /** Change the page without moving what is visible. */
  function keepingScrollPosition(change) {
    const top = (place) => find("pictures").children[place]?.getBoundingClientRect().top;
    const place = [...find("pictures").children].findIndex((page) => page.getBoundingClientRect().bottom > 0);
    const was = top(place);
    change();
    const is = top(place);
    if (scrollY > 0 && was !== undefined && is !== undefined) scrollBy({ top: is - was, behavior: "instant" });
  }

  function showChoice(state) {
    fillOptions(form.elements.plan, state.plans, state.plan);
    fillOptions(form.elements.pack, ["", ...state.packs], state.pack ?? "");
    const own = state.own_pack ? `The plan’s own: ${state.own_pack}` : "The plan’s own";
    if (form.elements.pack.options[0].label !== own) form.elements.pack.options[0].label = own;
    const errors = state.problems.filter((problem) => problem.severity === "error").length;
    document.querySelector("h1").textContent = state.plan ? `Preview of ${state.plan}` : "Preview";
    find("title").textContent = state.title;
    document.title = `${errors ? `${counted(errors, "error")}: ` : ""}${state.plan ?? "no plans"} – preview`;
  }

  function fillOptions(select, values, value) {
    const wanted = value === null || values.includes(value) ? values : [...values, value];
    const same = wanted.length === select.options.length && wanted.every((each, place) => select.options[place].value === each);
    if (!same) select.replaceChildren(...wanted.map((each) => new Option(each, each)));
    select.value = value ?? "";
  }

  function showDocuments(state) {
    find("withheld").hidden = state.publishable || state.plan === null;
    find("documents").replaceChildren(...state.documents.map((each) => {
      const pages = each.pages === null ? [] : [counted(each.pages, "page")];
      const about = element("div", {}, element("strong", {}, NAMES[each.format]), element("span", {}, [...pages, size(each.size)].join(", ")));
      if (each.before && !state.outdated) about.append(element("br"), element("span", { className: each.same ? "" : "more" }, difference(each)));
      const pack = state.pack ? `?${new URLSearchParams({ pack: state.pack })}` : "";
      const link = element("a", { href: `/documents/${encodeURIComponent(each.file)}${pack}`, download: each.file }, "Download");
      link.append(element("i", { className: "sight" }, ` ${NAMES[each.format]}`));
      return element("li", {}, about, ...(state.publishable ? [link] : []));
    }));
  }

  /** What the last save changed in a document, in words. */
  function difference(each) {
    if (each.same) return "Unchanged by the last save";
    if (each.pages === null) return "Changed by the last save";
    const more = each.pages - each.before.pages;
    const pages = counted(Math.abs(more || each.pages), "page");
    return `Last save: ${pages}${more ? (more > 0 ? " more" : " fewer") : ", as before"}`;
  }

  function showProblems(state) {
    const counts = ["error", "warning", "info"].map((severity) => [state.problems.filter((each) => each.severity === severity).length, severity]);
    const found = counts.filter(([count]) => count).map(([count, severity]) => counted(count, severity)).join(", ");
    const text = found || "No problems";
    find("summary").className = found ? "" : "clean";
    if (find("summary").textContent !== text) find("summary").textContent = text;
    find("problems").replaceChildren(...state.problems.map(problemItem));
  }

  function problemItem(problem) {
    const place = [problem.path, problem.line, problem.column].filter((part) => part !== null).join(":");
    const where = [place, problem.place].filter(Boolean).join(": ");
    const kind = element("span", { className: "kind" }, `${KINDS[problem.severity]}: `);
    const item = element("li", { className: problem.severity }, element("p", {}, kind, problem.message));
    if (where) item.append(element("p", { className: "place" }, element("code", {}, where)));
    if (problem.excerpt) {
      const [before, at, after] = problem.excerpt;
      item.append(element("p", { className: "excerpt" }, element("code", {}, before, ...(at ? [element("mark", {}, at)] : []), after)));
    }
    if (problem.hint) item.append(element("p", { className: "hint" }, `Hint: ${problem.hint}`));
    return item;
  }

  function showPages(state, before) {
    find("outdated").hidden = !state.outdated;
    document.body.classList.toggle("outdated", state.outdated);
    const figures = [...find("pictures").children];
    for (const surplus of figures.splice(state.pages.length)) surplus.remove();
    state.pages.forEach((page, place) => {
      const figure = (figures[place] ??= find("pictures").appendChild(element("figure", {}, element("figcaption"), element("div"))));
      const caption = `Page ${place + 1} of ${state.pages.length}`;
      const changed = before !== null && before.pages[place]?.name !== page.name;
      figure.firstChild.replaceChildren(element("span", {}, caption), ...(changed ? [element("b", {}, "Changed")] : []));
      figure.style.maxWidth = `${page.width}px`;
      figure.lastChild.style.aspectRatio = `${page.width} / ${page.height}`;
      Object.assign(figure.dataset, { picture: `/pictures/${page.name}.png`, text: `${caption}, as it appears in the PDF` });
    });
    // Visible pages come first, since the server draws one picture after the other.
    const distance = new Map(figures.map((figure) => [figure, Math.abs(middle(figure) - innerHeight / 2)]));
    for (const figure of figures.sort((one, other) => distance.get(one) - distance.get(other))) draw(figure);
  }

  function middle(figure) {
    const { top, bottom } = figure.getBoundingClientRect();
    return (top + bottom) / 2;
  }

  /** Replace the picture of a page as soon as the new one is loaded. */
  async function draw(figure) {
    const { picture, text } = figure.dataset;
    const old = figure.querySelector("img");
    if (old?.getAttribute("src") === picture) {
      old.alt = text;
      return;
    }
    const drawn = Object.assign(new Image(), { src: picture, alt: text });
    await drawn.decode().catch(() => {}); // if the picture is out of date, another state follows
    if (figure.dataset.picture === picture) figure.lastChild.replaceChildren(drawn);
  }

  function counted(count, one) {
    return count === 1 ? `1 ${one}` : `${number.format(count)} ${one}s`;
  }

  function size(bytes) {
    return bytes < 1000 ? counted(bytes, "byte") : `${number.format(Math.round(bytes / 100) / 10)} kB`;
  }

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }
})();
