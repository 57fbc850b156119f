import type { Arguments } from "../arguments.ts";
import { invalidArguments } from "../arguments.ts";
import { type OpenView, viewShape } from "../open-views.ts";
import type { Api, ApiHandler } from "./context.ts";

const shown = (api: Api, view: OpenView) => ({
  view: viewShape(view, api.workspace.seed.team.id, api.workspace.seed.app),
});

/** The person whose trigger it is. */
function triggered(args: Arguments, api: Api): string {
  const id = args.optional("trigger_id");
  if (id === undefined)
    throw invalidArguments(["[ERROR] missing required field: trigger_id [json-pointer:]"]);
  return api.workspace.triggers.use(id);
}

export const open: ApiHandler = (args, api) =>
  shown(api, api.workspace.views.open(triggered(args, api), args.json("view")));

export const push: ApiHandler = (args, api) =>
  shown(api, api.workspace.views.push(triggered(args, api), args.json("view")));

export const update: ApiHandler = (args, api) => {
  const id = args.optional("view_id");
  const externalId = args.optional("external_id");
  if ((id === undefined) === (externalId === undefined)) {
    throw invalidArguments(["[ERROR] view_id or external_id, one of both [json-pointer:]"]);
  }
  const of = { ...(id !== undefined && { id }), ...(externalId !== undefined && { externalId }) };
  return shown(api, api.workspace.views.update(of, args.json("view"), args.optional("hash")));
};

export const publish: ApiHandler = (args, api) => {
  const person = api.workspace.people.get(args.text("user_id"));
  if (!person || person.bot) throw invalidArguments(["[ERROR] invalid user_id [json-pointer:/user_id]"]);
  return shown(api, api.workspace.views.publish(person.id, args.json("view"), args.optional("hash")));
};
