// Something with some of its methods replaced; what it does by itself stays as it is.

export function overlaid<T extends object>(whole: T, overrides: Partial<T>): T {
  return new Proxy(whole, {
    get(target, key) {
      const source = key in overrides ? overrides : target;
      const value: unknown = Reflect.get(source, key, source);
      return typeof value === "function" ? value.bind(source) : value;
    },
  });
}
