import { AmbiguousError, TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { nearest, nearestWords } from "../nearest.ts";
import { line } from "../text.ts";
import { requireAccount } from "./access.ts";
import { isStaged, many, tellApart } from "./kinds.ts";
import type { CrmPort, Kind, Owner, Pipeline, Records, Stage } from "./port.ts";

/** Choices that are named; more are counted. */
const choicesShown = 6;
const rowsLooked = 20;

const folded = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, " ")
    .trim();

/** A name without what people say around it: `the Globex deal`, `ticket 6001`, `#6001`. */
const bare = (kind: Kind, name: string): string =>
  name
    .trim()
    .replace(/^the\s+/i, "")
    .replace(new RegExp(String.raw`^${kind}\s+(?=\S)`, "i"), "")
    .replace(new RegExp(String.raw`\s+${kind}$`, "i"), "")
    .replace(/^#(?=\w)/, "");

/** Every record that a name may mean: the one of that id, those of exactly that name or address, else all that fit. */
async function fitting<K extends Kind>(
  crm: CrmPort,
  kind: K,
  wanted: string,
  context: CallContext,
): Promise<{ records: Records[K][]; total: number }> {
  if (crm.isId(wanted)) {
    const byId = await crm.get(kind, wanted, context);
    if (byId !== undefined) return { records: [byId], total: 1 };
  }
  const { records, total } = await crm.find(kind, { text: wanted, rowsMax: rowsLooked }, context);
  const same = records.filter((one) =>
    [one.name, ...keysOf(one)].some((key) => folded(key) === folded(wanted)),
  );
  return same.length > 0 ? { records: same, total: same.length } : { records, total };
}

const keysOf = (record: Records[Kind]): string[] => [
  ...("email" in record && record.email ? [record.email] : []),
  ...("domain" in record && record.domain ? [record.domain] : []),
];

/**
 * The one record meant by an id, a name, a mail address or its company's name. Throws with the choices where it fits
 * several; `argument` is the tool's argument that the choice answers.
 */
export async function findRecord<K extends Kind>(
  crm: CrmPort,
  kind: K,
  name: string,
  context: CallContext,
  argument: string = kind,
): Promise<Records[K]> {
  const wanted = bare(kind, name);
  const { records, total } = await fitting(crm, kind, wanted, context);
  const [only, ...more] = records;
  if (only === undefined) throw await noSuch(crm, kind, wanted, context);
  if (more.length === 0) return only;
  throw await several(crm, kind, wanted, records, { total, argument, context });
}

async function noSuch(
  crm: CrmPort,
  kind: Kind,
  wanted: string,
  context: CallContext,
): Promise<TerminalError> {
  const { records } = await crm.find(kind, { rowsMax: 100 }, context);
  const words = nearestWords(
    wanted,
    records.map(({ name }) => line(name, 80)),
  );
  const [also, expected] = isStaged(kind)
    ? [`, and no company with a ${kind},`, `a ${kind}'s name, its company's name, or its id`]
    : ["", `a ${kind}'s name, its ${kind === "contact" ? "mail address" : "domain"}, or its id`];
  return new TerminalError(
    `crm_no_${kind}`,
    `${crm.name} has no ${kind}${also} called '${line(wanted, 80)}'.${words} Expected ${expected}.`,
  );
}

interface Asked {
  total: number;
  argument: string;
  context: CallContext;
}

async function several<K extends Kind>(
  crm: CrmPort,
  kind: K,
  wanted: string,
  records: readonly Records[K][],
  { total, argument, context }: Asked,
): Promise<AmbiguousError> {
  const pipelines = isStaged(kind) ? await crm.pipelines(kind, context) : [];
  const choices = records
    .slice(0, choicesShown)
    .map((one) => `"${line(one.name, 80)}" (${tellApart(kind, one, pipelines)}, id ${one.id})`);
  const count = Math.max(total, records.length);
  const more = count > choices.length ? ` and ${count - choices.length} more` : "";
  return new AmbiguousError(
    `'${line(wanted, 80)}' fits several ${many(kind)}: ${choices.join("; ")}${more}. Say which one, by its name or its id.`,
    {
      argument,
      choices: records.map((one) => ({
        label: line(`${one.name}, ${tellApart(kind, one, pipelines)}`, 75),
        value: one.id,
      })),
    },
  );
}

/** Any record that something can be written on, with its kind. */
export interface About<K extends Kind = Kind> {
  kind: K;
  record: Records[K];
}

const kinds: readonly Kind[] = ["contact", "company", "deal", "ticket"];

/**
 * What `Dana`, `the Globex deal`, `ticket 6001` or `dana@globex.example` is, among the kinds given: the kind where it is
 * named, else whichever fits. Throws with the choices where it fits several.
 */
export async function findAbout(
  crm: CrmPort,
  name: string,
  among: readonly Kind[],
  argument: string,
  context: CallContext,
): Promise<About> {
  const said = /^(?:the\s+)?(contact|company|deal|ticket)\s+\S|\s(contact|company|deal|ticket)$/i.exec(
    name.trim(),
  );
  const kind = kinds.find((one) => one === (said?.[1] ?? said?.[2])?.toLowerCase());
  const { kinds: kept } = await crm.supports(context);
  const possible = among.filter((one) => kept.includes(one) && (kind === undefined || one === kind));
  const [single, ...others] = possible;
  if (single !== undefined && others.length === 0) {
    return { kind: single, record: await findRecord(crm, single, name, context, argument) };
  }
  const lists = await Promise.all(
    possible.map(async (one) =>
      (await fitting(crm, one, bare(one, name), context)).records.map((record) => ({ kind: one, record })),
    ),
  );
  const found = lists.flat();
  const same = found.filter(({ record }) => folded(record.name) === folded(name));
  const [only, ...more] = same.length > 0 ? same : found;
  if (only === undefined) {
    throw new TerminalError(
      "crm_nobody",
      `${crm.name} has no ${possible.join(", no ")} called '${line(name, 80)}'. Expected a name, a mail address, or a kind with an id, such as "deal 5001".`,
    );
  }
  if (more.length === 0) return only;
  throw aboutWhich(name, [only, ...more], argument);
}

const aboutWhich = (name: string, found: readonly About[], argument: string): AmbiguousError => {
  const choices = found.slice(0, 2 * choicesShown).map(({ kind, record }) => ({
    label: line(`${kind} ${record.name}`, 75),
    value: `${kind} ${record.id}`,
  }));
  return new AmbiguousError(
    `'${line(name, 80)}' may be several things: ${choices.map(({ label, value }) => `${label} ("${value}")`).join("; ")}. Say which one.`,
    { argument, choices },
  );
};

/** Stages that fit a name, among those given: the same label, the same id, else the only ones that contain it. */
function stagesNamed(stages: readonly Stage[], name: string): Stage[] {
  const wanted = folded(name);
  const same = stages.filter(({ id, label }) => folded(label) === wanted || id.toLowerCase() === wanted);
  return same.length > 0 ? same : stages.filter(({ label }) => folded(label).split(" ").includes(wanted));
}

/** A stage of one pipeline, a record's own. Throws with its stages. */
export function stageFor(pipelines: readonly Pipeline[], pipelineId: string, name: string): Stage {
  const own = pipelines.find(({ id }) => id === pipelineId);
  const stages = own?.stages ?? [];
  const found = stagesNamed(stages, name);
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const labels = (only === undefined ? stages : found).map(({ label }) => label);
  const [guess] = nearest(name, labels, 1);
  const text =
    `'${line(name, 60)}' is ${only === undefined ? "no stage" : "not one stage"} of the pipeline ${own?.label ?? pipelineId}.` +
    `${guess === undefined ? "" : ` Nearest: ${guess}.`} Its stages: ${labels.join(", ")}.`;
  if (only === undefined) throw new TerminalError("crm_no_stage", text);
  throw new AmbiguousError(text, {
    argument: "stage",
    choices: labels.map((label) => ({ label: line(label, 75), value: label })),
  });
}

/** The stages that a filter means, over all pipelines; undefined where any will do. Throws with the labels. */
export function stagesMeant(
  pipelines: readonly Pipeline[],
  name: string | undefined,
  state: "open" | "closed" | "all",
): Stage[] | undefined {
  const all = pipelines.flatMap(({ stages }) => stages);
  const fits = all.filter(({ closed }) => state === "all" || closed === (state === "closed"));
  if (name === undefined) return state === "all" ? undefined : fits;
  const named = stagesNamed(all, name);
  if (named.length > 0) return named;
  const labels = [...new Set(all.map(({ label }) => label))];
  throw new TerminalError(
    "crm_no_stage",
    `'${line(name, 60)}' is no stage of any pipeline.${nearestWords(name, labels)} Stages: ${labels.join(", ")}.`,
  );
}

/** The owner meant by `me`, an e-mail address or a name. Throws with the choices. */
export async function findOwner(crm: CrmPort, name: string, context: CallContext): Promise<Owner> {
  const wanted = folded(name.replace(/^@/, ""));
  if (/^(?:me|my|mine|myself|i)$/.test(wanted)) return requireAccount(crm, context);
  const owners = await crm.owners(context);
  const same = owners.filter(
    (one) => folded(one.name) === wanted || one.email?.toLowerCase() === wanted || one.id === wanted,
  );
  const fits = same.length > 0 ? same : owners.filter((one) => folded(one.name).split(" ").includes(wanted));
  const [only, ...more] = fits;
  if (only !== undefined && more.length === 0) return only;
  const names = owners.map((one) => one.name);
  throw only === undefined
    ? new TerminalError(
        "crm_no_owner",
        `${crm.name} has no owner called '${line(name, 60)}'.${nearestWords(name, names)} Expected \`me\`, a name or an e-mail address.`,
      )
    : new AmbiguousError(
        `'${line(name, 60)}' fits several owners: ${fits.map((one) => one.name).join(", ")}. Say which one, by full name.`,
        {
          argument: "owner",
          choices: fits.map((one) => ({ label: line(one.name, 75), value: one.name })),
        },
      );
}
