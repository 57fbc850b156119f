import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { People } from "../../turn/types.ts";
import type { Log } from "../log.ts";
import { visible } from "../markdown/safe-text.ts";
import type { RunLinks } from "./links.ts";
import type { LookAtRun } from "./look.ts";
import type { RunView } from "./view.ts";

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
section { border: 1px solid #8886; border-radius: .5rem; padding: .5rem 1rem; margin: .75rem 0; }
section h3 { font-size: 1rem; margin: .25rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8881; padding: .5rem; border-radius: .25rem; }
`;

const styleHash = createHash("sha256").update(style).digest("base64");

const headers = {
  "content-type": "text/html; charset=utf-8",
  // Nothing is loaded, run, framed or sent from here.
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
} as const;

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** Text as HTML: what steers or hides is taken out, what is markup is spelt out. */
const html = (text: string): string => visible(text).replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? "");

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${html(title)}</title><style>${style}</style></head><body>${body}</body></html>`;

const pairs = (entries: readonly (readonly [string, string])[]): string =>
  entries.length === 0
    ? ""
    : `<dl>${entries.map(([name, value]) => `<dt>${html(name)}</dt><dd>${html(value)}</dd>`).join("")}</dl>`;

const list = (heading: string, items: readonly string[], empty: string): string =>
  `<h2>${html(heading)}</h2>${items.length === 0 ? `<p>${html(empty)}</p>` : items.join("")}`;

const callHtml = (call: RunView["calls"][number]): string =>
  `<section><h3>${html(call.title)}</h3><p>${html(call.standing)}</p>${pairs(call.args)}${
    call.result === undefined
      ? "<p>What it gave is shown to the person who asked.</p>"
      : `<pre>${html(call.result)}</pre>`
  }</section>`;

const actionHtml = (action: RunView["actions"][number]): string =>
  `<section><h3>${html(action.title)}</h3><p>${html(action.sentence)}</p><p>${html(action.standing)}</p>${pairs(
    action.args,
  )}${action.votes.map((vote) => `<p>${html(vote)}</p>`).join("")}</section>`;

/** The page of one run, as one person may see it. */
export const runPage = (run: RunView): string => {
  const seconds = run.seconds === undefined ? [] : [["Took", `${run.seconds.toFixed(1)} s`] as const];
  const others = run.candidates.map(({ title, score }) => `${title} (${score.toFixed(2)})`).join(", ");
  return page(
    "A run of Steward",
    [
      `<h1>${html(run.question)}</h1>`,
      pairs([
        ["Asked by", run.by],
        ["Began", run.began.toISOString()],
        ...seconds,
        ["State", run.state],
        ["Agent", `${run.agent}: ${run.why}`],
        ...(others === "" ? [] : [["Considered", others] as const]),
      ]),
      list("Tool calls", run.calls.map(callHtml), "No tool was called."),
      list("Actions and approvals", run.actions.map(actionHtml), "Nothing was to be changed."),
      list(
        "Cost",
        run.cost.map((line) => `<p>${html(line)}</p>`),
        "",
      ),
    ].join(""),
  );
};

const refusal = page(
  "This link is no longer good",
  "<h1>This link is no longer good</h1><p>A link is made for one person and lives for ten minutes. Press Details below the answer in Slack for a new one.</p>",
);

const failure = page(
  "Not now",
  "<h1>This run could not be shown now</h1><p>Please try again in a moment.</p>",
);

/** What the page needs. */
export interface RunPageParts {
  links: RunLinks;
  /** Runs work as seen from a workspace. */
  within<T>(workspace: string, work: () => Promise<T>): Promise<T>;
  people: People;
  look: LookAtRun;
  log: Log;
}

const answerFor = async (
  { links, within, people, look }: RunPageParts,
  request: IncomingMessage,
): Promise<{ status: number; body: string }> => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const link = links.read(url.pathname.slice("/runs/".length), url.searchParams);
  if (link === undefined) return { status: 403, body: refusal };
  const run = await within(link.workspace, async () =>
    look(link.turn, await people.principal(link.workspace, link.user)),
  );
  return run === undefined ? { status: 403, body: refusal } : { status: 200, body: runPage(run) };
};

/** `GET /runs/<id>`: one run, for whom a link was made; who may see it is asked anew. */
export const runRoute = (parts: RunPageParts) => ({
  path: "/runs/:turn",
  method: ["GET"],
  handler(request: IncomingMessage, response: ServerResponse): void {
    answerFor(parts, request).then(
      ({ status, body }) => response.writeHead(status, headers).end(body),
      (error: unknown) => {
        parts.log.error({ err: error }, "a run could not be shown");
        response.writeHead(500, headers).end(failure);
      },
    );
  },
});
