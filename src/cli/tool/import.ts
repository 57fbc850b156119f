import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { readSettings } from "../../config.ts";
import { messageOf, TerminalError } from "../../core/errors.ts";
import { createHttp } from "../../http/client.ts";
import { propose, type Proposed } from "../../../tools/openapi/propose.ts";

const documentBytesMax = 20_000_000;

/** A file that was proposed, and where it stands. */
export interface Imported extends Proposed {
  /** Absent where it was only to be shown. */
  file?: string;
}

/**
 * Proposes a file of tools/apis for an OpenAPI document at a path or an address. It does not load before its labels are
 * given. A document of this machine is copied beside it; one at an address is named by it.
 */
export const importApi = async (
  repository: string,
  source: string,
  { name, wanted, show }: { name: string | undefined; wanted: readonly string[]; show: boolean },
): Promise<Imported> => {
  const remote = /^https?:\/\//.test(source);
  const system = name ?? nameFrom(source);
  if (!/^[a-z][a-z0-9]*$/.test(system)) {
    throw new TerminalError(
      "bad_argument",
      `'${system}' is no name for a system: small letters and digits. Give one with --name.`,
    );
  }
  const text = remote ? await fetched(source) : readText(source);
  const folder = join(readSettings().ownFolder ?? repository, "tools", "apis");
  const document = `${system}.openapi.${text.trimStart().startsWith("{") ? "json" : "yml"}`;
  const proposed = proposedFrom(text, source, {
    system,
    document: remote ? source : `./${document}`,
    wanted,
  });
  if (proposed.operations.length === 0 || proposed.missing.length > 0 || show) return proposed;
  const file = join(folder, `${system}.yml`);
  if (existsSync(file)) {
    throw new TerminalError(
      "exists",
      `${relative(process.cwd(), file)} is there already; it was left as it is. See a proposal with --show, or name it otherwise with --name.`,
    );
  }
  mkdirSync(folder, { recursive: true });
  if (!remote) writeFileSync(join(folder, document), text);
  writeFileSync(file, `${proposed.text}\n`);
  return { ...proposed, file: relative(process.cwd(), file) };
};

const nameFrom = (source: string): string =>
  basename(source)
    .toLowerCase()
    .replace(/[.?].*$/, "")
    .replaceAll(/[^a-z0-9]/g, "");

const readText = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new TerminalError("document", `${path} cannot be read (${messageOf(error)}).`);
  }
};

const fetched = async (url: string): Promise<string> => {
  const http = createHttp({ allow: [url], writes: () => "documents are only read" });
  try {
    const signal = AbortSignal.timeout(20_000);
    const { body } = await http.request({
      ...{ system: "the document's host", method: "GET", url, effect: "read", signal },
      ...{ expect: "text", maxBytes: documentBytesMax },
    });
    return typeof body === "string" ? body : "";
  } finally {
    await http.close();
  }
};

const proposedFrom = (text: string, source: string, options: Parameters<typeof propose>[1]): Proposed => {
  try {
    return propose(text, options);
  } catch (error) {
    throw new TerminalError("document", `${source}: ${messageOf(error)}.`, { cause: error });
  }
};

export const printImported = ({ file, text, operations, missing }: Imported): string =>
  [
    ...missing.map(
      ({ op, nearest }) =>
        `The document has no '${op}'.${nearest.length === 0 ? "" : ` Nearest: ${nearest.join("; ")}.`}`,
    ),
    ...(file === undefined
      ? missing.length > 0 || operations.length === 0
        ? ["Nothing was written."]
        : [text]
      : [
          `${file} proposes ${operations.length} operations.`,
          "Remove those that nobody needs, and answer each '?'. Until then none of them loads.",
          "Then: steward tool list",
        ]),
  ].join("\n");
