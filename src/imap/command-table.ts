// All commands by name: what a client can ask for, and what capabilities are checked against.

import type { Command } from "./command.ts";
import { deleteAcl, getAcl, listRights, myRights, setAcl } from "./commands/acl.ts";
import { append } from "./commands/append.ts";
import { authenticate } from "./commands/authenticate.ts";
import { cancelUpdate } from "./commands/cancel-update.ts";
import { capability } from "./commands/capability.ts";
import { close, unselect } from "./commands/close.ts";
import { comparator } from "./commands/comparator.ts";
import { compress } from "./commands/compress.ts";
import { copy } from "./commands/copy.ts";
import { create } from "./commands/create.ts";
import { deleteMailbox } from "./commands/delete.ts";
import { enable } from "./commands/enable.ts";
import { esearch } from "./commands/esearch.ts";
import { expunge } from "./commands/expunge.ts";
import { fetch } from "./commands/fetch.ts";
import { id } from "./commands/id.ts";
import { idle } from "./commands/idle.ts";
import { language } from "./commands/language.ts";
import { list, lsub } from "./commands/list.ts";
import { login } from "./commands/login.ts";
import { logout } from "./commands/logout.ts";
import { getMetadata, setMetadata } from "./commands/metadata.ts";
import { move } from "./commands/move.ts";
import { namespace } from "./commands/namespace.ts";
import { check, noop } from "./commands/noop.ts";
import { notify } from "./commands/notify.ts";
import { getQuota, getQuotaRoot, setQuota } from "./commands/quota.ts";
import { rename } from "./commands/rename.ts";
import { replace } from "./commands/replace.ts";
import { search } from "./commands/search.ts";
import { examine, select } from "./commands/select.ts";
import { sort } from "./commands/sort.ts";
import { startTls } from "./commands/start-tls.ts";
import { status } from "./commands/status.ts";
import { store } from "./commands/store.ts";
import { subscribe, unsubscribe } from "./commands/subscribe.ts";
import { thread } from "./commands/thread.ts";
import { uidBatches } from "./commands/uid-batches.ts";
import { unauthenticate } from "./commands/unauthenticate.ts";
import { xlist } from "./commands/xlist.ts";

const all: readonly Command[] = [
  capability,
  noop,
  logout,
  id,
  startTls,
  authenticate,
  login,
  unauthenticate,
  enable,
  language,
  select,
  examine,
  create,
  deleteMailbox,
  rename,
  subscribe,
  unsubscribe,
  list,
  lsub,
  xlist,
  namespace,
  status,
  getMetadata,
  setMetadata,
  setAcl,
  deleteAcl,
  getAcl,
  listRights,
  myRights,
  getQuota,
  getQuotaRoot,
  setQuota,
  append,
  replace,
  esearch,
  idle,
  notify,
  compress,
  check,
  close,
  unselect,
  expunge,
  fetch,
  store,
  search,
  cancelUpdate,
  uidBatches,
  sort,
  thread,
  comparator,
  copy,
  move,
];

export const commands: ReadonlyMap<string, Command> = new Map(all.map((command) => [command.name, command]));
