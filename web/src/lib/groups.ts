/** Groups on a plane, told apart by colour and by shape. */

const LIGHT = [
  "#2563eb", "#b9500a", "#1a7a4c", "#a21caf", "#0e7490", "#b91c1c", "#5b7708", "#6d28d9", "#8a5a00", "#475569",
] as const;
const DARK = [
  "#74a7ff", "#f79a52", "#56c98d", "#e38bf0", "#5cc8dd", "#ff8f8f", "#a9d155", "#b9a0ff", "#e3b95a", "#a8b3c4",
] as const;

export function groupColour(group: number, dark: boolean): string {
  const colours = dark ? DARK : LIGHT;
  return colours[group % colours.length] ?? LIGHT[0];
}

/** Outlines within a square of half-width 1, all of about the same area. */
const SHAPES: readonly string[] = [
  "M-.9 0a.9.9 0 1 0 1.8 0a.9.9 0 1 0-1.8 0z",
  "M-.8-.8h1.6v1.6h-1.6z",
  "M0-1.1L1.05.75h-2.1z",
  "M0-1.15L1.15 0L0 1.15L-1.15 0z",
  "M0 1.1L1.05-.75h-2.1z",
  "M-.38-1.1h.76v.72h.72v.76h-.72v.72h-.76v-.72h-.72v-.76h.72z",
  "M-1.1 0L-.55-.95h1.1L1.1 0L.55.95h-1.1z",
  "M0-1.2L.34-.42L1.15-.35L.54.2L.72 1L0 .58L-.72 1L-.54.2L-1.15-.35L-.34-.42z",
];

export function groupShape(group: number): string {
  return SHAPES[group % SHAPES.length] ?? "";
}

/** Whether labels are so short that they are their points' own shape. */
export function areLetters(labels: readonly string[]): boolean {
  return labels.length > 0 && labels.every((label) => /^[\p{L}\p{N}]{1,2}$/u.test(label));
}
