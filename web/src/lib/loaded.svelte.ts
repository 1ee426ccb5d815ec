/** An answer that follows what is asked: the newest question wins, the last answer stays until then. */

import { awaiting } from "./arrivals";
import { Refused } from "./server";

const QUICK = 150;

export class Loaded<Answer> {
  value = $state.raw<Answer | null>(null);
  problem = $state.raw<Refused | null>(null);
  busy = $state(false);
  private asked: string | null = null;
  private aborter: AbortController | null = null;
  private expected: { key: string; answer: Promise<Answer> } | null = null;
  /** How long the last question took, in milliseconds. */
  private took = Number.POSITIVE_INFINITY;

  /** `keeps`: whether the last answer stays where the next question is refused, so that it can be mended. */
  constructor(private readonly keeps = false) {}

  /** Ask, unless the same was asked last; null clears everything. */
  ask(key: null): void;
  ask(key: string | null, request: (signal: AbortSignal) => Promise<Answer>): void;
  ask(key: string | null, request?: (signal: AbortSignal) => Promise<Answer>): void {
    if (key === this.asked) return;
    this.asked = key;
    this.aborter?.abort();
    if (key === null || !request) {
      this.value = null;
      this.problem = null;
      this.busy = false;
      return;
    }
    const aborter = new AbortController();
    this.aborter = aborter;
    this.busy = true;
    const arrive = awaiting();
    const known = this.expected?.key === key ? this.expected.answer : null;
    this.expected = null;
    (known ?? this.timed(request(aborter.signal))).then(
      (answer) => arrive(() => this.finish(aborter, answer, null)),
      (error: unknown) => arrive(() => this.finish(aborter, null, error)),
    );
  }

  /** Whether questions of this kind are so quickly answered that one may be asked in advance. */
  get isQuick(): boolean {
    return this.took < QUICK;
  }

  /** Ask in advance what will probably be asked next; it is kept for that, and shown nowhere. */
  expect(key: string, request: () => Promise<Answer>): void {
    if (key === this.asked || key === this.expected?.key) return;
    const answer = this.timed(request());
    this.expected = { key, answer };
    answer.catch(() => {
      if (this.expected?.answer === answer) this.expected = null;
    });
  }

  private async timed(answer: Promise<Answer>): Promise<Answer> {
    const start = performance.now();
    const found = await answer;
    this.took = performance.now() - start;
    return found;
  }

  /** Take an answer that came with another one, as if it had been asked for. */
  take(key: string, answer: Answer): void {
    this.aborter?.abort();
    this.asked = key;
    this.busy = false;
    this.value = answer;
    this.problem = null;
  }

  private finish(aborter: AbortController, answer: Answer | null, error: unknown): void {
    if (aborter !== this.aborter || aborter.signal.aborted) return;
    this.busy = false;
    if (error === null || !this.keeps) this.value = answer;
    this.problem = error === null ? null : asRefused(error);
    if (error !== null) this.asked = null;
  }
}

function asRefused(error: unknown): Refused {
  return error instanceof Refused ? error : new Refused(String(error), null, null, null);
}
