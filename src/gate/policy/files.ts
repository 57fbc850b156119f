import { basename, join } from "node:path";
import { z } from "zod";
import type { PersonElsewhere } from "../../core/principal.ts";
import type { EntityTypes } from "../../core/tool.ts";
import { type Problem, suggestion } from "./problems.ts";
import { readYaml } from "./yaml.ts";

/** Members of one group: by e-mail address, by a Slack user group, by a claim of the identity provider; all of them count. */
export interface GroupFile {
  people: string[];
  slack?: string;
  oidc?: string;
}

/** What policies/channels.yml says of one channel. */
export interface ChannelSettings {
  /** `off`: nothing runs there; `read-only`: no write or egress; `on`. */
  mode: "on" | "read-only" | "off";
  /** The agent that answers there unless another is named. */
  agent?: string;
  /** Incidents are handled there. */
  incident?: boolean;
  /** How far what is said there may travel. */
  data?: "public" | "internal" | "confidential";
  /** Bot users (U…) whose mentions are answered there; all others' are not. */
  bots?: string[];
}

/** The YAML files of the policy folder, checked against each other. */
export interface PolicyFiles {
  groups: ReadonlyMap<string, GroupFile>;
  /** Every name that rules may use: those of the file and the reserved ones. */
  groupNames: readonly string[];
  /** `GitLabGroup/payments` or a bare type -> groups, the first being the one that decides alone. */
  owners: ReadonlyMap<string, readonly string[]>;
  people: readonly PersonElsewhere[];
  /** By `#name` or by channel id. */
  channels: ReadonlyMap<string, ChannelSettings>;
  /** Where each of them is written: `policies/channels.yml:2`. */
  channelLines: ReadonlyMap<string, string>;
}

/** Kept by Steward itself: whoever is a full member of the workspace. */
export const employees = "employees";
/** Groups that Steward's own commands ask for; empty until groups.yml fills them. */
export const reservedGroups = [employees, "admins", "auditors"] as const;
const askWords = ["requester", "owners"];

const mail = z.email({ error: "expected an e-mail address" }).transform((text) => text.toLowerCase());
const groupName = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "expected a group name of lower-case words joined by hyphens");
const slackUser = z.string().regex(/^[UW][A-Z0-9]+$/, "expected a Slack user id such as U0123ABCD");
const slackGroup = z.string().regex(/^S[A-Z0-9]+$/, "expected a Slack user group id such as S0123ABCD");

const groupShape = z
  .strictObject({
    people: z.array(mail).default([]),
    slack: slackGroup.exactOptional(),
    oidc: z.string().min(1).exactOptional(),
  })
  .refine(({ people, slack, oidc }) => people.length > 0 || slack !== undefined || oidc !== undefined, {
    error:
      "names nobody. Give `people: [mail@…]`, `slack:` with a user group's id, or `oidc:` with a group of the identity provider.",
  });
const ownersShape = z.union([groupName.transform((name) => [name]), z.array(groupName).min(1)], {
  error: "expected a group's name, or a list of them",
});
const personShape = z
  .strictObject({
    slack: slackUser.exactOptional(),
    email: mail.exactOptional(),
    gitlab: z.string().min(1).exactOptional(),
    hubspot_owner: z.string().min(1).exactOptional(),
    salesforce: z.string().min(1).exactOptional(),
  })
  .refine(({ slack, email }) => slack !== undefined || email !== undefined, {
    error: "names nobody. Give `slack:` (a user id) or `email:`.",
  });
const channelShape = z.strictObject({
  mode: z.enum(["on", "read-only", "off"]).default("on"),
  agent: z.string().min(1).exactOptional(),
  incident: z.boolean().exactOptional(),
  data: z.enum(["public", "internal", "confidential"]).exactOptional(),
  bots: z.array(slackUser).exactOptional(),
});
const channelKey = z
  .string()
  .regex(/^(?:#[^\s#]+|[CG][A-Z0-9]+)$/, "expected a channel's #name or its id such as C0123ABCD");

const entries = <T>(value: Record<string, T> | undefined): [string, T][] => Object.entries(value ?? {});

/** The groups, and the names that the file means to define even where an entry is wrong. */
const readGroups = (folder: string, problems: Problem[]) => {
  const file = join(folder, "groups.yml");
  const read = readYaml(file, z.record(groupName, groupShape), ["people", "slack", "oidc"], problems);
  const meant = read ?? readYaml(file, z.record(z.string(), z.unknown()), [], []);
  const at = (name: string, message: string): void => {
    const line = read?.line([], name);
    problems.push({ file, ...(line !== undefined && { line }), message });
  };
  for (const [name] of entries(read?.value)) {
    if (name === employees)
      at(name, `'${employees}' is kept by Steward itself: every full member. Take it out.`);
    if (askWords.includes(name)) at(name, `'${name}' has a meaning of its own in @ask. Choose another name.`);
  }
  return {
    groups: new Map(entries(read?.value)),
    names: [...new Set([...Object.keys(meant?.value ?? {}), ...reservedGroups])],
  };
};

const readOwners = (
  folder: string,
  groups: readonly string[],
  types: readonly string[],
  problems: Problem[],
): PolicyFiles["owners"] => {
  const file = join(folder, "owners.yml");
  const read = readYaml(file, z.record(z.string().min(1), ownersShape), [], problems);
  for (const [resource, owning] of entries(read?.value)) {
    const line = read?.line([], resource);
    const at = (message: string) => problems.push({ file, ...(line !== undefined && { line }), message });
    const [type = ""] = resource.split("/", 1);
    if (!types.includes(type)) {
      at(
        `'${resource}' begins with no known kind of thing. Expected such as GitLabGroup/payments. ${suggestion(type, types)}`,
      );
    }
    for (const name of owning.filter((n) => !groups.includes(n))) {
      at(`'${resource}' is owned by an unknown group '${name}'. ${suggestion(name, groups)}`);
    }
    for (const name of owning.filter((n, i) => owning.indexOf(n) !== i))
      at(`'${resource}' names '${name}' twice.`);
  }
  return new Map(entries(read?.value));
};

const readPeople = (folder: string, problems: Problem[]): PolicyFiles["people"] => {
  const file = join(folder, "people.yml");
  const read = readYaml(
    file,
    z.array(personShape),
    ["slack", "email", "gitlab", "hubspot_owner", "salesforce"],
    problems,
  );
  const people = read?.value ?? [];
  for (const [index, person] of people.entries()) {
    for (const key of ["slack", "email"] as const) {
      const first = people.findIndex((other) => other[key] !== undefined && other[key] === person[key]);
      if (first === -1 || first === index) continue;
      const line = read?.line([index], key);
      problems.push({
        file,
        ...(line !== undefined && { line }),
        message: `${key} '${String(person[key])}' stands twice; a person has one entry.`,
      });
    }
  }
  return people;
};

/** Reads the four YAML files of a policy folder; a missing one is empty. Problems are collected, never thrown. */
export const readPolicyFiles = (
  folder: string,
  entityTypes: EntityTypes,
  problems: Problem[],
): PolicyFiles => {
  const { groups, names } = readGroups(folder, problems);
  const owners = readOwners(folder, names, Object.keys(entityTypes), problems);
  const people = readPeople(folder, problems);
  const channels = readYaml(
    join(folder, "channels.yml"),
    z.record(channelKey, channelShape),
    Object.keys(channelShape.shape),
    problems,
  );
  const written = (channel: string): string =>
    [`${basename(folder)}/channels.yml`, channels?.line([], channel) ?? []].flat().join(":");
  const found = entries(channels?.value);
  return {
    ...{ groups, groupNames: names, owners, people },
    channels: new Map(found),
    channelLines: new Map(found.map(([channel]) => [channel, written(channel)])),
  };
};
