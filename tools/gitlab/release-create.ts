import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Found, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, link, plain } from "../text.ts";
import { roles } from "./access.ts";
import type { GitLabApi } from "./api.ts";
import { projectTarget } from "./entities.ts";
import { inertLine, inertText } from "./quick-actions.ts";
import type { Release } from "./shapes-delivery.ts";
import { checkTagName } from "./tag-create.ts";
import type { GitLabTooling } from "./tooling.ts";
import { onBehalf } from "./trail.ts";
import { findVersion } from "./versions.ts";
import { unlessMissing } from "./words.ts";

const nameCharsMax = 200;
const notesCharsMax = 20_000;

const input = z.strictObject({
  project: words("Project, such as ledger-api or payments/ledger-api"),
  version: words("Tag of the release, such as 2.14.1; a new one needs a ref", 100),
  notes: words("Release notes, in Markdown", notesCharsMax).optional(),
  name: words("Name of the release. Left out: the tag", nameCharsMax).optional(),
  ref: words("Branch or commit on which a new tag is made").optional(),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  web_url: z.string(),
  tag: z.string(),
  sha: z.string(),
  /** The tag is made with the release. */
  new_tag: z.boolean(),
  name: z.string(),
  notes: z.string(),
});
type Args = z.infer<typeof args>;

/** Publishes a release at a tag; where the tag is new it is made at exactly the commit that was shown. */
export function releaseCreate({ api, access, locate }: GitLabTooling): WriteTool {
  return {
    name: "gitlab_release_create",
    title: "Create a release",
    description:
      'Publishes a release of a project at a tag, with notes; makes the tag where a ref is given. For example {"project":"ledger-api","version":"2.14.1","notes":"Retries keep their key."} or {"project":"ledger-api","version":"2.15.0","ref":"main"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { project: "project", version: "text", notes: "text", name: "text", ref: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: { version: "String", new_tag: "Boolean" },
    risks: [2],
    lagMs: 2000,
    step: ({ version }) => `Preparing the release ${plain(said(version) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      await access.require(project, roles.developer, "Having a release published", context);
      const name = checkTagName(wish.version);
      const tag = await unlessMissing(api.tag(project.id, name, context.signal));
      if (await unlessMissing(api.release(project.id, name, context.signal)))
        throw new TerminalError(
          "gitlab_release_exists",
          `${project.path_with_namespace} has a release ${name} already.`,
        );
      if (tag === undefined && wish.ref === undefined) {
        throw new TerminalError(
          "bad_argument",
          `${project.path_with_namespace} has no tag ${name}. Give the branch or commit on which it is to be made (ref), or name a tag that is there.`,
        );
      }
      const sha = tag?.commit.id ?? (await findVersion(api, project, wish.ref ?? "", context)).sha;
      const resolved: Args = {
        project: project.path_with_namespace,
        project_id: project.id,
        web_url: project.web_url,
        tag: name,
        sha,
        new_tag: tag === undefined,
        name: inertLine(wish.name ?? name, nameCharsMax),
        notes: inertText(wish.notes ?? "").trim(),
      };
      return {
        args: resolved,
        target: projectTarget(project),
        policyArgs: { version: name, new_tag: tag === undefined },
        risk: 2,
        version: `${sha}:unreleased`,
        preview: {
          sentence: `Release ${project.path_with_namespace} ${name}`,
          fields: [
            {
              label: "Tag",
              value: `${name} at ${sha.slice(0, 8)}${tag === undefined ? `, new, from ${line(wish.ref ?? "", 80)}` : ""}`,
            },
            { label: "Name", value: resolved.name },
            { label: "Notes", value: resolved.notes === "" ? "none" : resolved.notes },
          ],
        },
      };
    },
    version: (given, context) => versionNow(api, canonical(args, given), context),
    run: async (given, context) => {
      const wish = canonical(args, given);
      const trail = `Released by Steward ${onBehalf(context)}.`;
      const order = {
        tag: wish.tag,
        name: wish.name,
        description: `${wish.notes === "" ? "" : `${wish.notes}\n\n`}${trail}`,
        message: trail,
        ...(wish.new_tag && { ref: wish.sha }),
      };
      return outputOf(wish, await api.createRelease(wish.project_id, order, context.signal));
    },
    find: (given, context) => findRelease(api, canonical(args, given), context),
  };
}

/** Changes when the tag moves or appears, and when somebody releases it. */
async function versionNow(api: GitLabApi, wish: Args, context: CallContext): Promise<string> {
  const [tag, release] = await Promise.all([
    unlessMissing(api.tag(wish.project_id, wish.tag, context.signal)),
    unlessMissing(api.release(wish.project_id, wish.tag, context.signal)),
  ]);
  const sha = tag?.commit.id ?? (wish.new_tag ? wish.sha : "gone");
  const appeared = wish.new_tag && tag !== undefined ? ":tagged" : "";
  return `${sha}:${release === undefined ? "unreleased" : "released"}${appeared}`;
}

const outputOf = (wish: Args, { _links: links }: Release) => {
  const url = links?.self ?? `${wish.web_url}/-/releases/${encodeURIComponent(wish.tag)}`;
  return {
    text: `${link(`${plain(wish.project)} ${plain(wish.tag)}`, url)} was released at ${wish.sha.slice(0, 8)}.`,
    sources: [{ label: `release ${wish.tag}`, url }],
    data: { tag: wish.tag },
    untrusted: [],
  };
};

/** Done where the release was made by the account that acts and its notes name this action. */
async function findRelease(api: GitLabApi, wish: Args, context: CallContext): Promise<Found> {
  const [release, me] = await Promise.all([
    unlessMissing(api.release(wish.project_id, wish.tag, context.signal)),
    api.me(context.signal),
  ]);
  const own =
    release?.author?.id === me.id && (release.description ?? "").endsWith(`action ${context.callId}.`);
  return release !== undefined && own
    ? { kind: "done", output: outputOf(wish, release) }
    : { kind: "not_done" };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "create a release of {project}",
  "release {project} 2.14.1",
  "publish the release 2.14.1 of {project}",
  "make a release for {project} from main",
  "cut a release 2.15.0 of {project}",
  "new release of {project} at tag 2.14.1",
  "publish release notes for {project} 2.14.1",
  "create the release 3.0.0 in {project}",
  "please cut version 2.15.0 of {project} from main",
  "announce 2.14.1 of {project} as a release",
  "draft a new release in {project}",
  "turn the tag 2.14.1 of {project} into a release",
];
