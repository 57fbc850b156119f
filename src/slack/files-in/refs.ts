import { z } from "zod";
import type { FileRef } from "../../core/turn.ts";

const fileSchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  title: z.string().nullish(),
  mimetype: z.string().nullish(),
});
/** References of one message that are stored; Slack itself takes ten. */
const refsMax = 20;

/** The files of a message event; what has no id (a deleted one) is left out. */
export const fileRefs = (files: unknown): FileRef[] => {
  if (!Array.isArray(files)) return [];
  return files.slice(0, refsMax).flatMap((file) => {
    const parsed = fileSchema.safeParse(file);
    if (!parsed.success) return [];
    const { id, name, title, mimetype } = parsed.data;
    return [{ id, name: (name ?? title ?? id).slice(0, 200), mime: (mimetype ?? "").slice(0, 100) }];
  });
};
