// tiktok-scraper and Apify's TikTok actors: a post with `musicMeta`, or that object alone.

import * as z from 'zod';
import { flag, id, nothing, objectAt, seconds, words, type Shape } from './shape.ts';

const music = z.object({
  musicName: z.string(),
  musicId: id,
  musicAuthor: words,
  musicAlbum: words,
  musicOriginal: flag,
  duration: seconds,
});
const post = z.object({ text: words });

export const tiktokScraper: Shape = {
  name: 'tiktok-scraper or Apify',
  platformOf: () => 'tiktok',
  read(root) {
    const read = music.safeParse(objectAt(root, [['musicMeta'], []]));
    if (!read.success) return null;
    const { musicName, musicId, musicAuthor, musicAlbum, musicOriginal, duration } = read.data;
    return {
      ...nothing,
      id: musicId,
      title: musicName.trim() || null,
      author: musicAuthor,
      album: musicAlbum,
      original: musicOriginal,
      durationMs: duration,
      caption: post.safeParse(root).data?.text ?? null,
    };
  },
};
