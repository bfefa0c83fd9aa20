// A heat map as a picture: the same colours and values as on the page, on white, with its title.
import type { NeedleBench } from "../../../workers/protocol.ts";
import { formatCount, formatPercent } from "../format.ts";
import { evaluationWords } from "../words/evaluation.ts";
import { heatColour, heatInk } from "./heat-colours.ts";
import { CELL_MARKS, formatScore, taskName } from "./wording.ts";

const CELL_WIDTH = 76;
const CELL_HEIGHT = 34;
const LEFT = 72;
const TOP = 84;
const SCALE = 2; // sharp on dense screens

export async function heatPicture(map: NeedleBench.HeatMap, title: string): Promise<Blob> {
  const width = Math.max(420, LEFT + map.lengths.length * CELL_WIDTH + 20);
  const height = TOP + map.depths.length * CELL_HEIGHT + 24;
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws no pictures");
  context.scale(SCALE, SCALE);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  const write = (text: string, x: number, y: number, align: CanvasTextAlign, font: string) => {
    context.textAlign = align;
    context.textBaseline = "middle";
    context.font = `${font} system-ui, sans-serif`;
    context.fillText(text, x, y);
  };
  context.fillStyle = "#20262f";
  write(title, 16, 24, "left", "600 16px");
  write(evaluationWords().map.picture(taskName(map.task)), 16, 46, "left", "13px");
  map.lengths.forEach((length, column) => {
    const x = LEFT + (column + 0.5) * CELL_WIDTH;
    write(formatCount(length), x, TOP - 14, "center", "12px");
  });
  map.depths.forEach((depth, row) => {
    const y = TOP + (row + 0.5) * CELL_HEIGHT;
    context.fillStyle = "#20262f";
    write(formatPercent(depth / 100), LEFT - 10, y, "right", "12px");
    map.lengths.forEach((_, column) => {
      const cell = map.cells[column]?.[row];
      const x = LEFT + column * CELL_WIDTH;
      const value = cell?.state === "scored" ? cell.score.value : null;
      context.fillStyle = value === null ? "#d9d9d9" : heatColour(value);
      context.fillRect(x + 1, TOP + row * CELL_HEIGHT + 1, CELL_WIDTH - 2, CELL_HEIGHT - 2);
      context.fillStyle = value === null ? "#404040" : heatInk(value);
      const text = !cell ? "" : (CELL_MARKS[cell.state] ?? formatScore(cell.score));
      write(text, x + CELL_WIDTH / 2, y, "center", "13px");
    });
  });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error("the picture could not be made"));
    }, "image/png");
  });
}
