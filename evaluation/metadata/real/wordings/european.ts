import type { LanguageWordings } from './format.ts';

const german: LanguageWordings = {
  language: 'de',
  songs: [
    ['Papierlaternen', 'Klara Winterfeld'],
    ['Boote aus Blech', 'Die Hafenkinder'],
  ],
  other: 'Jonas Reiter',
  version: {
    live: 'Live-Version | Live in Wien | Live aus Berlin | Live aus dem Studio | Konzertversion | Live im Konzert | Live bei Inas Nacht | Live 2012 in Köln | Konzertmitschnitt | Liveaufnahme',
    session: 'Wohnzimmer-Session | Studio-Session | Akustik-Session | Live-Session | TV Noir Session',
    acoustic: 'Akustik | Akustikversion | Akustik Version | Akustisch | Unplugged-Version',
    instrument:
      'Klavierversion | Klavier | Klavier Version | Orchesterversion | Mit Orchester | Streicherversion | Mit Streichern | Chorversion | Gitarrenversion | Spieluhr | Klavier & Gesang | Blasmusik Version',
    genre:
      'Schlager Remix | Party Mix | Fox Mix | Discofox Mix | Après-Ski Mix | Mallorca Mix | Techno Version | Schranz Remix | Punkrock Version | Volksmusik Version | Elektro Version | Rockversion',
    remix: 'Offizieller Remix | {other} Fassung | Remix von {other} | Clubmix | Klubversion',
    long: 'Langversion | Lange Version | Extended Fassung | 1 Stunde | Zwischenspiel | Teil 2 | Endlosschleife | Vorspiel',
    're-recorded':
      'Neue Version | Neuaufnahme | Neu eingespielt | Version 2022 | Jubiläumsversion | Neu aufgenommen | Neufassung',
    take: 'Demoversion | Erste Version | Alternative Fassung | Probeaufnahme | Rohfassung | Take Zwei | Sprachmemo',
    language:
      'Deutsche Version | Auf Deutsch | Englische Version | Plattdeutsche Version | Deutschsprachige Version | Schwyzerdütsch Version | Auf Englisch',
    'no voice':
      'Instrumentalversion | Karaokeversion | Karaoke-Fassung | Nur Gesang | Ohne Gesang | Halbplayback | Instrumentalfassung',
    'by another':
      'Coverversion | Hommage an {artist} | Tribut an {artist} | Duett | Duettversion | Duett mit {other} | Kinderversion | Weihnachtsversion | Kinderchor | Schlafversion | Schlafliedversion | KI-Version | KI | Nachgespielt | Klavier-Tutorial | Gitarrenkurs | Parodie | Filmversion | Frauenversion | Hörspielfassung',
  },
  edition: 'Radioversion | Albumversion | Single-Version | Kurzversion | Radio-Edit',
  neutral:
    'Offizielles Video | Offizielles Musikvideo | Offizielles Audio | Remastert | Digital Remastert | Remastert 2013 | Originalversion | Originalfassung | Songtext | Mit Songtext | Bonustitel | Offizielles Lyric-Video | Aus dem Film "Hafennächte"',
  relation: {
    sped_up: 'Schneller | Schnellere Version | Beschleunigt | Beschleunigte Version',
    slowed: 'Langsamer | Verlangsamt | Verlangsamte Version',
  },
};

const russian: LanguageWordings = {
  language: 'ru',
  songs: [
    ['Бумажные фонари', 'Ада Перова'],
    ['Жестяные корабли', 'Тихая гавань'],
  ],
  other: 'Инна Рук',
  version: {
    live: 'Концертная запись | Концертная версия | Живой звук | Живое исполнение | Вживую | Живая запись | Лайв | Live в Москве | Живой концерт | С концерта | Запись с концерта | Концерт в Лужниках',
    session: 'Студийный лайв | Живая сессия | Квартирник | Авторадио Live | Домашняя запись',
    acoustic: 'Акустика | Акустическая версия | Акустический вариант | Под гитару',
    instrument:
      'На гитаре | Под пианино | Фортепиано | Фортепианная версия | Версия на пианино | Оркестровая версия | С оркестром | Симфоническая версия | Скрипка | Версия для скрипки | Баян | Музыкальная шкатулка',
    genre:
      'Техно ремикс | Техно | Дабстеп ремикс | Фонк | Фонк ремикс | Рок-версия | Джаз-версия | Шансон-версия | Хардбасс | Дискотечная версия | Лоу-фай | Хаус ремикс',
    remix: 'Ремикс | Официальный ремикс | Ремикс {other} | Клубный микс | Клубная версия | Мэшап | Новый ремикс',
    long: 'Расширенная версия | Длинная версия | 1 час | Интерлюдия | Вступление | Часть 2 | Полтора часа подряд',
    're-recorded':
      'Новая версия | Новая запись | Перезапись | Версия 2021 | Перепевка | Переиздание 2019 с новым вокалом | Юбилейная версия',
    take: 'Демо | Демоверсия | Демо-версия | Черновик | Альтернативная версия | Первый дубль | Репетиция | Голосовое сообщение',
    language:
      'Английская версия | На английском | Русская версия | На русском | Украинская версия | Испанская версия | Татарская версия',
    'no voice':
      'Инструментал | Инструментальная версия | Минус | Минусовка | Караоке | Караоке-версия | А капелла | Только голос | Без слов | Плюсовка без бэка',
    'by another':
      'Кавер | Кавер-версия | Кавер на {artist} | Трибьют | Дуэт | Дуэт с {other} | Сольная версия | Женская версия | Мужская версия | Детская версия | Детский хор | Новогодняя версия | Колыбельная версия | Пародия | Разбор | Разбор на гитаре | ИИ-кавер | Нейросеть | Нейрокавер | Урок на пианино | Версия из фильма',
  },
  edition: 'Радиоверсия | Радио-версия | Альбомная версия | Сингл-версия | Короткая версия',
  neutral:
    'Официальное видео | Официальный клип | Официальное аудио | Клип | Премьера клипа | Премьера песни | Текст песни | Лирик-видео | Ремастер | Ремастеринг 2015 | Ремастированная версия | Оригинал | Оригинальная версия | Бонус-трек | Из фильма "Ночи порта"',
  relation: {
    sped_up: 'Ускоренная версия | Ускорено | Спид ап | Ускоренная | Найткор',
    slowed: 'Замедленная версия | Замедлено | Замедленная | Замедлено + реверб',
  },
};

const turkish: LanguageWordings = {
  language: 'tr',
  songs: [
    ['Kâğıt Fenerler', 'Defne Aydın'],
    ['Teneke Gemiler', 'Kıyı Işıkları'],
  ],
  other: 'Mert Soylu',
  version: {
    live: 'Canlı | Canlı Performans | Canlı Kayıt | Konser Kaydı | Canlı Versiyon | Harbiye Konseri | Sahne Performansı | İstanbul Konseri 2019 | Açıkhava Canlı',
    session: 'Canlı Stüdyo Kaydı | JoyTurk Akustik | Stüdyo Performansı | Evden Canlı | Kral Akustik',
    acoustic: 'Akustik Versiyon | Akustik Performans | Akustik Kayıt | Akustik Düzenleme',
    instrument:
      'Piyano | Piyano Versiyon | Gitar Versiyon | Bağlama ile | Senfonik Versiyon | Orkestra Versiyonu | Yaylılarla | Keman Versiyonu | Ud Versiyonu | Müzik Kutusu',
    genre:
      'Arabesk Versiyon | Rock Versiyon | Tekno Remix | Halay Versiyon | Türkü Versiyon | Caz Versiyon | Reggae Versiyon | Trap Versiyon | Oyun Havası | House Remiks',
    remix: 'Remiks | Remix Versiyon | {other} Remiksi | Kulüp Miks | Resmi Remix | Yeni Remix',
    long: 'Uzun Versiyon | Ara Müzik | Bir Saat | Bölüm 2 | Giriş | Kesintisiz 1 Saat',
    're-recorded':
      'Yeni Versiyon | Yeniden Kayıt | 2020 Versiyon | Yeniden Yorum | Yeni Düzenleme | Yıl Dönümü Versiyonu',
    take: 'Demo Kayıt | Prova | İlk Kayıt | Alternatif Versiyon | Taslak | Ses Kaydı',
    language:
      'İngilizce Versiyon | Türkçe Versiyon | Kürtçe Versiyon | İspanyolca Versiyon | Arapça Versiyon | Türkçe Sözlü',
    'no voice':
      'Enstrümantal | Altyapı | Karaoke Versiyon | Enstrümantal Versiyon | Sözsüz | Sadece Vokal | Fon Müziği',
    'by another':
      'Düet | Düet Versiyon | {other} ile Düet | Kadın Versiyonu | Erkek Versiyonu | Çocuk Korosu | Cover Versiyon | Saygı Albümü | Ninni Versiyonu | Yapay Zeka | Yapay Zeka Cover | Parodi | Piyano Dersi | Nasıl Çalınır | Ramazan Versiyonu | Film Versiyonu',
  },
  edition: 'Radyo Versiyonu | Albüm Versiyonu | Kısa Versiyon',
  neutral:
    'Resmi Video | Resmi Klip | Orijinal Klip | Sözleri | Şarkı Sözleri | Orijinal Versiyon | Orijinal Kayıt | Official Klip | Bonus Şarkı | Sözleri ile | Resmi Müzik Videosu | Lirik Video',
  relation: {
    sped_up: 'Hızlandırılmış | Hızlandırılmış Versiyon | Hızlı Versiyon',
    slowed: 'Yavaşlatılmış | Yavaşlatılmış Versiyon | Yavaşlatılmış + Reverb',
  },
};

export const european: readonly LanguageWordings[] = [german, russian, turkish];
