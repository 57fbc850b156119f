import type { EntityTypes } from "../../src/core/tool.ts";
import type { Secret } from "../../src/http/types.ts";
import { nearestWords } from "../nearest.ts";
import type { FileProblem } from "../problems.ts";
import { type McpServerFile, readMcpFiles } from "./files.ts";
import type { Listed } from "./listed.ts";

/** How a server is reached, as its file and the environment say. */
export interface Connection {
  /** Where requests go; absent for a program. */
  url?: string;
  secret?: Secret;
  /** What a program sees of the environment, and which of it came from ours. */
  env: Record<string, string>;
  secrets: readonly string[];
}

/** A server of a file; `listed` once it was asked. */
export interface ReadMcp extends McpServerFile {
  connection: Connection | { off: string };
  listed?: Listed[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** The toolkit of a file's tools, and whose account acts: its own service account, or a system that people connect. */
export const systemOf = ({ name, yaml: { value } }: McpServerFile): string =>
  typeof value.auth === "object" && "person" in value.auth ? value.auth.person : `mcp_${name}`;

/** The server's name for people. */
export const titleOf = ({ name, yaml }: McpServerFile): string =>
  yaml.value.title ?? `the MCP server ${name}`;

/** Shorter values (a port, a flag) are no secrets, and would be taken out of ordinary words. */
const secretCharsMin = 8;

const isSet = (env: Env, name: string): boolean => (env[name] ?? "") !== "";

const programConnection = (
  { yaml }: McpServerFile,
  env: Env,
  problems: FileProblem[],
): ReadMcp["connection"] => {
  const wanted = Object.entries(yaml.value.env).flatMap(([key, from]) =>
    typeof from === "string" ? [] : [{ key, name: from.env }],
  );
  const missing = wanted.filter(({ name }) => !isSet(env, name));
  const names = missing.map(({ name }) => name).join(", ");
  // As with an address: where none of it is set, nobody uses this server here.
  if (missing.length > 0 && missing.length === wanted.length) return { off: `${names} is not set` };
  for (const { key, name } of missing) {
    problems.push(yaml.problem(["env", key], `${name} is not set.${nearestWords(name, Object.keys(env))}`));
  }
  const given = Object.fromEntries(
    Object.entries(yaml.value.env).map(([key, from]) => [
      key,
      typeof from === "string" ? from : (env[from.env] ?? ""),
    ]),
  );
  const secrets = wanted.map(({ key }) => given[key] ?? "").filter((one) => one.length >= secretCharsMin);
  return missing.length > 0 ? { off: `${names} is not set` } : { env: given, secrets };
};

/** A server whose address is not set is not used here; a secret that is not set beside an address that is, is a problem. */
const webConnection = ({ yaml }: McpServerFile, env: Env, problems: FileProblem[]): ReadMcp["connection"] => {
  const { url: given, auth } = yaml.value;
  const name = typeof given === "object" ? given.env : undefined;
  const url = typeof given === "string" ? given : name === undefined ? undefined : env[name];
  if (url === undefined || url === "") return { off: `${name ?? "its address"} is not set` };
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    problems.push(
      yaml.problem(["url"], `${name ?? "url"} is no address such as https://mcp.example.com/mcp.`),
    );
    return { off: "its address is none" };
  }
  const open = { url, env: {}, secrets: [] };
  if (auth === "none" || "person" in auth) return open;
  if (!isSet(env, auth.secret)) {
    const near = nearestWords(auth.secret, Object.keys(env));
    problems.push(
      yaml.problem(["auth", "secret"], `${auth.secret} is not set.${near} Set it, or write 'auth: none'.`),
    );
    return { off: `${auth.secret} is not set` };
  }
  const value = `${auth.prefix}${env[auth.secret]}`;
  return { ...open, secret: { header: auth.header.toLowerCase(), value } };
};

/** Names that stand once, and types that no other tools own: a file that used one would leave out what lies above it. */
const checkNames = (files: readonly McpServerFile[], taken: EntityTypes, problems: FileProblem[]): void => {
  const seen = new Set<string>();
  for (const { yaml } of files) {
    for (const [index, { name, target }] of yaml.value.tools.entries()) {
      if (seen.has(name)) problems.push(yaml.problem(["tools", index, "name"], `${name} is listed twice.`));
      seen.add(name);
      const type = target?.split("/")[0] ?? "";
      if (taken[type] !== undefined) {
        const message = `${name}: '${type}' is a type of other tools. Call yours something else, such as Wiki${type}.`;
        problems.push(yaml.problem(["tools", index, "target"], message));
      }
    }
  }
};

/** Reads the files of a folder and what the environment says of them; without `env` nothing is connected. */
export const readMcp = (
  folder: string,
  env: Env | undefined,
  taken: EntityTypes,
  problems: FileProblem[],
): ReadMcp[] => {
  const files = readMcpFiles(folder, problems);
  checkNames(files, taken, problems);
  return files.map((file) => {
    if (env === undefined) return { ...file, connection: { off: "nothing is connected" } };
    const connection = file.yaml.value.transport === "stdio" ? programConnection : webConnection;
    return { ...file, connection: connection(file, env, problems) };
  });
};
