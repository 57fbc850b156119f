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
}

/** The client sends `{}` where there is nothing to say; and tokens are checked elsewhere. */
function mend(operation: Node): void {
  const parameters = operation["parameters"];
  for (const parameter of Array.isArray(parameters) ? parameters : []) {
    if (isNode(parameter) && isNode(parameter["schema"])) widen(parameter["schema"]);
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
    if (name.startsWith("RequestBody_") && isNode(schema)) schema["additionalProperties"] = false;
  }
}
