import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { WriteTool } from "../../src/core/tool.ts";
import { canonical, said, words } from "../input.ts";
import { line, plain } from "../text.ts";
import { requireAccount, requireKind } from "./access.ts";
import { recordTarget, typeOf } from "./entities.ts";
import { ownerName } from "./kinds.ts";
import { findOwner, findRecord } from "./names.ts";
import type { CrmPort, StagedKind } from "./port.ts";
import { type Change, findChange, sendChange } from "./record-change.ts";

const args = z.object({
  deal: z.string().optional(),
  ticket: z.string().optional(),
  name: z.string(),
  owner: z.string(),
  owner_id: z.string(),
  /** Nobody had it where this is left out. */
  owner_before: z.string().optional(),
  owner_before_id: z.string().optional(),
  seen: z.string(),
});

/** Gives one deal or one ticket to another owner. */
export function recordAssign(crm: CrmPort, kind: StagedKind): WriteTool {
  const input = z.strictObject({
    [kind]: words(`The ${kind}'s name, its company's name, or its id`),
    owner: words("Who gets it: me, a name or an e-mail address"),
  });
  const change = (given: unknown): Change<StagedKind> => {
    const wish = canonical(args, given);
    return {
      kind,
      id: wish[kind] ?? "",
      name: wish.name,
      seen: wish.seen,
      values: { ownerId: wish.owner_id },
      parts: (before) => [
        `owner ${before === undefined ? "" : `${wish.owner_before ?? "nobody"} → `}${wish.owner}`,
      ],
    };
  };
  return {
    name: `crm_${kind}_assign`,
    title: `Assign a ${kind}`,
    description: `Gives one ${kind} to another owner. For example {"${kind}":"Globex","owner":"Mei Tanaka"}.`,
    system: "crm",
    effect: "write",
    input,
    slots: { [kind]: "deal", owner: "person_me" },
    examples: examples[kind],
    targetTypes: [typeOf[kind]],
    policyArgs: { owner: "String", owner_before: "String" },
    risks: [1],
    lagMs: crm.lagMs,
    step: (given) => `Preparing to assign the ${kind} ${plain(said(given[kind]) ?? "", 80)}`,
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      await requireKind(crm, kind, context);
      const [record, owner, owners] = await Promise.all([
        findRecord(crm, kind, said(given[kind]) ?? "", context),
        findOwner(crm, said(given["owner"]) ?? "", context),
        crm.owners(context),
      ]);
      const before = ownerName(owners, record);
      if (record.ownerId === owner.id) {
        throw new TerminalError(
          "nothing_to_change",
          `The ${kind} "${line(record.name, 80)}" is ${line(before, 60)}'s already. Nothing to change.`,
        );
      }
      return {
        args: {
          [kind]: record.id,
          name: record.name,
          owner: owner.name,
          owner_id: owner.id,
          ...(record.ownerId !== undefined && { owner_before: before, owner_before_id: record.ownerId }),
          seen: record.updatedAt,
        },
        target: recordTarget(kind, record),
        policyArgs: { owner: owner.name, owner_before: before },
        risk: 1,
        version: record.updatedAt,
        preview: {
          sentence: `Give the ${kind} "${line(record.name, 120)}" to ${line(owner.name, 80)}`,
          fields: [{ label: "Owner", before: line(before, 80), value: line(owner.name, 80) }],
        },
      };
    },
    version: async (given, context) =>
      (await crm.get(kind, canonical(args, given)[kind] ?? "", context))?.updatedAt ?? "gone",
    run: (given, context) => sendChange(crm, change(given), context),
    find: (given, context) => findChange(crm, change(given), context),
    undo: (given) => {
      const { [kind]: id, owner_before_id: owner } = canonical(args, given);
      if (id === undefined || owner === undefined) return Promise.resolve(undefined);
      return Promise.resolve({ tool: `crm_${kind}_assign`, args: { [kind]: id, owner } });
    },
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: Record<StagedKind, string[]> = {
  deal: [
    "assign the {deal} deal to {person}",
    "give the {deal} deal to {person}",
    "make {person} the owner of the {deal} deal",
    "hand the {deal} opportunity over to {person}",
    "{person} takes over the {deal} deal",
    "change the owner of the {deal} deal to {person}",
    "reassign the {deal} deal to {person}",
    "the {deal} deal goes to {person}",
    "transfer the opportunity {deal} to {person}",
    "set {person} as owner of the {deal} deal",
    "let {person} own the {deal} deal",
    "please assign the opportunity {deal} to {person}",
  ],
  ticket: [
    "assign the support ticket of {deal} to {person}",
    "give the {deal} ticket to {person}",
    "make {person} responsible for the support ticket of {deal}",
    "hand the customer ticket of {deal} over to {person}",
    "{person} takes the support ticket from {deal}",
    "reassign the {deal} ticket to {person}",
    "assign this support ticket to {person}",
    "the support ticket of {deal} goes to {person}",
    "transfer the customer ticket of {deal} to {person}",
    "let {person} handle the support ticket of {deal}",
    "set {person} as owner of the {deal} ticket",
    "please give the customer ticket from {deal} to {person}",
  ],
};
