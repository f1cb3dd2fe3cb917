// Two people on one shared mailbox, against a small model of RFC 4314's rules: neither ever sees the other's \Seen, nothing goes
// through that the rights forbid, and what they allow is done, whatever came before.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addresses, grant, put, type SharedWorld, sharedWorld, theirs } from "../../../test/support/shared-world.ts";
import { type FlagChange, type FlagSet, flagNames, flagSet } from "../../model/flags.ts";
import { mailboxName } from "../../model/mailbox-name.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import { uidSet } from "../../model/uid-set.ts";
import type { OpenMailbox } from "../open-mailbox.ts";
import type { PersonalMail } from "./personal-mail.ts";

const everything = uidSet([[1, 0xffff_ffff]]);
const seenFlag = "\\Seen";
const right = { "\\Seen": "s", "\\Deleted": "t", "\\Flagged": "w", $Work: "w" } as const;
type Flag = keyof typeof right;
const bits: Readonly<Record<Flag, number>> = { "\\Seen": 1, "\\Flagged": 4, "\\Deleted": 8, $Work: 0 };

const asSet = (flags: readonly Flag[]): FlagSet =>
  flagSet(
    flags.reduce((sum, flag) => sum | bits[flag], 0),
    flags.includes("$Work") ? ["$Work"] : [],
  );

type Who = "asha" | "sahir";
type Act =
  | { readonly kind: "grant"; readonly rights: string }
  | { readonly kind: "append"; readonly who: Who; readonly flags: readonly Flag[] }
  | {
      readonly kind: "store";
      readonly who: Who;
      readonly which: number;
      readonly change: FlagChange;
      readonly flags: readonly Flag[];
    }
  | { readonly kind: "copy" | "move"; readonly who: Who; readonly which: number }
  | { readonly kind: "expunge"; readonly who: Who };

// Mostly the one whose rights matter, and mostly with rights that let something be done.
const who = fc.constantFrom<Who>("asha", "sahir", "sahir");
const rights = fc.oneof(
  { weight: 1, arbitrary: fc.subarray("lrswite".split("")).map((letters) => letters.join("")) },
  { weight: 3, arbitrary: fc.subarray("swite".split("")).map((letters) => `lr${letters.join("")}`) },
);
const flags = fc.subarray<Flag>(["\\Seen", "\\Flagged", "\\Deleted", "$Work"]);
const which = fc.nat(4);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("grant" as const), rights }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("append" as const), who, flags }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("store" as const),
      who,
      which,
      change: fc.constantFrom<FlagChange>("add", "remove", "replace"),
      flags,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("copy" as const, "move" as const), who, which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("expunge" as const), who }) },
);

interface Letter {
  /** All but \Seen. */
  readonly shared: Set<Flag>;
  readonly seenBy: Set<Who>;
}

/** What the RFC says would be there. */
class Model {
  readonly letters: Letter[] = [];
  rights = "";

  may(who: Who, letter: string): boolean {
    return who === "asha" || this.rights.includes(letter);
  }

  flagsFor(who: Who): string[] {
    return this.letters.map(({ shared, seenBy }) =>
      [...shared, ...(seenBy.has(who) ? [seenFlag] : [])].sort().join(" "),
    );
  }

  /** Whether it goes through. */
  append(who: Who, flags: readonly Flag[]): boolean {
    if (!this.may(who, "i")) return false;
    const allowed = flags.filter((flag) => this.may(who, right[flag]));
    this.letters.push({
      shared: new Set(allowed.filter((flag) => flag !== seenFlag)),
      seenBy: new Set(allowed.includes(seenFlag) ? [who] : []),
    });
    return true;
  }

  store(who: Who, letter: Letter, change: FlagChange, flags: readonly Flag[]): boolean {
    if (!this.opens(who) || !this.writes(who)) return false;
    const mine = (Object.keys(right) as Flag[]).filter((flag) => this.may(who, right[flag]));
    const goes =
      flags.length === 0 ? change !== "replace" || mine.length > 0 : flags.some((flag) => mine.includes(flag));
    if (!goes) return false;
    for (const flag of mine) {
      const set = flag === seenFlag ? letter.seenBy : letter.shared;
      const entry = (flag === seenFlag ? who : flag) as never;
      if (flags.includes(flag)) {
        if (change === "remove") set.delete(entry);
        else set.add(entry);
      } else if (change === "replace") set.delete(entry);
    }
    return true;
  }

  opens(who: Who): boolean {
    return this.may(who, "r");
  }

  /** RFC 4314 5.2: whether it is open for more than reading. */
  writes(who: Who): boolean {
    return "iewst".split("").some((letter) => this.may(who, letter));
  }
}

class Stage {
  readonly model = new Model();
  readonly #mails: Readonly<Record<Who, PersonalMail>>;
  readonly #names: Readonly<Record<Who, string>>;
  /** Open for as long as the right to read has not been taken away. */
  readonly #watching: { readonly box: OpenMailbox; lost: boolean }[] = [];

  constructor(asha: PersonalMail, sahir: PersonalMail, name: string) {
    this.#mails = { asha, sahir };
    this.#names = { asha: name, sahir: theirs("asha", name) };
  }

  async play(act: Act): Promise<void> {
    const { model } = this;
    if (act.kind === "grant") {
      await grant(this.#mails.asha, this.#names.asha, addresses.sahir, act.rights);
      model.rights = act.rights;
      for (const watcher of this.#watching) if (!model.opens("sahir")) watcher.lost = true;
      return;
    }
    if (act.kind === "append") {
      const goes = model.append(act.who, act.flags);
      return this.#expect(goes, () => put(this.#mails[act.who], this.#names[act.who], "x", asSet(act.flags)));
    }
    const letter = act.kind === "expunge" ? undefined : model.letters[act.which % Math.max(1, model.letters.length)];
    if (act.kind !== "expunge" && letter === undefined) return;
    const at = letter === undefined ? -1 : model.letters.indexOf(letter);
    if (!model.opens(act.who)) return this.#expect(false, () => this.#open(act.who));
    using box = await this.#open(act.who);
    assert.equal(box.readOnly, !model.writes(act.who));
    const [uid] = box.uidsWithin(everything).slice(at);
    switch (act.kind) {
      case "store": {
        const { who, change, flags } = act;
        if (letter === undefined || uid === undefined) return;
        return this.#expect(model.store(who, letter, change, flags), () => box.storeFlags([uid], change, asSet(flags)));
      }
      case "copy":
      case "move": {
        if (letter === undefined || uid === undefined) return;
        const target = await this.#mails[act.who].find(mailboxName("Archive"));
        const goes =
          act.kind === "copy" || (model.writes(act.who) && model.may(act.who, "t") && model.may(act.who, "e"));
        await this.#expect(goes, () => box[act.kind]([uid], target.id));
        if (!goes) return;
        using archive = await this.#mails[act.who].open(target.id, "read-only");
        const copied = archive.facts(archive.uidAt(archive.exists) ?? 0);
        assert.equal(namesOf(copied?.flags), model.flagsFor(act.who)[at], "a copy has the copier's flags");
        if (act.kind === "move") model.letters.splice(at, 1);
        return;
      }
      case "expunge": {
        const goes = model.writes(act.who) && model.may(act.who, "e");
        await this.#expect(goes, () => box.expunge());
        if (!goes) return;
        const left = model.letters.filter(({ shared }) => !shared.has("\\Deleted"));
        model.letters.splice(0, model.letters.length, ...left);
      }
    }
  }

  /** Both see what the model says, in new sessions and in those that have been open. */
  async look(): Promise<void> {
    for (const who of ["asha", "sahir"] as const) {
      if (!this.model.opens(who)) continue;
      using box = await this.#open(who);
      const expected = this.model.flagsFor(who);
      assert.deepEqual(flagsIn(box), expected, who);
      const unseen = expected.filter((flags) => !flags.includes(seenFlag)).length;
      assert.equal((await this.#mails[who].find(mailboxName(this.#names[who]))).unseen, unseen, `UNSEEN of ${who}`);
      assert.equal(box.mailbox?.unseen, unseen);
      if (who === "sahir" && this.#watching.length < 3)
        this.#watching.push({ box: await this.#open(who), lost: false });
    }
    for (const { box, lost } of this.#watching) {
      box.takeNews("tell");
      assert.equal(box.gone, lost);
      assert.deepEqual(flagsIn(box), lost ? [] : this.model.flagsFor("sahir"));
    }
  }

  leave(): void {
    for (const { box } of this.#watching) box[Symbol.dispose]();
  }

  async #open(who: Who): Promise<OpenMailbox> {
    const mail = this.#mails[who];
    return mail.open((await mail.find(mailboxName(this.#names[who]))).id, "read-write");
  }

  async #expect(goes: boolean, act: () => Promise<unknown>): Promise<void> {
    if (goes) await act();
    else await assert.rejects(act(), ProblemRefusal);
  }
}

const namesOf = (flags: FlagSet | undefined): string =>
  flagNames(flags ?? flagSet(0, []))
    .sort()
    .join(" ");

function flagsIn(box: OpenMailbox): string[] {
  const { flagIds, flagSets } = box.columns;
  return box.uidsWithin(everything).map((uid) => {
    const row = box.indexOf(uid);
    const told = namesOf(box.facts(uid)?.flags);
    assert.equal(namesOf(flagSets[flagIds[row] ?? 0]), told, "the columns say the same");
    return told;
  });
}

async function run(world: SharedWorld, acts: readonly Act[], name: string): Promise<void> {
  using asha = await world.open("asha");
  using sahir = await world.open("sahir");
  await asha.create(mailboxName(name));
  const stage = new Stage(asha, sahir, name);
  try {
    for (const act of acts) {
      await stage.play(act);
      await stage.look();
    }
  } finally {
    stage.leave();
  }
}

test("two people on a shared mailbox see their own \\Seen, and do what their rights allow and no more", async () => {
  await using world = await sharedWorld();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(rights, fc.array(act, { minLength: 10, maxLength: 30, size: "max" }), (first, acts) => {
      const begin: readonly Act[] = [
        { kind: "append", who: "asha", flags: [] },
        { kind: "grant", rights: first },
      ];
      return run(world, [...begin, ...acts], `run ${++runs}`);
    }),
    { numRuns: 40 },
  );
});
