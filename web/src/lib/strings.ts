/** Every text of the page in one catalogue, by view. */

import { build } from "./strings/build";
import { data } from "./strings/data";
import { exported } from "./strings/exported";
import { figures } from "./strings/figures";
import { guide } from "./strings/guide";
import { inside } from "./strings/inside";
import { shell } from "./strings/shell";
import { test } from "./strings/test";
import { compare, train } from "./strings/train";

export const strings = { shell, exported, figures, guide, inside, test, data, build, train, compare } as const;
