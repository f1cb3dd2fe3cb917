// SEARCH and SORT, by number and by UID (RFC 9051 6.4.4, RFC 5256 3), with RETURN (RFC 4731) and MODSEQ (RFC 7162 3.1.5).

import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import type { Given, ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { numbersOf, setOf } from "../imap-response.ts";
import type { Message } from "../model.ts";
import type { Picture } from "../picture.ts";
import { SearchContext } from "../search-context.ts";
import { type SearchKey, searchKey, subjectOf } from "../search-key.ts";

const returns = [
  "",
  "",
  "RETURN (ALL) ",
  "RETURN (MIN MAX COUNT) ",
  "RETURN (MIN MAX ALL COUNT) ",
  "RETURN () ",
] as const;
/** Of searches by UID: what is found is kept for "$" (RFC 5182), or kept told of (RFC 5267). */
const keepers = ["RETURN (SAVE ALL) ", "RETURN (UPDATE ALL) "] as const;
const orders = ["SUBJECT", "SIZE", "REVERSE SIZE", "ARRIVAL", "REVERSE SUBJECT ARRIVAL"] as const;

export function searchCommand(session: ImapConnection, chance: Chance): ImapCommand | null {
  const { picture, dialect } = session;
  if (picture === null) return null;
  const { knowsModSeq } = dialect;
  const key = searchKey({ picture, highestModSeq: session.highestModSeq, knowsModSeq }, chance);
  if (key.namesModSeq) session.tellsModSeq = true;
  const byUid = session.namesByUid || chance.happens(0.5);
  const order = chance.happens(0.25) ? chance.pick(orders) : null;
  const keeps = byUid && order === null && !session.account.isLimited && chance.happens(0.3);
  const options = chance.pick(keeps ? keepers : returns);
  const words = `${byUid ? "UID " : ""}${order === null ? `SEARCH ${options}` : `SORT (${order}) UTF-8 `}${key.words}`;
  const search = new Search(session, picture, { words, key, byUid, order });
  return {
    words: [words],
    // It has no numbers, but its answer has.
    numbering: byUid ? "uid" : "none",
    expunges: byUid ? "told" : "kept",
    writes: "none",
    // What is given together with it would not know what is saved.
    company: keeps ? "alone" : "any",
    told: ({ text }, given) => search.hear(text, given),
    answered: ({ status, code, text }, given) => {
      search.hearLimit(`[${code}]`);
      // RFC 9738 3.1: SORT does all or nothing.
      if (order !== null && status === "NO" && code.startsWith("MESSAGELIMIT ") && session.account.isLimited) return;
      judge(status === "OK", () => `${words} is answered ${status} ${text}`);
      search.judge(given);
      if (options.includes("SAVE")) session.saved = new Set(search.found);
      if (options.includes("UPDATE")) session.follow(given.tag, new SearchContext(key, search.found), search.updates);
    },
  };
}

interface Wish {
  readonly words: string;
  readonly key: SearchKey;
  readonly byUid: boolean;
  readonly order: string | null;
}

class Search {
  readonly #session: ImapConnection;
  readonly #picture: Picture;
  readonly #wish: Wish;
  /** What came and went between the answer and the completion. */
  readonly updates: string[] = [];
  #heard = "";
  #lowest = 0;
  #numbers: number[] | null = null;
  #counts: { readonly min: number | null; readonly max: number | null; readonly count: number | null } | null = null;
  #modSeq: number | null = null;
  /** As numbers were when the answer came. */
  #uids: readonly (number | null)[] = [];

  constructor(session: ImapConnection, picture: Picture, wish: Wish) {
    this.#session = session;
    this.#picture = picture;
    this.#wish = wish;
  }

  /** Of a search by UID. */
  get found(): readonly number[] {
    return this.#numbers ?? [];
  }

  /** RFC 9738 3.1: what is below that UID has not been looked at. */
  hearLimit(text: string): void {
    const lowest = /\[MESSAGELIMIT \d+ (\d+)\]/.exec(text)?.[1];
    if (lowest !== undefined) this.#lowest = Number(lowest);
  }

  hear(text: string, { tag }: Given): void {
    this.hearLimit(text);
    if (/ (?:ADDTO|REMOVEFROM) \(/.test(text)) {
      if (text.includes(`"${tag}"`)) this.updates.push(text);
      return;
    }
    const list = /^\* (?:SEARCH|SORT)((?: \d+)*)(?: \(MODSEQ (\d+)\))?$/.exec(text);
    const extended = /^\* ESEARCH \(TAG "(t\d+)"\)( UID)?(.*)$/.exec(text);
    if (list === null && extended?.[1] !== tag) return;
    judge(this.#heard === "", () => `two answers: ${this.#heard} and ${text}`);
    this.#heard = text;
    this.#uids = [...this.#picture.uids];
    if (list !== null) {
      this.#numbers = (list[1] ?? "")
        .split(" ")
        .filter((word) => word !== "")
        .map(Number);
      this.#modSeq = list[2] === undefined ? null : Number(list[2]);
    } else this.#hearExtended(extended?.[2] !== undefined, extended?.[3] ?? "");
  }

  #hearExtended(isUid: boolean, items: string): void {
    judge(isUid === this.#wish.byUid, () => `${this.#heard} numbers otherwise than ${this.#wish.words} asked`);
    const item = (name: string): number | null => {
      const found = new RegExp(` ${name} (\\d+)`).exec(items)?.[1];
      return found === undefined ? null : Number(found);
    };
    const all = / ALL ([\d:,]+)/.exec(items)?.[1];
    const tellsAll = !this.#wish.words.includes("RETURN (MIN MAX COUNT)");
    if (tellsAll) this.#numbers = numbersOf(all ?? "");
    this.#counts = { min: item("MIN"), max: item("MAX"), count: item("COUNT") };
    this.#modSeq = item("MODSEQ");
  }

  judge(given: Given): void {
    const { words } = this.#wish;
    judge(this.#heard !== "", () => `${words} is not answered`);
    const must = this.#picture.mailbox.messages.filter(
      (message) => message.uid >= this.#lowest && this.#mayMatch(message, given) === "always",
    );
    if (this.#numbers !== null) this.#judgeNumbers(this.#numbers, must, given);
    if (this.#counts !== null) this.#judgeCounts(this.#counts, this.#numbers);
    if (this.#modSeq !== null && this.#numbers !== null) this.#judgeModSeq(this.#modSeq, this.#numbers, given);
    judge(
      (this.#modSeq !== null) ===
        (this.#wish.key.namesModSeq && (this.#numbers?.length ?? this.#counts?.count ?? 0) > 0),
      () => `MODSEQ is missing, or too much, in ${this.#heard}`,
    );
  }

  #judgeNumbers(numbers: readonly number[], must: readonly Message[], given: Given): void {
    const { byUid, order, words } = this.#wish;
    judge(new Set(numbers).size === numbers.length, () => `${this.#heard} tells a message twice`);
    const found = new Set<number>();
    for (const number of numbers) {
      judge(
        byUid || (number >= 1 && number <= this.#uids.length),
        () => `${this.#heard}: of ${this.#uids.length} messages`,
      );
      const uid = byUid ? number : this.#uids[number - 1];
      if (uid === null || uid === undefined) continue;
      const message = this.#picture.mailbox.message(uid);
      judge(
        message !== undefined && this.#mayMatch(message, given) !== "never",
        () => `${words} finds UID ${uid}, which does not match`,
      );
      found.add(uid);
    }
    for (const { uid } of must)
      judge(!this.#uids.includes(uid) || found.has(uid), () => `${words} does not find UID ${uid}, which matches`);
    if (order !== null) this.#judgeOrder(numbers, order);
  }

  /** Whether a message matches in each state that the search may have seen it in. */
  #mayMatch(message: Message, { floors }: Given): "always" | "perhaps" | "never" {
    const { key } = this.#wish;
    const from = floors(this.#picture.mailbox);
    const matches = message.versionsFrom(from).map((version) => key.matches(message, version));
    if (!matches.includes(true)) return "never";
    const stays = message.bornAt <= from && message.goneAt > this.#session.account.commit;
    return stays && !matches.includes(false) ? "always" : "perhaps";
  }

  #judgeOrder(numbers: readonly number[], order: string): void {
    const messages = numbers.map((number) =>
      this.#picture.mailbox.message((this.#wish.byUid ? number : this.#uids[number - 1]) ?? 0),
    );
    for (const [at, later] of messages.entries()) {
      const earlier = messages[at - 1];
      if (at === 0 || earlier === undefined || later === undefined) continue;
      judge(
        compare(earlier, later, order) < 0,
        () => `${this.#heard}: UID ${later.uid} belongs before UID ${earlier.uid} by ${order}`,
      );
    }
  }

  #judgeCounts(
    { min, max, count }: { min: number | null; max: number | null; count: number | null },
    numbers: readonly number[] | null,
  ): void {
    if (count !== null)
      judge(
        (count === 0) === (min === null && numbers === null ? true : (min ?? numbers?.[0] ?? null) === null),
        () => `${this.#heard} contradicts itself`,
      );
    if (numbers === null) return;
    judge(count === null || count === numbers.length, () => `${this.#heard}: COUNT of ${setOf(numbers)}`);
    judge(min === null || min === numbers[0], () => `${this.#heard}: MIN of ${setOf(numbers)}`);
    judge(max === null || max === numbers.at(-1), () => `${this.#heard}: MAX of ${setOf(numbers)}`);
  }

  // RFC 7162 3.1.5: "the highest mod-sequence for all messages being returned".
  #judgeModSeq(modSeq: number, numbers: readonly number[], { floors }: Given): void {
    const from = floors(this.#picture.mailbox);
    let least = 0;
    const possible = new Set<number>();
    for (const number of numbers) {
      const message = this.#picture.mailbox.message((this.#wish.byUid ? number : this.#uids[number - 1]) ?? 0);
      if (message === undefined) return;
      const versions = message.versionsFrom(from);
      least = Math.max(least, versions[0]?.modSeq ?? 0);
      for (const version of versions) possible.add(version.modSeq);
    }
    judge(possible.has(modSeq) && modSeq >= least, () => `${this.#heard}: MODSEQ should be at least ${least}`);
  }
}

// RFC 5256 3: ties are in the order of sequence numbers, whatever is reversed.
function compare(one: Message, other: Message, order: string): number {
  let sign = 1;
  for (const word of order.split(" ")) {
    if (word === "REVERSE") {
      sign = -1;
      continue;
    }
    const [a, b] = [valueOf(one, word), valueOf(other, word)];
    if (a !== b) return a < b ? -sign : sign;
    sign = 1;
  }
  return one.uid - other.uid;
}

function valueOf({ content }: Message, word: string): string | number {
  if (word === "SIZE") return content.size;
  if (word === "ARRIVAL") return content.internalDateMs;
  return subjectOf(content.octets).toLowerCase();
}
