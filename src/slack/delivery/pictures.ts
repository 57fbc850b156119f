import type { KnownBlock } from "@slack/types";
import { messageOf } from "../../core/errors.ts";
import { drawPicture } from "../charts/picture.ts";
import type { Log } from "../log.ts";
import { asChart, saidByChart } from "../markdown/charts.ts";
import { type Files, uploadFile } from "./files.ts";
import type { SlackCalls } from "./schedule.ts";

interface PictureParts {
  calls: SlackCalls;
  files: Pick<Files, "upload">;
  log: Log;
}

const pictured = async (block: KnownBlock, parts: PictureParts): Promise<KnownBlock> => {
  const chart = asChart(block);
  if (chart === undefined) return block;
  const id = await uploadFile("chart.png", await drawPicture(chart), parts);
  // Completed without a channel the file is nobody's to find; the image block shows it where the message is.
  await parts.calls.call("files.completeUploadExternal", {
    files: JSON.stringify([{ id, title: chart.title }]),
  });
  return { type: "image", slack_file: { id }, alt_text: saidByChart(chart) };
};

/**
 * The same blocks with their charts as pictures, for a workspace that refuses charts. `undefined` where there are none,
 * or where pictures cannot be drawn or uploaded: then tables say it.
 */
export const withPictures = async (
  blocks: readonly KnownBlock[],
  parts: PictureParts,
): Promise<KnownBlock[] | undefined> => {
  if (!blocks.some((block) => asChart(block) !== undefined)) return undefined;
  try {
    return await Promise.all(blocks.map((block) => pictured(block, parts)));
  } catch (error) {
    parts.log.info(
      { reason: messageOf(error) },
      "a chart is shown as a table: its picture could not be made",
    );
    return undefined;
  }
};
