// The boundaries of the multiparts that are open, as a prefix tree, so that a line is held against all of them in one
// pass however many there are and however alike they look.
//
// RFC 2046 5.1.1: "Boundary string comparisons must compare the boundary value with the beginning of each candidate
// line. An exact match of the entire candidate line is not required; it is sufficient that the boundary appear in its
// entirety following the CRLF." Where several fit, the longest is meant; of equal ones the innermost.

import { mimeBoundaryBytesMax } from "../base/limits.ts";

interface Node {
  readonly next: Map<number, Node>;
  /** The depths of the multiparts whose boundary ends here, outermost first. */
  readonly depths: number[];
}

export interface BoundaryMatch {
  /** The depth at which the boundary's multipart was opened. */
  readonly depth: number;
  /** The close delimiter, `--boundary--`: the multipart has ended. */
  readonly closing: boolean;
}

const hyphen = 45;

/** A line is fully judged by this many bytes: `--`, the boundary, `--`. */
export const delimiterBytesMax = mimeBoundaryBytesMax + 4;

export class Boundaries {
  readonly #root: Node = { next: new Map(), depths: [] };
  readonly #open: { readonly depth: number; readonly end: Node; readonly text: string }[] = [];

  get size(): number {
    return this.#open.length;
  }

  /** Opens `boundary` (an octet string) for the multipart at `depth`; deeper ones are opened after it. */
  open(boundary: string, depth: number): void {
    let node = this.#root;
    const text = boundary.slice(0, mimeBoundaryBytesMax);
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      let next = node.next.get(code);
      if (next === undefined) {
        next = { next: new Map(), depths: [] };
        node.next.set(code, next);
      }
      node = next;
    }
    node.depths.push(depth);
    this.#open.push({ depth, end: node, text });
  }

  /** Forgets the boundaries of multiparts at `depth` and deeper. */
  close(depth: number): void {
    for (let last = this.#open.at(-1); last !== undefined && last.depth >= depth; last = this.#open.at(-1)) {
      this.#open.pop();
      last.end.depths.pop();
      if (last.end.depths.length === 0 && last.end.next.size === 0) this.#prune(last.text);
    }
  }

  /** What the line in `bytes[start..end)` delimits; it begins with `--` and has lost its line end. */
  match(bytes: Uint8Array, start: number, end: number): BoundaryMatch | null {
    let node: Node | undefined = this.#root;
    let best: Node | null = node.depths.length > 0 ? node : null;
    let bestEnd = start + 2;
    for (let at = start + 2; at < end; at++) {
      node = node.next.get(bytes[at] ?? 0);
      if (node === undefined) break;
      if (node.depths.length > 0) {
        best = node;
        bestEnd = at + 1;
      }
    }
    const depth = best?.depths.at(-1);
    if (depth === undefined) return null;
    const closing = end - bestEnd >= 2 && bytes[bestEnd] === hyphen && bytes[bestEnd + 1] === hyphen;
    return { depth, closing };
  }

  /** Takes the branch of `text` away as far as no other boundary needs it. */
  #prune(text: string): void {
    const path: Node[] = [this.#root];
    for (let at = 0; at < text.length; at++) {
      const next = path.at(-1)?.next.get(text.charCodeAt(at));
      if (next === undefined) return;
      path.push(next);
    }
    for (let at = text.length; at > 0; at--) {
      const node = path[at];
      if (node === undefined || node.next.size > 0 || node.depths.length > 0) return;
      path[at - 1]?.next.delete(text.charCodeAt(at - 1));
    }
  }
}
