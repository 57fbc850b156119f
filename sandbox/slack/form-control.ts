import { z } from "zod";
import { command } from "../http/control.ts";
import type { Route } from "../http/types.ts";
import type { SlackSim } from "./sim.ts";

const who = { as: z.string() };
const part = {
  block_id: z.string().optional(),
  action_id: z.string().optional(),
  label: z.string().optional(),
};
const on = z.enum(["modal", "home"]).optional();

const actSchema = z.strictObject({
  ...who,
  action_id: z.string(),
  block_id: z.string().optional(),
  value: z.string().optional(),
  on,
});
const optionsSchema = z.strictObject({
  ...who,
  ...part,
  query: z.string().optional(),
  on,
  message: z.strictObject({ channel: z.string(), ts: z.string() }).optional(),
});
const shortcutSchema = z.strictObject({
  ...who,
  callback_id: z.string(),
  channel: z.string().optional(),
  ts: z.string().optional(),
});
const fileSchema = z.strictObject({
  ...who,
  name: z.string().min(1),
  content: z.string(),
  base64: z.boolean().optional(),
  mimetype: z.string().optional(),
});
const reactSchema = z.strictObject({
  ...who,
  channel: z.string(),
  ts: z.string(),
  name: z.string(),
  remove: z.boolean().optional(),
});

/**
 * What people do in modals and in the App Home, with shortcuts and reactions: `GET views?as=` (modals and home as that
 * person sees them), `enter`, `submit`, `close`, `act`, `options`, `shortcut`, `react`; `GET files`, `GET file?id=` (what it
 * holds, base64) and `POST file` (a file for a form's file input).
 */
export const formRoutes = (sim: SlackSim): Route[] => [
  command("GET", "views", z.unknown(), (_, { query }) => {
    const as = query.get("as") ?? "";
    return { modals: sim.forms.modals(as), home: sim.forms.home(as) ?? null };
  }),
  command("GET", "files", z.unknown(), () => sim.files().map((file) => ({ ...file, bytes: undefined }))),
  command("GET", "file", z.unknown(), (_, { query }) => ({
    base64: sim.fileBytes(query.get("id") ?? "").toString("base64"),
  })),
  command("POST", "file", fileSchema, ({ as, ...file }) => ({ id: sim.addFile(as, file) })),
  command("POST", "enter", z.strictObject({ ...who, ...part, value: z.string() }), (input) =>
    sim.forms.enter(input),
  ),
  command("POST", "submit", z.strictObject(who), (input) => sim.forms.submit(input)),
  command("POST", "close", z.strictObject({ ...who, all: z.boolean().optional() }), (input) =>
    sim.forms.close(input),
  ),
  command("POST", "act", actSchema, (input) => sim.forms.act(input)),
  command("POST", "options", optionsSchema, (input) => sim.forms.options(input)),
  command("POST", "shortcut", shortcutSchema, (input) => sim.forms.shortcut(input)),
  command("POST", "react", reactSchema, (input) => sim.react(input)),
];
