// Brands: numbers and strings that mean something cannot stand in for each other.

declare const brandName: unique symbol;

/** A `T` that only its own constructor may make. */
export type Brand<T, Name extends string> = T & { readonly [brandName]: Name };
