// What a client knows of its mailboxes: pure values. Each operation is a function from what was to what will be, so that a
// client which never heard the answer knows both, and nothing between them may be found after a crash.

export interface Held {
  readonly token: string;
  /** Sorted, without \Recent. */
  readonly flags: readonly string[];
}

export interface Folder {
  /** Undefined while the server has not told it. */
  readonly validity: number | undefined;
  readonly subscribed: boolean;
  readonly messages: ReadonlyMap<number, Held>;
  /** In it, under UIDs that the server has not told. */
  readonly fresh: readonly Held[];
}

export type World = ReadonlyMap<string, Folder>;

export const emptyFolder: Folder = { validity: undefined, subscribed: false, messages: new Map(), fresh: [] };

export function folderOf(world: World, name: string): Folder {
  const folder = world.get(name);
  if (folder === undefined) throw new Error(`the world has no ${name}`);
  return folder;
}

export function withFolder(world: World, name: string, changes: Partial<Folder>): World {
  return new Map(world).set(name, { ...(world.get(name) ?? emptyFolder), ...changes });
}

export function withoutFolder(world: World, name: string): World {
  const left = new Map(world);
  left.delete(name);
  return left;
}

/** The mailbox and all below it. */
export function renamed(world: World, from: string, to: string): World {
  const moved = new Map<string, Folder>();
  for (const [name, folder] of world)
    moved.set(name === from || name.startsWith(`${from}/`) ? to + name.slice(from.length) : name, folder);
  return moved;
}

/** `uids` undefined: the server has not told them. */
export function added(world: World, to: string, held: readonly Held[], uids: readonly number[] | undefined): World {
  const { messages, fresh } = folderOf(world, to);
  if (uids === undefined) return withFolder(world, to, { fresh: [...fresh, ...held] });
  if (uids.length !== held.length) throw new Error(`${held.length} messages were filed under ${uids.length} UIDs`);
  const more = new Map(messages);
  for (const [at, uid] of uids.entries()) {
    const one = held[at];
    if (one !== undefined) more.set(uid, one);
  }
  return withFolder(world, to, { messages: more });
}

export function removed(world: World, from: string, uids: Iterable<number>): World {
  const left = new Map(folderOf(world, from).messages);
  for (const uid of uids) left.delete(uid);
  return withFolder(world, from, { messages: left });
}

export type FlagChange = "+" | "-" | "";

export function flagged(
  world: World,
  where: { readonly name: string; readonly uids: readonly number[] },
  change: FlagChange,
  flags: readonly string[],
): World {
  const messages = new Map(folderOf(world, where.name).messages);
  for (const uid of where.uids) {
    const held = messages.get(uid);
    if (held === undefined) throw new Error(`no message ${uid} in ${where.name}`);
    const kept = change === "" ? [] : held.flags.filter((flag) => change === "+" || !flags.includes(flag));
    messages.set(uid, { ...held, flags: sortedFlags(change === "-" ? kept : [...kept, ...flags]) });
  }
  return withFolder(world, where.name, { messages });
}

export function sortedFlags(flags: readonly string[]): string[] {
  return [...new Set(flags)].filter((flag) => flag !== "\\Recent").toSorted();
}

/**
 * The world in lines, for comparing. What `before` does not know stands as "new": a client that has not heard an answer
 * cannot know under which number the server did it.
 */
export function tellWorld(world: World, before: World): string[] {
  const known = new Map([...before.values()].map(({ validity, messages }) => [validity, messages]));
  const lines: string[] = [];
  for (const [name, { validity, subscribed, messages, fresh }] of world) {
    const knownMessages = validity === undefined ? undefined : known.get(validity);
    const told = knownMessages === undefined ? "new" : String(validity);
    lines.push(`${name} ${told}${subscribed ? " subscribed" : ""}`);
    for (const [uid, held] of messages)
      lines.push(tellHeld(name, knownMessages?.has(uid) === true ? String(uid) : "new", held));
    for (const held of fresh) lines.push(tellHeld(name, "new", held));
  }
  return lines.toSorted();
}

function tellHeld(name: string, uid: string, { token, flags }: Held): string {
  return `${name} message ${uid} ${token} (${flags.join(" ")})`;
}
