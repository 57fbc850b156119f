import { z } from "zod";
import type { GivenFile } from "../../agent/types.ts";
import { messageOf, TerminalError } from "../../core/errors.ts";
import type { FileRef } from "../../core/turn.ts";
import type { FileReader } from "../../turn/types.ts";
import type { SlackCalls } from "../delivery/schedule.ts";
import type { Log } from "../log.ts";
import { kindOf, mayBeRead, pictureType } from "./kinds.ts";
import { readPdf } from "./pdf.ts";
import { cutText, decodeText, rowsNote } from "./text.ts";

/** Fetches a file from Slack's own host, the bot's token added at the last hop; never more than `maxBytes`. */
type DownloadFile = (
  url: string,
  workspace: string,
  how: { maxBytes: number; signal: AbortSignal },
) => Promise<{ bytes: Uint8Array; type: string }>;

interface FilesParts {
  calls: SlackCalls;
  download: DownloadFile;
  log: Log;
}

/** Files of one message that are read; further ones are said to be left out. */
const filesMax = 5;
const bytesMax = 10 * 1024 * 1024;
/** Providers take pictures up to about this size; they travel with every thought. */
const pictureBytesMax = 4 * 1024 * 1024;
const picturesMax = 3;

const infoSchema = z.object({
  file: z.object({
    name: z.string().nullish(),
    mimetype: z.string().nullish(),
    mode: z.string().nullish(),
    is_external: z.boolean().nullish(),
    size: z.number().nullish(),
    url_private_download: z.string().nullish(),
    url_private: z.string().nullish(),
  }),
});
type Info = z.infer<typeof infoSchema>["file"];

const inMb = (bytes: number): string => `${Math.max(0.1, bytes / 1024 / 1024).toFixed(1)} MB`;
const notRead = "text, CSV, PDF and pictures are read, this kind of file is not";

/** Says why a file is not read; for people. */
const refuse = (why: string): never => {
  throw new TerminalError("file", why);
};

const addressOf = (info: Info): string => {
  if (info.mode === "tombstone") return refuse("it was deleted");
  if (info.mode === "hidden_by_limit") return refuse("Slack hides it: the workspace's storage is full");
  if (info.is_external === true || info.mode === "external") return refuse("it is kept outside Slack");
  if ((info.size ?? 0) > bytesMax)
    return refuse(`it has ${inMb(info.size ?? 0)}, and ${inMb(bytesMax)} is the limit`);
  return info.url_private_download ?? info.url_private ?? refuse("Slack gives no address for it");
};

/** Slack answers a token that may not read files with a page to sign in, and status 200. */
const checkSignIn = (type: string, { name, mime }: FileRef): void => {
  const page = /html/i.test(type) && !/html/i.test(mime) && !/\.html?$/i.test(name);
  if (page) refuse("Slack does not give it to me: the app needs the scope files:read");
};

/** Fetches and reads files that came with a message. What cannot be read is told with its reason. */
export const slackFiles = ({ calls, download, log }: FilesParts): FileReader => ({
  async read(conversation, refs, { pictures, signal }) {
    let shown = 0;
    const readOne = async (ref: FileRef): Promise<GivenFile> => {
      if (!mayBeRead(ref)) return refuse(notRead);
      const { file } = infoSchema.parse(await calls.call("files.info", { file: ref.id }));
      const { workspace } = conversation;
      const { bytes, type } = await download(addressOf(file), workspace, { maxBytes: bytesMax, signal });
      checkSignIn(type, ref);
      const kind = kindOf(bytes, ref);
      if (kind === "picture") return asPicture(ref, bytes);
      if (kind === "pdf") return asPdf(ref, bytes, signal);
      return kind === "text" ? asText(ref, bytes) : refuse(notRead);
    };
    const asPicture = ({ name }: FileRef, bytes: Uint8Array): GivenFile => {
      if (!pictures) return refuse("the language model here does not see pictures");
      if (bytes.length > pictureBytesMax) {
        return refuse(`it has ${inMb(bytes.length)}, and ${inMb(pictureBytesMax)} is the limit for pictures`);
      }
      shown += 1;
      if (shown > picturesMax) return refuse(`only ${picturesMax} pictures of a message are looked at`);
      const data = Buffer.from(bytes).toString("base64");
      return { kind: "picture", name, url: `data:${pictureType(bytes)};base64,${data}` };
    };
    const given: GivenFile[] = [];
    for (const [at, ref] of refs.entries()) {
      const { name } = ref;
      try {
        if (at >= filesMax) refuse(`only ${filesMax} files of a message are read`);
        given.push(await readOne(ref));
      } catch (error) {
        signal.throwIfAborted();
        const known = error instanceof TerminalError && ["file", "pdf"].includes(error.code);
        if (!known) log.warn({ file: ref.id, reason: messageOf(error) }, "a file could not be fetched");
        given.push({ kind: "unread", name, note: known ? error.message : "Slack did not give it" });
      }
    }
    return given;
  },
});

const asText = ({ name }: FileRef, bytes: Uint8Array): GivenFile => {
  const text = decodeText(bytes) ?? refuse("it holds no text");
  return { kind: "text", name, ...cutText(text, rowsNote(name, text)) };
};

const asPdf = async ({ name }: FileRef, bytes: Uint8Array, signal: AbortSignal): Promise<GivenFile> => {
  const { pages, text } = await readPdf(bytes, signal);
  const words = text.map((page, at) => `[page ${at + 1}]\n${page}`).join("\n\n");
  if (text.every((page) => page.trim() === "")) return refuse("its pages hold pictures, no text");
  const left = pages > text.length ? `only ${text.length} of its ${pages} pages were read` : undefined;
  return { kind: "text", name, ...cutText(words, left) };
};
