import { randomBytes } from "node:crypto";
import { ControlError, SlackError } from "./slack-error.ts";

/** A file of the workspace. `bytes` are there once it is uploaded. */
export interface StoredFile {
  readonly id: string;
  readonly user: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  /** Unix seconds. */
  readonly created: number;
  readonly bytes: Buffer | undefined;
  /** The size that was announced, bytes. */
  readonly size: number;
  /** Where it was shared: channel and ts of the message. */
  readonly shares: readonly { readonly channel: string; readonly ts: string }[];
  readonly deleted: boolean;
  /** The app completed the upload, or a person made it in one go. */
  readonly complete: boolean;
}

const MIMETYPES: Readonly<Record<string, string>> = {
  txt: "text/plain",
  log: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  json: "application/json",
  pdf: "application/pdf",
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  svg: "image/svg+xml",
};

/** The part of a name after its last point, in lower case. */
const extensionOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";

/** The files of a workspace: those that people share with a message, and those that the app uploads in three steps. */
export class FileStore {
  readonly #files = new Map<string, StoredFile>();
  /** Upload addresses that were given out, by their last part. */
  readonly #uploads = new Map<string, string>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A file that a person brings with a message. */
  add(user: string, name: string, bytes: Buffer, mimetype?: string): StoredFile {
    const file = this.#made(user, name, bytes.length, mimetype);
    return this.#keep({ ...file, bytes, complete: true });
  }

  /** Step one of an upload by the app: the id, and the path to send the bytes to. */
  announce(user: string, name: string, size: number): { readonly id: string; readonly path: string } {
    const file = this.#keep(this.#made(user, name, size));
    const key = randomBytes(12).toString("hex");
    this.#uploads.set(key, file.id);
    return { id: file.id, path: `/upload/v1/${key}` };
  }

  /** Step two: the bytes. False where the address was never given out, or the size is not the announced one. */
  receive(path: string, bytes: Buffer): boolean {
    const id = this.#uploads.get(path.split("/").at(-1) ?? "");
    const file = id === undefined ? undefined : this.#files.get(id);
    if (!file || file.size !== bytes.length) return false;
    this.#keep({ ...file, bytes });
    return true;
  }

  /** Step three: the file can be shared. */
  complete(id: string, title: string | undefined): StoredFile {
    const file = this.need(id);
    if (!file.bytes || file.complete) throw new SlackError("file_not_found");
    return this.#keep({ ...file, title: title ?? file.title, complete: true });
  }

  share(id: string, channel: string, ts: string): void {
    const file = this.need(id);
    this.#keep({ ...file, shares: [...file.shares, { channel, ts }] });
  }

  delete(id: string): void {
    this.#keep({ ...this.need(id), bytes: undefined, deleted: true });
  }

  get(id: string): StoredFile | undefined {
    return this.#files.get(id);
  }

  /** The file, or Slack's refusal. */
  need(id: string): StoredFile {
    const file = this.#files.get(id);
    if (!file) throw new SlackError("file_not_found");
    if (file.deleted) throw new SlackError("file_deleted");
    return file;
  }

  /** All files, oldest first, without those that were only announced. */
  list(): StoredFile[] {
    return [...this.#files.values()].filter(({ complete }) => complete);
  }

  /** What a file holds, or a ControlError. */
  bytes(id: string): Buffer {
    const bytes = this.#files.get(id)?.bytes;
    if (!bytes)
      throw new ControlError(`no file ${id}: there are ${[...this.#files.keys()].join(", ") || "none"}`);
    return bytes;
  }

  #made(user: string, name: string, size: number, mimetype?: string): StoredFile {
    return {
      id: `F0${randomBytes(5).toString("hex").toUpperCase()}`,
      user,
      name,
      title: name,
      mimetype: mimetype ?? MIMETYPES[extensionOf(name)] ?? "application/octet-stream",
      created: Math.trunc(this.#nowMs() / 1000),
      bytes: undefined,
      size,
      shares: [],
      deleted: false,
      complete: false,
    };
  }

  #keep(file: StoredFile): StoredFile {
    this.#files.set(file.id, file);
    return file;
  }
}

/** A file as Slack shows it. `url`: of the simulator. */
export function fileShape(file: StoredFile, team: string, url: string): Record<string, unknown> {
  const { id, name, title, mimetype, created, user, size, deleted } = file;
  if (deleted) return { id, mode: "tombstone" };
  const address = `${url}/files-pri/${team.slice(1)}-${id}`;
  const channels = file.shares.map(({ channel }) => channel);
  return {
    id,
    created,
    timestamp: created,
    name,
    title,
    mimetype,
    filetype: extensionOf(name),
    pretty_type: extensionOf(name).toUpperCase(),
    user,
    user_team: team,
    editable: false,
    size,
    mode: "hosted",
    is_external: false,
    external_type: "",
    is_public: true,
    public_url_shared: false,
    display_as_bot: false,
    username: "",
    url_private: `${address}/${encodeURIComponent(name)}`,
    url_private_download: `${address}/download/${encodeURIComponent(name)}`,
    permalink: `${url}/files/${user}/${id}/${encodeURIComponent(name)}`,
    channels: channels.filter((channel) => channel.startsWith("C")),
    groups: channels.filter((channel) => channel.startsWith("G")),
    ims: channels.filter((channel) => channel.startsWith("D")),
    has_rich_preview: false,
    file_access: "visible",
  };
}
