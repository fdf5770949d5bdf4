// What both engines do to a batch before and after the network.

/** The windows, with what is not finite as zero; copied only when there is something to mend. */
export function checkedWindows(windows: Float32Array, count: number, size: number): Float32Array {
  if (windows.length !== count * size) {
    throw new RangeError(`${count} windows of ${size} numbers need ${count * size} numbers, not ${windows.length}`);
  }
  for (let i = 0; i < windows.length; i++) {
    if (!Number.isFinite(windows[i]!)) return windows.map((value) => (Number.isFinite(value) ? value : 0));
  }
  return windows;
}

/** The network's answer to a window of zeros is the same vector for every silence: it would match all of them. */
export function clearSilent(
  windows: Float32Array,
  count: number,
  size: number,
  vectors: Float32Array,
  vectorSize: number,
): void {
  for (let window = 0; window < count; window++) {
    let i = window * size;
    const end = i + size;
    while (i < end && windows[i] === 0) i++;
    if (i === end) vectors.fill(0, window * vectorSize, (window + 1) * vectorSize);
  }
}
