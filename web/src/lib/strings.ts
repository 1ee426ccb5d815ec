/** Every text of the page in one catalogue, by view. */

import { alike } from "./strings/alike";
import { build } from "./strings/build";
import { data } from "./strings/data";
import { exported } from "./strings/exported";
import { figures } from "./strings/figures";
import { guide } from "./strings/guide";
import { inside } from "./strings/inside";
import { lab } from "./strings/lab";
import { made } from "./strings/made";
import { share } from "./strings/share";
import { shell } from "./strings/shell";
import { explain, terms } from "./strings/terms";
import { test } from "./strings/test";
import { compare, train } from "./strings/train";

export const strings = {
  shell, alike, exported, figures, guide, inside, test, data, build, train, lab, compare,
  made, share, explain, terms,
} as const;
