import { z } from "zod";
import { invalidArguments } from "./arguments.ts";
import { blockProblems, identified, wording } from "./blocks.ts";
import { viewBlock } from "./block-kinds.ts";
import { ID_MAX, plain } from "./block-elements.ts";
import { SlackError } from "./slack-error.ts";
import type { Block } from "./types.ts";

/** Blocks of one view. */
const BLOCKS_MAX = 100;
/** A view as JSON, bytes. */
const VIEW_MAX = 250_000;
const METADATA_MAX = 3_000;
const TITLE_MAX = 24;

const common = {
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(METADATA_MAX).optional(),
  callback_id: z.string().max(ID_MAX).optional(),
  external_id: z.string().max(ID_MAX).optional(),
};
const modal = z.strictObject({
  type: z.literal("modal"),
  ...common,
  title: plain(TITLE_MAX),
  submit: plain(TITLE_MAX).optional(),
  close: plain(TITLE_MAX).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
});
const home = z.strictObject({ type: z.literal("home"), ...common });
const schemas = { modal, home };

/** A view as the app wrote it, checked. */
export type ViewDraft = Checked<z.infer<typeof modal>> | Checked<z.infer<typeof home>>;
type Checked<T> = Omit<T, "blocks"> & { readonly blocks: readonly Block[] };

/**
 * Checks a view as Slack does and gives ids to the parts without. Refuses with `view_too_large`, or with
 * `invalid_arguments` and a JSON pointer for each fault.
 */
export function checkView(given: unknown, kind: "modal" | "home"): ViewDraft {
  const size = Buffer.byteLength(JSON.stringify(given));
  if (size > VIEW_MAX) {
    throw new SlackError("view_too_large", { violation: `the view has ${size} bytes, at most ${VIEW_MAX}` });
  }
  const parsed = schemas[kind].safeParse(given);
  if (!parsed.success) {
    throw invalidArguments(
      parsed.error.issues.map((issue) =>
        fault(wording(issue), ["", "view", ...issue.path.map(String)].join("/")),
      ),
    );
  }
  const blocks = parsed.data.blocks as Block[];
  const problems = [
    ...blockProblems(blocks, {
      schema: viewBlock,
      max: BLOCKS_MAX,
      at: "/view/blocks",
      files: kind === "modal",
    }),
    ...submitProblems(parsed.data, blocks),
  ];
  if (problems.length > 0) throw invalidArguments(problems);
  return { ...parsed.data, blocks: blocks.map(identified) };
}

const fault = (message: string, pointer: string) => `[ERROR] ${message} [json-pointer:${pointer}]`;

/** Inputs need a way to be sent. */
function submitProblems(
  view: z.infer<typeof modal> | z.infer<typeof home>,
  blocks: readonly Block[],
): string[] {
  const inputs = blocks.some((block) => block.type === "input");
  if (view.type === "home" || !inputs || view.submit !== undefined) return [];
  return [fault("`submit` must be defined when view includes `input` blocks", "/view")];
}
