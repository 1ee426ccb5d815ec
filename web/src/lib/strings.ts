/** Every text of the page in one catalogue, by view. */

import { figures } from "./strings/figures";
import { guide } from "./strings/guide";
import { inside } from "./strings/inside";
import { shell } from "./strings/shell";
import { test } from "./strings/test";

export const strings = { shell, figures, guide, inside, test } as const;
