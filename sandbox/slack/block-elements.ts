import { z } from "zod";

/** Texts and interactive parts of Block Kit, with Slack's limits (characters, counts) of late 2026. */

/** Slack's longest action_id and block_id. */
export const ID_MAX = 255;

export const plain = (max: number) =>
  z.strictObject({
    type: z.literal("plain_text"),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });

export const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal("mrkdwn"),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });

export const text = (max: number) => z.discriminatedUnion("type", [plain(max), mrkdwn(max)]);

/** Rich text is written by Slack's editor and copied by apps: checked for its outline only. */
export const richText = z.strictObject({
  type: z.literal("rich_text"),
  block_id: z.string().max(ID_MAX).optional(),
  elements: z
    .array(
      z.looseObject({
        type: z.enum(["rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"]),
        elements: z.array(z.looseObject({ type: z.string() })),
      }),
    )
    .min(1),
});

const actionId = z.string().min(1).max(ID_MAX).optional();
const confirm = z
  .strictObject({
    title: plain(100),
    text: text(300),
    confirm: plain(30),
    deny: plain(30),
    style: z.enum(["primary", "danger"]).optional(),
  })
  .optional();
const focus = z.boolean().optional();
const placeholder = plain(150).optional();
const base = { action_id: actionId, confirm, focus_on_load: focus };

export const option = z.strictObject({
  text: text(75),
  value: z.string().min(1).max(150),
  description: text(75).optional(),
  url: z.string().max(3000).optional(),
});
const options = z.array(option).min(1).max(100);
const groups = z
  .array(z.strictObject({ label: plain(75), options }))
  .min(1)
  .max(100);

export const button = z.strictObject({
  type: z.literal("button"),
  action_id: actionId,
  text: plain(75),
  url: z.string().max(3000).optional(),
  value: z.string().max(2000).optional(),
  style: z.enum(["primary", "danger"]).optional(),
  confirm,
  accessibility_label: z.string().max(75).optional(),
});

const slackFile = z.union([z.strictObject({ id: z.string() }), z.strictObject({ url: z.string() })]);

/** The source of an image: a public URL or a file in Slack. */
export const imageSource = {
  image_url: z.string().min(1).max(3000).optional(),
  slack_file: slackFile.optional(),
  alt_text: z.string().min(1).max(2000),
};

export const image = z
  .strictObject({ type: z.literal("image"), ...imageSource })
  .refine(
    (value) => (value.image_url === undefined) !== (value.slack_file === undefined),
    "image_url or slack_file, one of both",
  );

const selectOf = <T extends string, S extends z.ZodRawShape>(type: T, initial: S) =>
  z.strictObject({ type: z.literal(type), ...base, placeholder, ...initial });
const many = { max_selected_items: z.int().min(1).optional() };
const ids = z.array(z.string()).optional();
const one = z.string().optional();
const anyList = { options: options.optional(), option_groups: groups.optional() };
const eitherList = (value: { options?: unknown; option_groups?: unknown }) =>
  (value.options === undefined) !== (value.option_groups === undefined);

const selects = [
  selectOf("static_select", { ...anyList, initial_option: option.optional() }).refine(
    eitherList,
    "options or option_groups, one of both",
  ),
  selectOf("multi_static_select", { ...anyList, ...many, initial_options: options.optional() }).refine(
    eitherList,
    "options or option_groups, one of both",
  ),
  selectOf("external_select", { initial_option: option.optional(), min_query_length: z.int().optional() }),
  selectOf("multi_external_select", {
    ...many,
    initial_options: options.optional(),
    min_query_length: z.int().optional(),
  }),
  selectOf("users_select", { initial_user: one }),
  selectOf("multi_users_select", { ...many, initial_users: ids }),
  selectOf("conversations_select", {
    initial_conversation: one,
    default_to_current_conversation: focus,
    filter: z.looseObject({}).optional(),
    response_url_enabled: focus,
  }),
  selectOf("multi_conversations_select", {
    ...many,
    initial_conversations: ids,
    default_to_current_conversation: focus,
    filter: z.looseObject({}).optional(),
  }),
  selectOf("channels_select", { initial_channel: one, response_url_enabled: focus }),
  selectOf("multi_channels_select", { ...many, initial_channels: ids }),
] as const;

const ticks = z.array(option).min(1).max(10);
const pickers = [
  z.strictObject({
    type: z.literal("checkboxes"),
    ...base,
    options: ticks,
    initial_options: ticks.optional(),
  }),
  z.strictObject({
    type: z.literal("radio_buttons"),
    ...base,
    options: ticks,
    initial_option: option.optional(),
  }),
  z.strictObject({
    type: z.literal("datepicker"),
    ...base,
    placeholder,
    initial_date: z.iso.date().optional(),
  }),
  z.strictObject({ type: z.literal("timepicker"), ...base, placeholder, initial_time: one, timezone: one }),
  z.strictObject({ type: z.literal("datetimepicker"), ...base, initial_date_time: z.int().optional() }),
] as const;

const overflow = z.strictObject({
  type: z.literal("overflow"),
  action_id: actionId,
  options: z.array(option).min(1).max(5),
  confirm,
});

/** What an actions block holds. */
export const actionElement = z.discriminatedUnion("type", [button, overflow, ...selects, ...pickers]);

/** What stands at the side of a section. */
export const accessory = z.discriminatedUnion("type", [button, image, overflow, ...selects, ...pickers]);

const entry = { action_id: actionId, focus_on_load: focus, placeholder };
/** What an input block holds. */
export const inputElement = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("plain_text_input"),
    ...entry,
    initial_value: one,
    multiline: focus,
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
    dispatch_action_config: z.looseObject({}).optional(),
  }),
  z.strictObject({
    type: z.literal("number_input"),
    ...entry,
    is_decimal_allowed: z.boolean(),
    initial_value: one,
    min_value: one,
    max_value: one,
  }),
  z.strictObject({ type: z.literal("email_text_input"), ...entry, initial_value: one }),
  z.strictObject({ type: z.literal("url_text_input"), ...entry, initial_value: one }),
  z.strictObject({ type: z.literal("rich_text_input"), ...entry, initial_value: richText.optional() }),
  z.strictObject({
    type: z.literal("file_input"),
    action_id: actionId,
    filetypes: z.array(z.string().min(1)).min(1).optional(),
    max_files: z.int().min(1).max(10).optional(),
  }),
  ...selects,
  ...pickers,
]);

const feedback = z.strictObject({
  text: plain(75),
  value: z.string().max(2000),
  accessibility_label: z.string().max(75).optional(),
});
/** What a context_actions block holds. */
export const contextAction = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("feedback_buttons"),
    action_id: actionId,
    positive_button: feedback,
    negative_button: feedback,
  }),
  z.strictObject({
    type: z.literal("icon_button"),
    action_id: actionId,
    icon: z.string(),
    text: plain(75),
    value: z.string().max(2000).optional(),
    confirm,
    accessibility_label: z.string().max(75).optional(),
    visible_to_user_ids: z.array(z.string()).optional(),
  }),
]);
