import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The page's icon, within the page: a browser reads a file of it anew with each change of the address. */
const icon: Plugin = {
  name: "icon",
  transformIndexHtml: () => [
    {
      tag: "link",
      attrs: { rel: "icon", href: `data:image/png;base64,${readFileSync(new URL("./src/icon.png", import.meta.url), "base64")}` },
      injectTo: "head",
    },
  ],
};

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), icon],
  resolve: {
    alias: { $lib: fileURLToPath(new URL("./src/lib", import.meta.url)) },
    // Vitest must load the part of Svelte that mounts, not the part for servers.
    ...(mode === "test" ? { conditions: ["browser"] } : {}),
  },
  build: {
    outDir: "../src/pellucid/studio/static",
    emptyOutDir: true,
    target: "es2022",
    // The page's policy allows no `data:` fonts and no scripts within the HTML.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"], isolate: false },
}));
