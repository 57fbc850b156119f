import type { Context, EntityJson, EntityUidJson } from "@cedar-policy/cedar-wasm/nodejs";
import { StewardError } from "../../core/errors.ts";
import type { Principal } from "../../core/principal.ts";
import type { EntityRef, EntityTypes, Target } from "../../core/tool.ts";

/**
 * How policies name a person: the e-mail address their own workspace vouches for, else the Slack account. An
 * address that another organisation vouches for could be anybody's.
 */
export const personId = ({ workspace, user, email, external }: Principal): string =>
  email === undefined || external ? `${workspace}/${user}` : email.toLowerCase();

/** A principal's own entity name. */
export const principalUid = (principal: Principal): { type: string; id: string } =>
  principal.kind === "automation"
    ? { type: "Automation", id: principal.user }
    : { type: "Person", id: personId(principal) };

/** The principal and the groups it is in. */
export const principalEntities = (principal: Principal, groups: readonly string[]): EntityJson[] => {
  const { guest, external, bot } = principal;
  const email = external ? undefined : principal.email;
  const parents = groups.map((id) => ({ type: "Group", id }));
  return [
    {
      uid: principalUid(principal),
      attrs:
        principal.kind === "automation"
          ? {}
          : { guest, external, bot, ...(email !== undefined && { email }) },
      parents,
    },
    ...parents.map((uid) => ({ uid, attrs: {}, parents: [] })),
  ];
};

const same = (a: EntityRef, b: EntityRef): boolean => a.type === b.type && a.id === b.id;
const uid = ({ type, id }: EntityRef): EntityUidJson => ({ type, id });

/**
 * The target with all its ancestors. Throws when one is missing: Cedar would not complain, and a forbid on the
 * missing group would not fire.
 */
export const targetEntities = (target: Target, entityTypes: EntityTypes): EntityJson[] => {
  const nodes = [target, ...target.ancestors];
  for (const node of nodes) {
    const name = `${node.type} '${node.id}'`;
    const missing = node.parents.find((parent) => !nodes.some((other) => same(other, parent)));
    if (missing !== undefined) {
      throw new StewardError(
        "policy_ancestor",
        `${missing.type} '${missing.id}', above ${name}, was not resolved`,
      );
    }
    // A type that lies in something else cannot stand alone; only one that nests in itself has a top.
    const above = (entityTypes[node.type] ?? []).filter((type) => type !== node.type);
    if (node.parents.length === 0 && above.length > 0) {
      throw new StewardError("policy_ancestor", `${name} came without the ${above.join(" or ")} it lies in`);
    }
  }
  return nodes.map((node) => ({ uid: uid(node), attrs: {}, parents: node.parents.map(uid) }));
};

/** The nearest first: the target, its parents, theirs. Cycles end by themselves. */
export const levelsOf = (target: Target): EntityRef[][] => {
  const levels: EntityRef[][] = [];
  const seen: EntityRef[] = [];
  let level: (EntityRef & { parents: EntityRef[] })[] = [target];
  while (level.length > 0) {
    levels.push(level.map(({ type, id }) => ({ type, id })));
    seen.push(...level);
    level = level
      .flatMap(({ parents }) => parents)
      .filter(
        (parent, i, all) => all.findIndex((p) => same(p, parent)) === i && !seen.some((s) => same(s, parent)),
      )
      .flatMap((parent) => target.ancestors.filter((ancestor) => same(ancestor, parent)));
  }
  return levels;
};

const decimalDigits = 4;

const decimal = (name: string, value: unknown): { __extn: { fn: string; arg: string } } => {
  const text = String(value);
  if (!/^-?\d+(\.\d+)?$/.test(text) || (text.split(".")[1]?.length ?? 0) > decimalDigits) {
    throw new StewardError(
      "policy_args",
      `argument '${name}' is ${text}, not a decimal of at most ${decimalDigits} digits`,
    );
  }
  return { __extn: { fn: "decimal", arg: text.includes(".") ? text : `${text}.0` } };
};

/** A call's declared scalars as Cedar values; anything else throws, before it could become an entity. */
export const argValues = (
  args: Readonly<Record<string, unknown>>,
  types: Readonly<Record<string, string>>,
): Context =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      if (types[name] === "Decimal") return [name, decimal(name, value)];
      if (typeof value === "string" || typeof value === "boolean") return [name, value];
      if (typeof value === "number" && Number.isSafeInteger(value)) return [name, value];
      throw new StewardError(
        "policy_args",
        `argument '${name}' is not a text, a yes or no, or a whole number`,
      );
    }),
  );
