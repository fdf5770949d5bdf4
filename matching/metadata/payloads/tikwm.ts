// tikwm: a post with `music_info` beside `play`, alone or in the answer's `data`. Its `title` is the caption.

import * as z from 'zod';
import { flag, id, nothing, objectAt, seconds, words, type Shape } from './shape.ts';

const music = z.object({
  title: words,
  // What tells it from Douyin's own music_info, where this is an object.
  play: z.string(),
  id,
  author: words,
  album: words,
  original: flag,
  duration: seconds,
});
const post = z.object({ title: words });

export const tikwm: Shape = {
  name: 'tikwm',
  platformOf: () => 'tiktok',
  read(root) {
    const read = music.safeParse(objectAt(root, [['data', 'music_info'], ['music_info'], []]));
    if (!read.success) return null;
    const { duration, play: _play, ...named } = read.data;
    const around = objectAt(root, [['data'], []]);
    const isAlone = objectAt(around, [['music_info']]) === null;
    return {
      ...nothing,
      ...named,
      durationMs: duration,
      caption: isAlone ? null : (post.safeParse(around).data?.title ?? null),
    };
  },
};
