import { json } from "../../http/reply.ts";
import type { Route } from "../../http/types.ts";
import { accessLevel } from "../access.ts";
import { badParameter, forbidden, notFound } from "../errors.ts";
import { comment } from "../note-life.ts";
import { page } from "../paging.ts";
import { oneOf, textField } from "../query.ts";
import { showNote } from "../show-merge-request.ts";
import { mergeRequestOf, type Api, type Request } from "./guard.ts";

/** Comments and the trail of a merge request. */
export function noteRoutes(api: Api): Route[] {
  const one = "/projects/:id/merge_requests/:iid";
  return [
    api("GET", `${one}/notes`, (request) => {
      const ascending = oneOf(request.call, "sort", ["asc", "desc"]) === "asc";
      const notes = notesOf(request);
      return page(request.call, ascending ? notes : notes.reverse(), (note) => showNote(note, request.base));
    }),
    api("GET", `${one}/discussions`, (request) => {
      const threads = Map.groupBy(notesOf(request), (note) => note.discussion);
      return page(request.call, [...threads], ([id, notes]) => ({
        id,
        individual_note: notes.length === 1 && !notes[0]?.resolvable,
        notes: notes.map((note) => showNote(note, request.base)),
      }));
    }),
    api("POST", `${one}/discussions/:discussion/notes`, (request) => {
      const thread = request.call.param("discussion");
      if (!notesOf(request).some((note) => note.discussion === thread)) throw notFound("Discussion");
      const { user } = request.caller;
      const found = mergeRequestOf(request);
      if (accessLevel(found.project, user) === 0) throw forbidden();
      const note = comment(found, user, textField(request.call, "body") ?? "", request.world);
      if (note === undefined) return json(202, { commands_changes: {}, summary: ["Applied the commands."] });
      note.discussion = thread;
      return json(201, showNote(note, request.base));
    }),
    api("POST", `${one}/notes`, (request) => {
      const found = mergeRequestOf(request);
      const { user } = request.caller;
      if (accessLevel(found.project, user) === 0) throw forbidden();
      const body = textField(request.call, "body");
      if (body === undefined) throw badParameter("body", "is missing");
      const note = comment(found, user, body, request.world);
      if (note) return json(201, showNote(note, request.base));
      return json(202, { commands_changes: {}, summary: ["Applied the commands."] });
    }),
  ];
}

/** Oldest first. */
function notesOf(request: Request) {
  const found = mergeRequestOf(request);
  return request.world.notes
    .filter((note) => note.mergeRequest === found)
    .toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.id - b.id);
}
