import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, OpenAPIBackend } from "openapi-backend";
import { parse } from "yaml";
import { overlay } from "./overlay.ts";

/** A request as the sandbox's journal has it. */
export interface Sent {
  method: string;
  path: string;
  query?: Readonly<Record<string, string | string[]>>;
  body?: unknown;
}

/** Holds requests against GitLab's own OpenAPI document. */
export interface Checker {
  /** What the document has against a request; empty where it fits. */
  faults(sent: Sent): string[];
}

const specs = process.env["STEWARD_SPECS"] ?? join(import.meta.dirname, "../../../../shared/specs");
const file = join(specs, "gitlab-openapi.yaml");

/** Whether the document is here; where it is not, the reason is printed, or thrown where the run asks for it. */
export function documentIsHere(): boolean {
  if (existsSync(file)) return true;
  const reason = `GitLab's OpenAPI document is not at ${file}; set STEWARD_SPECS to its folder`;
  if ((process.env["STEWARD_REQUIRE"] ?? "").split(",").includes("specs")) throw new Error(reason);
  console.warn(`contract of the GitLab tools skipped: ${reason}`);
  return false;
}

/** Reads the document (about a second), mends it in memory and makes its checker. */
export async function openChecker(): Promise<Checker> {
  const definition = parse(readFileSync(file, "utf8"), { maxAliasCount: -1 }) as Document;
  overlay(definition as unknown as Parameters<typeof overlay>[0]);
  const { default: addFormats } = await import("ajv-formats");
  const api = new OpenAPIBackend({
    definition,
    quick: true,
    ajvOpts: { strict: false },
    customizeAjv: (ajv) => {
      addFormats.default(ajv as never);
      return ajv;
    },
  });
  await api.init();
  return { faults: (sent) => faultsOf(api, sent) };
}

function faultsOf(api: OpenAPIBackend, { method, path, query = {}, body }: Sent): string[] {
  const request = {
    ...{ method, path, query: queryText(query), headers: { "content-type": "application/json" } },
    body: body ?? undefined,
  };
  const operation = api.router.matchOperation(request);
  if (operation === undefined) return [`${method} ${path}: no such operation`];
  const { errors } = api.validator.validateRequest(request, operation);
  return (errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${method} ${path}: ${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
  );
}

const queryText = (query: NonNullable<Sent["query"]>): string =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, one]),
    ),
  ).toString();
