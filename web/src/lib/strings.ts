/** Every text of the page in one catalogue, by view. */

import { figures } from "./strings/figures";
import { guide } from "./strings/guide";
import { shell } from "./strings/shell";

export const strings = { shell, figures, guide } as const;
