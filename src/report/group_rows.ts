/** Rows by key, keys in the order of their first row, rows in their own order. */
export function groupRows<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** The different values, in the order of their first occurrence. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Texts in the order a person counts: `worker4` before `worker10`. */
export function compareNatural(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const [x, y] = [Number(part), Number(other)];
    if (!Number.isNaN(x) && !Number.isNaN(y) && x !== y) return x - y;
    return part < other ? -1 : 1;
  }
  return left.length - right.length;
}
