import type { KnownBlock, ModalView, PlainTextElement } from "@slack/types";
import { z } from "zod";
import { type SlackCalls, SlackRefusedError } from "./delivery/schedule.ts";
import { clip, visible } from "./markdown/safe-text.ts";
import { context } from "./views/parts.ts";

const openedSchema = z.object({ view: z.object({ id: z.string(), hash: z.string() }) });
const titleCharsMax = 24;

const plain = (text: string, max: number): PlainTextElement => ({
  type: "plain_text",
  text: clip(visible(text), max),
  emoji: false,
});

/** A modal of our own words; `submit` makes it a form, whose `id` says what it is for and `about` what it is about. */
export const modal = (
  title: string,
  blocks: KnownBlock[],
  form?: { id: string; submit: string; about: string },
): ModalView => ({
  type: "modal",
  title: plain(title, titleCharsMax),
  close: plain(form === undefined ? "Close" : "Cancel", titleCharsMax),
  blocks,
  ...(form !== undefined && {
    callback_id: form.id,
    submit: plain(form.submit, titleCharsMax),
    private_metadata: form.about,
  }),
});

/** Opens a modal on a click's trigger, which lives for three seconds. The hash tells whether it changed since. */
export const openModal = async (
  calls: SlackCalls,
  trigger: string,
  view: ModalView,
): Promise<{ id: string; hash: string }> => {
  const reply = await calls.call("views.open", { trigger_id: trigger, view }, { patient: false });
  return openedSchema.parse(reply).view;
};

/** Opens a modal at once and fills it in when what it shows is known; says so where that fails. */
export const openFilled = async (
  calls: SlackCalls,
  trigger: string,
  title: string,
  fill: () => Promise<ModalView>,
): Promise<void> => {
  const { id, hash } = await openModal(calls, trigger, modal(title, [context("Looking it up…")]));
  const show = (view: ModalView): Promise<unknown> =>
    calls.call("views.update", { view_id: id, hash, view }).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  let filled: ModalView;
  try {
    filled = await fill();
  } catch (error) {
    await show(modal(title, [context("This could not be looked up now. Please try again in a moment.")]));
    throw error;
  }
  await show(filled);
};

/** Closed or replaced before it was filled in: nothing is missed. */
const isGone = (error: unknown): boolean =>
  error instanceof SlackRefusedError && ["not_found", "hash_conflict"].includes(error.slackCode);
