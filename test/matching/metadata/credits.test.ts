import { describe, expect, it } from 'vitest';
import { compareCredits } from '../../../matching/metadata/credits.ts';

const level = (sound: readonly string[], artists: readonly string[], further: readonly string[] = []): string =>
  compareCredits(sound, artists, further).level;

describe('compareCredits', () => {
  it.each([
    ['Calvin Harris & Dua Lipa', ['Calvin Harris', 'Dua Lipa']],
    ['Dua Lipa, Calvin Harris', ['Calvin Harris', 'Dua Lipa']],
    ['Post Malone x Swae Lee', ['Post Malone', 'Swae Lee']],
    // "x" before a name that begins like a word that joins two.
    ['Ines Rook x Andrea Voss x Ftampa', ['Ines Rook', 'Andrea Voss', 'Ftampa']],
    ['Ines Rook x XAVI & Withers', ['Ines Rook', 'XAVI', 'Withers']],
    ['Lil Nas X', ['Lil Nas X']],
    ['Lil Nas X feat. Jack Harlow', ['Lil Nas X', 'Jack Harlow']],
    ['Tyler, The Creator', ['Tyler, The Creator']],
    ['Tyler, The Creator & Kali Uchis', ['Tyler, The Creator', 'Kali Uchis']],
    ['Earth, Wind and Fire', ['Earth, Wind & Fire']],
    ['Florence and the Machine', ['Florence + The Machine']],
    ['Simon & Garfunkel', ['Simon & Garfunkel']],
    ['Weeknd', ['The Weeknd']],
    ['ASAP Rocky', ['A$AP Rocky']],
    ['TaylorSwiftVEVO', ['Taylor Swift']],
    ['Beyonce', ['Beyoncé']],
    ['linkinpark', ['Linkin Park']],
    ['Кино', ['Kino']],
    ['AC/DC', ['AC/DC']],
  ])('%s equals %j', (sound, artists) => {
    expect(level([sound], artists)).toBe('equal');
  });

  it('names in the recording’s own title explain a guest on our side', () => {
    expect(level(['Gotye feat. Kimbra'], ['Gotye'], ['Kimbra'])).toBe('equal');
  });

  it.each([
    ['Halsey', ['The Chainsmokers', 'Halsey'], 'some'],
    ['The Chainsmokers', ['The Chainsmokers', 'Halsey'], 'lead'],
    ['The Chainsmokers, Nova Reyes', ['The Chainsmokers'], 'lead'],
    ['Fire', ['Earth, Wind & Fire'], 'some'],
    ['Someone Else', ['The Chainsmokers'], 'none'],
    ['Lil Wayne', ['Lil Nas X'], 'none'],
    ['X', ['Lil Nas X'], 'none'],
    ['', ['Adele'], 'unstated'],
  ])('%s against %j: %s', (sound, artists, expected) => {
    expect(level([sound], artists)).toBe(expected);
  });
});
