// LOGIN (draft-murchison-sasl-login-00; no RFC ever took it over). Outlook compares the prompts letter by letter, and
// sends the user name as an initial response, which the draft does not know.

import { utf8 } from "../base/bytes.ts";
import { refuse } from "../model/problem.ts";
import { verifyTyped } from "./identity.ts";
import type { Mechanism } from "./mechanism.ts";
import { responseText } from "./response.ts";

const userPrompt = utf8("Username:");
const passwordPrompt = utf8("Password:");

export const login: Mechanism = {
  name: "LOGIN",
  async *start({ credentials, source }, initialResponse) {
    const user = filledIn(initialResponse ?? (yield userPrompt));
    const password = filledIn(yield passwordPrompt);
    return await verifyTyped(credentials, { user, password }, source);
  },
};

function filledIn(response: Uint8Array): string {
  const text = responseText(response);
  if (text === "") throw refuse({ kind: "sasl-response-invalid" });
  return text;
}
