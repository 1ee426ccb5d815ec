/** What a person drops or chooses, as one file to send: several, or a folder, become an archive. */

/** A file, and its path below the folder that it was in. */
export interface Gathered {
  path: string;
  file: File;
}

/** Return what was chosen; files of a folder that was chosen know their path. */
export function chosen(files: Iterable<File>): Gathered[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * Return what was dropped, with all that is in folders.
 *
 * To be called while the drop is told of: browsers forget its entries afterwards.
 */
export async function gathered(items: Iterable<DataTransferItem>): Promise<Gathered[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return (await Promise.all(entries.map((entry) => below(entry, "")))).flat();
}

/** Return one file as it is, and several as an archive that is called what their folder is. */
export async function asOneFile(all: readonly Gathered[]): Promise<{ name: string; content: Blob }> {
  const [first] = all;
  if (first && all.length === 1 && !first.path.includes("/")) return { name: first.path, content: first.file };
  const { downloadZip } = await import("client-zip");
  const files = all.map(({ path, file }) => ({ name: path, input: file, lastModified: file.lastModified }));
  // A folder called people.csv is no packed table.
  const name = folderOf(all)?.replaceAll(".", "-") ?? "files";
  return { name: `${name}.zip`, content: await downloadZip(files).blob() };
}

/** Return how many bytes are sent, nearly. */
export function bytesOf(all: readonly Gathered[]): number {
  return all.reduce((sum, { file }) => sum + file.size, 0);
}

function folderOf(all: readonly Gathered[]): string | null {
  const first = all[0]?.path.split("/") ?? [];
  const [folder] = first;
  if (folder === undefined || first.length < 2) return null;
  return all.every(({ path }) => path.startsWith(`${folder}/`)) ? folder : null;
}

async function below(entry: FileSystemEntry, above: string): Promise<Gathered[]> {
  const path = above + entry.name;
  if (isFile(entry)) {
    return [{ path, file: await new Promise<File>((done, failed) => entry.file(done, failed)) }];
  }
  const inside = await entriesOf((entry as FileSystemDirectoryEntry).createReader());
  const found: Gathered[] = [];
  for (const one of inside) found.push(...(await below(one, `${path}/`)));
  return found;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

/** Return all entries of a folder; browsers tell them in parts, and end with an empty one. */
async function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return all;
    all.push(...some);
  }
}
