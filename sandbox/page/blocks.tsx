import { memo, type ReactNode } from "react";
import { Chart } from "./chart.tsx";
import { Drawn, type Part, plainText, word } from "./drawn.tsx";
import { Elements, type Look, type Press } from "./elements.tsx";
import { InputBlock } from "./inputs.tsx";
import { DataTable, Table } from "./tables.tsx";
import { Plan, Task } from "./tasks.tsx";
import type { Block } from "./types.ts";

interface BlocksProps {
  readonly blocks: readonly Block[];
  readonly press: Press;
  readonly look: Look;
}

/**
 * The blocks of a message or a view. slack-blocks-to-jsx draws text (rich text, sections, context, markdown and all
 * rarer kinds). Drawn here: what can be pressed or filled in, since the renderer only shows it; tables, charts and
 * steps; headings and plain cells, in which it reads markup where Slack reads none.
 */
export const Blocks = memo(
  function Blocks({ blocks, press, look }: BlocksProps): ReactNode {
    return blocks.map((block, index) => (
      <OneBlock key={block.block_id ?? index} block={block} press={press} look={look} />
    ));
  },
  (before, after) => before.blocks === after.blocks,
);

interface OneProps extends Omit<BlocksProps, "blocks"> {
  readonly block: Block;
}

function OneBlock({ block, press, look }: OneProps): ReactNode {
  const acts = (elements: readonly Part[], quiet = false) => (
    <Elements {...{ elements, block, press, look, quiet }} />
  );
  switch (block.type) {
    case "header":
      return <h3>{plainText(block["text"])}</h3>;
    case "divider":
      return <hr />;
    case "table":
      return <Table rows={block["rows"] as Part[][]} />;
    case "data_table":
      return <DataTable block={block} />;
    case "data_visualization":
      return <Chart block={block} />;
    case "plan":
      return <Plan block={block} />;
    case "task_card":
      return <Task task={block} />;
    case "alert":
      return (
        <div className="alert" role="note" data-level={word(block["level"]) || "default"}>
          <Drawn block={{ type: "section", text: block["text"] } as Block} />
        </div>
      );
    case "input":
      return <InputBlock block={block} />;
    case "actions":
      return acts(block["elements"] as Part[]);
    case "context_actions":
      return acts(block["elements"] as Part[], true);
    case "section": {
      const { accessory, ...rest } = block;
      if (accessory === undefined || (accessory as Part)["type"] === "image") return <Drawn block={block} />;
      return (
        <div className="with-accessory">
          <Drawn block={rest as Block} />
          {acts([accessory as Part])}
        </div>
      );
    }
    default:
      return <Drawn block={block} />;
  }
}
