/**
 * The token of the launch, without which the server answers nothing but the page's own files.
 *
 * It comes behind the `#` of the address, which browsers send to nobody, and is kept in the storage of
 * this origin: so other tabs have it, and a page that is loaded again. A cookie would be shown to any
 * server on this machine, as cookies know no ports.
 */

const HEADER = "x-pellucid-token";
const PROTOCOL = "pellucid";
const KEPT_AS = "pellucid-token";

let token = "";

/** What stands behind the `#` of the address that the terminal shows. */
function offeredIn(hash: string): string | null {
  return /^#token=([\w-]+)$/.exec(hash)?.[1] ?? null;
}

/** Take the token out of the address, where it is right, or the one that was kept. */
export async function admit(): Promise<void> {
  token = kept();
  const offered = offeredIn(location.hash);
  if (offered === null) return;
  history.replaceState(null, "", location.pathname);
  // A wrong token, in whatever link it stood, must not shut out who was let in.
  if (token && !(await opens(offered))) return;
  token = offered;
  keep(offered);
}

/** A new address that is typed over an old one loads nothing by itself. */
export function admitAnew(): void {
  addEventListener("hashchange", () => {
    if (offeredIn(location.hash) !== null) location.reload();
  });
}

export function withToken(request: RequestInit): RequestInit {
  return { ...request, headers: { ...request.headers, [HEADER]: token } };
}

/** The protocols of a WebSocket, which can be given no headers. */
export function protocols(): string[] {
  return token ? [PROTOCOL, token] : [PROTOCOL];
}

async function opens(offered: string): Promise<boolean> {
  try {
    return (await fetch("/api/session", { headers: { [HEADER]: offered } })).ok;
  } catch {
    return true; // nobody answers: the page will say so
  }
}

/** Browsers may forbid a page to keep anything. */
function kept(): string {
  try {
    return localStorage.getItem(KEPT_AS) ?? "";
  } catch {
    return "";
  }
}

function keep(given: string): void {
  try {
    localStorage.setItem(KEPT_AS, given);
  } catch {
    // It lasts as long as this page, then.
  }
}
