/**
 * What must be mended in GitLab's own document before requests can be checked against it: where it is stricter than
 * GitLab (bodies that a client may send empty) or looser (unknown fields of a body).
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Node = { [key: string]: Json };

const isNode = (value: Json | undefined): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const anyObject: Node = { content: { "application/json": { schema: { type: "object" } } } };

/** Changes the document in place. */
export function overlay(document: Node): void {
  const paths = document["paths"];
  if (!isNode(paths)) throw new Error("the document has no paths");
  for (const [path, item] of Object.entries(paths)) {
    if (path.includes("(-/)")) {
      delete paths[path];
      paths[path.replace("(-/)", "")] = item;
    }
    if (isNode(item)) for (const operation of Object.values(item)) if (isNode(operation)) mend(operation);
  }
  closeBodies(document);
  takeCommits(paths);
  takePages(paths);
  takeTags(paths);
}

/** The end of a membership is a day, as GitLab's handbook has it, or empty for none; the document says a moment. */
function takeDays({ properties }: Node): void {
  const end = isNode(properties) ? properties["expires_at"] : undefined;
  if (isNode(end)) delete end["format"];
}

const projectPath = "/api/v4/projects/{id}";

const text: Node = { type: "string" };
const actions: Node = {
  type: "object",
  additionalProperties: false,
  required: ["action", "file_path"],
  properties: {
    action: { type: "string", enum: ["create", "delete", "move", "update", "chmod"] },
    ...{ file_path: text, previous_path: text, content: text, last_commit_id: text },
    encoding: { type: "string", enum: ["text", "base64"] },
    execute_filemode: { type: "boolean" },
  },
};

/** The document has commits as an upload; GitLab's handbook, and every client, sends JSON. */
function takeCommits(paths: Node): void {
  const schema: Node = {
    type: "object",
    additionalProperties: false,
    required: ["branch", "commit_message", "actions"],
    properties: {
      ...{ branch: text, commit_message: text, author_email: text, author_name: text },
      ...{ start_branch: text, start_sha: text, start_project: text },
      ...{ force: { type: "boolean" }, stats: { type: "boolean" } },
      actions: { type: "array", minItems: 1, items: actions },
    },
  };
  operationOf(paths, `${projectPath}/repository/commits`, "post")["requestBody"] = {
    required: true,
    content: { "application/json": { schema } },
  };
}

/** GitLab reads the name and the commit of a new tag from the address too, where our client puts them. */
function takeTags(paths: Node): void {
  const operation = operationOf(paths, `${projectPath}/repository/tags`, "post");
  const given = operation["parameters"];
  const inAddress = (name: string): Node => ({ name, in: "query", required: true, schema: text });
  operation["parameters"] = [...(Array.isArray(given) ? given : []), ...["tag_name", "ref"].map(inAddress)];
  operation["requestBody"] = {
    content: {
      "application/json": {
        schema: { type: "object", additionalProperties: false, properties: { message: text } },
      },
    },
  };
}

/** The pipelines of a merge request are a list with pages, which the document does not say. */
function takePages(paths: Node): void {
  const operation = operationOf(paths, `${projectPath}/merge_requests/{merge_request_iid}/pipelines`, "get");
  const page = (name: string): Node => ({ name, in: "query", schema: { type: "integer" } });
  const given = operation["parameters"];
  operation["parameters"] = [...(Array.isArray(given) ? given : []), page("page"), page("per_page")];
}

/** Throws where the document has no such operation: then it is another one than this was written for. */
function operationOf(paths: Node, path: string, method: string): Node {
  const item = paths[path];
  const operation = isNode(item) ? item[method] : undefined;
  if (!isNode(operation)) throw new Error(`the document has no ${method} ${path}`);
  return operation;
}

/** The client sends `{}` where there is nothing to say; and tokens are checked elsewhere. */
function mend(operation: Node): void {
  const parameters = operation["parameters"];
  for (const parameter of Array.isArray(parameters) ? parameters : []) {
    if (!isNode(parameter) || !isNode(parameter["schema"])) continue;
    widen(parameter["schema"]);
    // Lines of a blame are asked for as `range[start]` and `range[end]`, or not at all.
    const { name } = parameter;
    if (typeof name === "string" && name.startsWith("range[")) delete parameter["required"];
  }
  delete operation["security"];
  if ("responses" in operation && operation["requestBody"] === undefined)
    operation["requestBody"] = anyObject;
}

/** `oneOf` text and number fits every number twice once values are read from an address. */
function widen(schema: Node): void {
  const { oneOf } = schema;
  if (oneOf === undefined) return;
  delete schema["oneOf"];
  schema["anyOf"] = oneOf;
}

/** Bodies refuse unknown fields: this is what finds camelCase and misspelt ones. */
function closeBodies(document: Node): void {
  delete document["security"];
  const components = document["components"];
  const schemas = isNode(components) ? components["schemas"] : undefined;
  if (!isNode(schemas)) return;
  for (const [name, schema] of Object.entries(schemas)) {
    if (!name.startsWith("RequestBody_") || !isNode(schema)) continue;
    schema["additionalProperties"] = false;
    takeDays(schema);
  }
}
