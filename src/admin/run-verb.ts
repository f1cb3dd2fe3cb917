// Runs a verb and turns whatever comes of it into an outcome or a fault: the one catch of the command line.

import { ProblemRefusal } from "../model/problem.ts";
import type { ControlFault } from "./control-message.ts";
import { problemSentence } from "./problem-sentences.ts";
import { type AdminContext, type Given, type Outcome, type Progress, UsageFault } from "./verb.ts";
import { verbNamed } from "./verbs.ts";

export interface VerbRun {
  readonly context: AdminContext;
  /** Notes a bug and answers with the id to find it by. */
  readonly noteFault: (fault: unknown) => string;
  readonly progress: Progress;
}

export async function runVerb(
  name: string,
  given: Given,
  { context, noteFault, progress }: VerbRun,
): Promise<{ readonly outcome: Outcome } | { readonly fault: ControlFault }> {
  const verb = verbNamed(name);
  if (verb === undefined) return { fault: { kind: "usage", text: "There is no such verb.", problem: undefined } };
  try {
    return { outcome: await verb.execute(context, given, progress) };
  } catch (error) {
    if (error instanceof UsageFault) return { fault: { kind: "usage", text: error.message, problem: undefined } };
    if (error instanceof ProblemRefusal)
      return { fault: { kind: "refused", text: problemSentence(error.problem), problem: error.problem.kind } };
    const id = noteFault(error);
    return { fault: { kind: "broken", text: `Something is broken; the log has it under ${id}.`, problem: undefined } };
  }
}
