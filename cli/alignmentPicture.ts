// A picture of a match that a person understands: above what is heard in the sound, below the recording's peaks carried to the sound's speed
// and pitch. What both have is orange, what one alone has is grey; the bar between them shows the explained seconds.

import { crc32, deflateSync } from 'node:zlib';
import type { AlignedPeak, Alignment } from '../matching/audio/alignment.ts';

export interface Picture {
  readonly title: string;
  readonly subtitle: string;
  readonly alignment: Alignment;
  readonly levels: { readonly width: number; readonly height: number; readonly levels: Uint8Array };
  /** Where in the recording the sound begins, and the recording's seconds per second of the sound. */
  readonly offsetMs: number;
  readonly speedRatio: number;
}

const width = 1200;
const left = 70;
const right = 20;
const panel = 260;
const top = 76;
const barTop = top + panel + 12;
const barHeight = 18;
const lowerTop = barTop + barHeight + 48;
const height = lowerTop + panel + 76;
const lowestHz = 110;
const highestHz = 3520;

/** An SVG document, complete in itself. */
export function alignmentSvg(picture: Picture): string {
  const { alignment } = picture;
  const x = (second: number): number => left + (second / alignment.seconds) * (width - left - right);
  const y = (hz: number, from: number): number =>
    from + panel * (1 - Math.log2(hz / lowestHz) / Math.log2(highestHz / lowestHz));
  const marks = (peaks: readonly AlignedPeak[], from: number): string =>
    [false, true]
      .map((matched) => {
        const path = peaks
          .filter((peak) => peak.matched === matched && peak.hz >= lowestHz && peak.hz <= highestHz)
          // A circle of no length with round caps is the shortest dot there is.
          .map((peak) => `M${x(peak.second).toFixed(1)} ${y(peak.hz, from).toFixed(1)}h0`)
          .join('');
        return `<path d="${path}" class="${matched ? 'both' : 'one'}"/>`;
      })
      .join('\n');
  const step = niceStep(alignment.seconds);
  const ticks: string[] = [];
  for (let second = 0; second <= alignment.seconds + 1e-6; second += step) {
    const at = x(second).toFixed(1);
    ticks.push(
      `<path d="M${at} ${top}v${panel}M${at} ${lowerTop}v${panel}" class="grid"/>`,
      `<text x="${at}" y="${barTop + barHeight + 16}" text-anchor="middle">${clock(second)}</text>`,
      `<text x="${at}" y="${lowerTop + panel + 18}" text-anchor="middle">${clock(picture.offsetMs / 1000 + second * picture.speedRatio)}</text>`,
    );
  }
  const pitches = [110, 220, 440, 880, 1760, 3520].flatMap((hz) =>
    [top, lowerTop].map(
      (from) => `<text x="${left - 8}" y="${(y(hz, from) + 4).toFixed(1)}" text-anchor="end">${hz} Hz</text>`,
    ),
  );
  const bars = [...alignment.explained].map((flag, second) => {
    const from = x(second);
    const to = x(Math.min(alignment.seconds, second + 1));
    return `<rect x="${from.toFixed(1)}" y="${barTop}" width="${Math.max(0, to - from - 0.6).toFixed(1)}" height="${barHeight}" class="${flag ? 'explained' : 'unexplained'}"/>`;
  });
  const image = `data:image/png;base64,${greyPng(picture.levels).toString('base64')}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<style>.both,.one{fill:none;stroke-linecap:round}.both{stroke:#e8590c;stroke-width:4.6}.one{stroke:#8a94a0;stroke-width:3}.grid{stroke:#0002;fill:none}.explained{fill:#e8590c}.unexplained{fill:#dde1e6}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${left}" y="28" font-size="18" font-weight="600" fill="#111">${escaped(picture.title)}</text>
<text x="${left}" y="48">${escaped(picture.subtitle)}</text>
<text x="${left}" y="${top - 6}" font-weight="600">the sound</text>
<image x="${left}" y="${top}" width="${width - left - right}" height="${panel}" preserveAspectRatio="none" opacity="0.55" href="${image}"/>
${ticks.join('\n')}
${marks(alignment.sound, top)}
${bars.join('\n')}
<text x="${left - 8}" y="${barTop + 13}" text-anchor="end">found</text>
<text x="${left}" y="${lowerTop - 6}" font-weight="600">the recording, at the sound's speed and pitch</text>
${marks(alignment.recording, lowerTop)}
<path d="M${left} ${top}h${width - left - right}v${panel}h${left + right - width}zM${left} ${lowerTop}h${width - left - right}v${panel}h${left + right - width}z" fill="none" stroke="#999"/>
${pitches.join('\n')}
<text x="${left}" y="${lowerTop + panel + 44}">Orange: in both, at the same time and pitch. Grey: in one of them alone. Times above are the sound's, below the recording's.</text>
</svg>
`;
}

function niceStep(seconds: number): number {
  return [1, 2, 5, 10, 15, 30, 60, 120].find((step) => seconds / step <= 16) ?? 300;
}

/** `1:05`, `-0:03`; tenths where the axis needs them. */
function clock(second: number): string {
  const tenths = Math.round(Math.abs(second) * 10);
  const sign = second < 0 && tenths > 0 ? '-' : '';
  const whole = Math.floor(tenths / 10);
  const rest = tenths % 10 === 0 ? '' : `.${tenths % 10}`;
  return `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}${rest}`;
}

const escaped = (text: string): string =>
  text
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]/gu, ' ')
    .replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`);

/** An 8-bit grey PNG (RFC 2083), loud is dark. */
function greyPng({ width: columns, height: rows, levels }: Picture['levels']): Buffer {
  const raw = Buffer.alloc(rows * (columns + 1));
  for (let row = 0; row < rows; row++) {
    // Byte 0 of a row names its filter: none.
    for (let column = 0; column < columns; column++) {
      raw[row * (columns + 1) + 1 + column] = 255 - levels[row * columns + column]!;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(columns, 0);
  head.writeUInt32BE(rows, 4);
  head[8] = 8;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
