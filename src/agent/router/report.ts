import { TerminalError } from "../../core/errors.ts";
import { type HeldOut, rightTools } from "./held-out.ts";
import { noneExamples } from "./none-examples.ts";
import { trainRouter } from "./train.ts";
import type { Router, RouterTool } from "./types.ts";
import { type Share, wilson } from "./wilson.ts";

/** How good the router is on lines it was never trained on. */
export interface RouterReport {
  /** Of the tools' thresholds, the one in the middle. */
  threshold: number;
  /** In-scope lines whose best tool is the right one, abstained or not. */
  top1: Share;
  /** In-scope lines answered at the shipped threshold. */
  coverage: Share;
  /** Of those answered, the right ones. */
  precision: Share;
  /** Out-of-scope lines that some tool answered. */
  outOfScopeAccepted: Share;
  /** Milliseconds that training took, threshold included. */
  trainingMs: number;
  /** The keys the bench publishes; out-of-scope as accepted lines per 20. */
  keys: {
    routerTop1: number;
    routerCoverage: number;
    routerPrecision: number;
    routerOutOfScopeAccepted: number;
  };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Measures a trained router on held-out lines. */
function measureRouter(router: Router, heldOut: HeldOut): Omit<RouterReport, "trainingMs"> {
  const lines = Object.entries(heldOut.in_scope).flatMap(([tool, texts]) =>
    texts.map((text) => ({ tools: rightTools(tool), routed: router.route(text) })),
  );
  const answered = lines.filter(({ routed }) => routed.confident !== null);
  const accepted = heldOut.out_of_scope.filter((text) => router.route(text).confident !== null);
  const top1 = wilson(lines.filter(({ tools, routed }) => isTop(tools, routed)).length, lines.length);
  const coverage = wilson(answered.length, lines.length);
  const right = answered.filter(({ tools, routed }) => tools.includes(routed.confident ?? "")).length;
  const precision = wilson(right, answered.length);
  const outOfScopeAccepted = wilson(accepted.length, heldOut.out_of_scope.length);
  const keys = {
    routerTop1: round(top1.rate),
    routerCoverage: round(coverage.rate),
    routerPrecision: round(precision.rate),
    routerOutOfScopeAccepted: round(outOfScopeAccepted.rate * 20),
  };
  const sorted = [...router.thresholds.values()].sort((a, b) => a - b);
  const threshold = sorted[Math.floor(sorted.length / 2)] ?? 1;
  return { threshold, top1, coverage, precision, outOfScopeAccepted, keys };
}

/** `none` counts as an answer: a line for which it is the most probable is not right. */
const isTop = (tools: readonly string[], { ranked, none }: ReturnType<Router["route"]>): boolean =>
  ranked[0] !== undefined && tools.includes(ranked[0].tool) && ranked[0].probability > none;

const normalised = (line: string): string =>
  line
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** Held-out lines that stand among the examples (case and punctuation aside), or in-scope lines of no tool here. */
export function unfairLines(tools: readonly RouterTool[], heldOut: HeldOut): string[] {
  const trained = new Set(
    [...tools.flatMap(({ examples }) => examples), ...noneExamples([])].map(normalised),
  );
  const names = new Set(tools.map(({ name }) => name));
  const lines = [...Object.values(heldOut.in_scope).flat(), ...heldOut.out_of_scope];
  return [
    ...lines.filter((line) => trained.has(normalised(line))).map((line) => `"${line}" is among the examples`),
    ...Object.keys(heldOut.in_scope)
      .flatMap(rightTools)
      .filter((name) => !names.has(name))
      .map((name) => `in_scope names "${name}", which is no tool here (there are: ${[...names].join(", ")})`),
  ];
}

/**
 * Trains the router as it is shipped and measures it on the held-out lines.
 * Throws a TerminalError where the lines are not held out, since the numbers would mean nothing.
 */
export function reportRouter(tools: readonly RouterTool[], heldOut: HeldOut): RouterReport {
  const unfair = unfairLines(tools, heldOut);
  if (unfair.length > 0)
    throw new TerminalError(
      "not_held_out",
      `The held-out lines cannot measure this router:\n${unfair.join("\n")}`,
    );
  const begun = performance.now();
  const router = trainRouter(tools);
  const trainingMs = Math.round(performance.now() - begun);
  return { ...measureRouter(router, heldOut), trainingMs };
}

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
const row = (label: string, { hits, of, rate, low, high }: Share): string =>
  `${label.padEnd(24)}${percent(rate).padStart(8)}   ${hits} of ${of}   (95 %: ${percent(low)} to ${percent(high)})`;

/** The report as the command prints it. */
export function printReport(report: RouterReport): string {
  return [
    row("top-1", report.top1),
    row("coverage", report.coverage),
    row("precision", report.precision),
    row("out of scope, accepted", report.outOfScopeAccepted),
    `median threshold ${report.threshold.toFixed(2)}, trained in ${report.trainingMs} ms; intervals are Wilson's`,
  ].join("\n");
}
