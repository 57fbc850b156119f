import type { User } from "../types.ts";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);

const style = [
  "body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}",
  "label,select,button{font:inherit}select,button{padding:.4rem .8rem;margin:.25rem .5rem .25rem 0}",
].join("");

/** The page on which a person says who they are and lets an application in. The fields go back as they came. */
export const consentPage = (
  application: string,
  scopes: readonly string[],
  people: readonly User[],
  fields: Readonly<Record<string, string>>,
): string => {
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  const options = people.map(
    ({ username, name }) =>
      `<option value="${escaped(username)}">${escaped(name)} (${escaped(username)})</option>`,
  );
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Authorize ${escaped(application)}</title>`,
    `<link rel="icon" href="data:,"><style>${style}</style></head><body>`,
    `<h1>Authorize ${escaped(application)}</h1>`,
    `<p>This is the sandbox's GitLab. ${escaped(application)} asks to act as you, with: ${escaped(scopes.join(", "))}.</p>`,
    `<form method="post" action="/oauth/authorize">${hidden.join("")}`,
    `<p><label>Sign in as <select name="username">${options.join("")}</select></label></p>`,
    `<p><button name="answer" value="yes">Authorize</button><button name="answer" value="no">Cancel</button></p>`,
    "</form></body></html>",
  ].join("");
};
