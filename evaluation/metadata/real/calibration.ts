// How far stated probabilities can be believed: of the links of 0.95 and above, how many are wrong, and by tenths of the probability how
// often the first candidate is the recording.

export interface Stated {
  readonly set: string;
  readonly probability: number;
  /** The candidate is the recording that the sound is, whatever was said of its relation. */
  readonly right: boolean;
  readonly linked: boolean;
}

export class Calibration {
  readonly #sets = new Map<string, { n: number; sum: number; right: number; linked: number; linkedWrong: number }[]>();

  /** Counts it in its set and among everything asked. */
  add({ set, ...stated }: Stated): void {
    this.addTo(set, stated);
    this.addTo(all, stated);
  }

  /** Counts it in the one set only, as a part of another. */
  addTo(set: string, { probability, right, linked }: Omit<Stated, 'set'>): void {
    const bins = this.#sets.get(set) ?? edges.map(() => ({ n: 0, sum: 0, right: 0, linked: 0, linkedWrong: 0 }));
    this.#sets.set(set, bins);
    const bin = bins[binOf(probability)]!;
    bin.n += 1;
    bin.sum += probability;
    if (right) bin.right += 1;
    if (linked) bin.linked += 1;
    if (linked && !right) bin.linkedWrong += 1;
  }

  /** Links that state at least `sure`, which is every link that words make, and how many of them are wrong. */
  links(set = all): { readonly n: number; readonly wrong: number } {
    const bins = (this.#sets.get(set) ?? []).filter((_, index) => edges[index]! >= sure);
    return {
      n: bins.reduce((sum, bin) => sum + bin.linked, 0),
      wrong: bins.reduce((sum, bin) => sum + bin.linkedWrong, 0),
    };
  }

  linksTable(): string {
    const rows = [...this.#sets.keys()]
      .map((set) => ({ set, ...this.links(set) }))
      .sort((a, b) => b.wrong / Math.max(1, b.n) - a.wrong / Math.max(1, a.n))
      .map(
        ({ set, n, wrong }) =>
          `| ${set} | ${n} | ${wrong} | ${n === 0 ? '' : ((1000 * wrong) / n).toFixed(wrong === 0 ? 0 : 2)} |`,
      );
    return ['| asked of | links of 0.95 and above | wrong | in 1,000 |', '| --- | --- | --- | --- |', ...rows].join(
      '\n',
    );
  }

  reliabilityTable(): string {
    const bins = this.#sets.get(all) ?? [];
    const rows = bins.map(({ n, sum, right }, index) => {
      const to = edges[index + 1] ?? 1;
      return `| ${edges[index]}–${to} | ${n} | ${n === 0 ? '' : (sum / n).toFixed(4)} | ${n === 0 ? '' : (right / n).toFixed(4)} |`;
    });
    return ['| stated | n | mean stated | first candidate right |', '| --- | --- | --- | --- |', ...rows].join('\n');
  }
}

const all = '**all**';
const sure = 0.95;
/** Tenths, and the last one in parts: it is where links are made. */
const edges = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999] as const;

function binOf(probability: number): number {
  let bin = 0;
  while (bin + 1 < edges.length && probability >= edges[bin + 1]!) bin += 1;
  return bin;
}
