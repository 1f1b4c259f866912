// The screens of the editor, by address.

import { ApiError, request } from "/api.js";
import { showBuild } from "/build.js";
import { button, element, find, setText } from "/dom.js";
import { showImport } from "/import.js";
import { showOffice } from "/office.js";
import { showPlan } from "/plan.js";
import { showPlans } from "/plans.js";
import { showReplies } from "/replies.js";
import { say } from "/texts.js";
import { showTranslation, showTranslations } from "/translations.js";

let leave = () => {};

/** Show the screen at an address of the editor, which may begin with a message. */
export async function go(address, { replace = false, message = null } = {}) {
  await leave();
  if (replace) history.replaceState(null, "", address);
  else if (address !== location.pathname + location.search) history.pushState(null, "", address);
  await show(message);
}

async function show(message = null) {
  const screen = find("screen");
  const parts = location.pathname.split("/").filter(Boolean);
  showScreens(parts[0] ?? "");
  try {
    if (parts[0] === "plans" && parts[2] === "translations" && parts[3]) leave = await showTranslation(screen, decodeURIComponent(parts[1]), decodeURIComponent(parts[3]));
    else if (parts[0] === "translations") leave = await showTranslations(screen, go);
    else if (parts[0] === "plans" && parts[1]) leave = await showPlan(screen, decodeURIComponent(parts[1]), go, message);
    else if (parts[0] === "import") leave = await showImport(screen, go);
    else if (parts[0] === "replies") leave = await showReplies(screen, go);
    else if (parts[0] === "build") leave = await showBuild(screen);
    else if (parts[0] === "office") leave = await showOffice(screen);
    else leave = await showPlans(screen, go);
    window.scrollTo(0, 0);
  } catch (error) {
    leave = () => {};
    if (!(error instanceof ApiError)) console.error(error);
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
      element("li", {}, element("a", { href: address, "aria-current": isCurrent ? "page" : null }, text)),
    ),
  );
}

function showFailure(screen, error) {
  const isAccess = error instanceof ApiError && error.status === 401;
  const text = isAccess ? say("noAccess") : error instanceof ApiError ? error.message : say("serverGone");
  screen.replaceChildren(
    element("main", { id: "main", class: "failure", tabindex: "-1" },
      element("h1", {}, text),
      isAccess ? element("p", {}, say("noAccessHelp")) : null,
      error instanceof ApiError ? element("p", {}, element("a", { href: "/" }, say("allPlans"))) : null,
      error instanceof ApiError ? null : button("↻", () => show(), { "aria-label": "Try again" }),
    ),
  );
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
window.addEventListener("popstate", async () => {
  await leave();
  await show();
});
request("GET", "/api/project").then((project) => {
  setText(find("project"), project.root.split(/[\\/]/).at(-1));
  if (project.read_only) document.body.classList.add("read-only");
}, () => {});
show();
