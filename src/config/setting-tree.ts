// The schema as sections and settings, in order: what the example file and the reference page are written from, and where
// a fault finds what would have been right.

import { z } from "zod";
import { type SettingDoc, settingDocs, settingsSchema } from "./schema.ts";

export interface Setting extends SettingDoc {
  readonly name: string;
  /** What is so when it is not written, as TOML; undefined where there is nothing. */
  readonly fallback: string | undefined;
  /** Without it there is a fault. */
  readonly required: boolean;
}

export interface Section extends Omit<SettingDoc, "example"> {
  /** `listeners.imap`; empty for the top of the file. */
  readonly name: string;
  /** `[name]` once, `[[name]]` as often as wanted, or nothing when it may be left out. */
  readonly kind: "table" | "tables" | "optional-table";
  readonly settings: readonly Setting[];
}

/** Every section that holds settings of its own, the top of the file first. */
export function sections(): readonly Section[] {
  return sectionsOf(settingsSchema, "", "table");
}

/** What is known of a path, numbers in it standing for list places; undefined for one that nobody knows. */
export function docAt(path: readonly PropertyKey[]): SettingDoc | undefined {
  const schema = schemaAt(path);
  return schema === undefined ? undefined : docOf(schema);
}

/** The names that may stand at a path. */
export function namesAt(path: readonly PropertyKey[]): readonly string[] {
  const schema = schemaAt(path);
  const inner = schema === undefined ? undefined : unwrapped(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function sectionsOf(schema: z.ZodType, name: string, kind: Section["kind"]): Section[] {
  const inner = unwrapped(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  const { description, right } = docOf(schema) ?? { description: "", right: "a table" };
  const settings: Setting[] = [];
  const below: Section[] = [];
  for (const [key, value] of shapeOf(inner)) {
    const path = name === "" ? key : `${name}.${key}`;
    const element = unwrapped(value) instanceof z.ZodArray ? elementOf(value) : undefined;
    if (unwrapped(value) instanceof z.ZodObject) {
      below.push(...sectionsOf(value, path, value instanceof z.ZodOptional ? "optional-table" : "table"));
    } else if (element !== undefined && unwrapped(element) instanceof z.ZodObject) {
      // What a list of tables is for is said of the list.
      const about = docOf(value)?.description ?? "";
      below.push(...sectionsOf(element, path, "tables").map((section) => ({ ...section, description: about })));
    } else settings.push(settingOf(key, value));
  }
  return [...(settings.length > 0 ? [{ name, kind, description, right, settings }] : []), ...below];
}

function settingOf(name: string, schema: z.ZodType): Setting {
  const doc = docOf(schema);
  if (doc === undefined) throw new Error(`the setting ${name} is not described`);
  const fallback = schema instanceof z.ZodPrefault ? toml(schema.def.defaultValue) : undefined;
  return { name, ...doc, fallback, required: fallback === undefined && !(schema instanceof z.ZodOptional) };
}

function schemaAt(path: readonly PropertyKey[]): z.ZodType | undefined {
  let schema: z.ZodType | undefined = settingsSchema;
  for (const part of path) {
    const inner: z.ZodType | undefined = schema === undefined ? undefined : unwrapped(schema);
    if (inner instanceof z.ZodObject) schema = new Map(shapeOf(inner)).get(String(part));
    else schema = inner instanceof z.ZodArray ? elementOf(inner) : undefined;
  }
  return schema;
}

/** Said of the setting, or of what it is when there is no default. */
function docOf(schema: z.ZodType): SettingDoc | undefined {
  const doc = settingDocs.get(schema);
  if (doc !== undefined || !(schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)) return doc;
  const inner = schema.unwrap();
  return inner instanceof z.ZodType ? docOf(inner) : undefined;
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof z.ZodPrefault) && !(schema instanceof z.ZodOptional)) return schema;
  const inner = schema.unwrap();
  return inner instanceof z.ZodType ? unwrapped(inner) : schema;
}

function shapeOf(object: z.ZodObject): (readonly [string, z.ZodType])[] {
  return Object.entries(object.shape).flatMap(([key, value]) =>
    value instanceof z.ZodType ? [[key, value] as const] : [],
  );
}

function elementOf(schema: z.ZodType): z.ZodType | undefined {
  const inner = unwrapped(schema);
  if (!(inner instanceof z.ZodArray)) return undefined;
  return inner.element instanceof z.ZodType ? inner.element : undefined;
}

// Defaults are texts, numbers, booleans and lists of texts: JSON and TOML write them alike.
function toml(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(toml).join(", ")}]` : JSON.stringify(value);
}
