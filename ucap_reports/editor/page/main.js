// The screens of the editor, by address.

import { ApiError, request, Unreachable } from "/api.js";
import { showBuild } from "/build.js";
import { button, closeMenus, closeMessage, element, find, keepWritable, setText, tell } from "/dom.js";
import { showImport } from "/import.js";
import { showOffice } from "/office.js";
import { showPlan } from "/plan.js";
import { showPlans } from "/plan_list.js";
import { showReplies } from "/replies.js";
import { problemWithPlace, say } from "/texts.js";
import { showTranslation, showTranslations } from "/translations.js";

let leave = () => {};
let shown = Promise.resolve(); // until the screens are shown that were asked for
let asked = 0;

/** Show the screen at an address of the editor, with a message about what was done before. */
async function go(address, { replace = false, message = null } = {}) {
  if (replace) history.replaceState(null, "", address);
  else if (address !== location.pathname + location.search) history.pushState(null, "", address);
  await show();
  if (message !== null) tell(message);
}

/** Show the screen at the address: one after the other, so that a slow one does not take the place of a later one. */
function show() {
  const number = ++asked;
  shown = shown.catch(() => {}).then(async () => {
    if (number !== asked) return;
    closeMessage();
    await leave();
    await showScreen(goFrom(number));
  });
  return shown;
}

/** The function with which a screen goes to another one: what it has begun may end after it was left for a third one. */
function goFrom(number) {
  return async (address, options = {}) => {
    if (number === asked) await go(address, options);
    else if (options.message) tell(options.message);
  };
}

/** Show the screen at the address, which goes to others with the function `go`. */
async function showScreen(go) {
  for (const dialog of document.querySelectorAll("dialog")) dialog.close(); // it is about the screen before
  const screen = find("screen");
  const parts = location.pathname.split("/").filter(Boolean);
  showScreens(parts[2] ?? parts[0] ?? ""); // the translations of a plan belong to all translations
  try {
    if (parts[0] === "plans" && parts[2] === "translations" && parts[3]) leave = await showTranslation(screen, decodeURIComponent(parts[1]), decodeURIComponent(parts[3]), go);
    else if (parts[0] === "translations") leave = await showTranslations(screen, go);
    else if (parts[0] === "plans" && parts[1]) leave = await showPlan(screen, decodeURIComponent(parts[1]), go);
    else if (parts[0] === "import") leave = await showImport(screen, go);
    else if (parts[0] === "replies") leave = await showReplies(screen, go);
    else if (parts[0] === "build") leave = await showBuild(screen, go);
    else if (parts[0] === "office") leave = await showOffice(screen, go);
    else leave = await showPlans(screen, go);
    window.scrollTo(0, 0);
  } catch (error) {
    leave = () => {};
    if (!(error instanceof ApiError || error instanceof Unreachable)) console.error(error);
    showFailure(screen, error);
  }
}

function showScreens(current) {
  const items = [
    ["/", say("plans"), ["", "plans"].includes(current)],
    ["/import", say("import"), current === "import"],
    ["/replies", say("replies"), current === "replies"],
    ["/translations", say("translations"), current === "translations"],
    ["/build", say("build"), current === "build"],
    ["/office", say("office"), current === "office"],
  ];
  find("screens").replaceChildren(
    ...items.map(([address, text, isCurrent]) =>
      element("li", {}, element("a", { href: address, "aria-current": isCurrent ? "page" : null, "data-text": text }, text)),
    ),
  );
}

function showFailure(screen, error) {
  const isAccess = error instanceof ApiError && error.status === 401;
  const problems = isAccess || !(error instanceof ApiError) ? [] : error.body?.problems ?? [];
  const isInFile = problems.some((problem) => problem.path);
  const plan = location.pathname.split("/").filter(Boolean);
  let text = error.message;
  if (isAccess) text = say("noAccess");
  else if (isInFile) text = say("cannotShow");
  screen.replaceChildren(
    element("main", { id: "main", class: "failure", tabindex: "-1" },
      element("h1", {}, text),
      isAccess ? element("p", {}, say("noAccessHelp")) : null,
      isInFile ? element("ul", {}, problems.map((problem) => element("li", {}, problemWithPlace(problem)))) : null,
      isInFile && plan[0] === "plans" && plan[1] ? element("p", {}, element("a", { href: `/plans/${plan[1]}` }, say("toPlan"))) : null,
      error instanceof ApiError ? element("p", {}, element("a", { href: "/" }, say("allPlans"))) : null,
      error instanceof ApiError ? null : element("p", {}, button(say("tryAgain"), () => show(), { class: "primary" })),
    ),
  );
}

function refuseFile(event) {
  const isFile = event.dataTransfer?.types.includes("Files");
  const isTaken = event.defaultPrevented || event.target.matches?.("input[type=file]");
  if (!isFile || isTaken) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "none";
}

document.addEventListener("input", keepWritable, { capture: true }); // before the screens take what was typed
document.addEventListener("click", (event) => {
  const isChosen = event.target.closest(".menu-items button") !== null;
  closeMenus(isChosen ? null : event.target);
  const menu = event.target.closest("details.menu:not([open])"); // the one that this click opens
  menu?.classList.toggle("upward", menu.getBoundingClientRect().bottom > innerHeight / 2 && menu.closest("table") !== null);
  const link = event.target.closest("a[href^='/']");
  if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.target.closest?.("details.menu[open]")?.querySelector("summary").focus();
  closeMenus();
});
// A file that is dropped beside the zone for it would be opened by the browser in the place of this page.
for (const name of ["dragover", "drop"]) document.addEventListener(name, refuseFile);
window.addEventListener("popstate", () => show());
request("GET", "/api/project").then((project) => {
  setText(find("project"), project.root.split(/[\\/]/).at(-1));
  if (project.read_only) document.body.classList.add("read-only");
}, () => {});
show();
