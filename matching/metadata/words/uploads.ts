// Words of uploads and releases in the languages that catalogues use. A group of nothing else says nothing about the recording: "Letra Oficial
// da Música", "Musik Video Resmi", "官方完整版MV". Folded.

const wordsOf = (...lines: readonly string[]): readonly string[] => lines.join(' ').split(' ');

/** One of these has to be there. */
export const uploadWords: ReadonlySet<string> = new Set(
  wordsOf(
    // uploads: what is shown
    'musikvideo liedtext lyricvideo lyrikvideo лирик песни бонус трек muzikvideo video videos clip clips clipe videoclip',
    'videoclipe webclip webclipe mv visualizer visualiser audio lyric lyrics lyrical letra letras paroles testo songtext',
    'lirik loi sozleri sozu videosu текст клип клипа видео видеоклип аудио',
    // official
    'offizielle oficiales officiels ufficiali оригинальныи оригинальное полная official oficial officiel officielle ufficiale',
    'offizielles offizieller officieel resmi официальныи официальное официальная официальные офіціинии oficjalny oficjalne',
    'virallinen',
    // quality
    'hd hq 4k 8k uhd 1080p 720p quality high qualitat calidad qualidade dolby atmos spatial hi res hires lossless stereo',
    // releases
    'bonus track originalfassung bonustitel bonustrack deluxe edition edicion edicao edizione expanded explicit asli original orijinal',
    'originale oryginalny оригинал оригинальная full release single album',
    // subtitles
    'subtitulado subtitulada subtitled legendado legendada sottotitoli untertitel',
    // Arabic, Hindi
    'الفيديو الاصلية الاصلي اصلية الكلمات بالكلمات الرسمية رسمية الاغنية الجودة بجودة دقة بدقة ديلوكس गीत बोल असली गुणवत्ता',
    'अधिकारिक ऑफिशियल ऑफ़िशियल الاوديو फुल पूर्ण فيديو كليب كلمات جودة عالية رسمي الرسمي حصري حصريا اغنية الكليب मूल आधिकारिक वीडियो ऑडियो लिरिकल गाना पूरा',
  ),
);

/** The same: a new master of the recording. */
export const remasterWords: ReadonlySet<string> = new Set(
  wordsOf(
    'remaster remastered remasterizado remasterizada rimasterizzato rimasterizzata remasterise remasterisee remastering',
    'remastert remasterte remasterizacion ремастеринг ريماستر remasterizzato ремастер ремастированная ремастированныи',
    'ремастированное digitally digital',
  ),
);

/** These may stand beside them. */
export const besideUploadWords: ReadonlySet<string> = new Set(
  wordsOf(
    'النسخة نسخة مع الصوت صوت كامل كاملة الكاملة عالي के उच्च सॉन्ग संस्करण parca kalite yuksek tam ile completa completo',
    'lanzamiento estreno с из альбома mp3 titelsong originalversion originaltitel song songs music musik musique musica lagu',
    'cancion cancao canzone chanson lied sarki nhac bai hat тема tema theme titre titel traccia pista faixa piste adicional',
    'adicionales песня премьера премьеры premiere version versao versione versi versiyon версия kayit with con com mit avec',
    'dengan de del da do du la el le il the of in from en em and y e et und 2k new klip klibi muzik van ban chinh thuc day',
    'goc',
  ),
);

/** Several syllables of Vietnamese make one of the words above. */
export const uploadPhrases: readonly string[] = [
  'loi bai hat',
  'chinh thuc',
  'day du',
  'ban goc',
  'ban chinh thuc',
  'ban day du',
  'am thanh',
  'chat luong cao',
  'co loi',
  'kem loi',
  'phu de',
];

/** Of Chinese, Japanese and Korean, which are written together. */
export const joinedUploadWords: readonly string[] = wordsOf(
  'オフィシャル 歌詞付き 付き デラックス エディション ハイレゾ オリジナル 本家 本人 公式映像 뮤비 오피셜 고화질 디럭스 보너스 트랙 원곡 리릭 官方音频 官方音頻 音频',
  '音頻 豪华 豪華 珍藏 立体声 立體聲 数字 官方 歌詞版 完整版 完整 歌词版 歌词 歌詞 动态 動態 附 原曲 音质 音質 高清 超清 高音质 高音質 无损 無損 正式版 原版 原唱 公式',
  'オーディオ 音源 ミュージックビデオ ミュージック ビデオ リリックビデオ リリック 動画 映像 字幕 高画質 ボーナストラック リマスター リマスタリング フル 공식 뮤직비디오',
  '뮤직 비디오 가사 첨부 음원 풀버전 오리지널 고음질 리마스터 리마스터링 리마스터드 영상',
);
