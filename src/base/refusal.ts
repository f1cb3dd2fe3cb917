// A refusal is an expected "no" that the other side is told in its protocol's own terms. Anything else thrown is a bug.

/** Thrown to refuse; `problem` is closed data, `cause` stays private to the log. */
export class Refusal<P extends { readonly kind: string }> extends Error {
  readonly problem: P;

  constructor(problem: P, options?: ErrorOptions) {
    super(problem.kind, options);
    this.name = "Refusal";
    this.problem = problem;
  }
}
