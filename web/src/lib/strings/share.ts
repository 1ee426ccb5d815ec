/** *Share*: a model for somebody else. */

export const share = {
  title: "Share",
  link: "Share",
  lead: "A file for whom you like. It is written here, on this machine; nothing is sent anywhere.",
  back: "Back to Inside",
  forms: {
    html: {
      title: "A page to look inside",
      told: "One HTML file that opens in any browser, without a network: the whole network, its weights and neurons, reasons, and where it can be, a form or a pad to try it. It computes in the page.",
    },
    numpy: {
      title: "A NumPy script",
      told: "One Python file that needs NumPy alone: it reads rows, computes the network and answers, in some two hundred lines that can be read. For where nothing may be installed.",
    },
    pellucid: {
      title: "The model file",
      told: "For pellucid itself, in Python, the terminal or another studio. It holds no code, only numbers and text.",
    },
  } as Record<string, { title: string; told: string }>,
  rows: "with rows of the data",
  rowsHelp: "Without them the file holds none of your data but what columns and categories are called, and their means.",
  save: "Save",
  saveAs: (file: string) => `Save ${file}`,
  writing: "Writing it …",
  saved: (file: string, size: string) => `${file} was handed to your browser, ${size}.`,
  cannot: "Not of this model",
  command: "In a terminal",
} as const;
