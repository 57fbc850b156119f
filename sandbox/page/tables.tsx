import { useMemo, useState, type ReactElement, type ReactNode } from "react";
import { Drawn, type Part, word } from "./drawn.tsx";
import type { Block } from "./types.ts";

type Row = readonly Part[];

/** A `table` block: every row at once. Plain cells are drawn here, since the renderer reads markup in them. */
export function Table({ rows }: { readonly rows: readonly Row[] }): ReactElement {
  const [head, ...body] = rows;
  return (
    <div className="table-frame" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {head?.map((cell, index) => (
              <th key={index} scope="col">
                <Cell cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <Body rows={body} />
      </table>
    </div>
  );
}

function Body({ rows, header }: { readonly rows: readonly Row[]; readonly header?: number }): ReactElement {
  return (
    <tbody>
      {rows.map((row, index) => (
        <tr key={index}>
          {row.map((cell, column) =>
            column === header ? (
              <th key={column} scope="row">
                <Cell cell={cell} />
              </th>
            ) : (
              <td key={column} className={isNumber(cell) ? "number" : undefined}>
                <Cell cell={cell} />
              </td>
            ),
          )}
        </tr>
      ))}
    </tbody>
  );
}

function Cell({ cell }: { readonly cell: Part }): ReactNode {
  return cell["type"] === "rich_text" ? <Drawn block={cell as Block} /> : textOf(cell);
}

const isNumber = (cell: Part): boolean => cell["type"] === "raw_number";

const textOf = (cell: Part): string => {
  if (cell["type"] === "rich_text") return deepText(cell);
  return word(cell["text"]) || (typeof cell["value"] === "number" ? String(cell["value"]) : "");
};

const deepText = (part: unknown): string => {
  if (Array.isArray(part)) return part.map(deepText).join("");
  if (typeof part !== "object" || part === null) return "";
  const { text, elements } = part as Part;
  return word(text) + deepText(elements);
};

/** Numbers by size, all else by the alphabet. */
const compare = (a: Part | undefined, b: Part | undefined): number => {
  const [left, right] = [textOf(a ?? {}), textOf(b ?? {})];
  const [x, y] = [Number(left.replaceAll(/[\s,]/g, "")), Number(right.replaceAll(/[\s,]/g, ""))];
  return Number.isFinite(x) && Number.isFinite(y) ? x - y : left.localeCompare(right);
};

interface Order {
  readonly column: number;
  readonly down: boolean;
}

/** Slack's own number of rows on a page. */
const PAGE_ROWS = 5;

/** A `data_table` block: in pages, sorted by a column that is pressed. */
export function DataTable({ block }: { readonly block: Block }): ReactElement {
  const [head = [], ...body] = block["rows"] as Row[];
  const size = Number(block["page_size"] ?? PAGE_ROWS);
  const [order, setOrder] = useState<Order>();
  const [page, setPage] = useState(0);
  const sorted = useMemo(() => {
    if (order === undefined) return body;
    const rows = body.toSorted((a, b) => compare(a[order.column], b[order.column]));
    return order.down ? rows.toReversed() : rows;
  }, [block, order]);
  const pages = Math.max(1, Math.ceil(body.length / size));
  const shown = sorted.slice(page * size, (page + 1) * size);
  const sort = (column: number) => {
    setOrder({ column, down: order?.column === column && !order.down });
    setPage(0);
  };
  const header = block["row_header_column_index"];
  return (
    <figure className="table-frame data-table">
      <table>
        <caption>{word(block["caption"])}</caption>
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th key={column} scope="col" aria-sort={sortOf(order, column)}>
                <button type="button" className="quiet" onClick={() => sort(column)}>
                  {textOf(cell)} <span aria-hidden="true">{arrow(order, column)}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <Body rows={shown} {...(typeof header === "number" && { header })} />
      </table>
      {pages > 1 && (
        <div className="pager">
          <button type="button" className="quiet" disabled={page === 0} onClick={() => setPage(page - 1)}>
            Previous rows
          </button>
          <span>
            {page * size + 1} to {Math.min(body.length, (page + 1) * size)} of {body.length}
          </span>
          <button
            type="button"
            className="quiet"
            disabled={page === pages - 1}
            onClick={() => setPage(page + 1)}
          >
            Next rows
          </button>
        </div>
      )}
    </figure>
  );
}

const sortOf = (order: Order | undefined, column: number): "ascending" | "descending" | undefined =>
  order?.column === column ? (order.down ? "descending" : "ascending") : undefined;

const arrow = (order: Order | undefined, column: number): string =>
  order?.column === column ? (order.down ? "↓" : "↑") : "";
