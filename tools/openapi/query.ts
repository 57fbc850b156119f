import { compile, search, type JSONValue } from "@jmespath-community/jmespath";
import { messageOf } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";

/** What is wrong with a JMESPath expression; nothing where it can be read. */
export function queryProblem(expression: string): string | undefined {
  try {
    compile(expression);
    return undefined;
  } catch (error) {
    return `'${expression}' is not JMESPath (${messageOf(error).split("\n")[0]}).`;
  }
}

/** What an expression finds; nothing where it finds nothing, or where the reply is of another kind than it takes. */
export function query(data: unknown, expression: string): Json | undefined {
  try {
    return (search(data as JSONValue, expression) as Json) ?? undefined;
  } catch {
    return undefined;
  }
}
