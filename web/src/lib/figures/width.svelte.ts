/** How wide figures are laid out. One that comes again is drawn that wide at once, and not twice. */

const MOST = 100;
const found = new Map<string, number>();

export class Width {
  private pixels = $state(0);

  /** `name` tells the figure from others; `usual` is its width before it was ever laid out. */
  constructor(
    private readonly name: string,
    usual: number,
  ) {
    this.pixels = found.get(name) ?? usual;
  }

  get value(): number {
    return this.pixels;
  }

  /**
   * Follow an element's width: `<div {@attach width.follow}>`. It is told of after the page was laid out, and
   * not read before, which would have all be laid out once more.
   */
  readonly follow = (element: HTMLElement): (() => void) => {
    const observer = new ResizeObserver(() => this.take(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  };

  /** Where it is hidden it has none, and stays as wide as it was. */
  take(width: number): void {
    if (width <= 0) return;
    this.pixels = width;
    if (found.size >= MOST && !found.has(this.name)) found.clear();
    found.set(this.name, width);
  }
}
