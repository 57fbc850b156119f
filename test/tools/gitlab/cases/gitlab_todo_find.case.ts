import type { ToolCase } from "../tool-case.ts";

export default {
  calls: [{ input: {} }, { input: { kind: "reviews" }, who: "boris" }, { input: { kind: "todos" } }],
} satisfies ToolCase;
