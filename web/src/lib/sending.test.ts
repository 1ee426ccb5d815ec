import { describe, expect, it } from "vitest";
import { asOneFile, bytesOf, chosen, gathered } from "./sending";

function file(name: string, text = name): File {
  return new File([text], name);
}

function fileEntry(name: string): FileSystemEntry {
  const tell = (done: (file: File) => void): void => done(file(name));
  return { isFile: true, isDirectory: false, name, file: tell } as unknown as FileSystemEntry;
}

/** A folder whose entries are told in parts, as browsers do. */
function folderEntry(name: string, ...parts: FileSystemEntry[][]): FileSystemEntry {
  const createReader = () => {
    const left = [...parts];
    return { readEntries: (done: (some: FileSystemEntry[]) => void) => done(left.shift() ?? []) };
  };
  return { isFile: false, isDirectory: true, name, createReader } as unknown as FileSystemEntry;
}

function dropped(...entries: (FileSystemEntry | null)[]): DataTransferItem[] {
  return entries.map((entry) => ({ webkitGetAsEntry: () => entry }) as DataTransferItem);
}

describe("what is dropped", () => {
  it("is every file of every folder, with its path, however the browser parts them", async () => {
    const cats = folderEntry("cat", [fileEntry("1.png"), fileEntry("2.png")], [fileEntry("3.png")]);
    const all = await gathered(dropped(folderEntry("photos", [cats], [folderEntry("dog")]), null));
    expect(all.map(({ path }) => path)).toEqual(["photos/cat/1.png", "photos/cat/2.png", "photos/cat/3.png"]);
  });
});

describe("what is sent", () => {
  it("is a file alone as it is", async () => {
    const table = file("people.csv");
    expect(await asOneFile(chosen([table]))).toEqual({ name: "people.csv", content: table });
  });

  it("is an archive of a folder, under its name, with all paths", async () => {
    const all = await gathered(dropped(folderEntry("photos", [folderEntry("cat", [fileEntry("1.png")])])));
    const { name, content } = await asOneFile(all);
    expect(name).toBe("photos.zip");
    const bytes = await content.text();
    expect(bytes.startsWith("PK\x03\x04")).toBe(true); // PKWARE's APPNOTE 4.3.7
    expect(bytes).toContain("photos/cat/1.png");
  });

  it("is never called as a packed table is", async () => {
    const all = await gathered(dropped(folderEntry("people.csv", [fileEntry("1.png")])));
    expect((await asOneFile(all)).name).toBe("people-csv.zip");
  });

  it("is an archive of files of no common folder", async () => {
    const { name } = await asOneFile(chosen([file("train.csv"), file("test.csv")]));
    expect(name).toBe("files.zip");
  });

  it("is known in bytes before it is packed", () => {
    expect(bytesOf(chosen([file("a", "four"), file("b", "sixsix")]))).toBe(10);
  });
});
