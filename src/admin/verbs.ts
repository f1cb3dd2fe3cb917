// All verbs, in the order in which the help lists them: the one source of the command line and the control socket.

import type { Verb } from "./verb.ts";
import { accountAdd } from "./verbs/account-add.ts";
import { accountDisable } from "./verbs/account-disable.ts";
import { accountEnable } from "./verbs/account-enable.ts";
import { accountList } from "./verbs/account-list.ts";
import { accountPasswd } from "./verbs/account-passwd.ts";
import { accountRecover } from "./verbs/account-recover.ts";
import { accountRemove } from "./verbs/account-remove.ts";
import { accountSet } from "./verbs/account-set.ts";
import { accountShow } from "./verbs/account-show.ts";
import { addressAdd } from "./verbs/address-add.ts";
import { addressList } from "./verbs/address-list.ts";
import { addressRemove } from "./verbs/address-remove.ts";
import { check } from "./verbs/check.ts";
import { domainAdd } from "./verbs/domain-add.ts";
import { domainList } from "./verbs/domain-list.ts";
import { domainRemove } from "./verbs/domain-remove.ts";
import { indexCheck } from "./verbs/index-check.ts";
import { queueCancel } from "./verbs/queue-cancel.ts";
import { queueHold } from "./verbs/queue-hold.ts";
import { queueList } from "./verbs/queue-list.ts";
import { queueRelease } from "./verbs/queue-release.ts";
import { queueRetry } from "./verbs/queue-retry.ts";
import { queueShow } from "./verbs/queue-show.ts";
import { settings } from "./verbs/settings.ts";
import { shareGrant } from "./verbs/share-grant.ts";
import { shareList } from "./verbs/share-list.ts";
import { shareRevoke } from "./verbs/share-revoke.ts";

export const verbs: readonly Verb[] = [
  domainAdd,
  domainList,
  domainRemove,
  accountAdd,
  accountList,
  accountShow,
  accountPasswd,
  accountSet,
  accountDisable,
  accountEnable,
  accountRemove,
  accountRecover,
  addressAdd,
  addressList,
  addressRemove,
  shareGrant,
  shareList,
  shareRevoke,
  queueList,
  queueShow,
  queueHold,
  queueRelease,
  queueRetry,
  queueCancel,
  settings,
  check,
  indexCheck,
];

export function verbNamed(name: string): Verb | undefined {
  return verbs.find((verb) => verb.name === name);
}
