import { textWidth } from "../charts/text_width.ts";

interface Node {
  readonly id: string;
  readonly lines: readonly string[];
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

interface Box extends Node {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const FONT_SIZE = 12;
const LINE_HEIGHT = 17;
const PADDING = 12;
const ROW_GAP = 26;
const MIN_COLUMN_GAP = 48;
const FONT =
  "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif";

/**
 * A Mermaid flow chart from left to right as SVG text; null when it says something else than what the pages' own do:
 * `id["line<br/>line"]`, `a --> b` and `a -- "label" --> b`.
 */
export function flowPicture(mermaid: string): string | null {
  const flow = parseFlow(mermaid);
  if (flow === null) return null;
  const { nodes, edges } = flow;
  const boxes = placed(nodes, edges);
  const at = new Map(boxes.map((box) => [box.id, box]));
  const width = Math.max(...boxes.map((box) => box.x + box.width)) + PADDING;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) + PADDING;
  const arrows = edges.flatMap(({ from, to, label }) => {
    const [a, b] = [at.get(from), at.get(to)];
    return a === undefined || b === undefined ? [] : [{ line: arrow(a, b), words: arrowLabel(a, b, label) }];
  });
  const drawn = [...arrows.map(({ line }) => line), ...arrows.map(({ words }) => words)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="${FONT_SIZE}"><defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,0L8,4L0,8z" fill="#555555"/></marker></defs><rect width="100%" height="100%" fill="#FFFFFF"/>${drawn.join("")}${boxes.map(boxPicture).join("")}</svg>\n`;
}

function parseFlow(mermaid: string): { nodes: Node[]; edges: Edge[] } | null {
  const [first, ...lines] = mermaid
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (first !== "flowchart LR") return null;
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  for (const line of lines) {
    const [, id, text] = /^(\w+)\["(.*)"\]$/.exec(line) ?? [];
    const [, from, label = "", to] = /^(\w+) --(?: "(.*)" --)?> (\w+)$/.exec(line) ?? [];
    if (id !== undefined && text !== undefined) nodes.push({ id, lines: text.split(/<br\s*\/?>/) });
    else if (from !== undefined && to !== undefined) edges.push({ from, to, label });
    else return null;
  }
  return nodes.length === 0 ? null : { nodes, edges };
}

/** Each node in the column of its longest way from a root, columns as wide as their texts and the labels between. */
function placed(nodes: readonly Node[], edges: readonly Edge[]): Box[] {
  const columnOf = columns(nodes, edges);
  const count = Math.max(...columnOf.values()) + 1;
  const sizes = new Map(nodes.map((node) => [node.id, sizeOf(node)]));
  const heightOf = (column: readonly Node[]): number =>
    column.reduce((sum, { id }) => sum + (sizes.get(id)?.height ?? 0) + ROW_GAP, -ROW_GAP);
  const byColumn = Array.from({ length: count }, (_, index) => nodes.filter(({ id }) => columnOf.get(id) === index));
  const tallest = Math.max(...byColumn.map(heightOf));
  let x = PADDING;
  return byColumn.flatMap((column, index) => {
    const width = Math.max(0, ...column.map(({ id }) => sizes.get(id)?.width ?? 0));
    let y = PADDING + (tallest - heightOf(column)) / 2;
    const boxes = column.map((node): Box => {
      const height = sizes.get(node.id)?.height ?? 0;
      const box = { ...node, x, y, width, height };
      y += height + ROW_GAP;
      return box;
    });
    const labels = edges.filter(({ from }) => columnOf.get(from) === index).map(({ label }) => widthOf(label) + 32);
    x += width + Math.max(MIN_COLUMN_GAP, ...labels);
    return boxes;
  });
}

function columns(nodes: readonly Node[], edges: readonly Edge[]): Map<string, number> {
  const column = new Map(nodes.map(({ id }) => [id, 0]));
  // A cause never has more columns before it than there are nodes, so a circle ends too.
  for (let round = 1; round < nodes.length; round++) {
    for (const { from, to } of edges) {
      const next = (column.get(from) ?? 0) + 1;
      if (next > (column.get(to) ?? 0) && next < nodes.length) column.set(to, next);
    }
  }
  return column;
}

function sizeOf({ lines }: Node): { readonly width: number; readonly height: number } {
  return {
    width: Math.max(...lines.map(widthOf)) + 2 * PADDING,
    height: lines.length * LINE_HEIGHT + PADDING,
  };
}

function widthOf(text: string): number {
  return Math.ceil(textWidth(text) * FONT_SIZE);
}

function boxPicture({ x, y, width, height, lines }: Box): string {
  const texts = lines.map(
    (line, index) =>
      `<text x="${x + width / 2}" y="${y + PADDING / 2 + LINE_HEIGHT * (index + 0.75)}" text-anchor="middle" fill="#222222"${index === 0 ? ' font-weight="600"' : ""}>${escaped(line)}</text>`,
  );
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="#F4F7FA" stroke="#7A8794"/>${texts.join("")}`;
}

function arrow(from: Box, to: Box): string {
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
  const bend = Math.max(16, (x2 - x1) / 2);
  return `<path d="M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2 - 2},${y2}" fill="none" stroke="#555555" marker-end="url(#head)"/>`;
}

/** Above the end of a level or rising arrow, below that of a falling one: away from its neighbours. */
function arrowLabel(from: Box, to: Box, label: string): string {
  if (label === "") return "";
  const [y1, y2] = [from.y + from.height / 2, to.y + to.height / 2];
  const y = y2 > y1 + 1 ? y2 + LINE_HEIGHT : y2 - 7;
  return `<text x="${(from.x + from.width + to.x) / 2}" y="${y}" text-anchor="middle" fill="#333333" stroke="#FFFFFF" stroke-width="4" paint-order="stroke">${escaped(label)}</text>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
