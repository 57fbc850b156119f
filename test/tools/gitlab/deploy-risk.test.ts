import { describe, expect, it } from "vitest";
import type { CallContext } from "../../../src/core/tool.ts";
import { deploysOf } from "../../../tools/gitlab/deploy-risk.ts";
import { isProduction } from "../../../tools/gitlab/environments.ts";
import type { Deployment, Environment } from "../../../tools/gitlab/shapes-delivery.ts";

const production: Environment = { id: 1, name: "production", tier: "production" };
const staging: Environment = { id: 2, name: "staging", tier: "staging" };
const job = (id: number, name: string, stage: string, status = "success") => ({ id, name, stage, status });

const deployment = (id: number, environment: Environment, name: string, status = "success"): Deployment => ({
  ...{ id, iid: id, ref: "1.0", sha: "a".repeat(40), status: "success", created_at: "2026-11-01T00:00:00Z" },
  environment,
  deployable: {
    ...job(id, name, "ship", status),
    ...{
      allow_failure: false,
      created_at: "2026-11-01T00:00:00Z",
      pipeline: { id: 1 },
      web_url: "http://gitlab",
    },
  },
});

const risk = async (
  asked: ReturnType<typeof job>[],
  deployments: Deployment[],
  pipeline?: ReturnType<typeof job>[],
) => {
  const api = {
    environments: () => Promise.resolve([staging, production]),
    deployments: (_: number, { environment, max }: { environment?: string; max: number }) =>
      Promise.resolve(
        deployments
          .filter((one) => environment === undefined || one.environment.name === environment)
          .slice(0, max),
      ),
  };
  const context = { signal: new AbortController().signal } as CallContext;
  return (await deploysOf(api, 101, asked, 1, context, pipeline)).risk;
};

describe("what a job may bring to production", () => {
  const shipped = [deployment(7, production, "go"), deployment(6, staging, "try")];

  it("is told by its own deployment, or by one of its name, whatever it is called", async () => {
    expect(await risk([job(7, "x", "x")], shipped)).toBe(3);
    expect(await risk([job(99, "go", "x")], shipped)).toBe(3);
    expect(await risk([job(99, "try", "x")], shipped)).toBe(2);
    expect(await risk([job(99, "unit", "test")], shipped)).toBe(1);
    expect(await risk([], shipped)).toBe(1);
  });

  it("is told by its name where nothing was deployed yet", async () => {
    expect(await risk([job(99, "deploy-production", "deploy")], [])).toBe(3);
    expect(await risk([job(99, "rollout_prod", "ship")], [])).toBe(3);
    expect(await risk([job(99, "deploy staging", "deploy")], [])).toBe(2);
    expect(await risk([job(99, "product-tests", "test")], [])).toBe(1);
  });

  it("is found behind a hundred newer deployments of elsewhere", async () => {
    const many = Array.from({ length: 120 }, (_, n) => deployment(1000 - n, staging, "try"));
    expect(await risk([job(2, "go", "x")], [...many, deployment(7, production, "go")])).toBe(3);
  });

  it("counts what goes on by itself behind it, and not what waits for a hand", async () => {
    const unit = job(99, "unit", "test", "failed");
    expect(await risk([unit], shipped, [unit, job(100, "go", "ship", "skipped")])).toBe(3);
    expect(await risk([unit], shipped, [unit, job(100, "try", "ship", "skipped")])).toBe(1);
    expect(await risk([unit], shipped, [unit, job(100, "go", "ship", "success")])).toBe(1);
    const waited = [...shipped, deployment(5, production, "go", "manual")];
    expect(await risk([unit], waited, [unit, job(100, "go", "ship", "skipped")])).toBe(1);
  });
});

it.each([
  [{ name: "production", tier: "production" }, true],
  [{ name: "eu", tier: "production" }, true],
  [{ name: "production-like", tier: "staging" }, false],
  [{ name: "production/eu" }, true],
  [{ name: "prod" }, true],
  [{ name: "live" }, true],
  [{ name: "preprod" }, false],
  [{ name: "pre-production" }, false],
  [{ name: "non-prod" }, false],
  [{ name: "staging" }, false],
  [{ name: "review/deliver-faster" }, false],
  [{ name: "prod-eu", tier: "other" }, true],
])("%j counts as production: %j", (environment, counts) => {
  expect(isProduction(environment)).toBe(counts);
});
