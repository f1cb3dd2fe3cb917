// Steps 1 to 4 of REFERENCES (RFC 5256 3): messages are linked by Message-ID, messages that are named and missing have a place
// of their own, and such places are pruned. Nothing here goes down a tree by recursion: threads are as deep as somebody
// makes them.

import { cost, type SearchPace } from "./search-pace.ts";
import type { ThreadMessage, ThreadNode } from "./thread.ts";

const none = -1;

/** The threads by the sent date of their first message. `messages` come by number. */
export async function linkByReferences(
  messages: readonly ThreadMessage[],
  bySentDate: readonly ThreadMessage[],
  pace: SearchPace,
): Promise<ThreadNode[]> {
  const links = new Links();
  for (const message of messages) {
    const turn = pace.spend(links.add(message) * cost.linkNs);
    if (turn !== undefined) await turn;
  }
  return links.pruned(bySentDate, pace);
}

/** Places in threads, by number. */
class Links {
  readonly #placeOf = new Map<string, number>();
  readonly #parents: number[] = [];
  readonly #messages: (ThreadMessage | null)[] = [];
  /** Places that have or had a child. */
  readonly #hadChild: boolean[] = [];
  readonly #places = new Map<ThreadMessage, number>();
  #steps = 0;

  /** Step 1 for one message; tells how many steps it took. */
  add(message: ThreadMessage): number {
    this.#steps = 1;
    const own = this.#ownPlace(message);
    this.#messages[own] = message;
    this.#places.set(message, own);
    let last = none;
    for (const id of message.ancestors === "" ? [] : message.ancestors.split(" ")) {
      const place = this.#placeOf.get(id) ?? this.#newPlace(id);
      // A message that names itself among its ancestors is as if it did not.
      if (place === own) continue;
      // Step 1.A: "If a parent/child link already exists, don't change the existing link."
      if (last !== none && this.#parents[place] === none) this.#link(last, place);
      last = place;
      this.#steps++;
    }
    // Step 1.B: a link that others' references gave to this message may come from a truncated header: its own counts.
    this.#parents[own] = none;
    if (last !== none) this.#link(last, own);
    return this.#steps;
  }

  /** RFC 5256 3: of messages with one Message-ID, only the first has it; the others, and those without, have one of their own. */
  #ownPlace({ messageId }: ThreadMessage): number {
    if (messageId === null) return this.#newPlace(null);
    const named = this.#placeOf.get(messageId);
    if (named === undefined) return this.#newPlace(messageId);
    return this.#messages[named] === null ? named : this.#newPlace(null);
  }

  #newPlace(id: string | null): number {
    const place = this.#parents.length;
    this.#parents.push(none);
    this.#messages.push(null);
    this.#hadChild.push(false);
    if (id !== null) this.#placeOf.set(id, place);
    return place;
  }

  /** RFC 5256 3: no link is made that "would introduce a loop". */
  #link(parent: number, child: number): void {
    if (parent === child || (this.#hadChild[child] === true && this.#isAbove(child, parent))) return;
    this.#parents[child] = parent;
    this.#hadChild[parent] = true;
  }

  #isAbove(upper: number, lower: number): boolean {
    for (let place = lower; place !== none; place = this.#parents[place] ?? none) {
      if (place === upper) return true;
      this.#steps++;
    }
    return false;
  }

  /**
   * Steps 2 to 4. A message hangs below the nearest one above it that is there. Where none is, all below one missing root
   * stay together, unless there is only one of them (step 3). Since messages come by date, so do siblings and threads.
   */
  async pruned(bySentDate: readonly ThreadMessage[], pace: SearchPace): Promise<ThreadNode[]> {
    const nodes = new Map<number, { message: ThreadMessage | null; children: ThreadNode[] }>();
    for (const message of bySentDate) {
      nodes.set(this.#places.get(message) ?? none, { message, children: [] });
      const turn = pace.spend(cost.placeNs);
      if (turn !== undefined) await turn;
    }
    const anchors = new Int32Array(this.#parents.length).fill(none);
    const threads: ThreadNode[] = [];
    for (const message of bySentDate) {
      const place = this.#places.get(message) ?? none;
      const node = nodes.get(place);
      if (node === undefined) throw new Error("a message has no place");
      const turn = pace.spend(cost.placeNs);
      if (turn !== undefined) await turn;
      const anchor = this.#anchor(this.#parents[place] ?? none, anchors);
      const above = nodes.get(anchor);
      if (above !== undefined) above.children.push(node);
      else if (anchor === none) threads.push(node);
      else {
        const missing = { message: null, children: [node] };
        nodes.set(anchor, missing);
        threads.push(missing);
      }
    }
    return threads.map((thread) => {
      const [only] = thread.children;
      return thread.message === null && thread.children.length === 1 && only !== undefined ? only : thread;
    });
  }

  /** The nearest place at or above this one that has a message, or the uppermost place. */
  #anchor(place: number, anchors: Int32Array): number {
    if (place === none) return none;
    const path: number[] = [];
    let at = place;
    for (;;) {
      const known = anchors[at] ?? none;
      const parent = this.#parents[at] ?? none;
      if (known !== none || this.#messages[at] !== null || parent === none) {
        const anchor = known === none ? at : known;
        for (const one of path) anchors[one] = anchor;
        return anchor;
      }
      path.push(at);
      at = parent;
    }
  }
}
