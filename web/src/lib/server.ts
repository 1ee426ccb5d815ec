/** Questions to the server that this page came from. */

import { protocols, withToken } from "./admission";
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

const BELOW = "/api/";

let reach: Reach = (path, request) => fetch(`${BELOW}${path}`, withToken(request));

/** Let all questions be answered by somebody else than the server. */
export function reachBy(other: Reach): void {
  reach = other;
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
  const headers = { "content-type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify(body), signal: signal ?? null };
  return (await answered(path, request)).json() as Promise<Answer>;
}

/** Send a file as it is. */
export async function upload<Answer>(path: string, file: Blob): Promise<Answer> {
  const headers = { "content-type": "application/octet-stream" };
  return (await answered(path, { method: "POST", headers, body: file })).json() as Promise<Answer>;
}

export async function askFrame(path: string, signal?: AbortSignal): Promise<Frame> {
  return readFrame(await (await answered(path, { signal: signal ?? null })).arrayBuffer());
}

/** A file as the server wrote it. */
export async function askFile(path: string): Promise<Blob> {
  return (await answered(path, {})).blob();
}

/**
 * An address from which an `<img>` shows a picture of the server, which by itself it would ask for without
 * the token; to be revoked in the end. A picture that stands in its own address keeps it.
 */
export async function askPicture(url: string, signal?: AbortSignal): Promise<string> {
  if (!url.startsWith(BELOW)) return url;
  const response = await answered(url.slice(BELOW.length), { signal: signal ?? null });
  return URL.createObjectURL(await response.blob());
}

/** A line over which the server tells what is new. */
export function openLine(path: string): WebSocket {
  return new WebSocket(`ws://${location.host}${BELOW}${path}`, protocols());
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
