// Camel, the mail library of GNOME's Evolution, driven by introspection: its IMAPX provider lives on QRESYNC and NOTIFY. A
// Python program holds it and does what it is told, a line of JSON at a time.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { runProgram } from "./client-program.ts";
import type { MailPlace } from "./mail-place.ts";

/** Debian's own: modules of GNOME are installed for no other. */
const python = "/usr/bin/python3";

const load = `
import ctypes, gi, json, os, sys
gi.require_version("Camel", "1.2")
from gi.repository import Camel, Gio, GLib
`;

/** In words for `t.skip`; undefined when it is there. */
export async function camelMissing(): Promise<string | undefined> {
  const look = `${load}
Camel.init("/nonexistent", False)
Camel.Provider.init()
sys.exit(0 if Camel.Provider.get("imapx") else 1)`;
  const run = await runProgram(python, ["-c", look]).catch(() => undefined);
  return run?.code === 0 ? undefined : "Camel (evolution-data-server, gir1.2-camel-1.2, python3-gi) is not installed";
}

const program = `${load}
home, host, port, user, password = sys.argv[1:6]

class Session(Camel.Session):
    __gtype_name__ = "TestSession"
    def do_get_password(self, service, prompt, item, flags): return password
    def do_authenticate_sync(self, service, mechanism, cancellable):
        return service.authenticate_sync(mechanism, cancellable) == Camel.AuthenticationResult.ACCEPTED
    def do_trust_prompt(self, service, certificate, errors): return Camel.CertTrust.TEMPORARY

Camel.init(home, False)
Camel.Provider.init()
session = Session(user_data_dir=home + "/data", user_cache_dir=home + "/cache")
session.set_online(True)
store = session.add_service("test", "imapx", Camel.ProviderType.STORE)
settings = store.ref_settings()
for name, value in {"host": host, "port": int(port), "user": user, "use-qresync": True, "use-idle": True,
        "use-subscriptions": False, "security-method": Camel.NetworkSecurityMethod.SSL_ON_ALTERNATE_PORT,
        "auth-mechanism": "PLAIN"}.items():
    settings.set_property(name, value)
store.set_password(password)
store.set_online_sync(True, None)
store.connect_sync(None)

# What introspection shows as numbers.
class FolderInfo(ctypes.Structure): pass
FolderInfo._fields_ = [("next", ctypes.POINTER(FolderInfo)), ("parent", ctypes.POINTER(FolderInfo)),
    ("child", ctypes.POINTER(FolderInfo)), ("full_name", ctypes.c_char_p)]

def below(info):
    while info:
        yield info.contents.full_name.decode()
        yield from below(info.contents.child)
        info = info.contents.next

opened = {}

def folder(name):
    if name not in opened:
        opened[name] = store.get_folder_sync(name, 0, None)
    return opened[name]

def folders():
    info = store.get_folder_info_sync(None, Camel.StoreGetFolderInfoFlags.RECURSIVE, None)
    rest = [ctypes.cast(at, ctypes.POINTER(FolderInfo)) for at in (info.child, info.next) if at]
    names = [info.full_name] + [name for one in rest for name in below(one)]
    return sorted(name for name in names if not name.startswith(".#evolution"))

def message(octets):
    parsed = Camel.MimeMessage()
    parsed.construct_from_input_stream_sync(Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(octets.encode())), None)
    return parsed

flags = {"\\\\Seen": Camel.MessageFlags.SEEN, "\\\\Flagged": Camel.MessageFlags.FLAGGED,
    "\\\\Answered": Camel.MessageFlags.ANSWERED, "\\\\Deleted": Camel.MessageFlags.DELETED}

def picture(name):
    summary = folder(name)
    rows = []
    for uid in sorted(summary.get_uids(), key=int):
        info = summary.get_message_info(uid)
        told = " ".join(flag for flag, bit in flags.items() if info.get_flags() & bit)
        rows.append([uid, info.get_subject(), told])
    return rows

def flag(name, uid, which):
    return folder(name).set_message_flags(uid, flags[which], flags[which])

def body(name, uid):
    stream = Gio.MemoryOutputStream.new_resizable()
    folder(name).get_message_sync(uid, None).get_content().decode_to_output_stream_sync(stream, None)
    stream.close()
    return stream.steal_as_bytes().get_data().decode()

commands = {
    "folders": folders,
    "refresh": lambda name: folder(name).refresh_info_sync(None),
    "picture": picture,
    "append": lambda name, octets: folder(name).append_message_sync(message(octets), Camel.MessageInfo.new(None), None)[1],
    "flag": flag,
    "save": lambda name: folder(name).synchronize_sync(False, None),
    "expunge": lambda name: folder(name).synchronize_sync(True, None),
    "move": lambda name, uid, to: folder(name).transfer_messages_to_sync([uid], folder(to), True, None)[0],
    "create": lambda name: store.create_folder_sync(None, name, None) is not None,
    "rename": lambda name, to: store.rename_folder_sync(name, to, None),
    "delete": lambda name: store.delete_folder_sync(name, None),
    "body": body,
    "disconnect": lambda: store.disconnect_sync(True, None),
    "connect": lambda: store.connect_sync(None),
}

def say(what): print(json.dumps(what), flush=True)

def obey(channel, condition):
    line = channel.readline()
    if not line:
        loop.quit()
        return False
    name, *words = json.loads(line)
    try:
        say({"answer": commands[name](*words)})
    except Exception as error:
        say({"error": str(error)})
    return True

loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, obey)
say({"answer": "ready"})
loop.run()
`;

type Answer = { readonly answer: unknown } | { readonly error: string };

export class Camel implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #errors = "";

  private constructor(child: ChildProcess, answers: AsyncIterator<string>) {
    this.#child = child;
    this.#answers = answers;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#errors += text));
  }

  /** Logged in over TLS; what it keeps of the mail is in `home`. */
  static async open({ host, ports, user, password }: MailPlace, home: string): Promise<Camel> {
    const words = ["-c", program, home, host, String(ports.imaps), user, password];
    const child = spawn(python, words, { env: { ...process.env, HOME: home }, stdio: "pipe" });
    const camel = new Camel(child, createInterface({ input: child.stdout })[Symbol.asyncIterator]());
    await camel.#answer("connect");
    return camel;
  }

  /** One of the commands in its program. */
  ask(command: string, ...words: readonly string[]): Promise<unknown> {
    this.#child.stdin?.write(`${JSON.stringify([command, ...words])}\n`);
    return this.#answer(command);
  }

  async #answer(command: string): Promise<unknown> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 30_000);
    const { value, done } = await this.#answers.next();
    clearTimeout(timer);
    if (done === true) throw new Error(`Camel ended instead of ${command}; it said:\n${this.#errors}`);
    const answer: Answer = JSON.parse(value);
    if ("error" in answer) throw new Error(`Camel cannot ${command}: ${answer.error}`);
    return answer.answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}
