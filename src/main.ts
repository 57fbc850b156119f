import { join } from "node:path";
import { commands } from "./cli/commands.ts";

/** The repository: prompts and policies that ship with the product. */
const repository = join(import.meta.dirname, "..");

const [name = "start", ...args] = process.argv.slice(2);
process.exitCode = await commands(name, args, repository);
