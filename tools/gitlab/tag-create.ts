import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, link, plain } from "../text.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { deployHistory, isProduction } from "./environments.ts";
import { projectTarget } from "./entities.ts";
import { inertText } from "./quick-actions.ts";
import type { GitLabTooling } from "./tooling.ts";
import { onBehalf } from "./trail.ts";
import { findVersion } from "./versions.ts";
import { unlessMissing } from "./words.ts";

const messageCharsMax = 2000;

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  tag: words("Name of the new tag, such as 2.15.0", 100),
  ref: words("Branch or commit to tag. Left out: the default branch").optional(),
  message: words("Message of the tag", messageCharsMax).optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  web_url: z.string(),
  tag: z.string(),
  sha: z.string(),
  message: z.string(),
});
type Args = z.infer<typeof args>;

/** Tags exactly the commit that was shown; a tag starts the pipelines that a project has for tags. */
export function tagCreate({ api, access, locate }: GitLabTooling): WriteTool {
  return {
    name: "gitlab_tag_create",
    title: "Create a tag",
    description:
      'Makes a tag on a branch\'s newest commit or on a commit. For example {"project":"ledger-api","tag":"2.15.0","ref":"main"}. To publish notes with it, use gitlab_release_create.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { project: "project", tag: "text", ref: "text", message: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: { tag: "String" },
    risks: [2],
    lagMs: 2000,
    step: ({ tag }) => `Preparing the tag ${plain(said(tag) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      await access.require(project, roles.developer, "Having a tag made", context);
      const tag = checkTagName(wish.tag);
      const there = await unlessMissing(api.tag(project.id, tag, context.signal));
      if (there !== undefined) {
        throw new TerminalError(
          "gitlab_tag_exists",
          `${project.path_with_namespace} has a tag ${tag} already, at ${there.commit.id.slice(0, 8)}. Tags do not move; name another.`,
        );
      }
      const [from, history] = await Promise.all([
        findVersion(api, project, wish.ref ?? project.default_branch ?? "main", context),
        deployHistory(api, project.id, context),
      ]);
      const shipped = history.environments.filter(isProduction).map(({ name }) => line(name, 60));
      return {
        args: {
          project: project.path_with_namespace,
          project_id: project.id,
          web_url: project.web_url,
          tag,
          sha: from.sha,
          message: inertText(wish.message ?? "").trim(),
        },
        target: projectTarget(project),
        policyArgs: { tag },
        risk: 2,
        version: "absent",
        preview: {
          sentence: `Tag ${project.path_with_namespace} ${from.sha.slice(0, 8)} as ${tag}`,
          fields: [
            { label: "Commit", value: `${from.sha.slice(0, 8)}, from ${line(from.name, 80)}` },
            ...(wish.message === undefined
              ? []
              : [{ label: "Message", value: inertText(wish.message).trim() }]),
            ...(shipped.length === 0
              ? []
              : [
                  {
                    label: "Note",
                    value: `A tag starts its own pipeline; this project deploys to ${shipped.join(", ")}`,
                  },
                ]),
          ],
        },
      };
    },
    version: async (given, context) => {
      const { project_id: projectId, tag } = canonical(args, given);
      const there = await unlessMissing(api.tag(projectId, tag, context.signal));
      return there === undefined ? "absent" : `at:${there.commit.id}`;
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const message = `${wish.message === "" ? "" : `${wish.message}\n\n`}Tagged by Steward ${onBehalf(context)}.`;
      await api.createTag(wish.project_id, wish.tag, wish.sha, message, context.signal);
      return outputOf(wish);
    },
    find: (given, context) => findTag(api, canonical(args, given), context),
  };
}

/** A name that git takes for a tag. Throws with what is wrong with it. */
export function checkTagName(text: string): string {
  const name = line(text, 100);
  const fits = /^[\w][\w.+/-]*$/.test(name) && !/\.\.|\/\/|\.lock$|[./]$|^[0-9a-f]{40}$/.test(name);
  if (fits) return name;
  throw new TerminalError(
    "bad_argument",
    `'${name}' is no name for a tag. Expected letters, digits, dots and dashes, such as \`2.14.1\`.`,
  );
}

const outputOf = (wish: Args) => {
  const url = `${wish.web_url}/-/tags/${encodeURIComponent(wish.tag)}`;
  return {
    text: `${link(`${plain(wish.project)} ${plain(wish.tag)}`, url)} was made at ${wish.sha.slice(0, 8)}.`,
    sources: [{ label: `tag ${wish.tag}`, url }],
    data: { tag: wish.tag, sha: wish.sha },
    untrusted: [],
  };
};

/** Done where the tag's own message names this action. */
async function findTag(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const tag = await unlessMissing(api.tag(wish.project_id, wish.tag, context.signal));
  const own =
    tag?.commit.id === wish.sha && (tag.message ?? "").trimEnd().endsWith(`action ${context.callId}.`);
  return own ? { kind: "done", output: outputOf(wish) } : { kind: "not_done" };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "tag {project} 2.15.0",
  "create the tag 2.15.0 on main of {project}",
  "make a tag v3.0.0 in {project}",
  "tag main of {project} as 2.15.0",
  "new tag 2.15.0 for {project}",
  "put the tag 1.2.3 on the newest commit of {project}",
  "add a tag to {project}",
  "please tag {project} with 4.0.0",
  "set a git tag in {project}",
  "create tag release-7 in {project}",
  "tag the head of main in {project}",
  "mark {project} main as version 2.15.0 with a tag",
];
