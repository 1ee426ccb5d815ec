/** Questions to the server that this page came from. */

import { type Frame, readFrame } from "./frames";
import type { Refusal } from "./messages";
import { strings } from "./strings";

/** An answer that says what was wrong, in the server's words. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly where: string | null,
    readonly expected: string | null,
    readonly remedy: string | null,
  ) {
    super(message);
    this.name = "Refused";
  }
}

/** How questions reach whoever answers: the server, or an exported page itself. */
type Reach = (path: string, request: RequestInit) => Promise<Response>;

let reach: Reach = (path, request) => fetch(`/api/${path}`, request);
let token = "";

/** Let all questions be answered by somebody else than the server. */
export function reachBy(other: Reach): void {
  reach = other;
}

/** The header that every request but reading needs; the session tells its value. */
export function writeWith(given: string): void {
  token = given;
}

export async function ask<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return (await answered(path, { signal: signal ?? null })).json() as Promise<Answer>;
}

/** Send a question; what changes nothing but needs a body is sent in this way as well. */
export async function send<Answer>(
  path: string,
  body: object,
  signal?: AbortSignal,
): Promise<Answer> {
  const headers = { "content-type": "application/json", "x-pellucid-token": token };
  const request = { method: "POST", headers, body: JSON.stringify(body), signal: signal ?? null };
  return (await answered(path, request)).json() as Promise<Answer>;
}

/** Send a file as it is. */
export async function upload<Answer>(path: string, file: Blob): Promise<Answer> {
  const headers = { "content-type": "application/octet-stream", "x-pellucid-token": token };
  return (await answered(path, { method: "POST", headers, body: file })).json() as Promise<Answer>;
}

export async function askFrame(path: string, signal?: AbortSignal): Promise<Frame> {
  return readFrame(await (await answered(path, { signal: signal ?? null })).arrayBuffer());
}

async function answered(path: string, request: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await reach(path, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refused(strings.shell.notReached, null, null, null);
  }
  if (response.ok) return response;
  const { error } = (await response.json()) as Refusal;
  throw new Refused(error.message, error.where, error.expected, error.remedy);
}
