import type { Code, Table } from "mdast";
import { z } from "zod";
import { clip, visible } from "./safe-text.ts";

/** Slack's limits: title, labels and names in characters, points of a series, series or segments. */
const titleMax = 50;
const labelMax = 20;
const axisMax = 50;
const pointsMax = 20;
const seriesMax = 12;

const label = z.union([z.string(), z.number()]).transform(String);
const value = z.number();

const barsSchema = z
  .strictObject({
    type: z.enum(["bar", "line", "area"]),
    title: z.string().default(""),
    labels: z.array(label).min(1),
    series: z.array(z.strictObject({ name: label, values: z.array(value) })).min(1),
    x: z.string().optional(),
    y: z.string().optional(),
  })
  .refine(({ labels, series }) => series.every(({ values }) => values.length === labels.length), {
    message: "every series needs one value for each label",
  });
const pieSchema = z
  .strictObject({
    type: z.literal("pie"),
    title: z.string().default(""),
    labels: z.array(label).min(1),
    values: z.array(value),
  })
  .refine(({ labels, values }) => values.length === labels.length, {
    message: "a pie needs one value for each label",
  });
const chartSchema = z.union([barsSchema, pieSchema]);

/** A chart as models and tools write it: JSON in a fenced block named `chart`. */
type Chart = z.infer<typeof chartSchema>;

/** Slack's block; its types do not know it yet. */
export type ChartBlock = {
  type: "data_visualization";
  title: string;
  chart:
    | { type: "pie"; segments: { label: string; value: number }[] }
    | {
        type: "bar" | "line" | "area";
        series: { name: string; data: { label: string; value: number }[] }[];
        axis_config: { categories: string[]; x_label?: string; y_label?: string };
      };
};

/** A chart in an answer's tree, with its numbers as a table for where it cannot be drawn. */
export interface ChartNode {
  type: "chart";
  block: ChartBlock;
  table: Table;
}

declare module "mdast" {
  interface RootContentMap {
    chart: ChartNode;
  }
}

/** The chart that a fenced block holds; `undefined`: it is none, and stays the code that it is. */
const chartOf = (code: string): Chart | undefined => {
  let given: unknown;
  try {
    given = JSON.parse(code);
  } catch {
    return undefined;
  }
  const chart = chartSchema.safeParse(given);
  return chart.success ? chart.data : undefined;
};

/** Labels of Slack's length that are still told apart: a number tells those that would be the same. */
const labelled = (labels: readonly string[]): string[] => {
  const taken = new Set<string>();
  return labels.map((one) => {
    const whole = visible(one).replaceAll(/\s+/g, " ").trim() || "–";
    let short = clip(whole, labelMax);
    for (let at = 2; taken.has(short); at++) short = `${clip(whole, labelMax - 4)} ${at}`;
    taken.add(short);
    return short;
  });
};

const titled = (title: string): string =>
  clip(visible(title).replaceAll(/\s+/g, " ").trim(), titleMax) || "Chart";

/** The block, where Slack's limits allow it. */
const blockOf = (chart: Chart): ChartBlock | undefined => {
  if (chart.type === "pie") {
    if (chart.values.length > seriesMax || chart.values.some((one) => one <= 0)) return undefined;
    const labels = labelled(chart.labels);
    const segments = chart.values.map((one, at) => ({ label: labels[at] ?? "", value: one }));
    return { type: "data_visualization", title: titled(chart.title), chart: { type: "pie", segments } };
  }
  if (chart.labels.length > pointsMax || chart.series.length > seriesMax) return undefined;
  const categories = labelled(chart.labels);
  const series = labelled(chart.series.map(({ name }) => name)).map((name, at) => ({
    name,
    data: categories.map((category, point) => ({
      label: category,
      value: chart.series[at]?.values[point] ?? 0,
    })),
  }));
  const { x, y } = chart;
  return {
    type: "data_visualization",
    title: titled(chart.title),
    chart: {
      type: chart.type,
      series,
      axis_config: {
        categories,
        ...(x !== undefined && x !== "" && { x_label: clip(visible(x), axisMax) }),
        ...(y !== undefined && y !== "" && { y_label: clip(visible(y), axisMax) }),
      },
    },
  };
};

const rowOf = (cells: readonly string[]): Table["children"][number] => ({
  type: "tableRow",
  children: cells.map((cell) => ({ type: "tableCell", children: [{ type: "text", value: cell }] })),
});

const tableOf = (chart: Chart): Table => {
  const series = chart.type === "pie" ? [{ name: titled(chart.title), values: chart.values }] : chart.series;
  const rows = chart.labels.map((one, at) => [one, ...series.map(({ values }) => String(values[at] ?? ""))]);
  return { type: "table", children: [["", ...series.map(({ name }) => name)], ...rows].map(rowOf) };
};

/** A fenced block named `chart` as a chart; as a table where it is too large for one; as it is where it is none. */
export const drawn = (node: Code): ChartNode | Table | Code => {
  const chart = chartOf(node.value);
  if (chart === undefined) return node;
  const block = blockOf(chart);
  const table = tableOf(chart);
  return block === undefined ? table : { type: "chart", block, table };
};

/** A block of a message as the chart that it is; Slack's own types do not know the kind yet. */
export const asChart = (block: object): ChartBlock | undefined =>
  "type" in block && block.type === "data_visualization" ? (block as ChartBlock) : undefined;

/** A chart's numbers as rows, the first of them its head. */
export const chartRows = ({ title, chart }: ChartBlock): string[][] => {
  if (chart.type === "pie") {
    return [[title, ""], ...chart.segments.map(({ label: name, value: size }) => [name, String(size)])];
  }
  const points = chart.axis_config.categories.map((category, at) => [
    category,
    ...chart.series.map(({ data }) => String(data[at]?.value ?? "")),
  ]);
  return [[title, ...chart.series.map(({ name }) => name)], ...points];
};

/** Slack's limit for what screen readers say of an image. */
const altMax = 2_000;

/** The same in one text, for screen readers. */
export const saidByChart = (block: ChartBlock): string =>
  clip(
    chartRows(block)
      .map((row) => row.join(" ").trim())
      .join(", "),
    altMax,
  );
