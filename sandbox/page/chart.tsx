import { Fragment, type ReactElement } from "react";
import type { Part } from "./drawn.tsx";
import { word } from "./drawn.tsx";
import type { Block } from "./types.ts";

interface Point {
  readonly label: string;
  readonly value: number;
}
interface Series {
  readonly name: string;
  readonly data: readonly Point[];
}

const WIDTH = 560;
const HEIGHT = 260;
/** Room for the numbers at the left, the labels below. */
const PAD = { left: 52, right: 12, top: 12, bottom: 34 };
const INNER = { width: WIDTH - PAD.left - PAD.right, height: HEIGHT - PAD.top - PAD.bottom };

const tone = (index: number): string => `var(--chart-${(index % 6) + 1})`;
const short = (value: number): string =>
  Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 }).format(value);

/** A `data_visualization` block, drawn as SVG; the same numbers stand below it as a table. */
export function Chart({ block }: { readonly block: Block }): ReactElement {
  const chart = block["chart"] as Part;
  const title = word(block["title"]);
  const series =
    chart["type"] === "pie"
      ? [{ name: title, data: chart["segments"] as Point[] }]
      : (chart["series"] as Series[]);
  const categories = categoriesOf(chart, series);
  return (
    <figure className="chart" aria-label={title}>
      <figcaption>{title}</figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title}, ${word(chart["type"])} chart`}
      >
        {chart["type"] === "pie" ? (
          <Pie points={series[0]?.data ?? []} />
        ) : (
          <Plot kind={word(chart["type"])} series={series} categories={categories} />
        )}
      </svg>
      <Legend names={chart["type"] === "pie" ? categories : series.map((one) => one.name)} />
      <details>
        <summary>Numbers</summary>
        <Numbers series={series} categories={categories} />
      </details>
    </figure>
  );
}

const categoriesOf = (chart: Part, series: readonly Series[]): readonly string[] =>
  ((chart["axis_config"] as Part | undefined)?.["categories"] as string[] | undefined) ??
  series[0]?.data.map(({ label }) => label) ??
  [];

const valueAt = (series: Series, category: string): number =>
  series.data.find(({ label }) => label === category)?.value ?? 0;

/** A round number at or above the largest value: 1, 2 or 5 and noughts. */
const ceiling = (largest: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(largest, 1e-9)));
  return ([1, 2, 5, 10].find((step) => step * power >= largest) ?? 10) * power;
};

interface PlotProps {
  readonly kind: string;
  readonly series: readonly Series[];
  readonly categories: readonly string[];
}

function Plot({ kind, series, categories }: PlotProps): ReactElement {
  const values = series.flatMap((one) => categories.map((category) => valueAt(one, category)));
  const top = ceiling(Math.max(...values, 0));
  const least = Math.min(...values, 0);
  const bottom = least < 0 ? -ceiling(-least) : 0;
  const y = (value: number) => PAD.top + INNER.height * (1 - (value - bottom) / (top - bottom || 1));
  const step = INNER.width / Math.max(1, categories.length);
  const middle = (index: number) => PAD.left + step * (index + 0.5);
  const every = Math.ceil(categories.length / 8);
  return (
    <>
      {[0, 0.25, 0.5, 0.75, 1].map((part) => {
        const value = bottom + (top - bottom) * part;
        return (
          <Fragment key={part}>
            <line className="grid" x1={PAD.left} x2={WIDTH - PAD.right} y1={y(value)} y2={y(value)} />
            <text className="tick" x={PAD.left - 8} y={y(value) + 4} textAnchor="end">
              {short(value)}
            </text>
          </Fragment>
        );
      })}
      {categories.map((category, index) =>
        index % every === 0 ? (
          <text key={category} className="tick" x={middle(index)} y={HEIGHT - 12} textAnchor="middle">
            {category}
          </text>
        ) : null,
      )}
      {series.map((one, at) =>
        kind === "bar" ? (
          <Bars key={one.name} {...{ one, at, of: series.length, categories, step, y, zero: y(0) }} />
        ) : (
          <Line key={one.name} {...{ one, at, categories, middle, y, zero: y(0) }} filled={kind === "area"} />
        ),
      )}
    </>
  );
}

function Bars(props: {
  readonly one: Series;
  readonly at: number;
  readonly of: number;
  readonly categories: readonly string[];
  readonly step: number;
  readonly y: (value: number) => number;
  readonly zero: number;
}): ReactElement {
  const { one, at, of, categories, step, y, zero } = props;
  const width = Math.min(48, (step * 0.7) / of);
  return (
    <g fill={tone(at)}>
      {categories.map((category, index) => {
        const value = valueAt(one, category);
        const x = PAD.left + step * (index + 0.5) + width * (at - of / 2);
        return (
          <rect
            key={category}
            x={x}
            y={Math.min(y(value), zero)}
            width={Math.max(1, width - 2)}
            height={Math.abs(y(value) - zero)}
          >
            <title>{`${category}, ${one.name}: ${value}`}</title>
          </rect>
        );
      })}
    </g>
  );
}

function Line(props: {
  readonly one: Series;
  readonly at: number;
  readonly categories: readonly string[];
  readonly middle: (index: number) => number;
  readonly y: (value: number) => number;
  readonly zero: number;
  readonly filled: boolean;
}): ReactElement {
  const { one, at, categories, middle, y, zero, filled } = props;
  const points = categories.map((category, index) => `${middle(index)},${y(valueAt(one, category))}`);
  const last = middle(categories.length - 1);
  return (
    <g stroke={tone(at)} fill={tone(at)}>
      {filled && (
        <polygon
          points={[`${middle(0)},${zero}`, ...points, `${last},${zero}`].join(" ")}
          opacity="0.2"
          stroke="none"
        />
      )}
      <polyline points={points.join(" ")} fill="none" strokeWidth="2" />
      {categories.map((category, index) => (
        <circle key={category} cx={middle(index)} cy={y(valueAt(one, category))} r="3">
          <title>{`${category}, ${one.name}: ${valueAt(one, category)}`}</title>
        </circle>
      ))}
    </g>
  );
}

function Pie({ points }: { readonly points: readonly Point[] }): ReactElement {
  const total = points.reduce((sum, { value }) => sum + value, 0) || 1;
  const radius = HEIGHT / 2 - 12;
  const at = (part: number): string => {
    const angle = 2 * Math.PI * part - Math.PI / 2;
    return `${WIDTH / 2 + radius * Math.cos(angle)} ${HEIGHT / 2 + radius * Math.sin(angle)}`;
  };
  let from = 0;
  return (
    <g>
      {points.map(({ label, value }, index) => {
        const start = from;
        from += value / total;
        const words = <title>{`${label}: ${value} (${Math.round((100 * value) / total)} %)`}</title>;
        if (value === total)
          return (
            <circle key={label} cx={WIDTH / 2} cy={HEIGHT / 2} r={radius} fill={tone(index)}>
              {words}
            </circle>
          );
        const large = value / total > 0.5 ? 1 : 0;
        const path = `M ${WIDTH / 2} ${HEIGHT / 2} L ${at(start)} A ${radius} ${radius} 0 ${large} 1 ${at(from)} Z`;
        return (
          <path key={label} d={path} fill={tone(index)} className="segment">
            {words}
          </path>
        );
      })}
    </g>
  );
}

function Legend({ names }: { readonly names: readonly string[] }): ReactElement | null {
  if (names.length < 2) return null;
  return (
    <ul className="legend">
      {names.map((name, index) => (
        <li key={name}>
          <span style={{ background: tone(index) }} aria-hidden="true" />
          {name}
        </li>
      ))}
    </ul>
  );
}

function Numbers({ series, categories }: Omit<PlotProps, "kind">): ReactElement {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col" />
          {series.map(({ name }) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {categories.map((category) => (
          <tr key={category}>
            <th scope="row">{category}</th>
            {series.map((one) => (
              <td key={one.name} className="number">
                {valueAt(one, category)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
