// YouTube: the sound's label under a Short ("Song · Artist"), and the card that names the music of a video (title, artist, album apart).

import * as z from 'zod';
import { nothing, objectAt, part, words, type Shape } from './shape.ts';

const label = z.object({
  soundMetadata: z.union([
    z.object({ content: z.string() }).transform(({ content }) => content),
    z.object({ simpleText: z.string() }).transform(({ simpleText }) => simpleText),
    z
      .object({ runs: z.array(z.object({ text: z.string() })) })
      .transform(({ runs }) => runs.map(({ text }) => text).join('')),
  ]),
});
const card = z.object({
  title: z.string(),
  subtitle: z.string(),
  secondarySubtitle: part({ content: words }),
});
/** The page of a sound is named after the Short that it comes from. */
const sourcePage = /\/source\/([\w-]{6,20})\/shorts/;

export const youtubeShorts: Shape = {
  name: 'YouTube Shorts',
  platformOf: () => 'youtube',
  read(root) {
    const id = sourcePage.exec(JSON.stringify(root))?.[1] ?? null;
    const shown = label.safeParse(
      objectAt(root, [
        ['overlay', 'reelPlayerOverlayRenderer', 'soundMetadata', 'reelSoundMetadataViewModel'],
        ['soundMetadata', 'reelSoundMetadataViewModel'],
        ['reelSoundMetadataViewModel'],
      ]),
    );
    if (shown.success) {
      const [title = '', author = null] = shown.data.soundMetadata.split(/\s+[·•]\s+/, 2);
      return { ...nothing, id, title: title.trim() || null, author: author?.trim() || null };
    }
    const named = card.safeParse(objectAt(root, [['videoAttributeViewModel']]));
    if (!named.success) return null;
    return {
      ...nothing,
      id,
      title: named.data.title.trim() || null,
      author: named.data.subtitle.trim() || null,
      album: named.data.secondarySubtitle?.content ?? null,
    };
  },
};
