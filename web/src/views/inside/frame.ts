import { askPicture } from "$lib/server";

/** Where the pictures that a network knows have their ink, so that a person draws as large. */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The box of all pixels above half of the brightest, as shares of the picture; null where all are. */
export function inkBox(brightness: ArrayLike<number>, width: number): Box | null {
  const height = brightness.length / width;
  let brightest = 0;
  for (let index = 0; index < brightness.length; index++) {
    brightest = Math.max(brightest, brightness[index] ?? 0);
  }
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let index = 0; index < brightness.length; index++) {
    if ((brightness[index] ?? 0) <= brightest / 2) continue;
    const [row, column] = [Math.floor(index / width), index % width];
    box.left = Math.min(box.left, column);
    box.right = Math.max(box.right, column + 1);
    box.top = Math.min(box.top, row);
    box.bottom = Math.max(box.bottom, row + 1);
  }
  if (box.right <= box.left) return null;
  return {
    left: box.left / width,
    top: box.top / height,
    right: box.right / width,
    bottom: box.bottom / height,
  };
}

/** The smallest box that holds most boxes: the outer quartiles of their edges. */
export function usualBox(boxes: readonly Box[]): Box | null {
  if (!boxes.length) return null;
  const at = (edge: keyof Box, share: number): number => {
    const sorted = boxes.map((box) => box[edge]).sort((one, other) => one - other);
    return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  };
  return { left: at("left", 0.25), top: at("top", 0.25), right: at("right", 0.75), bottom: at("bottom", 0.75) };
}

/** The usual box of some pictures, by their addresses. */
export async function boxOf(urls: readonly string[]): Promise<Box | null> {
  const boxes = await Promise.all(urls.map(boxOfOne));
  return usualBox(boxes.filter((box) => box !== null));
}

async function boxOfOne(url: string): Promise<Box | null> {
  const picture = new Image();
  picture.src = await askPicture(url);
  await picture.decode();
  URL.revokeObjectURL(picture.src);
  const { naturalWidth: width, naturalHeight: height } = picture;
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.drawImage(picture, 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  return inkBox(Float32Array.from({ length: width * height }, (_, index) => data[index * 4] ?? 0), width);
}
