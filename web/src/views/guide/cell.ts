/** A nerve cell in moments: voltage that leaks, a threshold, synapses that learn. */

export const THRESHOLD = 1;
/** What is left of the voltage after a moment. */
const KEPT = 0.3;
/** By how much a synapse grows that was in use when the cell fired, and what is left of the others. */
const [GROWTH, STRONGEST, LEFT] = [0.08, 1.3, 0.9];
const WEAKEST = 0.1;

export interface Cell {
  strengths: readonly number[];
  /** The voltage in each moment so far, before it is reset where the cell fired. */
  voltages: readonly number[];
  /** The moments in which it fired. */
  fired: readonly number[];
}

export const RESTING: Cell = { strengths: [0.55, 0.6, 0.5], voltages: [0], fired: [] };

/** Let a moment pass, in which some synapses receive a signal. */
export function advance(cell: Cell, active: readonly boolean[]): Cell {
  const last = hasFired(cell) ? 0 : (cell.voltages.at(-1) ?? 0);
  const signals = cell.strengths.map((strength, index) => (active[index] ? strength : 0));
  const sum = KEPT * last + signals.reduce((total, signal) => total + signal, 0);
  // 0.6 + 5 · 0.08 is 1 for a person, and a little less for a computer.
  const voltage = Number(sum.toPrecision(12));
  const fires = voltage >= THRESHOLD;
  return {
    strengths: fires ? cell.strengths.map((strength, index) => learnt(strength, active[index] ?? false)) : cell.strengths,
    voltages: [...cell.voltages, voltage],
    fired: fires ? [...cell.fired, cell.voltages.length] : cell.fired,
  };
}

/** Whether it fired in the last moment. */
export function hasFired(cell: Cell): boolean {
  return cell.fired.at(-1) === cell.voltages.length - 1 && cell.voltages.length > 1;
}

function learnt(strength: number, wasUsed: boolean): number {
  if (wasUsed && strength > 0) return Math.min(STRONGEST, strength + GROWTH);
  const left = strength * LEFT;
  return left < WEAKEST ? 0 : left;
}
