import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Field, ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, link, plain } from "../text.ts";
import { roleName, roles } from "./access.ts";
import { projectTarget } from "./entities.ts";
import {
  endOf,
  givenRoles,
  levelOf,
  membershipWords,
  type Standing,
  standingOf,
  standingVersion,
  standingWords,
} from "./members.ts";
import { nothingToDo } from "./issue-writing.ts";
import { findPerson } from "./people.ts";
import type { GitLabTooling } from "./tooling.ts";

const input = z.strictObject({
  project: words("Project: its path such as payments/ledger-api, or its name"),
  person: words("Who: a GitLab user name, a name, or me"),
  role: z.enum(givenRoles).describe("Role; left out: the present one stays").optional(),
  until: words("Last day, as 2027-02-18, or never"),
});

const args = z.object({
  project: z.string(),
  project_id: z.int(),
  person: z.string(),
  user_id: z.int(),
  level: z.int(),
  /** Empty: no end. */
  expires: z.string(),
  had: z.object({ level: z.int(), expires: z.string() }).optional(),
});
type Args = z.infer<typeof args>;

/** Makes somebody a member of a project, or changes their role or the day it ends. Access, so two people decide. */
export function memberSet(tooling: GitLabTooling): WriteTool {
  const { api, access, locate } = tooling;
  return {
    name: "gitlab_member_set",
    title: "Give access to a project",
    description:
      "Makes somebody a member of a project, or changes their role or the day it ends. " +
      'For example {"project":"payments/ledger-api","person":"tomas","role":"developer","until":"2027-02-18"}.',
    system: "gitlab",
    effect: "write",
    input,
    slots: { project: "project", person: "person_me", until: "date" },
    examples,
    targetTypes: ["Project"],
    policyArgs: { person: "String", role: "String", expires: "Boolean" },
    asPerson: true,
    risks: [3],
    lagMs: 3000,
    step: ({ person }) => `Preparing access for ${plain(said(person) ?? "", 80)}`,
    resolve: async (given, context) => {
      const wish = canonical(input, given);
      const project = await locate.project(wish.project, context);
      await access.require(project, roles.maintainer, "Giving access", context);
      const user = await findPerson(api, access, wish.person, context, "person");
      const standing = await standingOf(tooling, project, user, context);
      const level = levelWanted(wish.role, standing, user.name);
      const expires = endOf(wish.until, context.now());
      refuseUseless(standing, level, expires, `${user.name} in ${project.path_with_namespace}`);
      const had = standing.own && {
        level: standing.own.access_level,
        expires: standing.own.expires_at ?? "",
      };
      return {
        args: {
          ...{ project: project.path_with_namespace, project_id: project.id },
          ...{ person: user.username, user_id: user.id, level, expires },
          ...(had && { had }),
        },
        target: projectTarget(project),
        policyArgs: { person: user.username, role: roleName(level), expires: expires !== "" },
        risk: 3,
        version: standingVersion(standing),
        preview: {
          sentence: `${had === undefined ? "Make" : "Keep"} ${line(user.name, 80)} (${user.username}) ${had === undefined ? "a member of" : "a member, changed, of"} ${project.path_with_namespace}`,
          fields: fieldsOf(standing, level, expires),
        },
      };
    },
    version: async (given, context) => {
      const wish = canonical(args, given);
      return standingVersion(
        await standingOf(tooling, { id: wish.project_id }, { id: wish.user_id }, context),
      );
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const send = wish.had === undefined ? api.addMember : api.editMember;
      await send(wish.project_id, wish.user_id, { level: wish.level, expires: wish.expires }, context);
      return outputOf(wish, api.host);
    },
    find: async (given, context) => {
      const wish = canonical(args, given);
      const { own } = await standingOf(tooling, { id: wish.project_id }, { id: wish.user_id }, context);
      const stands = own && { level: own.access_level, expires: own.expires_at ?? "" };
      if (stands?.level === wish.level && stands.expires === wish.expires)
        return { kind: "done", output: outputOf(wish, api.host) };
      if (stands?.level === wish.had?.level && stands?.expires === wish.had?.expires)
        return { kind: "not_done" };
      return { kind: "unknown", why: "The membership is neither what it was nor what it was to become." };
    },
    undo: (given, _output, context: CallContext) => {
      const { project, person, had } = canonical(args, given);
      if (had === undefined)
        return Promise.resolve({ tool: "gitlab_member_remove", args: { project, person } });
      const role = givenRoles.find((one) => levelOf(one) === had.level);
      const over = had.expires !== "" && had.expires <= context.now().toISOString().slice(0, 10);
      if (role === undefined || over) return Promise.resolve(undefined);
      const back = { project, person, role, until: had.expires === "" ? "never" : had.expires };
      return Promise.resolve({ tool: "gitlab_member_set", args: back });
    },
  };
}

function levelWanted(role: z.infer<typeof input>["role"], { own }: Standing, name: string): number {
  if (role !== undefined) return levelOf(role);
  if (own !== undefined && own.access_level < roles.owner) return own.access_level;
  throw new TerminalError(
    "bad_argument",
    own === undefined
      ? `${line(name, 60)} is no member yet, so a role is needed: ${givenRoles.join(", ")}.`
      : `${line(name, 60)} is an Owner. Owners are changed in GitLab, by owners.`,
  );
}

function refuseUseless({ own, level: has }: Standing, level: number, expires: string, name: string): void {
  if (own?.access_level === level && (own.expires_at ?? "") === expires)
    throw nothingToDo(name, `is ${membershipWords(level, expires)} already`);
  if (own !== undefined && own.access_level >= roles.owner)
    throw new TerminalError(
      "gitlab_role",
      `${line(name, 100)} is an Owner. Owners are changed in GitLab, by owners.`,
    );
  if (own === undefined && has >= level)
    throw nothingToDo(name, `is ${roleName(has)} through a group already`);
}

const fieldsOf = (standing: Standing, level: number, expires: string): Field[] => [
  { label: "Membership", before: standingWords(standing), value: membershipWords(level, expires) },
];

const outputOf = (wish: Args, host: string): ToolOutput => {
  const url = `${host}/${wish.project}/-/project_members`;
  return {
    text: `${plain(wish.person)} is now ${membershipWords(wish.level, wish.expires)} in ${link(plain(wish.project), url)}.`,
    sources: [{ label: `members of ${wish.project}`, url }],
    data: { level: wish.level, expires: wish.expires },
    untrusted: [],
  };
};

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "give {person} access to {project}",
  "add {person} to {project} as developer",
  "make {person} a member of {project} until {date}",
  "extend {person}'s access to {project} until {date}",
  "make {person} a maintainer of {project}",
  "let {person} into {project}",
  "{person} needs access to {project}",
  "grant {person} reporter in {project}",
  "prolong the membership of {person} in {project}",
  "add {person} to {project}",
  "give me access to {project}",
  "change {person}'s role in {project}",
];
