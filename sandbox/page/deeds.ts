import { api, type Pressed } from "./api.ts";
import { readFiles, saveFile } from "./bring.ts";
import type { FileShown, Message, Option, Workspace } from "./types.ts";

/** What deeds need of the page's session. */
interface Host {
  readonly view: () => {
    readonly me: string;
    readonly channel: string;
    readonly thread?: string | undefined;
    readonly workspace?: Workspace;
  };
  /** Runs an act; what it answers or refuses in words is shown, and answered by false. */
  readonly attempt: (act: () => Promise<string | undefined>) => Promise<boolean>;
}

const silent = (act: Promise<unknown>): Promise<undefined> => act.then(() => undefined);

/** What a person does with messages, in the channel that is shown. */
export class Deeds {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Sends what was typed: a command where it begins with one. False where it was refused, and the words stay. */
  send(text: string, files: readonly File[] = []): Promise<boolean> {
    const { me, channel, thread, workspace } = this.#host.view();
    const [first = "", ...rest] = text.split(/\s+/);
    if (first.startsWith("/") && files.length === 0) {
      if (workspace?.commands.includes(first)) {
        return this.#host.attempt(() =>
          api.slash(me, channel, first, text.slice(first.length).trim(), thread),
        );
      }
      const known = `${first} is no command here: there is ${workspace?.commands.join(", ")}.`;
      if (rest.length === 0) return this.#host.attempt(() => Promise.resolve(known));
    }
    return this.#host.attempt(async () => {
      await api.say(me, channel, text, thread, await readFiles(files));
      return undefined;
    });
  }

  /** Says something at the top of the channel, whatever thread is open. */
  say(text: string): Promise<boolean> {
    const { me, channel } = this.#host.view();
    return this.#host.attempt(() => silent(api.say(me, channel, text)));
  }

  edit(ts: string, text: string): Promise<boolean> {
    const { me, channel } = this.#host.view();
    return this.#host.attempt(() => silent(api.edit(me, channel, ts, text)));
  }

  delete(ts: string): Promise<boolean> {
    const { me, channel } = this.#host.view();
    return this.#host.attempt(() => silent(api.delete(me, channel, ts)));
  }

  /** Puts a reaction to a message, or takes one's own away. */
  react({ ts, reactions = [] }: Message, name: string): Promise<boolean> {
    const { me, channel } = this.#host.view();
    const mine = reactions.some((one) => one.name === name && one.users.includes(me));
    return this.#host.attempt(() => silent(api.react(me, channel, ts, name, mine)));
  }

  press(pressed: Omit<Pressed, "as" | "channel">): Promise<boolean> {
    const { me, channel } = this.#host.view();
    return this.#host.attempt(() => api.click({ as: me, channel, ...pressed }));
  }

  /** Options of an external select in a message; none where the product does not answer. */
  look(ts: string, block: string | undefined, action: string, query: string): Promise<readonly Option[]> {
    const { me, channel } = this.#host.view();
    const part = { action_id: action, ...(block !== undefined && { block_id: block }) };
    return api.options(me, { ...part, query, message: { channel, ts } }).catch(() => []);
  }

  shortcut(callbackId: string, ts: string): Promise<boolean> {
    const { me, channel } = this.#host.view();
    return this.#host.attempt(() => api.shortcut(me, callbackId, channel, ts));
  }

  /** Stops what the agent does in a thread. */
  stop(thread: string): Promise<boolean> {
    const { me, channel } = this.#host.view();
    return this.#host.attempt(() => silent(api.stop(me, channel, thread)));
  }

  join(): Promise<boolean> {
    const { me, channel } = this.#host.view();
    return this.#host.attempt(() => silent(api.join(me, channel)));
  }

  save({ id, name, mimetype }: FileShown): Promise<boolean> {
    return this.#host.attempt(async () => {
      saveFile(name ?? id, mimetype ?? "application/octet-stream", (await api.file(id)).base64);
      return undefined;
    });
  }
}
