// Files that hold many sounds or posts in one object: answers of platforms and services, what scrapers save, a person's own data from TikTok.

import * as z from 'zod';

const list = z.array(z.unknown());
/** Each is one way in which the list is wrapped. */
const wrapped = [
  z.object({ collector: list }).transform(({ collector }) => collector),
  z.object({ entries: list, _type: z.literal('playlist') }).transform(({ entries }) => entries),
  z.object({ itemList: list }).transform(({ itemList }) => itemList),
  z.object({ aweme_list: list }).transform(({ aweme_list }) => aweme_list),
  z.object({ music_list: list }).transform(({ music_list }) => music_list),
  z.object({ data: z.object({ videos: list }) }).transform(({ data }) => data.videos),
  z.object({ data: list }).transform(({ data }) => data),
  z.object({ items: list }).transform(({ items }) => items),
  z.object({ sounds: list }).transform(({ sounds }) => sounds),
];

const favourites = z.object({
  'Favorite Sounds': z.object({
    FavoriteSoundList: z.array(z.object({ Link: z.string().optional(), link: z.string().optional() })).nullable(),
  }),
});
/** The section has had three names. */
const dataExport = z.union([
  z.object({ Activity: favourites }).transform(({ Activity }) => Activity),
  z.object({ 'Your Activity': favourites }).transform((whole) => whole['Your Activity']),
  z.object({ 'Likes and Favorites': favourites }).transform((whole) => whole['Likes and Favorites']),
]);
/** `/share/music/123.html`, `/music/original-sound-123`. */
const soundLink = /\/music\/(?:[^/?#]*-)?(\d{5,25})(?:\.html)?(?:[/?#]|$)/;

/** What an object holds many of; null when it is one thing itself. */
export function entriesOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value as unknown[];
  const own = dataExport.safeParse(value);
  if (own.success)
    return (own.data['Favorite Sounds'].FavoriteSoundList ?? []).map(({ Link, link }) => {
      const id = soundLink.exec(Link ?? link ?? '')?.[1];
      return id === undefined ? { link: Link ?? link ?? null } : { platform: 'tiktok', id };
    });
  for (const schema of wrapped) {
    const read = schema.safeParse(value);
    if (read.success) return read.data;
  }
  return null;
}
