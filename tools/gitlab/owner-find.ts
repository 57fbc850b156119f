import { z } from "zod";
import type { CallContext, ReadTool, ToolOutput } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { link, plain, sized } from "../text.ts";
import { codePlace, fileUrl, filesOf, pathOf } from "./code-place.ts";
import { ownerFiles, type Ownership, ownersOf } from "./codeowners.ts";
import { textOf } from "./file-lines.ts";
import type { RepositoryFile } from "./shapes-code.ts";
import type { GitLabTooling } from "./tooling.ts";
import { unlessMissing } from "./words.ts";

const input = z.strictObject({
  project: words("Project: its path such as payments/ledger-api, or its name"),
  path: words("Path of the file", 250),
  ref: words("Branch, tag or commit; left out: the default branch").optional(),
});

const args = z.object({ project: z.string(), project_id: z.int(), path: z.string(), ref: z.string() });

/** Who has to approve changes of a file, by the project's CODEOWNERS. */
export function ownerFind(tooling: GitLabTooling): ReadTool {
  return {
    name: "gitlab_owner_find",
    title: "See who owns a file",
    description:
      'Who owns a file by the project\'s CODEOWNERS, section by section, with the line that says so. For example {"project":"payments/ledger-api","path":"src/payouts/retry.ts"}.',
    system: "gitlab",
    effect: "read",
    input,
    slots: { project: "project", path: "text", ref: "text" },
    examples,
    targetTypes: ["Project"],
    policyArgs: {},
    step: ({ path }) => `Looking for who owns ${plain(said(path) ?? "", 100)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const { project, ref, target } = await codePlace(tooling, wish, context);
      return {
        args: {
          ...{ project: project.path_with_namespace, project_id: project.id, ref },
          path: pathOf(wish.path),
        },
        target,
        policyArgs: {},
      };
    },
    run: (given, context) => owners(tooling, canonical(args, given), context),
  };
}

async function owners(
  { api }: GitLabTooling,
  wish: z.infer<typeof args>,
  context: CallContext,
): Promise<ToolOutput> {
  const files = await Promise.all(
    ownerFiles.map((path) => unlessMissing(api.file(wish.project_id, path, wish.ref, context))),
  );
  const file = files.find((one): one is RepositoryFile => one !== undefined);
  const name = `${plain(wish.path)} of ${plain(wish.project)}`;
  if (file === undefined) {
    return {
      text: `**${plain(wish.project)} has no CODEOWNERS file** at ${plain(wish.ref, 60)}, so nobody owns ${plain(wish.path)} in GitLab. gitlab_file_blame says who wrote it.`,
      ...{ sources: [], data: { owners: [] }, untrusted: [] },
    };
  }
  const url = fileUrl(wish.project, api.host, wish.ref, file.file_path);
  const found = ownersOf(textOf(file) ?? "", wish.path);
  const source = link(plain(file.file_path), url);
  const text =
    found.length === 0
      ? `**Nobody owns ${name}**: no line of ${source} fits it.`
      : [`**Owners of ${name}**, by ${source}:`, found.map((one) => rowOf(one, url)).join("\n")].join("\n\n");
  return {
    text: sized(text, "short", "Open the file in GitLab."),
    sources: [{ label: file.file_path, url }],
    data: { owners: [...new Set(found.flatMap((one) => one.owners))].slice(0, 50) },
    untrusted: [filesOf(wish.project, file.file_path)],
  };
}

/** A mention stands as code: a name in a file may not call anybody. */
function rowOf(one: Ownership, url: string): string {
  const section = one.section === "" ? "" : `${plain(one.section, 80)}: `;
  const names = one.owners.map((owner) => `\`${owner}\``).join(", ");
  const asks = one.optional ? " (optional)" : one.approvals > 1 ? ` (${one.approvals} of them)` : "";
  return `- ${section}${names}${asks}, ${link(`line ${one.line}`, `${url}#L${one.line}`)}: ${plain(one.pattern, 120)}`;
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "who owns this file in {project}?",
  "code owners of {project}",
  "who has to approve changes to this file in {project}",
  "who is responsible for this folder of {project}",
  "codeowners for a path in {project}",
  "which team owns the file in {project}?",
  "who decides about this code in {project}",
  "owner of the file in {project}",
  "whom do I ask about this path in {project}",
  "who must review this file of {project}",
  "who maintains this part of {project}?",
  "find the owners of a file in {project}",
];
