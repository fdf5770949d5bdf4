// yt-dlp's info JSON (`--write-info-json`, `-J`). Of a short video `title` is the caption, and `track` names the sound.

import * as z from 'zod';
import { id, nothing, seconds, words, type Shape } from './shape.ts';

const info = z.object({
  extractor: words,
  extractor_key: words,
  _type: words,
  id,
  title: words,
  description: words,
  track: words,
  artist: words,
  artists: z.array(words).optional().catch([]),
  creator: words,
  album: words,
  duration: seconds,
  uploader: words,
  channel: words,
});
/** `extractor` alone is a common word; a file of yt-dlp has one of these beside it. */
const isInfo = (read: z.infer<typeof info>, root: object): boolean =>
  (read.extractor ?? read.extractor_key) !== null &&
  ['track', 'artist', 'artists', 'uploader', 'formats', 'webpage_url', 'extractor_key'].some((name) =>
    Object.hasOwn(root, name),
  );

const platforms: readonly (readonly [RegExp, string])[] = [
  [/^(?:vm\.)?tiktok/i, 'tiktok'],
  [/^douyin/i, 'douyin'],
  [/^instagram/i, 'instagram'],
  [/^youtube/i, 'youtube'],
  [/^facebook/i, 'facebook'],
  [/^snapchat/i, 'snapchat'],
  [/^soundcloud/i, 'soundcloud'],
];
const platformOf = (extractor: string | null): string | null =>
  platforms.find(([pattern]) => pattern.test(extractor ?? ''))?.[1] ?? null;
/** Uploads there are named after the music; elsewhere after the video. */
const namesMusic = new Set(['youtube', 'soundcloud']);

export const ytdlp: Shape = {
  name: 'yt-dlp',
  platformOf: (root) => {
    const read = info.safeParse(root).data;
    return platformOf(read?.extractor ?? read?.extractor_key ?? null);
  },
  read(root) {
    const read = info.safeParse(root).data;
    if (read === undefined || !isInfo(read, root as object) || read._type === 'playlist') return null;
    const artists = (read.artists ?? []).filter((artist) => artist !== null);
    const author = artists.length > 0 ? artists.join(', ') : (read.artist ?? read.creator);
    const isNamed = read.track !== null;
    const byUpload = !isNamed && namesMusic.has(platformOf(read.extractor ?? read.extractor_key) ?? '');
    return {
      ...nothing,
      id: read.id,
      title: isNamed ? read.track : byUpload ? read.title : null,
      author: author ?? (byUpload ? (read.channel ?? read.uploader) : null),
      album: read.album,
      durationMs: read.duration,
      caption: byUpload ? read.description : (read.description ?? read.title),
    };
  },
};
