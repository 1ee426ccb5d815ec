/** Builds the template of exported pages: one file, with everything within it. */

import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/** Put the only script and the only style sheet into the page itself. */
function within(): Plugin {
  return {
    name: "within",
    enforce: "post",
    generateBundle(_, bundle) {
      const page = Object.values(bundle).find(({ fileName }) => fileName.endsWith(".html"));
      if (page?.type !== "asset") throw new Error("the build has no page");
      let html = String(page.source);
      for (const [name, part] of Object.entries(bundle)) {
        if (part === page) continue;
        const text = part.type === "chunk" ? part.code : String(part.source);
        const [pattern, tag] =
          part.type === "chunk"
            ? [/<script type="module"[^>]*src="[^"]*"[^>]*><\/script>/, "script"]
            : [/<link rel="stylesheet"[^>]*>/, "style"];
        const opened = tag === "script" ? '<script type="module">' : "<style>";
        // A function, since `$` means something in a replacement's text.
        html = html.replace(pattern, () => `${opened}${text.replaceAll(`</${tag}`, `<\\/${tag}`)}</${tag}>`);
        delete bundle[name];
      }
      page.source = html;
      page.fileName = "page.html";
    },
  };
}

export default defineConfig({
  plugins: [svelte(), within()],
  resolve: { alias: { $lib: fileURLToPath(new URL("./src/lib", import.meta.url)) } },
  publicDir: false,
  build: {
    outDir: "../src/pellucid/sharing/built",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 1 << 20,
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: { input: "exported.html", output: { codeSplitting: false } },
  },
});
