// Whether the server does its work: named checks, each with an answer in time.

export interface CheckResult {
  readonly status: "ok" | "failing";
  /** For whoever runs the server; no path, address or secret. */
  readonly detail?: string;
}

/** Never slow: it looks at what is known, or tries one small thing. */
export type Check = () => CheckResult | Promise<CheckResult>;

export interface Health {
  readonly status: "ok" | "failing";
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** Runs all checks at once. One that throws, or takes longer than `checkMs`, is failing. */
export async function checkHealth(checks: Readonly<Record<string, Check>>, checkMs: number): Promise<Health> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await answerInTime(check, checkMs)] as const),
  );
  const failing = results.some(([, { status }]) => status === "failing");
  return { status: failing ? "failing" : "ok", checks: Object.fromEntries(results) };
}

async function answerInTime(check: Check, checkMs: number): Promise<CheckResult> {
  const late = Promise.withResolvers<CheckResult>();
  const timer = setTimeout(() => late.resolve({ status: "failing", detail: "no answer in time" }), checkMs);
  try {
    return await Promise.race([Promise.try(check), late.promise]);
  } catch {
    // The check's own part of the server has logged the cause.
    return { status: "failing", detail: "the check itself failed" };
  } finally {
    clearTimeout(timer);
  }
}
