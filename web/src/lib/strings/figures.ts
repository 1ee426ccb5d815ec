/** The figures that several views show. People count from 1. */

export const figures = {
  edge: (layer: number, row: number, column: number, weight: string) =>
    `W${layer}, w${row}${row > 9 || column > 9 ? "," : ""}${column}: from neuron ${row} to neuron ${column}, ${weight}`,
  unit: (name: string, value: string) => `${name} = ${value}`,
  matrix: (name: string, rows: number, columns: number) =>
    `${name} has the shape ${rows} × ${columns}: rows = from, columns = to`,
  from: (row: number) => `from ${row}`,
  to: (column: number) => `to ${column}`,
  cell: (name: string, row: number, column: number, weight: string) =>
    `${name}, row ${row}, column ${column}: ${weight}`,
  map: (name: string, rows: number, columns: number) =>
    `${name}, ${rows} rows and ${columns} columns: arrow keys move, Enter chooses`,
  between: (from: string, to: string) => `from ${from} to ${to}`,
  points: (n: number) => `${n} points: arrow keys lead from one to the next, Enter looks inside`,
  beyond: (most: string) => `↑ up to ${most}`,
  point: "Point at a cell to read it.",
  smaller: "Smaller",
  larger: "Larger",
  fit: "Fit",
} as const;
