// Instagram: licensed music (`music_asset_info`), original audio (`original_sound_info`), and the short attribution of both that scrapers pass on
// (`artist_name`, `song_name`), alone or inside a reel.

import * as z from 'zod';
import { flag, id, milliseconds, nothing, objectAt, part, words, type PayloadSound, type Shape } from './shape.ts';

const asset = z.object({
  display_artist: words,
  title: words,
  audio_cluster_id: id,
  audio_asset_id: id,
  id,
  ig_username: words,
  duration_in_ms: milliseconds,
});
const originalSound = z.object({
  original_audio_title: words,
  audio_asset_id: id,
  duration_in_ms: milliseconds,
  ig_artist: part({ username: words }),
});
const attribution = z.object({
  song_name: z.string(),
  artist_name: words,
  audio_id: id,
  uses_original_audio: flag,
});
const caption = z.union([
  z.object({ caption: z.object({ text: words }) }).transform((post) => post.caption.text),
  z.object({ caption: words }).transform((post) => post.caption),
]);

/** Where a reel holds them; a list of media (`items`) has one. */
const holders: readonly (readonly string[])[] = [
  [],
  ['clips_metadata'],
  ['music_metadata'],
  ['media', 'clips_metadata'],
];
const at = (root: unknown, ...last: readonly string[]): unknown =>
  objectAt(
    root,
    holders.map((holder) => [...holder, ...last]),
  );

function readReel(reel: unknown): PayloadSound | null {
  const words_ = { caption: caption.safeParse(reel).data ?? null };
  const licensed = at(reel, 'music_info', 'music_asset_info') ?? at(reel, 'music_asset_info');
  if (licensed !== null) {
    const read = asset.parse(licensed);
    return {
      ...nothing,
      ...words_,
      id: read.audio_cluster_id ?? read.audio_asset_id ?? read.id,
      title: read.title,
      author: read.display_artist,
      handle: read.ig_username,
      durationMs: read.duration_in_ms,
      original: false,
    };
  }
  const own = at(reel, 'original_sound_info');
  if (own !== null) {
    const read = originalSound.parse(own);
    const handle = read.ig_artist?.username ?? null;
    return {
      ...nothing,
      ...words_,
      id: read.audio_asset_id,
      title: read.original_audio_title,
      author: handle,
      handle,
      durationMs: read.duration_in_ms,
      original: true,
    };
  }
  const short = attribution.safeParse(
    objectAt(reel, [
      ['musicInfo'],
      ['clips_music_attribution_info'],
      ['clips_metadata', 'clips_music_attribution_info'],
      [],
    ]),
  );
  if (!short.success) return null;
  return {
    ...nothing,
    ...words_,
    id: short.data.audio_id,
    title: short.data.song_name.trim() || null,
    author: short.data.artist_name,
    original: short.data.uses_original_audio,
  };
}

const answer = z.object({ items: z.tuple([z.unknown()]) });

export const instagram: Shape = {
  name: 'Instagram',
  platformOf: () => 'instagram',
  read: (root) => readReel(answer.safeParse(root).data?.items[0] ?? root),
};
