import type { LanguageWordings } from './format.ts';

const spanish: LanguageWordings = {
  language: 'es',
  songs: [
    ['Faroles de Papel', 'Lucía Ferrán'],
    ['La Última Marea', 'Los Vientos del Sur'],
  ],
  other: 'Tomás Arce',
  version: {
    live: 'En Vivo | En Directo | Versión en Vivo | En Vivo Desde Madrid | En Vivo en el Auditorio Nacional | Directo | En Concierto | Concierto | Desde Casa | En Vivo 2018 | Gira 2019',
    session: 'Sesión en Vivo | Sesión Acústica | Sesión Íntima | Sesiones de Azotea | Sesión de Estudio',
    acoustic: 'Acústico | Acústica | Versión Acústica | Desenchufado | Desenchufada',
    instrument:
      'Versión Piano | A Piano y Voz | Piano y Voz | Guitarra y Voz | Con Cuerdas | Versión Orquestal | Con Orquesta | Versión Sinfónica | Sinfónico | Solo Guitarra | Versión Violín',
    genre:
      'Con Banda | Versión Banda | Con Mariachi | Versión Mariachi | Versión Norteña | Versión Cumbia | Cumbia | Versión Bachata | Versión Salsa | Salsa | Versión Ranchera | Versión Flamenca | Versión Balada | Versión Pop | Versión Urbana | Versión Reggaetón | Versión Tropical | Versión Merengue | Tecno | Guaracha | RKT | Turreo Edit',
    remix: 'Remix Oficial | Remezcla | Remix de {other} | Remezclado por {other} | Mezcla de Club | Mashup Oficial',
    long: 'Versión Extendida | Versión Larga | Mezcla Extendida | Una Hora | Bucle | Interludio | Introducción | Parte 2 | Segunda Parte',
    're-recorded':
      'Nueva Versión | Regrabación | Regrabada | Versión 2020 | Versión Aniversario | Regrabado 2017 | Reversión',
    take: 'Maqueta | Versión Maqueta | Demo Original | Toma Alternativa | Versión Alternativa | Primera Toma | Ensayo | Nota de Voz',
    language:
      'Versión en Inglés | En Inglés | Versión en Español | En Español | Versión en Portugués | Spanglish | Versión Catalana',
    'no voice':
      'Versión Instrumental | Instrumental Oficial | Pista | Pista Karaoke | Versión Karaoke | Sin Voz | A Capela | Base Instrumental',
    'by another':
      'Dueto | Versión Dueto | A Dúo con {other} | Homenaje | Homenaje a {artist} | Tributo | Tributo a {artist} | Versión de {other} | Cover en Español | Tutorial de Piano | Versión Femenina | Versión Masculina | Versión Infantil | Versión Navideña | Parodia | IA | Hecha con IA | Canción de Cuna | Coro Infantil',
  },
  edition: 'Versión Radio | Edición de Radio | Versión del Álbum | Versión Single | Versión Corta',
  neutral:
    'Video Oficial | Audio Oficial | Videoclip Oficial | Letra | Con Letra | Video con Letra | Remasterizado | Remasterizada 2018 | Versión Original | Canción Oficial | Letra Oficial | De la Película "Noches del Puerto" | Tema Oficial | Edición Deluxe | Pista Adicional',
  relation: {
    sped_up: 'Acelerada | Acelerado | Aceleradx | Versión Acelerada | Más Rápido | Rápida y Aguda',
    slowed: 'Ralentizada | Ralentizado | Versión Ralentizada | Más Lento | Ralentizada + Reverb',
  },
};

const portuguese: LanguageWordings = {
  language: 'pt',
  songs: [
    ['Lanternas de Papel', 'Clara Monteiro'],
    ['Barco de Lata no Cais', 'Zé da Ladeira'],
  ],
  other: 'Rui Falcão',
  version: {
    live: 'Ao Vivo | Ao Vivo em São Paulo | Ao Vivo no Maracanã | Gravado ao Vivo | Ao Vivo 2017 | Em Concerto | Versão ao Vivo | Show Completo',
    session: 'Sessão ao Vivo | Estúdio Showlivre | Ao Vivo em Casa | Sessão de Estúdio | No Estúdio',
    acoustic: 'Acústico ao Vivo | Versão Acústica Oficial | Desplugado | Luau',
    instrument:
      'Voz e Violão | Voz e Piano | Versão Violão | Versão Orquestrada | Com Orquestra | Com Cordas | Versão Cavaquinho | Só Piano',
    genre:
      'Versão Piseiro | Piseiro | Versão Forró | Forró | Versão Pagode | Pagode | Versão Sertaneja | Brega Funk | Versão Brega Funk | Versão Funk | Funk Remix | Mandela | Versão Samba | Samba | Bossa Nova | Versão Axé | Versão Rock | Versão Gospel | Arrocha | Versão Eletrônica',
    remix: 'Remix Brasileiro | Remix do {other} | Remixado | Mixagem de Clube | Bootleg do {other}',
    long: 'Versão Estendida | Versão Longa | Uma Hora em Loop | Pot-Pourri | Medley ao Vivo | Interlúdio | Vinheta',
    're-recorded': 'Regravação | Nova Versão | Versão 2021 | Regravada | Versão Comemorativa | Releitura',
    take: 'Versão Demo | Demonstração | Guia | Tomada Alternativa | Primeira Versão | Ensaio ao Vivo',
    language:
      'Versão em Português | Versão em Inglês | Em Português | Em Inglês | Versão em Espanhol | Versão Brasileira',
    'no voice':
      'Playback | Versão Playback | Playback com Letra | Versão Instrumental do Playback | Karaokê | Versão Karaokê | Somente Voz',
    'by another':
      'Tributo ao {artist} | Cover Acústico | Versão da {other} | Dueto com {other} | Versão Feminina ao Vivo | Versão Infantil Ilustrada | Versão de Ninar | Canção de Ninar | Feito por IA | Paródia | Aula de Violão | Videoaula | Como Tocar | Coral Infantil',
  },
  edition: 'Versão Rádio | Edição para Rádio | Versão do Álbum | Versão Curta',
  neutral:
    'Clipe Oficial | Áudio Oficial | Vídeo Oficial | Videoclipe Oficial | Letra da Música | Letra Oficial da Música | Remasterizado em 2015 | Remasterizada | Faixa Bônus | Webclipe | Do Filme "Noites do Porto" | Versão Original do Álbum | Lyric Vídeo',
  relation: {
    sped_up: 'Versão Acelerada | Acelerada + Reverb | Mais Rápida',
    slowed: 'Desacelerada | Versão Desacelerada | Mais Lenta | Desacelerado + Reverb',
  },
};

const french: LanguageWordings = {
  language: 'fr',
  songs: [
    ['Lanternes de Papier', 'Éloïse Garnier'],
    ['Le Dernier Phare', 'Les Nuits Claires'],
  ],
  other: 'Marin Duval',
  version: {
    live: 'En Concert | En Public | Version Live | Live à l’Olympia | En Live | Version Concert | Live aux Vieilles Charrues | En Direct du Zénith | Live 2014 à Lyon | Enregistrement Public',
    session: 'Session Live | Session Acoustique | Session Studio | Taratata | Planète Rap | Session de Nuit',
    acoustic: 'Version Acoustique | Acoustique | Débranché | Version Dépouillée',
    instrument:
      'Piano-Voix | Version Piano | Guitare-Voix | Version Orchestrale | Version Symphonique | Avec Orchestre | Version Cordes | Version Accordéon | Version Chorale | Version Violoncelle',
    genre:
      'Version Zouk | Version Reggae | Version Club | Version Jazz | Version Rock | Version Disco | Version Électro | Version Kompa | Version Raï | Version Manouche',
    remix: 'Remix Officiel | Remix de {other} | Remixé par {other} | Mix Club | Version Remixée',
    long: 'Version Longue | Version Allongée | Interlude Musical | Une Heure | Partie 2 | En Boucle | Épilogue',
    're-recorded':
      'Nouvelle Version | Réenregistrement | Version 2018 | Réenregistré | Version Anniversaire | Revisité | Version Réarrangée',
    take: 'Maquette | Version Maquette | Démo | Version Démo | Prise Alternative | Version Alternative | Prise 2 | Répétition | Première Version | Brouillon',
    language:
      'Version Anglaise | En Anglais | Version Française | En Français | Version Espagnole | Version Créole | Version Bretonne | Version Bilingue',
    'no voice':
      'Version Instrumentale | Instrumentale | Version Karaoké | Karaoké | Bande-Son Karaoké | Voix Seule | Sans Voix | Playback Instrumental',
    'by another':
      'Hommage | Hommage à {artist} | Reprise de {artist} | Reprise | Duo avec {other} | Version Duo | Version Solo | Version Féminine | Berceuse | Version Enfants | Version Noël | Tuto Piano | Tutoriel | Parodie | Version Film | Générée par IA | Voix IA | Chorale d’Enfants | Cours de Guitare | Version Comptine',
  },
  edition: 'Version Radio | Version Single | Version Album | Version Courte | Montage Radio',
  neutral:
    'Clip Officiel | Audio Officiel | Vidéo Officielle | Paroles | Avec Paroles | Version Originale | Remasterisé | Remasterisé en 2010 | Titre Bonus | Piste Bonus | Lyrics Vidéo | Édition Deluxe | Extrait du Film "Les Nuits du Port" | Bande Originale du Film "Les Nuits du Port"',
  relation: {
    sped_up: 'Accéléré | Version Accélérée | Accélérée | Plus Rapide',
    slowed: 'Ralenti | Version Ralentie | Ralenti + Réverb | Plus Lent',
  },
};

const italian: LanguageWordings = {
  language: 'it',
  songs: [
    ['Lanterne di Carta', 'Giulia Serra'],
    ['Barche di Latta', 'I Naviganti'],
  ],
  other: 'Dario Conti',
  version: {
    live: 'Dal Vivo | Live a San Siro | In Concerto | Versione Live | Dal Vivo a Milano | Live all’Arena di Verona | Registrato dal Vivo | Tour 2018',
    session: 'Sessione Acustica | Sessione dal Vivo | In Studio dal Vivo | Serata delle Cover | Casa Sessione',
    acoustic: 'Versione Acustica | In Acustico | Acustica dal Vivo | Versione Unplugged',
    instrument:
      'Pianoforte e Voce | Versione Pianoforte | Chitarra e Voce | Versione Orchestrale | Con Orchestra | Con Archi | Versione per Archi | Versione Sinfonica | Solo Pianoforte',
    genre:
      'Versione Lounge | Versione Dance | Versione Reggaeton | Versione Swing | Versione Rock | Versione Jazz | Versione Liscio | Versione Bachata | Versione Techno | Versione Salsa',
    remix: 'Remix Ufficiale | Remix di {other} | Remixata | Versione Club | Mix di {other}',
    long: 'Versione Estesa | Versione Lunga | Interludio Strumentale | Parte Seconda | Un’Ora | Ripresa',
    're-recorded':
      'Nuova Versione | Versione 2019 | Riregistrata | Nuova Registrazione | Versione Anniversario | Rivisitata | Versione Riarrangiata',
    take: 'Versione Demo | Provino | Versione Alternativa | Prima Versione | Presa Alternativa | Prova in Studio',
    language:
      'Versione Italiana | In Italiano | Versione Spagnola | Versione Inglese | Versione Francese | Versione Napoletana | In Inglese',
    'no voice':
      'Strumentale | Versione Strumentale | Base Musicale | Base Karaoke | Versione Karaoke | Senza Voce | Solo Voce | Base',
    'by another':
      'Omaggio | Omaggio a {artist} | Tributo a {artist} | Duetto | In Duetto con {other} | Versione Duetto | Versione Bambini | Ninna Nanna | Versione Natalizia | Versione Femminile | Creata con IA | Versione IA | Parodia Ufficiale | Lezione di Chitarra | Coro di Bambini | Versione Film',
  },
  edition: 'Versione Radio | Versione Album | Versione Singolo | Versione Breve',
  neutral:
    'Video Ufficiale | Audio Ufficiale | Testo | Con Testo | Videoclip Ufficiale | Rimasterizzato | Rimasterizzata 2011 | Versione Originale | Traccia Bonus | Dal Film "Notti del Porto" | Edizione Deluxe | Canzone Ufficiale',
  relation: {
    sped_up: 'Velocizzata | Versione Velocizzata | Accelerata | Più Veloce',
    slowed: 'Rallentata | Versione Rallentata | Rallentata + Riverbero | Più Lenta',
  },
};

export const romance: readonly LanguageWordings[] = [spanish, portuguese, french, italian];
