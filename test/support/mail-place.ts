// Where one account's mail is: what a mail program is told. The facts of a trial server are one; a configured server
// becomes one with `{ ...server, user }`.

export interface MailPlace {
  readonly host: string;
  readonly caFile: string;
  readonly user: string;
  readonly password: string;
  readonly ports: Readonly<Record<"imaps" | "pop3s" | "submission" | "submissions" | "smtp", number>>;
}
