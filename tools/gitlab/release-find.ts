import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, link, plain, quoted, table } from "../text.ts";
import { ago } from "../times.ts";
import type { GitLabApi } from "./api.ts";
import { projectTarget } from "./entities.ts";
import type { Release, Tag } from "./shapes-delivery.ts";
import { type GitLabTooling, isOwn } from "./tooling.ts";
import { unlessMissing } from "./words.ts";

const rowsShown = 10;
/** Characters of the notes of one release. */
const notesCharsMax = 3000;

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  version: words("Tag of one release, such as 2.14.0, for its notes").optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  web_url: z.string(),
  version: z.string().optional(),
});
type Args = z.infer<typeof args>;

/** Releases and tags of a project, or the notes of one release. */
export function releaseFind({ api, locate }: GitLabTooling): ReadTool {
  return {
    name: "gitlab_release_find",
    title: "Find releases and tags",
    description:
      'Lists the newest releases and tags of a project, or shows one release with its notes. For example {"project":"ledger-api"} or {"project":"ledger-api","version":"2.14.0"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { project: "project", version: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: {},
    step: ({ project }) => `Looking for releases of ${plain(said(project) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      return {
        args: {
          project: project.path_with_namespace,
          project_id: project.id,
          web_url: project.web_url,
          ...(wish.version !== undefined && { version: wish.version }),
        },
        target: projectTarget(project),
        policyArgs: {},
      };
    },
    run: (given, context) => {
      const wish = canonical(args, given);
      return wish.version === undefined ? list(api, wish, context) : one(api, wish, wish.version, context);
    },
  };
}

async function list(api: GitLabApi, wish: Args, context: CallContext): Promise<ToolOutput> {
  const [tags, releases] = await Promise.all([
    api.tags(wish.project_id, undefined, rowsShown, context.signal),
    api.releases(wish.project_id, rowsShown, context.signal),
  ]);
  const rows = tags.map((tag) => {
    const release = releases.find(({ tag_name: name }) => name === tag.name);
    return [
      link(plain(tag.name, 60), `${wish.web_url}/-/tags/${encodeURIComponent(tag.name)}`),
      tag.commit.id.slice(0, 8),
      ageOf(tag, context),
      release ? plain(release.name ?? tag.name, 80) : tag.release ? "released" : "no release",
    ];
  });
  const others = releases.some(({ author }) => author && !isOwn(author, context));
  return {
    text:
      rows.length === 0
        ? `**${plain(wish.project)} has no tags and no releases.**`
        : `**Newest tags and releases of ${plain(wish.project)}**${rows.length === rowsShown ? `, ${rowsShown} shown` : ""}.\n\n${table(["Tag", "Commit", "Made", "Release"], rows)}`,
    sources: [{ label: `releases of ${wish.project}`, url: `${wish.web_url}/-/releases` }],
    data: { tags: tags.map(({ name }) => name) },
    choices: tags.map(({ name }) => ({ value: name, label: line(name, 75) })),
    untrusted: others ? [`names of releases of ${wish.project}`] : [],
  };
}

const ageOf = ({ created_at: at, commit }: Tag, context: CallContext): string => {
  const made = at ?? commit.created_at;
  return made ? ago(made, context.now()) : "";
};

async function one(api: GitLabApi, wish: Args, version: string, context: CallContext): Promise<ToolOutput> {
  const names = [version.trim(), /^v\d/i.test(version) ? version.trim().slice(1) : `v${version.trim()}`];
  for (const name of names) {
    const release = await unlessMissing(api.release(wish.project_id, name, context.signal));
    if (release !== undefined) return noted(wish, release, context);
  }
  const { text, ...rest } = await list(api, wish, context);
  return { ...rest, text: `${plain(wish.project)} has no release '${plain(version, 60)}'.\n\n${text}` };
}

function noted(wish: Args, one: Release, context: CallContext): ToolOutput {
  const own = one.author ? isOwn(one.author, context) : false;
  const by = one.author ? ` by ${plain(one.author.name, 60)}` : "";
  const at = one.released_at ? `, ${ago(one.released_at, context.now())}` : "";
  const { _links: links } = one;
  const url = links?.self ?? `${wish.web_url}/-/releases`;
  return {
    text: [
      `**${link(plain(one.name ?? one.tag_name, 120), url)}** (tag ${plain(one.tag_name, 60)}) of ${plain(wish.project)}${by}${at}.`,
      ...(one.description ? [`Notes:\n\n${quoted(one.description, notesCharsMax)}`] : ["It has no notes."]),
    ].join("\n\n"),
    sources: [{ label: `release ${one.tag_name}`, url }],
    data: { tag: one.tag_name },
    untrusted: own
      ? []
      : [`notes of release ${line(one.tag_name, 60)}${one.author ? ` by ${one.author.username}` : ""}`],
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "releases of {project}",
  "what is the newest release of {project}?",
  "list the tags of {project}",
  "latest version of {project}",
  "show the release notes of {project} 2.14.0",
  "what changed in release 2.14.0 of {project}",
  "which tags does {project} have",
  "when was {project} last released?",
  "show all releases in {project}",
  "newest tag of {project}",
  "what is in the last release of {project}",
  "find the releases of {project}",
];
