// Words that thousands of titles are made of, folded, by the bits that each adds to a title's rarity. A title of one common word alone
// is about 1 in 2^13 of public catalogues ("Closer", "Dreams"), "Home" 1 in 2^12, "Intro" 1 in 2^8. Other words add 8 to 11.

export const titleWordBits: Readonly<Record<number, string>> = {
  1: 'the a an i you me my your it to of in on and is be we us he she his her for with at no not im dont do so up o oh la de el le les un una mi tu te yo que en y e der die das ich du und nicht я ты мы и не в на',
  2: 'intro outro interlude untitled prelude skit remix live reprise overture track',
  4: 'love baby night time life world day heart home dream dreams girl boy good bad one two more like know want need feel way back down now never again let go come get got all this that what when why how run fire dance dancing light lights money crazy hello stay alone forever always tonight summer rain sun moon star stars sky blue black red gold angel heaven paradise happy sad beautiful lost broken free high low young old new queen king lady man woman people song music freedom closer remember goodbye sorry thank please amor corazon vida noche amore vie coeur liebe nacht',
};
