import type { Ask } from "../../core/action.ts";
import type { Target } from "../../core/tool.ts";
import type { AskRule } from "./annotations.ts";
import { levelsOf } from "./entities.ts";

/** The groups that own a target: those of the nearest entry of owners.yml, an exact one before its bare type. */
const ownersOf = (target: Target, owners: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  for (const level of levelsOf(target)) {
    for (const key of [
      ({ type, id }: { type: string; id: string }) => `${type}/${id}`,
      ({ type }: { type: string }) => type,
    ]) {
      const found = level.flatMap((entity) => owners.get(key(entity)) ?? []);
      if (found.length > 0) return [...new Set(found)];
    }
  }
  return [];
};

/**
 * The asks that one `@ask` rule makes of a target. `owners` becomes its groups: as many as the count allows, in
 * the file's order, so that two votes come from two groups where there are two. Votes are counted by the ask's id,
 * so each of several gets its own. `undefined`: nobody owns it.
 */
export const asksOf = (
  policy: string,
  rule: AskRule,
  target: Target,
  owners: ReadonlyMap<string, readonly string[]>,
): Ask[] | undefined => {
  const { group, count, because, reason, expiresSeconds } = rule;
  const rest = { because, reason, ...(expiresSeconds !== undefined && { expiresSeconds }) };
  if (group !== "owners") return [{ ...rest, policy, group, count }];
  const groups = ownersOf(target, owners).slice(0, count);
  if (groups.length === 0) return undefined;
  const each = Math.floor(count / groups.length);
  const extra = count % groups.length;
  return groups.map((name, i) => ({
    ...rest,
    policy: groups.length === 1 ? policy : `${policy}:${name}`,
    group: name,
    count: each + (i < extra ? 1 : 0),
  }));
};
