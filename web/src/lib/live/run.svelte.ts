/** The run that the page watches: heard over a WebSocket, ordered by requests. */

import { type Frame, readFrame } from "../frames";
import type { BranchRequest, Command, Json, Opened, Run, RunUpdate } from "../messages";
import { openLine, Refused, send } from "../server";
import { known } from "../session.svelte";
import { strings } from "../strings";
import { bounded, type Point } from "./points";

const SECONDS_TO_RETRY = 1.5;
/** More epochs make no finer curve; a page that watches a training for hours does not grow. */
const MOST_EPOCHS = 2000;
const NEWEST_EPOCHS = 100;
/** So often, and so many milliseconds apart, it is looked whether the run stands still. */
const [HELD_TRIES, HELD_MILLISECONDS] = [200, 25];
const AFTER_ITS_STEPS = ["calibrate", "evaluate", "diagnose"];

/** In the order in which a step does them. */
const OPERATIONS = ["forward", "loss", "backward", "update"];

/** What a run is while one step after the other is taken. */
const STEPPED: readonly Run["state"][] = ["paused", "training", "finished"];

export type Unit = NonNullable<Command["unit"]>;

class LiveRun {
  /** The run's name; null where none is watched. */
  name: string | null = $state(null);
  run: Run | null = $state.raw(null);
  /** What the run does. `run` is another one with every update; this changes where that does. */
  readonly state: Run["state"] | null = $derived(this.run?.state ?? null);
  /** The newest step, where it stands; changes as `state` does. */
  readonly end: number | null = $derived(this.run?.standing?.head ?? null);
  planned: Record<string, Json> | null = $state.raw(null);
  losses: Point[] = $state.raw([]);
  /** The epochs, of very many every second, fourth, … one of the older ones. */
  epochs: Record<string, Json>[] = $state.raw([]);
  diagnoses: Record<string, Json>[] = $state.raw([]);
  notes: Record<string, Json>[] = $state.raw([]);
  /** The array that is watched, as far as it was heard of. */
  frame: Frame | null = $state.raw(null);
  problem: Refused | null = $state.raw(null);
  connected = $state(true);
  /** Whether an order is on its way. */
  busy = $state(false);
  unit: Unit = $state("batch");
  /** Steps a second; null: as fast as it can. */
  speed: number | null = $state(null);
  private socket: WebSocket | null = null;
  private watched: { layer: string; name: string } | null = null;
  private player: ReturnType<typeof setInterval> | null = null;
  playing = $state(false);
  /** Whether it is to be held as soon as it learns again, and stepped from there. */
  private slowly = false;

  watch(name: string | null): void {
    if (name === this.name) return;
    this.halt();
    this.name = name;
    this.run = null;
    this.planned = null;
    this.problem = null;
    this.frame = null;
    this.losses = [];
    this.epochs = this.diagnoses = this.notes = [];
    this.socket?.close();
    this.socket = null;
    if (name !== null) this.connect(name);
  }

  private connect(name: string): void {
    const socket = openLine(`live?run=${encodeURIComponent(name)}`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      this.connected = true;
      this.tellWatched();
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== this.socket) return;
      if (data instanceof ArrayBuffer) this.frame = readFrame(data);
      else this.hear(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.socket) return;
      this.connected = code === 1008; // refused: it said why, and nothing is tried again
      if (this.connected) return;
      setTimeout(() => {
        if (socket === this.socket) this.connect(name);
      }, 1000 * SECONDS_TO_RETRY);
    };
  }

  private hear(told: RunUpdate | { error: { message: string; remedy: string | null } }): void {
    if ("error" in told) {
      this.problem = new Refused(told.error.message, null, null, told.error.remedy);
      return;
    }
    const since = <T>(kept: T[], more: T[]): T[] => (told.fresh ? more : more.length ? [...kept, ...more] : kept);
    const hadModel = this.run?.model ?? null;
    this.run = told.run;
    this.losses = since(this.losses, told.losses);
    this.epochs = bounded(since(this.epochs, told.epochs), MOST_EPOCHS, NEWEST_EPOCHS);
    this.diagnoses = since(this.diagnoses, told.diagnoses);
    this.notes = since(this.notes, told.notes);
    this.planned = told.planned ?? this.planned;
    if (told.run.model !== hadModel) void known.start();
    // Each of the steps is computed by the training; where somebody lets it go on, the next one is refused.
    if (!STEPPED.includes(told.run.state)) this.rest();
    if (this.slowly && told.run.state === "training" && this.isInSteps) {
      this.slowly = false;
      void this.order({ command: "pause" }).then((held) => held && this.stepOn());
    }
  }

  /** See an array of the parameters change; null: none. */
  show(layer: string | null, name = "kernel"): void {
    this.watched = layer === null ? null : { layer, name };
    this.frame = null;
    this.tellWatched();
  }

  private tellWatched(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify(this.watched ?? { layer: null, name: null }));
  }

  get stands(): boolean {
    return this.run?.state !== "training" && this.run?.state !== "starting";
  }

  /** Whether it takes steps, or will: what follows them is not paused. */
  get isInSteps(): boolean {
    return !AFTER_ITS_STEPS.includes(this.run?.phase ?? "");
  }

  /** The step that is looked at. */
  get step(): number {
    return this.run?.standing?.step ?? this.run?.step ?? 0;
  }

  /** The newest step. */
  get head(): number {
    return this.run?.standing?.head ?? this.run?.step ?? 0;
  }

  async order(command: Command): Promise<boolean> {
    if (this.name === null) return false;
    return this.done(send<Run>(`runs/${encodeURIComponent(this.name)}/command`, command));
  }

  /** Go on by the unit that is chosen. */
  async advance(): Promise<boolean> {
    return this.order({ command: "step", unit: this.unit });
  }

  async goTo(step: number): Promise<boolean> {
    this.halt();
    if (!this.stands && !(await this.order({ command: "pause" }))) return false;
    return this.order({ command: "rewind", step: Math.max(0, Math.min(step, this.head)) });
  }

  /** Go back by the unit that is chosen, as `advance` goes on; not before the run's first step. */
  async back(first: number): Promise<boolean> {
    this.halt();
    if (!(await this.held())) return false;
    const { step } = this;
    const done = Math.max(0, OPERATIONS.indexOf(this.run?.standing?.next_operation ?? ""));
    const before = done ? step : Math.max(first, step - 1);
    if (this.unit === "epoch") {
      const each = this.run?.steps_per_epoch ?? 1;
      return this.goTo(Math.max(first, each * Math.floor((done ? step : step - 1) / each)));
    }
    if (!(await this.goTo(before))) return false;
    if (this.unit === "batch") return true;
    for (let again = done ? done - 1 : OPERATIONS.length - 1; again > 0; again--) {
      if (!(await this.order({ command: "step", unit: "operation" }))) return false;
    }
    return true;
  }

  /** Let it stand still, and wait until it is known where. */
  private async held(): Promise<boolean> {
    if (!this.stands && !(await this.order({ command: "pause" }))) return false;
    for (let tries = 0; tries < HELD_TRIES && !this.stands; tries++) await soon(HELD_MILLISECONDS);
    return this.stands;
  }

  /** Go on: at full speed the training itself, slower step by step. */
  async play(): Promise<void> {
    if (this.speed !== null && this.run?.state === "paused") {
      this.stepOn();
      return;
    }
    // No process holds what was interrupted: it learns again first.
    this.slowly = this.speed !== null;
    if (!(await this.order({ command: "go_on" }))) this.slowly = false;
  }

  /** Choose how fast it goes; what goes on does so at that speed. */
  async goAt(speed: number | null): Promise<void> {
    const learns = this.run?.state === "training" && !this.playing;
    const goes = learns || this.playing;
    this.halt();
    this.speed = speed;
    while (this.busy) await soon(HELD_MILLISECONDS); // a step that is still being computed
    if (!goes) return;
    if (speed === null) await this.play();
    else if (!learns || (await this.order({ command: "pause" }))) this.stepOn();
  }

  /** Take step after step, as many a second as were chosen. */
  private stepOn(): void {
    this.rest();
    if (this.speed === null) return;
    this.playing = true;
    this.player = setInterval(() => {
      if (this.busy) return;
      const isOver = !this.isInSteps || (this.run?.state === "finished" && this.step >= this.head);
      if (isOver) {
        this.halt();
        return;
      }
      void this.order({ command: "step", unit: "batch" }).then((done) => {
        if (!done) this.halt();
      });
    }, 1000 / this.speed);
  }

  /** Stop stepping by itself, now or later. */
  halt(): void {
    this.slowly = false;
    this.rest();
  }

  private rest(): void {
    if (this.player !== null) clearInterval(this.player);
    this.player = null;
    this.playing = false;
  }

  async branch(request: BranchRequest): Promise<string | null> {
    if (this.name === null) return null;
    let made: Run | null = null;
    const sent = send<Run>(`runs/${encodeURIComponent(this.name)}/branch`, request);
    await this.done(sent.then((run) => (made = run)));
    return (made as Run | null)?.id ?? null;
  }

  /** Open the state that is looked at as a model; its id. */
  async look(): Promise<string | null> {
    if (this.name === null) return null;
    let opened: Opened | null = null;
    const sent = send<Opened>(`runs/${encodeURIComponent(this.name)}/look`, {});
    if (!(await this.done(sent.then((found) => (opened = found))))) return null;
    await known.start();
    return (opened as Opened | null)?.id ?? null;
  }

  private async done(sent: Promise<unknown>): Promise<boolean> {
    this.busy = true;
    try {
      await sent;
      this.problem = null;
      return true;
    } catch (error) {
      this.problem =
        error instanceof Refused ? error : new Refused(strings.shell.notReached, null, null, null);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

function soon(milliseconds: number): Promise<void> {
  return new Promise((go) => setTimeout(go, milliseconds));
}

export const live = new LiveRun();
