// Romanised spellings as extra search keys, never as the only proof: Cyrillic, Greek, Hangul (Revised Romanization) and kana (Hepburn).
// Han characters are left alone: their reading depends on language and word, and a wrong one is worse than none.

import { fold } from './fold.ts';

const letters: Readonly<Record<string, string>> = {
  ...pairs('абвгдезийклмнопрстуфхыэіїєґўъьњљћђџјѕѓќ', 'a b v g d e z i i k l m n o p r s t u f kh y e i i ie g u', [
    ' ',
    ' ',
    'nj',
    'lj',
    'c',
    'd',
    'dz',
    'j',
    'dz',
    'g',
    'k',
  ]),
  ж: 'zh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ю: 'yu',
  я: 'ya',
  ъ: '',
  ь: '',
  ...pairs('αβγδεζηικλμνξοπρστυφχω', 'a v g d e z i i k l m n x o p r s t y f ch o', []),
  θ: 'th',
  ψ: 'ps',
};

function pairs(from: string, to: string, more: readonly string[]): Record<string, string> {
  const targets = [...to.split(' '), ...more];
  return Object.fromEntries([...from].map((letter, i) => [letter, (targets[i] ?? '').trim()]));
}

const initials = ['g', 'kk', 'n', 'd', 'tt', 'r', 'm', 'b', 'pp', 's', 'ss', '', 'j', 'jj', 'ch', 'k', 't', 'p', 'h'];
const vowels = [
  'a',
  'ae',
  'ya',
  'yae',
  'eo',
  'e',
  'yeo',
  'ye',
  'o',
  'wa',
  'wae',
  'oe',
  'yo',
  'u',
  'wo',
  'we',
  'wi',
  'yu',
  'eu',
  'ui',
  'i',
];
const finals = [
  '',
  'k',
  'k',
  'k',
  'n',
  'n',
  'n',
  't',
  'l',
  'k',
  'm',
  'l',
  'l',
  'l',
  'p',
  'l',
  'm',
  'p',
  'p',
  't',
  't',
  'ng',
  't',
  't',
  'k',
  't',
  'p',
  't',
];

const kana: Readonly<Record<string, string>> = Object.fromEntries(
  'あa いi うu えe おo かka きki くku けke こko さsa しshi すsu せse そso たta ちchi つtsu てte とto なna にni ぬnu ねne のno はha ひhi ふfu へhe ほho まma みmi むmu めme もmo やya ゆyu よyo らra りri るru れre ろro わwa をo んn がga ぎgi ぐgu げge ごgo ざza じji ずzu ぜze ぞzo だda ぢji づzu でde どdo ばba びbi ぶbu べbe ぼbo ぱpa ぴpi ぷpu ぺpe ぽpo ゔvu ぁa ぃi ぅu ぇe ぉo'
    .split(' ')
    .map((entry) => [entry.slice(0, 1), entry.slice(1)]),
);

/** The folded text in Latin letters, or null when it is Latin already or has letters that this table does not read. */
export function transliterate(folded: string): string | null {
  if (/^[\x20-\x7e]*$/.test(folded)) return null;
  let out = '';
  for (const char of folded) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) out += char;
    else if (code >= 0xac00 && code <= 0xd7a3) {
      const index = code - 0xac00;
      out +=
        (initials[Math.floor(index / 588)] ?? '') +
        (vowels[Math.floor((index % 588) / 28)] ?? '') +
        (finals[index % 28] ?? '');
    } else if (letters[char] !== undefined) out += letters[char];
    else {
      const hiragana = code >= 0x30a1 && code <= 0x30f6 ? String.fromCodePoint(code - 0x60) : char;
      const small = { ゃ: 'ya', ゅ: 'yu', ょ: 'yo' }[hiragana];
      if (small !== undefined)
        out = /(?:sh|ch|j)i$/.test(out) ? out.slice(0, -1) + small.slice(1) : out.replace(/i$/, '') + small;
      else if (hiragana === 'っ') out += '\u0001';
      else if (char === 'ー') out += '';
      else if (kana[hiragana] !== undefined) out += kana[hiragana];
      else return null;
    }
  }
  // A small tsu doubles the next consonant.
  return fold(out.replace(/\u0001(.)/g, '$1$1'));
}
