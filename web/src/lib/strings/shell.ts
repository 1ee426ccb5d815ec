/** The frame of the page and the parts that all views share. */

export const shell = {
  name: "pellucid",
  skip: "Go to the content",
  views: {
    guide: "Guide", data: "Data", build: "Build", train: "Train", inside: "Inside", test: "Test",
    lab: "Lab", compare: "Compare",
  },
  navigation: "Views",
  appearance: "Appearance",
  themes: { system: "As the system", light: "Light", dark: "Dark" },
  digits: "Digits",
  allDigits: "all",
  settings: "Settings",
  version: (version: string) => `version ${version}`,
  loading: "One moment …",
  whatToDo: (remedy: string) => `What to do: ${remedy}.`,
  notReached: "The server does not answer. Is the command that started this page still running?",
  legend: { positive: "positive +", negative: "negative −", zero: "0" },
  row: "row",
  column: "column",
} as const;
