import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, detail, said, words } from "../input.ts";
import { someAtOnce } from "../some-at-once.ts";
import { count, link, plain, quoted, sized } from "../text.ts";
import { instanceTarget, projectTarget } from "./entities.ts";
import { type Page, rank, termsOf } from "./kb-rank.ts";
import { fileUrl } from "./code-place.ts";
import type { Project } from "./shapes.ts";
import type { Blob } from "./shapes-code.ts";
import type { GitLabTooling } from "./tooling.ts";
import { roles } from "./access.ts";
import { unlessMissing } from "./words.ts";

/** Projects searched at once where none is named: the configured ones, else the person's most recently active. */
const projectsMax = { configured: 10, active: 4 } as const;
const searchesAtOnce = 4;
const shownMax = { short: 5, full: 12 } as const;
const excerptCharsMax = { short: 500, full: 1500 } as const;
/** Matches of one word in one place that are looked at. */
const matchesMax = 20;

const input = z.strictObject({
  question: words("What to look for: a question, or a few words", 300),
  project: words("Only in this project").optional(),
  detail: detail("more pages and longer excerpts"),
});

const args = z.object({
  question: z.string(),
  projects: z.array(z.object({ id: z.int(), path: z.string(), ref: z.string(), code: z.boolean() })),
  detail: z.enum(["short", "full"]),
});
type Args = z.infer<typeof args>;
type Place = Args["projects"][number];

/** What the company wrote down: wiki pages and Markdown files, with where each stands. `knowledge` names projects. */
export function kbSearch(tooling: GitLabTooling, knowledge: readonly string[]): ReadTool {
  const { api, locate, access } = tooling;
  return {
    name: "kb_search",
    title: "Search what is written down",
    description:
      'Searches wiki pages and Markdown files (runbooks, handbooks, decisions) and quotes them with links. For example {"question":"what to do with a stuck payout"}.',
    system: "kb",
    effect: "read",
    input,
    slots: { question: "text", project: "project" },
    examples,
    targetTypes: ["GitLabInstance", "Project"],
    policyArgs: {},
    step: ({ question }) => `Looking for “${plain(said(question) ?? "", 80)}” in wikis and docs`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const named = wish.project === undefined ? undefined : await locate.project(wish.project, context);
      const projects = named ? [named] : await searched(tooling, knowledge, context);
      if (termsOf(wish.question).length === 0)
        throw new TerminalError("bad_argument", "The question holds no word to look for. Name one or two.");
      const places = await Promise.all(
        projects.map(async (one): Promise<Place> => {
          const code = (await access.level(one.id, context)) >= roles.reporter;
          return { id: one.id, path: one.path_with_namespace, ref: one.default_branch ?? "HEAD", code };
        }),
      );
      return {
        args: {
          question: wish.question,
          projects: places.map((one) => ({ ...one })),
          detail: wish.detail ?? "short",
        },
        target: named ? projectTarget(named) : instanceTarget(api.host),
        policyArgs: {},
      };
    },
    run: (given, context) => search(tooling, canonical(args, given), context),
  };
}

/** Only what the person is a member of, whoever configured what. */
async function searched(
  { api, access }: GitLabTooling,
  knowledge: readonly string[],
  context: CallContext,
): Promise<Project[]> {
  if (knowledge.length === 0) return (await access.projects(context)).slice(0, projectsMax.active);
  const found = await Promise.all(
    knowledge
      .slice(0, projectsMax.configured)
      .map((path) => unlessMissing(api.project(path, context.signal))),
  );
  const there = found.filter((one): one is Project => one !== undefined);
  const mine = await access.visible(
    there.map(({ id }) => id),
    context,
  );
  return there.filter(({ id }) => mine.has(id));
}

async function search({ api }: GitLabTooling, wish: Args, context: CallContext): Promise<ToolOutput> {
  const terms = termsOf(wish.question);
  const asks = wish.projects.flatMap((place) =>
    terms.flatMap((term) => [
      { place, term, scope: "wiki_blobs" as const, text: term },
      ...(place.code ? [{ place, term, scope: "blobs" as const, text: `${term} extension:md` }] : []),
    ]),
  );
  const answers = await someAtOnce(asks, searchesAtOnce, async ({ place, term, scope, text }) => {
    // A project whose wiki or code is switched off answers 403 or 404, and spoils no other.
    const found = await api
      .search(scope, place.id, { text, max: matchesMax }, context)
      .catch((error: unknown) => {
        if (context.signal.aborted || !(error instanceof TerminalError)) throw error;
        return "unreadable" as const;
      });
    if (found === "unreadable") return { unreadable: place.path, pages: [] };
    return { pages: found.map((blob) => pageOf(blob, place, scope, term, api.host)) };
  });
  const pages = rank(
    answers.flatMap((one) => one.pages),
    terms,
  );
  const unreadable = new Set(answers.flatMap((one) => one.unreadable ?? []));
  return outputOf(wish, pages, [...unreadable]);
}

function pageOf(blob: Blob, place: Place, scope: "blobs" | "wiki_blobs", term: string, host: string): Page {
  const wiki = scope === "wiki_blobs";
  const slug = blob.path.replace(/\.(?:md|markdown|asciidoc|adoc|rdoc|org|textile)$/i, "");
  const url = wiki
    ? `${host}/${place.path}/-/wikis/${slug.split("/").map(encodeURIComponent).join("/")}`
    : `${fileUrl(place.path, host, place.ref, blob.path)}#L${blob.startline ?? 1}`;
  return {
    name: `${place.path}: ${wiki ? `wiki/${slug}` : blob.path}`,
    project: place.path,
    url,
    text: blob.data,
    term,
  };
}

function outputOf(wish: Args, pages: ReturnType<typeof rank>, unreadable: string[]): ToolOutput {
  const shown = pages.slice(0, shownMax[wish.detail]);
  const where = wish.projects.map(({ path }) => plain(path)).join(", ");
  const text = [
    shown.length === 0
      ? `**Nothing is written down about “${plain(wish.question, 100)}”** in ${where || "any project you are a member of"}. Other words, or another project, may find it.`
      : `**${count(pages.length, "page")} about “${plain(wish.question, 100)}”**, best first, from ${where}.`,
    ...shown.map(
      ({ name, url, excerpts }) =>
        `${link(plain(name), url)}\n\n${quoted(excerpts.join("\n…\n"), excerptCharsMax[wish.detail])}`,
    ),
    ...(pages.length > shown.length
      ? [`${shown.length} of ${pages.length} shown. Narrow it with more words, or a project.`]
      : []),
    ...(unreadable.length > 0
      ? [`Not everything could be searched in ${unreadable.map((one) => plain(one)).join(", ")}.`]
      : []),
  ].join("\n\n");
  return {
    text: sized(text, wish.detail, "Narrow it with more words, or a project."),
    sources: shown.map(({ name, url }) => ({ label: name, url })),
    data: { found: pages.length },
    untrusted:
      shown.length === 0 ? [] : [`pages of ${[...new Set(shown.map(({ project }) => project))].join(", ")}`],
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "what does the wiki say about this?",
  "search the wiki",
  "is there a runbook for this",
  "where is this documented?",
  "search the docs",
  "what do our docs say",
  "find the page in the handbook",
  "look it up in the wiki of {project}",
  "is that written down somewhere",
  "search the knowledge base",
  "which runbook covers this?",
  "how do we do this, is there a guide",
];
