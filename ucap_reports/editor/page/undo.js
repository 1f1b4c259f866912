// Undo and redo: what is said, and the screen that shows what was changed.

import { ApiError, request, Unreachable } from "/api.js";
import { tell } from "/dom.js";
import { say } from "/texts.js";

/** Undo or redo the last change, and show the screen that it was made on; `reload` shows what has changed on this one. */
export async function takeStep(path, go, reload) {
  const isUndo = path === "/api/undo";
  try {
    const step = await request("POST", path);
    const message = say(isUndo ? "undone" : "redone", { change: say(`change_${step.command}`) });
    const address = screenOf(step);
    if (address !== location.pathname) return go(address, { message });
    await reload();
    tell(message);
  } catch (error) {
    if (error instanceof Unreachable) return tell(error.message, "error");
    if (!(error instanceof ApiError)) throw error;
    tell(whyNotUndone(error), "error");
    await reload().catch(() => {});
  }
}

function whyNotUndone(error) {
  if (error.status !== 409) return error.message; // such as a file that the disk does not let write
  return say(error.body?.conflicts ? "undoRefused" : "nothingToUndo");
}

/** The address of the screen that shows what a step has changed: the files, and the ids of the plans that exist. */
function screenOf({ files, existing }) {
  if (files.some((file) => file === "ucap.yaml" || file.startsWith("templates/"))) return "/office";
  const translation = files.length === 1 ? /^translations\/([^/]+)\/(.+)\.[a-z]+$/.exec(files[0]) : null;
  if (translation !== null) {
    const [, language, plan] = translation;
    return `/plans/${encodeURIComponent(plan)}/translations/${encodeURIComponent(language)}`;
  }
  const isPictures = files.every((file) => file.startsWith("plans/pictures/"));
  const isOfManyPlans = ["/", "/replies"].includes(location.pathname);
  if (isPictures || isOfManyPlans) return location.pathname; // they show it themselves
  return existing.length === 1 ? `/plans/${encodeURIComponent(existing[0])}` : "/";
}
