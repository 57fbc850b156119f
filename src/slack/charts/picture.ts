import { fileURLToPath } from "node:url";
import type { EChartsCoreOption } from "echarts/core";
import type { ChartBlock } from "../markdown/charts.ts";

/** Of the drawing; the picture has twice as many pixels each way, so that it is sharp on every screen. */
const width = 800;
const height = 450;
const sharpness = 2;
const font = "DejaVu Sans";

/** What the drawing library is told of a chart: labels are data to it, never markup. */
const optionOf = ({ title, chart }: ChartBlock): EChartsCoreOption => {
  const base = {
    ...{ animation: false, backgroundColor: "#ffffff", textStyle: { fontFamily: font } },
    ...{ title: { text: title, left: "center", textStyle: { fontFamily: font, fontWeight: "normal" } } },
    legend: { bottom: 0, type: "plain" },
  };
  if (chart.type === "pie") {
    const data = chart.segments.map(({ label, value }) => ({ name: label, value }));
    return { ...base, series: [{ type: "pie", radius: "60%", data }] };
  }
  const { categories, x_label, y_label } = chart.axis_config;
  const line = chart.type === "bar" ? { type: "bar" } : { type: "line" };
  return {
    ...base,
    grid: { left: 70, right: 40, top: 60, bottom: 80 },
    xAxis: { type: "category", data: categories, name: x_label, nameLocation: "middle", nameGap: 28 },
    yAxis: { type: "value", name: y_label },
    series: chart.series.map(({ name, data }) => ({
      ...line,
      ...(chart.type === "area" && { areaStyle: {} }),
      name,
      data: data.map(({ value }) => value),
    })),
  };
};

/** The libraries weigh a second of start and 80 MB: read when the first picture is drawn, which is rare. */
const libraries = async () => {
  const [core, charts, components, renderers, resvg] = await Promise.all([
    import("echarts/core"),
    import("echarts/charts"),
    import("echarts/components"),
    import("echarts/renderers"),
    import("@resvg/resvg-js"),
  ]);
  const { GridComponent, LegendComponent, TitleComponent } = components;
  core.use([charts.BarChart, charts.LineChart, charts.PieChart, renderers.SVGRenderer]);
  core.use([GridComponent, LegendComponent, TitleComponent]);
  return { init: core.init, Resvg: resvg.Resvg };
};

/**
 * A chart as PNG, for workspaces whose Slack does not take charts yet. Throws where the drawing libraries are not
 * installed: they are optional, and a table says the same.
 */
export const drawPicture = async (block: ChartBlock): Promise<Uint8Array> => {
  const { init, Resvg } = await libraries();
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(optionOf(block));
    // A slim image has no fonts, and text without one silently vanishes: so ours comes along.
    const file = fileURLToPath(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));
    const picture = new Resvg(chart.renderToSVGString(), {
      font: { loadSystemFonts: false, fontFiles: [file], defaultFontFamily: font },
      fitTo: { mode: "width", value: width * sharpness },
    });
    return picture.render().asPng();
  } finally {
    chart.dispose();
  }
};
