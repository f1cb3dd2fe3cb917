// ESEARCH (RFC 7377): a search of several mailboxes, one after another, each told as soon as it has been searched. The selected
// mailbox is searched as the session knows it, the others as they are now. A mailbox that is deleted on the way has no matches.
//
// Liberty: a set of sequence numbers means those of each mailbox, and "$" means messages of the selected mailbox alone.

import { cost, SearchPace } from "../../mailbox/search-pace.ts";
import type { Mailbox } from "../../model/mailbox.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import { uidSetOfSorted } from "../../model/uid-set.ts";
import { afterLogin, command, type Dialogue, type LongReply } from "../command.ts";
import { no, ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import { filteredMailboxes } from "../filtered-mailboxes.ts";
import { type Found, lookFor, searchResult } from "../look-for.ts";
import { SavedSearch } from "../saved-search.ts";
import { lookedAt } from "../search-contexts.ts";
import { searchCriterion } from "../search-criteria.ts";
import { follow, readProgram, refuseTagInUse, refuseUnscored, savingNothing } from "../search-outcome.ts";
import type { Authenticated, Selected } from "../session.ts";
import { type EsearchArgs, readEsearch } from "../wire/esearch-args.ts";
import { noUpdate } from "../wire/response-code.ts";
import { namesModSeq, type SearchKey } from "../wire/search-key.ts";
import { writeEsearch } from "../wire/search-response.ts";
import { writeStatusText } from "../wire/status-response.ts";
import { SyntaxFault } from "../wire/syntax-fault.ts";

export const esearch = command({
  name: "ESEARCH",
  states: afterLogin,
  numbering: ["seq"],
  parse: readEsearch,
  run: (session, args, dialogue) => searchAll(session, args, dialogue),
});

async function* searchAll(session: Authenticated | Selected, args: EsearchArgs, dialogue: Dialogue): LongReply {
  refuseWrongState(session, args);
  try {
    if (session.state === "selected") refuseTagInUse(session, args.returns, dialogue.tag);
    return yield* new MultiSearch(session, args, dialogue).run();
  } catch (error) {
    if (session.state === "selected") savingNothing(session, args.returns, error);
    throw error;
  }
}

function refuseWrongState(session: Authenticated | Selected, { filters, returns }: EsearchArgs): void {
  const isSelected = ({ specifier }: EsearchArgs["filters"][number]): boolean => specifier === "SELECTED";
  // RFC 7377 2.2: each of these "MUST return a "BAD" result".
  if (filters.some(isSelected) && session.state !== "selected") throw new SyntaxFault("Select a mailbox first");
  if (returns?.options.has("SAVE") === true && !filters.every(isSelected))
    throw new SyntaxFault("SAVE goes with the selected mailbox alone");
  if (returns?.options.has("UPDATE") === true && session.state !== "selected")
    throw new SyntaxFault("UPDATE goes with a selected mailbox");
}

/** Of a mailbox that is gone, or that nothing may be read of, there is nothing to tell. */
const outOfReach: ReadonlySet<string> = new Set(["mailbox-missing", "mailbox-not-selectable", "no-permission"]);

async function unlessOutOfReach<T>(reach: () => Promise<T>): Promise<T | undefined> {
  try {
    return await reach();
  } catch (error) {
    if (error instanceof ProblemRefusal && outOfReach.has(error.problem.kind)) return undefined;
    throw error;
  }
}

class MultiSearch {
  readonly #session: Authenticated | Selected;
  readonly #args: EsearchArgs;
  readonly #dialogue: Dialogue;
  readonly #key: SearchKey;
  readonly #nowMs: number;
  /** Messages that have been searched, and those of all mailboxes. */
  #searched = 0;
  #all = 0;

  constructor(session: Authenticated | Selected, args: EsearchArgs, dialogue: Dialogue) {
    this.#session = session;
    this.#args = args;
    this.#dialogue = dialogue;
    this.#key = readProgram(session.features, args.rest);
    refuseUnscored(args.returns?.options.has("RELEVANCY") ? "RELEVANCY" : null, this.#key);
    this.#nowMs = dialogue.nowMs();
  }

  async *run(): LongReply {
    const session = this.#session;
    const { tag, out, signal } = this.#dialogue;
    if (namesModSeq(this.#key)) enableCondstore(session, out);
    const listed = await session.mail.list();
    const mailboxes = [...listed, ...(await this.#unlisted(listed))];
    const selected = session.state === "selected" ? session.mailbox.id : null;
    const sources = filteredMailboxes(this.#args.filters, mailboxes, selected);
    const pace = new SearchPace(signal);
    for (const { messages } of sources) this.#all += messages;
    for (const source of sources) {
      const turn = pace.spend(cost.openNs);
      if (turn !== undefined) await turn;
      if (session.state === "selected" && source.id === selected) await this.#searchSelected(session, source);
      else await this.#searchOther(source);
      this.#searched += source.messages;
      if (out.length > 0) yield "send-now";
    }
    if (this.#args.returns?.options.has("UPDATE") === true && !sources.some(({ id }) => id === selected))
      writeStatusText(out, null, no("Only the selected mailbox is followed", noUpdate(tag)));
    return ok("ESEARCH completed");
  }

  /** RFC 7377 2.2: who names a mailbox need not have the right to list it, as long as it may be read. */
  async #unlisted(listed: readonly Mailbox[]): Promise<Mailbox[]> {
    const known = new Set<string>(listed.map(({ name }) => name));
    const unlisted: Mailbox[] = [];
    for (const filter of this.#args.filters) {
      for (const name of "names" in filter ? filter.names : []) {
        if (name === null || known.has(name)) continue;
        known.add(name);
        const mailbox = await unlessOutOfReach(() => this.#session.mail.find(name));
        if (mailbox !== undefined) unlisted.push(mailbox);
      }
    }
    return unlisted;
  }

  get #work(): Pick<Dialogue, "signal" | "progress"> {
    const { signal, progress } = this.#dialogue;
    return { signal, progress: (done) => progress(this.#searched + done, this.#all) };
  }

  async #searchSelected(session: Selected, source: Mailbox): Promise<void> {
    const { mailbox, saved } = session;
    const { returns } = this.#args;
    const criterion = searchCriterion(session, this.#key, this.#nowMs);
    const until = lookedAt(mailbox);
    const found = await lookFor(mailbox, criterion, returns, this.#work);
    if (returns?.options.has("SAVE") === true) saved.uids = uidSetOfSorted(found.told.map(({ uid }) => uid));
    this.#tell(found, source);
    if (returns?.options.has("UPDATE") !== true) return;
    const { name, uidValidity } = source;
    const { tag, out } = this.#dialogue;
    const search = {
      key: this.#key,
      criterion,
      sortedBy: null,
      fetch: returns.fetch,
      until,
      of: { name, uidValidity },
    };
    follow(session, search, found.all ?? found.told, { tag, numbering: "uid", out });
  }

  async #searchOther(source: Mailbox): Promise<void> {
    const { features, mail } = this.#session;
    using mailbox = await unlessOutOfReach(() => mail.open(source.id, "read-only"));
    if (mailbox === undefined) return;
    const criterion = searchCriterion({ mailbox, saved: new SavedSearch(), features }, this.#key, this.#nowMs);
    try {
      const found = await lookFor(mailbox, criterion, this.#args.returns, this.#work);
      if (!mailbox.gone) this.#tell(found, source);
    } catch (error) {
      if (!(error instanceof ProblemRefusal && mailbox.gone)) throw error;
    }
  }

  #tell(found: Found, { name, uidValidity }: Mailbox): void {
    // RFC 7377 2.1: "An ESEARCH response MUST NOT be returned for mailboxes that contain no matching messages."
    if (!found.matched) return;
    const modSeq = namesModSeq(this.#key) ? "told" : "not-told";
    const result = searchResult(found, { returns: this.#args.returns, numberOf: ({ uid }) => uid, modSeq });
    const { tag, out } = this.#dialogue;
    if (result !== null) writeEsearch(out, { tag, numbering: "uid", of: { name, uidValidity } }, result);
  }
}
