/** An answer that follows what is asked: the newest question wins, the last answer stays until then. */

import { awaiting } from "./arrivals";
import { Refused } from "./server";

export class Loaded<Answer> {
  value = $state.raw<Answer | null>(null);
  problem = $state.raw<Refused | null>(null);
  busy = $state(false);
  private asked: string | null = null;
  private aborter: AbortController | null = null;

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
    request(aborter.signal).then(
      (answer) => arrive(() => this.finish(aborter, answer, null)),
      (error: unknown) => arrive(() => this.finish(aborter, null, error)),
    );
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
    this.value = answer;
    this.problem = error === null ? null : asRefused(error);
    if (error !== null) this.asked = null;
  }
}

function asRefused(error: unknown): Refused {
  return error instanceof Refused ? error : new Refused(String(error), null, null, null);
}
