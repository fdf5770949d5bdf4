// Words that are written with stars in them: "F**k", "B*tch". Folded, with the endings that they take;
// of two that stars would fit the first one counts, which is the commoner.

const stems: Readonly<Record<string, readonly string[]>> = {
  fuck: ['', 's', 'ed', 'er', 'ers', 'in', 'ing', 'boy', 'boys', 'up'],
  motherfuck: ['er', 'ers', 'in', 'ing', 'a', 'as'],
  shit: ['', 's', 'ty', 'ted', 'tin', 'ting'],
  bullshit: [''],
  bitch: ['', 'es', 'in', 'y'],
  nigg: ['a', 'as', 'az', 'er', 'ers'],
  pussy: [''],
  pussies: [''],
  whore: ['', 's'],
  slut: ['', 's', 'ty'],
  hoe: ['', 's'],
  dick: ['', 's', 'head'],
  cock: ['', 's'],
  cunt: ['', 's'],
  ass: ['', 'es', 'hole', 'holes'],
  damn: ['', 'ed'],
  goddamn: [''],
  hell: [''],
  sex: ['', 'y'],
  bastard: ['', 's'],
  kill: ['', 'er', 'ers', 'in', 'ing'],
  suicide: [''],
  drug: ['', 's'],
  // Spanish, Portuguese, French
  put: ['a', 'as', 'o', 'ain'],
  mierd: ['a'],
  merd: ['a', 'e'],
  caralho: [''],
};

export const censoredWords: readonly string[] = Object.entries(stems).flatMap(([stem, endings]) =>
  endings.map((ending) => stem + ending),
);
