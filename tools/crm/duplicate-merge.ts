import { z } from "zod";
import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext, Field, Found, ToolOutput, WriteTool } from "../../src/core/tool.ts";
import { beforeSending } from "../before-sending.ts";
import { canonical, said, words } from "../input.ts";
import { count, line, plain } from "../text.ts";
import { requireAccount } from "./access.ts";
import { recordTarget } from "./entities.ts";
import { many, ownerName } from "./kinds.ts";
import { findRecord } from "./names.ts";
import type { CrmPort, Kind, Owner, Records } from "./port.ts";

const linkedMax = 100;
const mergeable = ["contact", "company"] as const;
type Mergeable = (typeof mergeable)[number];

const input = z.strictObject({
  kind: z.enum(mergeable).describe("Two contacts, or two companies"),
  keep: words("The one that stays: name, mail address, domain or id"),
  remove: words("The one that goes into it: name, mail address, domain or id"),
});
const args = z.object({
  kind: z.enum(mergeable),
  keep: z.string(),
  keep_name: z.string(),
  remove: z.string(),
  remove_name: z.string(),
  seen: z.string(),
});
type Args = z.infer<typeof args>;

/** Makes one record of two. It cannot be taken back: every field stands on the card, before and after. */
export function duplicateMerge(crm: CrmPort): WriteTool {
  return {
    name: "crm_duplicate_merge",
    title: "Merge duplicates",
    description:
      'Merges one duplicate contact or company into another, for ever. For example {"kind":"company","keep":"Globex","remove":"Globex Inc"}.',
    system: "crm",
    effect: "write",
    input,
    slots: { keep: "deal", remove: "text" },
    examples,
    targetTypes: ["Contact", "Company"],
    policyArgs: { kind: "String" },
    risks: [3],
    lagMs: crm.lagMs,
    step: ({ keep }) => `Preparing to merge into ${plain(said(keep) ?? "", 80)}`,
    resolve: async (given, context) => {
      await requireAccount(crm, context);
      const kind = mergeable.find((one) => one === given["kind"]) ?? "contact";
      await requireMerge(crm, kind, context);
      const [keep, remove, owners] = await Promise.all([
        findRecord(crm, kind, said(given["keep"]) ?? "", context, "keep"),
        findRecord(crm, kind, said(given["remove"]) ?? "", context, "remove"),
        crm.owners(context),
      ]);
      if (keep.id === remove.id) {
        throw new TerminalError(
          "crm_same",
          `Both names mean the ${kind} "${line(keep.name, 80)}" (id ${keep.id}). Name two different ones, by their ids.`,
        );
      }
      const wish: Args = {
        kind,
        keep: keep.id,
        keep_name: keep.name,
        remove: remove.id,
        remove_name: remove.name,
        seen: versionOf(keep, remove),
      };
      return {
        args: wish,
        target: recordTarget(kind, keep),
        policyArgs: { kind },
        risk: 3,
        version: wish.seen,
        preview: {
          sentence: `Merge the ${kind} "${line(remove.name, 100)}" into "${line(keep.name, 100)}", for ever`,
          fields: [
            ...fieldsOf(kind, keep, remove, owners),
            { label: "Moves along", value: await moving(crm, kind, remove.id, context) },
            { label: "Cannot be undone", value: `id ${remove.id} goes, id ${keep.id} stays` },
          ],
        },
      };
    },
    version: async (given, context) => {
      const { keep, remove } = await both(crm, canonical(args, given), context);
      return versionOf(keep, remove);
    },
    run: async (given, context) => {
      const wish = canonical(args, given);
      const { keep, remove } = await beforeSending(both(crm, wish, context));
      if (versionOf(keep, remove) !== wish.seen) {
        throw new TerminalError(
          "crm_changed",
          `One of the two ${many(wish.kind)} was changed by somebody else in the meantime, so nothing was sent. Ask again to see them as they are now.`,
        );
      }
      const { id } = await crm.merge(wish.kind, wish.keep, wish.remove, context);
      return outputOf(crm, wish, id);
    },
    find: (given, context) => findMerge(crm, canonical(args, given), context),
  };
}

async function requireMerge(crm: CrmPort, kind: Mergeable, context: CallContext): Promise<void> {
  const { merges } = await crm.supports(context);
  if (merges.includes(kind)) return;
  throw new TerminalError(
    "crm_no_merge",
    `${crm.name} cannot merge ${many(kind)} for Steward. Somebody merges them in ${crm.name} itself.`,
  );
}

type Pair = Records[Mergeable] | undefined;

async function both(crm: CrmPort, { kind, keep, remove }: Args, context: CallContext) {
  const [kept, gone]: Pair[] = await Promise.all([
    crm.get(kind, keep, context),
    crm.get(kind, remove, context),
  ]);
  return { keep: kept, remove: gone };
}

const versionOf = (keep: Pair, remove: Pair): string =>
  `${keep?.updatedAt ?? "gone"} ${remove?.updatedAt ?? "gone"}`;

const shown: Record<Mergeable, Record<string, string>> = {
  contact: {
    firstName: "First name",
    lastName: "Last name",
    email: "Mail",
    phone: "Phone",
    jobTitle: "Job",
    ownerId: "Owner",
  },
  company: { name: "Name", domain: "Domain", industry: "Industry", city: "City", ownerId: "Owner" },
};

/** Each field as both have it, and what will stand there: the kept one's value, else the other's. */
function fieldsOf(
  kind: Mergeable,
  keep: Records[Mergeable],
  remove: Records[Mergeable],
  owners: readonly Owner[],
): Field[] {
  const read = (record: Records[Mergeable], name: string): string | undefined => {
    if (name === "ownerId") return record.ownerId === undefined ? undefined : ownerName(owners, record);
    return said((record as unknown as Record<string, unknown>)[name]);
  };
  return Object.entries(shown[kind]).map(([name, label]) => {
    const [own, other] = [read(keep, name), read(remove, name)];
    const told = (value: string | undefined) => line(value ?? "none", 100);
    return { label, before: `${told(own)} | ${told(other)}`, value: told(own ?? other) };
  });
}

/** What belongs to the one that goes: it will belong to the one that stays. */
async function moving(crm: CrmPort, kind: Mergeable, id: string, context: CallContext): Promise<string> {
  const { kinds } = await crm.supports(context);
  const others = kinds.filter((one): one is Exclude<Kind, Mergeable> => one === "deal" || one === "ticket");
  const of = { kind, id };
  const [entries, ...lists] = await Promise.all([
    crm.timeline(of, linkedMax, context),
    ...others.map((one) => crm.linked(of, one, linkedMax, context)),
  ]);
  const told = others.flatMap((one, at) => {
    const size = lists[at]?.length ?? 0;
    return size === 0 ? [] : [count(size, one)];
  });
  const notes = entries.length === 0 ? [] : [`${entries.length} notes, calls and tasks`];
  return [...told, ...notes].join(", ") || "nothing";
}

const outputOf = (crm: CrmPort, wish: Args, id: string): ToolOutput => ({
  text: `The ${wish.kind} “${plain(wish.remove_name)}” was merged into “${plain(wish.keep_name)}” in ${crm.name}.`,
  sources: [],
  data: { id },
  untrusted: [],
});

/** Gone into the other, which changed by it: done. Both as they were: not done. Anything else nobody can tell. */
async function findMerge(crm: CrmPort, wish: Args, context: CallContext): Promise<Found> {
  const { keep, remove } = await both(crm, wish, context);
  if (versionOf(keep, remove) === wish.seen) return { kind: "not_done" };
  const [seenKeep] = wish.seen.split(" ");
  if (remove === undefined && keep !== undefined && keep.updatedAt !== seenKeep) {
    return { kind: "done", output: outputOf(crm, wish, wish.keep) };
  }
  return {
    kind: "unknown",
    why: "One of the two was changed since, or is gone without the other having changed. Their history in the CRM tells.",
  };
}

/** Sentences that ask for it; `{slot}` stands for what changes. They train the offline router. */
const examples: string[] = [
  "merge the duplicate companies called {deal}",
  "{deal} is in the crm twice, merge them",
  "merge duplicate contacts at {deal}",
  "these two company records of {deal} are the same, merge them",
  "clean up the duplicate of {deal}",
  "make one company of the two {deal} records",
  "merge the double entry of {deal}",
  "combine the duplicate {deal} companies",
  "the contact at {deal} exists twice, merge",
  "join the two {deal} company records",
  "deduplicate {deal} in the crm",
  "merge this contact into the other one",
];
