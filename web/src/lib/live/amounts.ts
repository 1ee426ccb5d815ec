/** Amounts as people say them: bytes and seconds. */

import { format } from "../numbers";

export function bytes(n: number): string {
  if (n < 1000) return `${n} bytes`;
  const power = Math.min(3, Math.floor(Math.log10(n) / 3));
  return `${format(n / 1000 ** power, 3)} ${["", "kB", "MB", "GB"][power]}`;
}

export function duration(seconds: number): string {
  if (seconds < 1) return "under 1 s";
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 99.5 * 60) return `${Math.round(seconds / 60)} min`;
  return `${format(seconds / 3600, 2)} h`;
}
