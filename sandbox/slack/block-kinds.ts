import { z } from "zod";
import {
  ID_MAX,
  accessory,
  actionElement,
  button,
  contextAction,
  image,
  imageSource,
  inputElement,
  mrkdwn,
  plain,
  richText,
  text,
} from "./block-elements.ts";

/** The blocks of a message, with Slack's limits (characters, counts) of late 2026. */

const block = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), block_id: z.string().min(1).max(ID_MAX).optional(), ...shape });

const cell = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("raw_text"), text: z.string().min(1) }),
  z.strictObject({ type: z.literal("raw_number"), value: z.number(), text: z.string().min(1).optional() }),
  richText,
]);
const plainCell = z.discriminatedUnion("type", [cell.options[0], cell.options[1]]);
const column = z.strictObject({
  align: z.enum(["left", "center", "right"]).optional(),
  is_wrapped: z.boolean().optional(),
});

const points = z
  .array(z.strictObject({ label: z.string().min(1).max(20), value: z.number() }))
  .min(1)
  .max(20);
const chart = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("pie"),
    segments: z
      .array(z.strictObject({ label: z.string().min(1).max(20), value: z.number().positive() }))
      .min(1)
      .max(12),
  }),
  ...(["bar", "line", "area"] as const).map((type) =>
    z.strictObject({
      type: z.literal(type),
      series: z
        .array(z.strictObject({ name: z.string().min(1).max(20), data: points }))
        .min(1)
        .max(12),
      axis_config: z.strictObject({
        categories: z.array(z.string().min(1).max(20)).min(1).max(20),
        x_label: z.string().max(50).optional(),
        y_label: z.string().max(50).optional(),
      }),
    }),
  ),
]);

const card = block("card", {
  hero_image: image.optional(),
  icon: image.optional(),
  title: mrkdwn(150).optional(),
  subtitle: mrkdwn(150).optional(),
  body: mrkdwn(200).optional(),
  actions: z.array(button).min(1).optional(),
});
const task = block("task_card", {
  task_id: z.string().min(1),
  title: z.string().min(1),
  status: z.enum(["pending", "in_progress", "complete", "error"]),
  details: richText.optional(),
  output: richText.optional(),
  sources: z
    .array(z.strictObject({ type: z.literal("url"), url: z.string().min(1), text: z.string().min(1) }))
    .optional(),
});

const section = block("section", {
  text: text(3000).optional(),
  fields: z.array(text(2000)).min(1).max(10).optional(),
  accessory: accessory.optional(),
  expand: z.boolean().optional(),
}).refine(
  (value) => value.text !== undefined || value.fields !== undefined,
  "missing required field: text or fields",
);
const header = block("header", { text: plain(150) });
const context = block("context", {
  elements: z
    .array(z.discriminatedUnion("type", [image, plain(3000), mrkdwn(3000)]))
    .min(1)
    .max(10),
});
const actions = block("actions", { elements: z.array(actionElement).min(1).max(25) });
const divider = block("divider", {});
const imageBlock = block("image", { ...imageSource, title: plain(2000).optional() }).refine(
  (value) => (value.image_url === undefined) !== (value.slack_file === undefined),
  "image_url or slack_file, one of both",
);
const input = block("input", {
  label: plain(2000),
  element: inputElement,
  hint: plain(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
});
const table = block("table", {
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z.array(column.nullable()).max(20).optional(),
});
const video = block("video", {
  video_url: z.string().min(1),
  thumbnail_url: z.string().min(1),
  alt_text: z.string().min(1).max(2000),
  title: plain(200),
  title_url: z.string().optional(),
  author_name: z.string().max(50).optional(),
  provider_name: z.string().optional(),
  provider_icon_url: z.string().optional(),
  description: plain(200).optional(),
});

/** One block of a message. */
export const messageBlock = z.discriminatedUnion("type", [
  section,
  header,
  context,
  actions,
  divider,
  imageBlock,
  input,
  table,
  video,
  richText,
  card,
  task,
  block("markdown", { text: z.string().min(1).max(12_000) }),
  block("context_actions", { elements: z.array(contextAction).min(1).max(5) }),
  block("alert", {
    text: text(3000),
    level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
  }),
  block("carousel", { elements: z.array(card).min(1).max(10) }),
  block("plan", { title: z.string().min(1), tasks: z.array(task).optional() }),
  block("data_table", {
    caption: z.string().min(1),
    rows: z
      .tuple([z.array(plainCell).min(1).max(20)], z.array(cell).min(1).max(20))
      .refine((rows) => rows.length >= 2 && rows.length <= 101, "must have 2 to 101 rows"),
    page_size: z.int().min(1).max(100).optional(),
    row_header_column_index: z.int().min(0).optional(),
  }),
  block("data_visualization", { title: z.string().min(1).max(50), chart }),
  block("container", {
    title: plain(150).optional(),
    rich_text_title: richText.optional(),
    subtitle: text(150).optional(),
    child_blocks: z
      .array(
        z.discriminatedUnion("type", [
          actions,
          context,
          divider,
          header,
          imageBlock,
          input,
          richText,
          section,
          table,
          video,
        ]),
      )
      .min(1)
      .max(10),
    width: z.enum(["narrow", "standard", "wide", "full"]).optional(),
    icon: image.optional(),
    is_collapsible: z.boolean().optional(),
    default_collapsed: z.boolean().optional(),
    has_header_divider: z.boolean().optional(),
  }),
]);

/** One block of a modal or of the App Home. */
export const viewBlock = z.discriminatedUnion("type", [
  section,
  header,
  context,
  actions,
  divider,
  imageBlock,
  input,
  video,
  richText,
]);
