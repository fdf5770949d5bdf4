import type { LanguageWordings } from './format.ts';

const arabic: LanguageWordings = {
  language: 'ar',
  songs: [
    ['فوانيس الورق', 'ليان حداد'],
    ['سفن الصفيح', 'فرقة المرسى'],
  ],
  other: 'كريم سالم',
  version: {
    live: 'مباشر | حفلة | حفل مباشر | نسخة مباشرة | لايف | حفل بيروت | من الحفل | حفلة دبي 2018 | تسجيل حي',
    session: 'جلسة | جلسة خاصة | جلسات | تسجيل منزلي | جلسة استوديو',
    acoustic: 'أكوستيك | نسخة أكوستيك | بدون إيقاع',
    instrument: 'عود | بيانو | على البيانو | عزف بيانو | عزف عود | كمان | نسخة أوركسترا | عزف قانون | ناي | على العود',
    genre: 'شيلة | نسخة شعبي | مهرجان | نسخة تكنو | دبكة | نسخة خليجية | نسخة جاز | راب',
    remix: 'ريمكس | الريمكس الرسمي | نسخة النادي | ميكس {other} | ماش اب',
    long: 'نسخة موسعة | نسخة طويلة | ساعة كاملة | مقدمة موسيقية | الجزء الثاني | تكرار ساعة',
    're-recorded': 'نسخة جديدة | إعادة تسجيل | توزيع جديد | نسخة 2021 | تسجيل جديد',
    take: 'ديمو | نسخة تجريبية | بروفة | النسخة الأولى | نسخة بديلة',
    language: 'النسخة الإنجليزية | النسخة العربية | نسخة عربية | نسخة فرنسية | باللغة الإنجليزية | نسخة مغربية',
    'no voice':
      'موسيقى فقط | بدون موسيقى | إيقاع | كاريوكي | موسيقى | عزف | بدون غناء | نسخة كاريوكي | صوت فقط | مؤثرات',
    'by another':
      'كوفر | بصوت {other} | بصوت طفل | تكريم | دويتو | نسخة الأطفال | ذكاء اصطناعي | بالذكاء الاصطناعي | تعليم عزف | نسخة رمضان | نسخة نسائية | كورال أطفال | ثنائي مع {other} | نسخة الفيلم',
  },
  edition: 'نسخة الراديو | نسخة الألبوم | نسخة قصيرة',
  neutral:
    'الكليب الرسمي | فيديو كليب | الفيديو الرسمي | حصرياً | كلمات | مع الكلمات | بالكلمات | النسخة الأصلية | الأغنية الرسمية | جودة عالية | الأوديو الرسمي | من فيلم "ليالي المرفأ"',
  relation: {
    sped_up: 'مسرع | مسرعة | نسخة مسرعة | سبيد أب',
    slowed: 'بطيء | بطيئة | نسخة بطيئة',
  },
};

const hindi: LanguageWordings = {
  language: 'hi',
  songs: [
    ['काग़ज़ के दीये', 'मीरा नायर'],
    ['Kaagaz Ke Diye', 'Arjun Malhotra'],
  ],
  other: 'Kabir Rao',
  version: {
    live: 'लाइव | लाइव कॉन्सर्ट | मुंबई लाइव | Live in Mumbai | Mehfil Live | मंच से',
    session: 'Coke Studio Season 9 | MTV Unplugged Season 3 | Jamming Session | Baithak Session | अनप्लग्ड सत्र',
    acoustic: 'अनप्लग्ड | एकॉस्टिक | Unplugged Reprise | सादा संस्करण',
    instrument:
      'पियानो | बाँसुरी | सितार | Tabla Version | Flute Version | Sitar Version | Instrumental Flute | वायलिन | हारमोनियम',
    genre:
      'Qawwali Version | क़व्वाली | लोफी | Dholki Mix | Bhangra Mix | Sufi Version | भजन | ग़ज़ल | Rock Rendition | Tapori Mix | Ghazal Version',
    remix: 'रीमिक्स | DJ Remix | {other} Dj Mix | Dance Mix | मैशअप | Desi Mix',
    long: 'लंबा संस्करण | एक घंटा | Encore | Reprise Version | भाग 2',
    're-recorded': 'नया संस्करण | Recreated Version | Revival | पुनः रिकॉर्ड | Redux 2021',
    take: 'डेमो | Scratch Version | अभ्यास | Alternate Lyrics | पहला संस्करण',
    language:
      'हिंदी संस्करण | Hindi Version | Tamil Version | Telugu Version | Punjabi Version | Bhojpuri Version | Marathi Version | अंग्रेज़ी संस्करण | Malayalam',
    'no voice': 'वाद्य | कराओके | Karaoke With Lyrics | बिना आवाज़ | संगीत केवल | Hummed Version',
    'by another':
      'कवर | महिला संस्करण | पुरुष संस्करण | दुखी संस्करण | श्रद्धांजलि | युगल | बच्चों का संस्करण | Male Vocals | Female Vocals | Shraddhanjali | Kids Chorus | एआई कवर | Duet Reprise | लोरी',
  },
  edition: 'Radio Cut | छोटा संस्करण | एल्बम संस्करण',
  neutral:
    'आधिकारिक वीडियो | ऑफिशियल वीडियो | लिरिकल | लिरिकल वीडियो | पूरा गाना | Lyrical | Lyrical Video | Full Video Song | Full Video | From "Kesar Nagri" | बोल | Video Song | Full Audio Song',
  relation: {
    sped_up: 'तेज़ | तेज़ गति',
    slowed: 'Slow and Reverb | Slowed Reverb | धीमी गति',
  },
};

const indonesian: LanguageWordings = {
  language: 'id',
  songs: [
    ['Lentera Kertas', 'Sekar Ayu'],
    ['Perahu Kaleng', 'Senja Pelabuhan'],
  ],
  other: 'Bima Prasetya',
  version: {
    live: 'Versi Live | Live di Jakarta | Rekaman Langsung | Konser | Konser 2019 | Langsung dari Panggung',
    session: 'Sesi Akustik | Sesi Studio | Live Studio Sesi | Sesi Rumah',
    acoustic: 'Versi Akustik | Akustik Gitar | Akustikan | Tanpa Listrik',
    instrument:
      'Versi Piano | Versi Orkestra | Gitar Tunggal | Versi Gitar | Versi Biola | Suling | Gamelan | Versi Angklung',
    genre:
      'Versi Koplo | Koplo | Dangdut | Versi Dangdut | Dangdut Koplo | Versi Rock | Versi Ska | Reggae Ska | Keroncong | Versi Keroncong | DJ Remix Full Bass | DJ Slow Bass | Funkot | Versi Jaranan | Campursari | Breakbeat Jedag Jedug',
    remix: 'DJ {other} Remix | Versi Remix | Remix Terbaru | Mashup Indo',
    long: 'Versi Panjang | Satu Jam | Nonstop 1 Jam | Bagian 2 | Selingan',
    're-recorded': 'Versi Baru | Aransemen Ulang | Rekam Ulang | Versi 2020 | Daur Ulang',
    take: 'Versi Demo | Latihan | Rekaman Awal | Versi Lain | Pesan Suara',
    language:
      'Versi Inggris | Versi Indonesia | Versi Jawa | Versi Sunda | Bahasa Inggris | Versi Minang | Versi Melayu',
    'no voice': 'Versi Karaoke | Tanpa Vokal | Karaoke Tanpa Vokal | Musik Saja | Instrumen Saja | Versi Instrumental',
    'by another':
      'Versi Wanita | Versi Pria | Versi Anak | Duet Bersama {other} | Cover Akustik Gitar | Cover oleh {other} | Nada Wanita | Tutorial Gitar | Parodi Lagu | Suara AI | Versi Religi | Paduan Suara | Lagu Anak | Penghormatan',
  },
  edition: 'Versi Radio | Versi Album | Versi Pendek',
  neutral:
    'Lirik | Video Lirik | Lirik Lagu | Video Klip Resmi | Musik Video Resmi | Versi Asli | Versi Original | Audio Resmi | Video Musik Resmi | Dengan Lirik | Lagu Asli',
  relation: {
    sped_up: 'Dipercepat | Versi Dipercepat',
    slowed: 'Diperlambat | Versi Diperlambat',
  },
};

const vietnamese: LanguageWordings = {
  language: 'vi',
  songs: [
    ['Đèn Lồng Giấy', 'Mai Phương An'],
    ['Thuyền Thiếc', 'Nhóm Biển Đêm'],
  ],
  other: 'Hoàng Lâm',
  version: {
    live: 'Trực Tiếp | Bản Live | Hát Live | Live tại Hà Nội | Đêm Nhạc | Trực Tiếp Sân Khấu',
    session: 'Phiên Bản Phòng Thu Trực Tiếp | Live Session Việt | Hát Mộc | Tại Gia',
    acoustic: 'Bản Acoustic | Bản Mộc | Phiên Bản Acoustic',
    instrument:
      'Bản Piano | Bản Guitar | Sáo Trúc | Đàn Tranh | Bản Violin | Độc Tấu Guitar | Bản Giao Hưởng | Bản Dàn Nhạc',
    genre:
      'Vinahouse | Vinahouse Remix | Bản Lofi | Lofi Chill | Bolero | Bản Bolero | Bản Ballad | Bản Rock | Nhạc Sống | Nhạc Sàn | Cải Lương | Bản Rap | House Lak',
    remix: 'Bản Remix | Remix Việt | Bản Phối Mới | Mashup Việt | Bản Mashup | DJ {other} Remix',
    long: 'Bản Dài | Liên Khúc | 1 Giờ | Phần 2 | Dạo Đầu | Nghe 1 Tiếng',
    're-recorded': 'Bản Mới | Bản Thu Lại | Phiên Bản 2022 | Bản Làm Lại | Phiên Bản Mới',
    take: 'Bản Demo | Bản Thu Thử | Bản Nháp | Tập Luyện',
    language: 'Bản Tiếng Anh | Lời Việt | Bản Tiếng Trung | Bản Tiếng Hàn | Phiên Bản Tiếng Nhật | Lời Anh',
    'no voice':
      'Beat Chuẩn | Beat Gốc | Karaoke Beat Gốc | Nhạc Không Lời | Không Lời | Bản Hòa Tấu | Hòa Tấu | Tách Lời',
    'by another':
      'Song Ca | Bản Song Ca | Đơn Ca | Bản Nữ | Bản Nam | Tone Nữ | Tone Nam | Bản Thiếu Nhi | Hát Cover | Song Ca cùng {other} | Bản AI | Giọng AI | Hướng Dẫn Guitar | Hát Ru | Nhạc Chế | Bản Giáng Sinh | Nhạc Phim Bản Nữ',
  },
  edition: 'Bản Radio | Bản Album | Bản Ngắn',
  neutral:
    'MV Chính Thức | Audio Chính Thức | Lời Bài Hát | Video Lời | Bản Gốc | Bản Chính Thức | Bản Đầy Đủ | Kèm Lời | Nhạc Chính Thức | Lyrics Video Chính Thức',
  relation: {
    sped_up: 'Bản Tăng Tốc | Tua Nhanh | Bản Speed Up',
    slowed: 'Bản Làm Chậm | Tua Chậm | Bản Slowed',
  },
};

export const southern: readonly LanguageWordings[] = [arabic, hindi, indonesian, vietnamese];
