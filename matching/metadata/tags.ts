// Tags: what a title says beside the song's name.

export type SpeedEffect = 'sped_up' | 'slowed' | 'pitched' | 'effect';
export type VersionKind =
  | 'live'
  | 'acoustic'
  | 'instrumental'
  | 'karaoke'
  | 'a cappella'
  | 'cover'
  | 'demo'
  | 'extended'
  | 'loop'
  | 'remix'
  | 'own'
  | 'language'
  | 'version'
  | 'mashup'
  | 'session'
  | 'arrangement'
  | 're-recorded'
  | 'take'
  | 'tutorial'
  | 'made by a machine'
  | 'whole album';
export type CreditRole = 'featured' | 'with' | 'producer' | 'original artist';

export type Tag =
  | { readonly kind: 'credit'; readonly role: CreditRole; readonly names: string }
  /** `detail` holds the words that tell siblings apart: "ultra", "reverb"; `ratio` is set by "1.25x". */
  | {
      readonly kind: 'speed';
      readonly effect: SpeedEffect;
      readonly detail: readonly string[];
      readonly ratio: number | null;
    }
  /** `who`: folded words that identify the version: the remixer, the venue, the language. */
  | { readonly kind: 'version'; readonly version: VersionKind; readonly who: readonly string[] }
  | { readonly kind: 'part'; readonly part: string }
  /** `soft` distinguishes siblings without forbidding a link; null says nothing. `wording`: folded; of a cut only which one it is. */
  | { readonly kind: 'neutral'; readonly soft: SoftVersion | null; readonly wording: string }
  | { readonly kind: 'teaser' }
  | { readonly kind: 'context'; readonly of: string }
  | { readonly kind: 'contains'; readonly title: string; readonly artist: string | null }
  /** "original sound" in some language; `creator` is the uploader that it names. */
  | { readonly kind: 'placeholder'; readonly creator: string | null };
export type TagOf<K extends Tag['kind']> = Extract<Tag, { kind: K }>;
/** `cut`: another length or mix of the same take: "radio edit", "single version". */
export type SoftVersion = 'cut' | 'remaster' | 'explicit' | 'clean' | 'mono';

export function describeTag(tag: Tag): string {
  switch (tag.kind) {
    case 'credit':
      return (
        { featured: 'feat. ', with: 'with ', producer: 'produced by ', 'original artist': 'originally by ' }[tag.role] +
        tag.names
      );
    case 'speed': {
      const effect = tag.effect === 'effect' ? '' : tag.effect.replace('_', ' ');
      return [effect, ...tag.detail, tag.ratio === null ? '' : `×${tag.ratio}`].filter(Boolean).join(' ');
    }
    case 'version':
      return describeVersion(tag);
    case 'part':
      return `part ${tag.part}`;
    case 'neutral':
      return tag.soft === 'cut' ? `${tag.wording} cut` : (tag.soft ?? 'release wording');
    case 'teaser':
      return 'teaser';
    case 'context':
      return `from "${tag.of}"`;
    case 'contains':
      return `contains "${tag.title}"${tag.artist === null ? '' : ` by ${tag.artist}`}`;
    case 'placeholder':
      return tag.creator === null ? 'placeholder' : `placeholder of ${tag.creator}`;
  }
}

export function describeVersion(tag: TagOf<'version'>): string {
  const who = tag.who.join(' ');
  if (who === '') return tag.version;
  if (tag.version === 'own') return `${who}'s version`;
  return tag.version === 'live' || tag.version === 'cover' ? `${tag.version} (${who})` : `${who} ${tag.version}`;
}

export function ofKind<K extends Tag['kind']>(tags: readonly Tag[], kind: K): readonly TagOf<K>[] {
  return tags.filter((tag): tag is TagOf<K> => tag.kind === kind);
}

const noNames: readonly string[] = [];

/** Who is named in a title beside the song; producers have no part in the credit. */
export function creditNames(tags: readonly Tag[]): readonly string[] {
  if (tags.length === 0) return noNames;
  return tags.flatMap((tag) => (tag.kind === 'credit' && tag.role !== 'producer' ? [tag.names] : []));
}
