// Songs as public facts (title and credited artists), from which the cases are made. One line a work:
//   title | artists, ";" between | flags     flags: r = a remix is also released, l = a live take, s = an official sped-up release

export interface Work {
  readonly title: string;
  readonly artists: readonly string[];
  readonly flags: string;
}

const lines = `
Blinding Lights|The Weeknd|rl
Levitating|Dua Lipa|rl
As It Was|Harry Styles|rl
Heat Waves|Glass Animals|rs
Sweater Weather|The Neighbourhood|ls
Somebody That I Used to Know|Gotye;Kimbra|rl
Without Me|Halsey|rl
Old Town Road|Lil Nas X|r
MONTERO (Call Me By Your Name)|Lil Nas X|
Death Bed (Coffee for Your Head)|Powfu;beabadoobee|
Somewhere Only We Know|Keane|l
Bad Habits|Ed Sheeran|rl
Sunroof|Nicky Youre;dazy|r
Calm Down|Rema;Selena Gomez|r
Kill Bill|SZA|l
Boy's a liar|PinkPantheress|
Creepin'|Metro Boomin;The Weeknd;21 Savage|r
I'm Good (Blue)|David Guetta;Bebe Rexha|r
Cold Heart|Elton John;Dua Lipa|r
Running Up That Hill (A Deal with God)|Kate Bush|
Señorita|Shawn Mendes;Camila Cabello|
Déjà vu|Olivia Rodrigo|
Beggin'|Måneskin|l
Don't Start Now|Dua Lipa|rl
Take Me to Church|Hozier|l
Bohemian Rhapsody|Queen|l
Smells Like Teen Spirit|Nirvana|l
Mr. Brightside|The Killers|r
September|Earth, Wind & Fire|r
See You Again|Tyler, The Creator;Kali Uchis|l
Bad Guy|Billie Eilish|r
Ocean Eyes|Billie Eilish|r
Tití Me Preguntó|Bad Bunny|
Despacito|Luis Fonsi;Daddy Yankee|r
Bailando|Enrique Iglesias;Descemer Bueno;Gente de Zona|
Ojitos Lindos|Bad Bunny;Bomba Estéreo|
La Bachata|Manuel Turizo|
Garota de Ipanema|Tom Jobim;Vinicius de Moraes|
Ai Se Eu Te Pego|Michel Teló|l
Papaoutai|Stromae|l
Alors on danse|Stromae|r
Dernière danse|Indila|s
Je te laisserai des mots|Patrick Watson|
99 Luftballons|Nena|
Atemlos durch die Nacht|Helene Fischer|l
夜に駆ける|YOASOBI|
アイドル|YOASOBI|
Lemon|米津玄師|
紅蓮華|LiSA|
真夜中のドア/Stay With Me|Miki Matsubara|
강남스타일 (Gangnam Style)|PSY|
Dynamite|BTS|r
Pink Venom|BLACKPINK|
사건의 지평선|YOUNHA|
青花瓷|周杰倫|l
孤勇者|陳奕迅|
小幸運|田馥甄|
海阔天空|Beyond|l
Группа крови|Кино|l
Пачка сигарет|Кино|
Малиновая Лада|GAYAZOV$ BROTHER$|
Між нами|KALUSH|
Zitti e buoni|Måneskin|l
L'amour toujours|Gigi D'Agostino|r
Dragostea din tei|O-Zone|r
Stereo Hearts|Gym Class Heroes;Adam Levine|
Love Story|Taylor Swift|
Enchanted|Taylor Swift|
A Thousand Years|Christina Perri|
Another Love|Tom Odell|ls
Murder on the Dancefloor|Sophie Ellis-Bextor|r
Paint The Town Red|Doja Cat|
Say So|Doja Cat|
Super Freaky Girl|Nicki Minaj|r
Savage|Megan Thee Stallion|r
WAP|Cardi B;Megan Thee Stallion|
Praise The Lord (Da Shine)|A$AP Rocky;Skepta|
goosebumps|Travis Scott|r
SICKO MODE|Travis Scott|r
Roses|SAINt JHN|r
Astronomia|Vicetone;Tony Igy|
Monkeys Spinning Monkeys|Kevin MacLeod|
Aesthetic|Tollan Kim|s
Snowfall|Øneheart;reidenshi|s
Close Eyes|DVRST|s
Murder In My Mind|Kordhell|s
METAMORPHOSIS|INTERWORLD|s
Rasputin|Boney M.|
Dreams|Fleetwood Mac|l
Home|Edward Sharpe & The Magnetic Zeros|
Stay|The Kid LAROI;Justin Bieber|
Hello|Adele|l
Happier|Marshmello;Bastille|r
Crazy|Gnarls Barkley|l
Perfect|Ed Sheeran|l
Memories|Maroon 5|
Closer|The Chainsmokers;Halsey|r
Angels Like You|Miley Cyrus|l
Snooze|SZA|l
Die For You|The Weeknd|r
`;

export const works: readonly Work[] = lines
  .trim()
  .split('\n')
  .map((line) => {
    const [title = '', artists = '', flags = ''] = line.split('|');
    return { title, artists: artists.split(';'), flags };
  });
