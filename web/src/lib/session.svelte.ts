/** What the page knows of its server: the session, and the models that were asked for. */

import { ask, Refused } from "./server";
import type { ModelDescription, Opened, Session } from "./messages";

class Known {
  session: Session | null = $state.raw(null);
  problem: Refused | null = $state.raw(null);
  private models = $state.raw<Readonly<Record<string, ModelDescription>>>({});

  async start(): Promise<Session | null> {
    try {
      this.session = await ask<Session>("session");
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof Refused ? error : new Refused(String(error), null, null, null);
    }
    return this.session;
  }

  get opened(): Opened[] {
    return this.session?.opened ?? [];
  }

  /** A model's description; asked for once. */
  model(id: string): ModelDescription | null {
    return this.models[id] ?? null;
  }

  async open(id: string): Promise<void> {
    if (this.models[id]) return;
    const found = await ask<ModelDescription>(`models/${id}`);
    this.models = { ...this.models, [id]: found };
  }
}

export const known = new Known();
