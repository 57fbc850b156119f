import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { distance } from "fastest-levenshtein";
import { messageOf } from "../../src/core/errors.ts";
import { nearestWords } from "../nearest.ts";
import type { FileProblem } from "../problems.ts";
import { type Compiled, compileFile, wantedBy } from "./compile.ts";
import { type ListedApi, readApiFiles } from "./files.ts";
import { reducedText } from "./reduced.ts";

/** What the files may ask of the environment, and where reduced documents are kept. */
export interface ApiSettings {
  /** Settings by name; empty ones are not set. */
  env: Readonly<Record<string, string>>;
  /** Absent: nothing is kept. */
  cache?: string;
}

/** An API as its file and the environment say. */
export interface ReadApi extends ListedApi {
  /** Where it is reached and how it is signed; or why it is switched off. */
  connection: { baseUrl: string; secret?: { header: string; value: string } } | { off: string };
  /** Absent where the document is at an address and has not been fetched. */
  compiled?: Compiled[];
  /** The first thing wrong with a fetched document: the operations that it concerns are off. */
  partly?: string;
}

/** Nothing is set: for what may be named in policies and prompts. */
export const noSettings: ApiSettings = { env: {} };

const isAddress = (document: string): boolean => /^https?:\/\//.test(document);

/** Where the document is, when it is at an address. */
export const documentAddress = ({ file }: ListedApi): string | undefined =>
  isAddress(file.value.document) ? file.value.document : undefined;

/** Reads the API files of a folder, with the documents that lie beside them. Problems are collected. */
export function readApis(folder: string, settings: ApiSettings, problems: FileProblem[]): ReadApi[] {
  return readApiFiles(folder, problems).map((listed) => {
    const connection = connectionOf(listed, settings, problems);
    if (documentAddress(listed) !== undefined) return { ...listed, connection };
    const { value, file: path, problem } = listed.file;
    try {
      const text = readFileSync(resolve(dirname(path), value.document));
      return { ...listed, connection, compiled: compiledOf(listed, text, settings.cache, problems) };
    } catch (error) {
      problems.push(
        problem(["document"], `document: ${value.document} cannot be used: ${messageOf(error)}.`),
      );
      return { ...listed, connection };
    }
  });
}

/** A file's operations, by the text of its document. Throws where that is no OpenAPI document. */
export const compiledOf = (
  { system, file }: ListedApi,
  text: string | Buffer,
  cache: string | undefined,
  problems: FileProblem[],
): Compiled[] => compileFile(file, reducedText(system, text, wantedBy(file.value), cache), problems);

function connectionOf(
  { file }: ListedApi,
  settings: ApiSettings,
  problems: FileProblem[],
): ReadApi["connection"] {
  const { base_url: base, auth } = file.value;
  const baseUrl = typeof base === "string" ? base : settings.env[base.env];
  if (baseUrl === undefined && typeof base !== "string") {
    const slip = nearSetting(base.env, settings);
    if (slip === undefined) return { off: `${base.env} is not set` };
    problems.push(
      file.problem(["base_url"], `base_url: ${base.env} is not set, but ${slip} is. Which is meant?`),
    );
    return { off: `${base.env} is not set` };
  }
  if (baseUrl === undefined || !URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
    const which = typeof base === "string" ? "it" : base.env;
    problems.push(
      file.problem(["base_url"], `base_url: ${which} is no address such as https://payments.example.com.`),
    );
    return { off: "its address is none" };
  }
  if (auth === "none" || "person" in auth) return { baseUrl };
  const value = settings.env[auth.secret];
  if (value !== undefined) {
    return { baseUrl, secret: { header: auth.header.toLowerCase(), value: `${auth.prefix}${value}` } };
  }
  problems.push(
    file.problem(
      ["auth", "secret"],
      `auth.secret: ${auth.secret} is not set.${nearestWords(auth.secret, alike(auth.secret, settings))} Set it, or write 'auth: none'.`,
    ),
  );
  return { off: `${auth.secret} is not set` };
}

/** Settings of the same system, by the first word of their names: others are nobody's business here. */
const alike = (name: string, { env }: ApiSettings): string[] =>
  Object.keys(env).filter((known) => known.startsWith(`${name.split("_")[0] ?? name}_`));

/** A setting that differs by a letter or two from the one that is meant. */
function nearSetting(name: string, { env }: ApiSettings): string | undefined {
  const [best] = Object.keys(env)
    .map((known) => ({ known, far: distance(name, known) }))
    .toSorted((a, b) => a.far - b.far);
  return best !== undefined && best.far <= 2 ? best.known : undefined;
}
