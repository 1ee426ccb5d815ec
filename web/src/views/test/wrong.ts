/** Return where the rows are asked for that a model answered wrongly, the most confident first. */
export function surestWrong(model: string, part: string, target: string): string {
  return `models/${model}/examples?part=${part}&target=${encodeURIComponent(target)}&only=wrong&sort=sure&n=18`;
}
