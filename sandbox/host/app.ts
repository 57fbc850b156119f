import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";

/** What the app's manifest offers in the menu of a message. */
interface App {
  readonly shortcuts: readonly { readonly name: string; readonly callback_id: string }[];
}

interface Manifest {
  features?: { shortcuts?: { type: string; name: string; callback_id: string }[] };
}

/** Reads manifest.yml, as Slack does when the app is installed. */
export async function readApp(): Promise<App> {
  const text = await readFile(join(import.meta.dirname, "../../manifest.yml"), "utf8");
  const { features } = parse(text) as Manifest;
  const messages = features?.shortcuts?.filter(({ type }) => type === "message") ?? [];
  return { shortcuts: messages.map(({ name, callback_id }) => ({ name, callback_id })) };
}
