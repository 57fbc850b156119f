import { json } from "../../http/reply.ts";
import type { Route } from "../../http/types.ts";
import { accessLevel } from "../access.ts";
import { badParameter, forbidden, notFound } from "../errors.ts";
import { page } from "../paging.ts";
import { field, oneOf, textField } from "../query.ts";
import {
  blameOf,
  commitOnNewBranch,
  commitsAt,
  diffOf,
  type FileAction,
  lastChange,
  repositoryOf,
} from "../repository.ts";
import { fullPath, shaOf } from "../world.ts";
import type { TreeCommit } from "../types-work.ts";
import { projectOf, type Api, type Request } from "./guard.ts";

/** Repositories: searched, read, compared, and commits on new branches; wiki pages are searched too. */
export function codeRoutes(api: Api): Route[] {
  const repository = "/projects/:id/repository";
  return [
    api("GET", "/projects/:id/search", search),
    api("GET", `${repository}/files/:path`, (request) => {
      const { commits, ref } = at(request);
      const path = request.call.param("path");
      const content = commits.at(-1)?.files.get(path);
      if (content === undefined) throw notFound("File");
      return json(200, {
        file_name: path.split("/").at(-1),
        file_path: path,
        size: Buffer.byteLength(content),
        encoding: "base64",
        content: Buffer.from(content).toString("base64"),
        content_sha256: "",
        ref,
        blob_id: shaOf(content),
        commit_id: commits.at(-1)?.id,
        last_commit_id: lastChange(commits, path)?.id,
        execute_filemode: false,
      });
    }),
    api("GET", `${repository}/files/:path/blame`, (request) => {
      const { commits } = at(request);
      const path = request.call.param("path");
      if (!commits.at(-1)?.files.has(path)) throw notFound("File");
      const start = Number(request.call.query.get("range[start]") ?? 1);
      const end = Number(request.call.query.get("range[end]") ?? Infinity);
      return json(
        200,
        blameOf(commits, path, { start, end }).map((run) => ({
          commit: showCommit(run.commit),
          lines: run.lines,
        })),
      );
    }),
    api("GET", `${repository}/tree`, (request) => {
      const { commits } = at(request);
      const folder = (request.call.query.get("path") ?? "").replaceAll(/^\/+|\/+$/g, "");
      const entries = entriesIn([...(commits.at(-1)?.files.keys() ?? [])], folder);
      if (entries.length === 0) throw notFound("Tree");
      return page(request.call, entries, (entry) => entry);
    }),
    api("GET", `${repository}/compare`, (request) => {
      const found = repositoryOf(projectOf(request), request.world);
      const [from, to] = ["from", "to"].map((name) => {
        const ref = request.call.query.get(name);
        if (!ref) throw badParameter(name, "is missing");
        return commitsAt(found, ref);
      });
      const known = new Set(from?.map(({ id }) => id));
      const commits = (to ?? []).filter(({ id }) => !known.has(id));
      const none = new Map<string, string>();
      return json(200, {
        commit: commits.at(-1) ? showCommit(commits.at(-1) as TreeCommit) : null,
        commits: commits.map(showCommit),
        diffs: diffOf(from?.at(-1)?.files ?? none, to?.at(-1)?.files ?? none),
        compare_timeout: false,
        compare_same_ref: from === to,
        web_url: `${request.base}/${fullPath(projectOf(request))}/-/compare`,
      });
    }),
    api("GET", `${repository}/branches/:branch`, (request) => {
      const name = request.call.param("branch");
      const project = projectOf(request);
      const ofMergeRequest = request.world.mergeRequests
        .find((one) => one.project === project && one.source_branch === name && one.state === "opened")
        ?.commits.at(-1);
      const head =
        request.world.repositories.get(project)?.branches.get(name)?.at(-1) ??
        (ofMergeRequest && {
          ...ofMergeRequest,
          message: ofMergeRequest.title,
          files: new Map<string, string>(),
        });
      if (!head) throw notFound("Branch");
      const web = `${request.base}/${fullPath(projectOf(request))}/-/tree/${name}`;
      return json(200, { name, web_url: web, default: name === "main", commit: showCommit(head) });
    }),
    api("POST", `${repository}/commits`, (request) => {
      const project = projectOf(request);
      const { user } = request.caller;
      if (accessLevel(project, user) < 30) throw forbidden();
      const needed = (name: string) => {
        const value = textField(request.call, name);
        if (value === undefined) throw badParameter(name, "is missing");
        return value;
      };
      const order = {
        branch: needed("branch"),
        message: needed("commit_message"),
        start: textField(request.call, "start_sha") ?? needed("start_branch"),
        author: user,
        actions: actionsOf(request),
      };
      return json(201, showCommit(commitOnNewBranch(project, order, request.world)));
    }),
  ];
}

/** The commits that the `ref` of a request names. */
function at(request: Request): { commits: TreeCommit[]; ref: string } {
  const ref = request.call.query.get("ref") ?? "main";
  return { commits: commitsAt(repositoryOf(projectOf(request), request.world), ref), ref };
}

function entriesIn(paths: readonly string[], folder: string) {
  const inside = folder === "" ? "" : `${folder}/`;
  const names = paths
    .filter((path) => path.startsWith(inside))
    .map((path) => path.slice(inside.length).split("/"));
  const kinds = new Map(names.map(([name = "", ...below]) => [name, below.length > 0 ? "tree" : "blob"]));
  return [...kinds]
    .map(([name, type]) => ({ id: shaOf(inside + name), name, type, path: inside + name, mode: "100644" }))
    .toSorted((a, b) => b.type.localeCompare(a.type) || a.name.localeCompare(b.name));
}

function actionsOf(request: Request): FileAction[] {
  const given = field(request.call, "actions");
  if (!Array.isArray(given) || given.length === 0) throw badParameter("actions", "is missing");
  return given.map((one: Record<string, unknown>) => {
    const { action, file_path: path, content, last_commit_id: last } = one;
    if (typeof action !== "string" || typeof path !== "string") throw badParameter("actions", "is invalid");
    return {
      action,
      path,
      content: typeof content === "string" ? content : "",
      lastCommit: typeof last === "string" ? last : undefined,
    };
  });
}

/** As GitLab's own search without an index: the words as they stand, and filters such as `extension:md`. */
function search(request: Request) {
  const scope = oneOf(request.call, "scope", ["blobs", "wiki_blobs"]);
  const given = request.call.query.get("search") ?? "";
  const ending = /\bextension:(\w+)/.exec(given)?.[1];
  const words = given
    .replaceAll(/\b(?:extension|path|filename):\S+/g, "")
    .trim()
    .toLowerCase();
  if (scope === undefined || words === "") throw badParameter("search", "is empty");
  const project = projectOf(request);
  const ref = request.call.query.get("ref") ?? "main";
  const files =
    scope === "blobs"
      ? [...(commitsAt(repositoryOf(project, request.world), ref).at(-1)?.files ?? [])]
      : request.world.wiki
          .filter((one) => one.project === project)
          .map((one): [string, string] => [`${one.slug}.md`, one.content]);
  const fitting = files.filter(([path]) => ending === undefined || path.endsWith(`.${ending}`));
  const found = fitting.flatMap(([path, content]) => {
    const rows = content.split("\n");
    const hit = rows.findIndex((row) => row.toLowerCase().includes(words));
    if (hit < 0 && !path.toLowerCase().includes(words)) return [];
    const first = Math.max(0, hit - 1);
    const data = `${rows.slice(first, first + 3).join("\n")}\n`;
    return [
      {
        ...{ basename: path.replace(/\.\w+$/, ""), data, path, filename: path, id: null },
        ...{ ref: scope === "blobs" ? ref : "main", startline: first + 1, project_id: project.id },
      },
    ];
  });
  return page(request.call, found, (one) => one);
}

const showCommit = (commit: TreeCommit) => ({
  id: commit.id,
  short_id: commit.id.slice(0, 8),
  title: commit.title,
  message: commit.message,
  author_name: commit.author.name,
  author_email: commit.author.email,
  authored_date: commit.created_at,
  created_at: commit.created_at,
  parent_ids: [],
});
