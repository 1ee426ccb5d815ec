/** Pictures and sounds of the server: `<img use:picture={media.url} …>`, `<audio use:picture={media.sound}>`. */

import { askPicture } from "./server";

export function picture(image: HTMLImageElement | HTMLAudioElement, url: string) {
  let asking = new AbortController();

  async function show(address: string): Promise<void> {
    leave();
    if (address.startsWith("data:")) {
      image.src = address; // at once, so that it is laid out with all else
      return;
    }
    const { signal } = (asking = new AbortController());
    try {
      const found = await askPicture(address, signal);
      if (signal.aborted) URL.revokeObjectURL(found);
      else image.src = found;
    } catch {
      // What describes the picture stands in its place.
    }
  }

  function leave(): void {
    asking.abort();
    URL.revokeObjectURL(image.src);
  }

  void show(url);
  return { update: (address: string) => void show(address), destroy: leave };
}
