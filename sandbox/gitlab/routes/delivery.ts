import { json } from "../../http/reply.ts";
import type { Route } from "../../http/types.ts";
import { accessLevel } from "../access.ts";
import { decideDeployment } from "../deploy-life.ts";
import { GitLabError, badParameter, forbidden, notFound } from "../errors.ts";
import { page } from "../paging.ts";
import { oneOf, textField } from "../query.ts";
import { showDeployment, showEnvironment, showRelease, showSchedule, showTag } from "../show-delivery.ts";
import { showPipeline } from "../show-ci.ts";
import type { Project } from "../types.ts";
import { shaOf, type World } from "../world.ts";
import { runPipeline } from "../ci-life.ts";
import { projectOf, type Api, type Request } from "./guard.ts";

const one = "/projects/:id";

/** Environments, deployments and their approvals. */
export function deploymentRoutes(api: Api): Route[] {
  const of = ({ world, call, ...rest }: Request) => {
    const project = projectOf({ world, call, ...rest });
    const found = world.deployments.find(
      ({ id, environment }) => environment.project === project && String(id) === call.param("deployment"),
    );
    if (found === undefined) throw notFound();
    return found;
  };
  return [
    api("GET", `${one}/environments`, (request) => {
      const project = projectOf(request);
      const search = request.call.query.get("search") ?? "";
      const found = request.world.environments.filter(
        (each) => each.project === project && each.name.includes(search),
      );
      return page(request.call, found, (each) => showEnvironment(each, request.world, request.base));
    }),
    api("GET", `${one}/environments/:environment`, (request) => {
      const project = projectOf(request);
      const found = request.world.environments.find(
        (each) => each.project === project && String(each.id) === request.call.param("environment"),
      );
      if (found === undefined) throw notFound("Environment");
      return json(200, showEnvironment(found, request.world, request.base, true));
    }),
    api("GET", `${one}/deployments`, (request) => {
      const project = projectOf(request);
      const status = oneOf(request.call, "status", [
        "created",
        "running",
        "success",
        "failed",
        "canceled",
        "blocked",
      ]);
      const name = request.call.query.get("environment");
      const ascending = oneOf(request.call, "sort", ["asc", "desc"]) !== "desc";
      const found = request.world.deployments
        .filter(({ environment }) => environment.project === project)
        .filter((each) => name === null || each.environment.name === name)
        .filter((each) => status === undefined || each.status === status)
        .toSorted((a, b) => (ascending ? 1 : -1) * (a.id - b.id));
      return page(request.call, found, (each) => showDeployment(each, request.base));
    }),
    api("GET", `${one}/deployments/:deployment`, (request) =>
      json(200, showDeployment(of(request), request.base)),
    ),
    api("POST", `${one}/deployments/:deployment/approval`, (request) => {
      const status = textField(request.call, "status");
      const comment = textField(request.call, "comment") ?? "";
      decideDeployment(of(request), request.caller.user, status, comment, request.world);
      return json(201, { status, comment, user: { username: request.caller.user.username } });
    }),
  ];
}

/** Tags and releases. */
export function releaseRoutes(api: Api): Route[] {
  return [
    api("GET", `${one}/repository/tags`, (request) => {
      const project = projectOf(request);
      const search = request.call.query.get("search") ?? "";
      const found = request.world.tags
        .filter((tag) => tag.project === project && tag.name.includes(search))
        .toSorted((a, b) => b.created_at.localeCompare(a.created_at));
      return page(request.call, found, (tag) => showTag(tag, released(project, tag.name, request.world)));
    }),
    api("GET", `${one}/repository/tags/:tag`, (request) => {
      const project = projectOf(request);
      const found = tagOf(project, request.call.param("tag"), request.world);
      if (found === undefined) throw notFound("Tag");
      return json(200, showTag(found, released(project, found.name, request.world)));
    }),
    api("POST", `${one}/repository/tags`, (request) => {
      const project = mustDevelop(request);
      const name = needed(request, "tag_name");
      const tag = addTag(
        project,
        name,
        needed(request, "ref"),
        textField(request.call, "message") ?? "",
        request.world,
      );
      return json(201, showTag(tag, false));
    }),
    api("GET", `${one}/releases`, (request) => {
      const project = projectOf(request);
      const found = request.world.releases
        .filter((each) => each.project === project)
        .toSorted((a, b) => b.created_at.localeCompare(a.created_at));
      return page(request.call, found, (each) => showRelease(each, request.base));
    }),
    api("GET", `${one}/releases/:tag`, (request) => {
      const project = projectOf(request);
      const found = request.world.releases.find(
        (each) => each.project === project && each.tag === request.call.param("tag"),
      );
      if (found === undefined) throw notFound();
      return json(200, showRelease(found, request.base));
    }),
    api("POST", `${one}/releases`, (request) => {
      const { call, caller, world } = request;
      const project = mustDevelop(request);
      const tag = needed(request, "tag_name");
      if (released(project, tag, world)) throw new GitLabError(409, { message: "Release already exists" });
      if (tagOf(project, tag, world) === undefined)
        addTag(project, tag, textField(call, "ref") ?? "", textField(call, "tag_message") ?? "", world);
      const release = {
        project,
        tag,
        name: textField(call, "name") ?? tag,
        description: textField(call, "description") ?? "",
        author: caller.user,
        created_at: world.clock.iso(),
      };
      world.releases.push(release);
      world.feed.publish("release.created", { project: project.path, tag, by: caller.user.username });
      return json(201, showRelease(release, request.base));
    }),
  ];
}

/** Pipelines that start by themselves. */
export function scheduleRoutes(api: Api): Route[] {
  const of = (request: Request) => {
    const project = projectOf(request);
    const found = request.world.schedules.find(
      (each) => each.project === project && String(each.id) === request.call.param("schedule"),
    );
    if (found === undefined) throw notFound("Pipeline Schedule");
    return found;
  };
  return [
    api("GET", `${one}/pipeline_schedules`, (request) => {
      const project = projectOf(request);
      const found = request.world.schedules.filter((each) => each.project === project);
      return page(request.call, found, (each) => showSchedule(each, request.base));
    }),
    api("GET", `${one}/pipeline_schedules/:schedule`, (request) =>
      json(200, showSchedule(of(request), request.base, true)),
    ),
    api("GET", `${one}/pipeline_schedules/:schedule/pipelines`, (request) =>
      page(request.call, of(request).pipelines, (each) => showPipeline(each, request.base)),
    ),
    api("POST", `${one}/pipeline_schedules`, (request) => {
      const { caller, world, base, call } = request;
      const project = mustDevelop(request);
      const cron = needed(request, "cron");
      if (cron.split(/\s+/).length !== 5)
        throw new GitLabError(400, { message: { cron: ["is invalid syntax"] } });
      const schedule = {
        id: world.nextId(),
        project,
        description: needed(request, "description"),
        ref: needed(request, "ref"),
        cron,
        cron_timezone: textField(call, "cron_timezone") ?? "UTC",
        active: true,
        owner: caller.user,
        created_at: world.clock.iso(),
        pipelines: [],
      };
      world.schedules.push(schedule);
      return json(201, showSchedule(schedule, base, true));
    }),
    api("POST", `${one}/pipeline_schedules/:schedule/play`, (request) => {
      mustDevelop(request);
      const schedule = of(request);
      const { world, caller } = request;
      const refs = { ref: schedule.ref, source: "schedule", variables: [] };
      schedule.pipelines.push(runPipeline(schedule.project, refs, caller.user, world));
      return json(201, { message: "201 Created" });
    }),
  ];
}

const tagOf = (project: Project, name: string, world: World) =>
  world.tags.find((tag) => tag.project === project && tag.name === name);

const released = (project: Project, tag: string, world: World): boolean =>
  world.releases.some((each) => each.project === project && each.tag === tag);

function addTag(project: Project, name: string, ref: string, message: string, world: World) {
  if (tagOf(project, name, world)) throw new GitLabError(400, { message: `Tag ${name} already exists` });
  if (ref === "") throw new GitLabError(422, { message: "Ref is not specified" });
  const sha = /^[0-9a-f]{40}$/.test(ref)
    ? ref
    : (tagOf(project, ref, world)?.sha ?? shaOf(`${project.path} ${ref}`));
  const tag = { project, name, sha, message, created_at: world.clock.iso() };
  world.tags.push(tag);
  world.feed.publish("tag.created", { project: project.path, tag: name });
  return tag;
}

function needed(request: Request, name: string): string {
  const value = textField(request.call, name);
  if (value === undefined || value === "") throw badParameter(name, "is missing");
  return value;
}

function mustDevelop(request: Request): Project {
  const project = projectOf(request);
  if (accessLevel(project, request.caller.user) < 30) throw forbidden();
  return project;
}
