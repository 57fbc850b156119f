import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { line } from "../text.ts";
import { roleName, roles } from "./access.ts";
import type { Member, Project, User } from "./shapes.ts";
import type { GitLabTooling } from "./tooling.ts";
import { unlessMissing } from "./words.ts";

/** Roles that can be given here; owners are made in GitLab, by owners. */
export const givenRoles = ["guest", "reporter", "developer", "maintainer"] as const;
export type GivenRole = (typeof givenRoles)[number];

export const levelOf = (role: GivenRole): number => roles[role];

/** How somebody belongs to a project: of its own, and through its group. */
export interface Standing {
  /** Absent: no membership of this very project. */
  own: Member | undefined;
  /** 0: no member at all. What a group gives counts here. */
  level: number;
}

export async function standingOf(
  { api }: GitLabTooling,
  project: Pick<Project, "id">,
  user: Pick<User, "id">,
  context: CallContext,
): Promise<Standing> {
  const [own, any] = await Promise.all([
    unlessMissing(api.directMember(project.id, user.id, context)),
    unlessMissing(api.member(project.id, user.id, context.signal)),
  ]);
  return { own, level: any?.access_level ?? 0 };
}

/** `Developer until 2026-12-24`, `no member`, `Developer through its group`. */
export function standingWords({ own, level }: Standing): string {
  if (own !== undefined) return membershipWords(own.access_level, own.expires_at ?? "");
  return level === 0 ? "no member" : `${roleName(level)} through a group`;
}

/** `Developer until 2026-12-24`. */
export const membershipWords = (level: number, expires: string): string =>
  `${roleName(level)} ${expires === "" ? "without an end" : `until ${expires}`}`;

/** Changes when somebody else changed this membership. */
export const standingVersion = ({ own, level }: Standing): string =>
  own === undefined ? `none:${level}` : `${own.access_level}:${own.expires_at ?? ""}`;

const day = /^\d{4}-\d\d-\d\d$/;

/** A day to come, or empty for `never`. Throws with the form it takes. */
export function endOf(text: string, now: Date): string {
  const given = text.trim();
  if (/^(?:never|none|no end)$/i.test(given)) return "";
  if (day.test(given) && !Number.isNaN(Date.parse(given))) {
    if (given > now.toISOString().slice(0, 10)) return given;
    throw new TerminalError("bad_argument", `${given} is not in the future. Name a later day, or never.`);
  }
  throw new TerminalError(
    "bad_argument",
    `'${line(given, 40)}' is no day: expected one such as 2027-02-18, or never.`,
  );
}
