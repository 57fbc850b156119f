import { TerminalError } from "../../src/core/errors.ts";
import { line } from "../text.ts";

/** What a person wrote for a thing in a project: its number, and the project where it stands in the text. */
export interface Reference {
  id: number;
  project?: string;
}

type Kind = "merge request" | "issue" | "pipeline" | "job";

const inLinks: Record<Kind, RegExp> = {
  "merge request": /^(.+?)\/-\/merge_requests\/(\d+)(?:[/?#].*)?$/,
  issue: /^(.+?)\/-\/(?:issues|work_items)\/(\d+)(?:[/?#].*)?$/,
  pipeline: /^(.+?)\/-\/pipelines\/(\d+)(?:[/?#].*)?$/,
  job: /^(.+?)\/-\/jobs\/(\d+)(?:[/?#].*)?$/,
};

const short: Record<Kind, RegExp> = {
  "merge request": /^(?:([\w./-]+?)\s*!|!)?\s*(\d{1,9})$/,
  issue: /^(?:([\w./-]+?)\s*#|#)?\s*(\d{1,9})$/,
  pipeline: /^(?:([\w./-]+?)\s*#|#)?\s*(\d{1,18})$/,
  job: /^(?:([\w./-]+?)\s*#|#)?\s*(\d{1,18})$/,
};

const forms: Record<Kind, string> = {
  "merge request": "`!482`, `payments/ledger-api!482` or a pasted link to it",
  issue: "`#311`, `payments/ledger-api#311` or a pasted link to it",
  pipeline: "its number, such as `8812`, or a pasted link to it",
  job: "its number, such as `99120`, or a pasted link to it",
};

/** Reads `!482`, `payments/ledger-api!482`, `#311`, `8812`, or a pasted link of this GitLab. Throws with the forms it takes. */
export function readReference(text: string, kind: Kind, host: string): Reference {
  const given = text.trim();
  const path = pathOfLink(given, kind, host);
  const found = path === undefined ? short[kind].exec(given) : inLinks[kind].exec(path);
  const id = Number(found?.[2]);
  if (!found || !Number.isSafeInteger(id) || id < 1) {
    throw new TerminalError("bad_reference", `'${line(given, 80)}' is no ${kind}: expected ${forms[kind]}.`);
  }
  return { id, ...(found[1] !== undefined && { project: decodeURIComponent(found[1]) }) };
}

/** The path inside this GitLab of a pasted link; undefined for what is no link. */
function pathOfLink(given: string, kind: Kind, host: string): string | undefined {
  const bare = given.replace(/^<([^|>]*)(?:\|[^>]*)?>$/, "$1");
  if (!/^https?:\/\//i.test(bare)) return undefined;
  const base = `${host}/`;
  if (!bare.startsWith(base)) {
    throw new TerminalError(
      "bad_reference",
      `That link leads elsewhere, not to ${host}. Expected for the ${kind}: ${forms[kind]}.`,
    );
  }
  return bare.slice(base.length);
}
