import type { Chance } from './random.ts';

/**
 * What buyers write, made from small word lists: common words often, others rarely, so that a search meets both. One in
 * ten texts is Japanese and one in twenty Thai, which have no spaces; the rest is English, German and Spanish.
 */
const common: readonly [string, ...string[]] = [
  'the',
  'you',
  'for',
  'is',
  'and',
  'we',
  'have',
  'how',
  'much',
  'sauna',
  'please',
  'hello',
  'thanks',
  'price',
  'can',
  'deliver',
  'our',
  'garden',
  'with',
  'this',
  'der',
  'die',
  'und',
  'ist',
  'für',
  'que',
  'para',
  'con',
];
const middling: readonly [string, ...string[]] = [
  'barrel',
  'cedar',
  'outdoor',
  'install',
  'delivery',
  'quote',
  'heater',
  'stove',
  'available',
  'weekend',
  'appointment',
  'showroom',
  'electric',
  'balcony',
  'dimensions',
  'discount',
  'financing',
  'Lieferung',
  'Garten',
  'Preis',
  'kostet',
  'Termin',
  'Größe',
  'cuánto',
  'cuesta',
  'entrega',
  'jardín',
  'instalación',
  'madera',
  'precio',
];
const syllables: readonly [string, ...string[]] = [
  'ka',
  'lo',
  'mi',
  'ren',
  'tor',
  'sa',
  'vel',
  'nor',
  'bri',
  'quen',
  'dal',
  'fis',
  'gru',
  'hal',
  'jo',
  'pet',
  'stra',
  'wen',
  'zu',
  'ost',
];
const japanese: readonly [string, ...string[]] = [
  'サウナの',
  '価格を',
  '教えて',
  'ください',
  '配送は',
  'いつ',
  'ですか',
  '庭に',
  '置きたい',
  '在庫',
  'ありますか',
  '木製',
  '四人用',
  '見積もり',
  'お願いします',
  '電気',
  'ヒーター',
  '設置',
  '東京',
  '大阪',
];
const thai: readonly [string, ...string[]] = [
  'ราคา',
  'เท่าไหร่',
  'ครับ',
  'ค่ะ',
  'ส่ง',
  'ติดตั้ง',
  'ซาวน่า',
  'ไม้',
  'สวน',
  'มีของ',
  'พร้อมส่ง',
  'ขนาด',
  'สี่คน',
  'กรุงเทพ',
  'เชียงใหม่',
  'สอบถาม',
];

export function buyerText(chance: Chance): string {
  const script = chance.next();
  if (script < 0.1) return Array.from({ length: 3 + chance.below(8) }, () => chance.pick(japanese)).join('');
  if (script < 0.15) return Array.from({ length: 3 + chance.below(8) }, () => chance.pick(thai)).join('');
  return Array.from({ length: 4 + chance.below(16) }, () => word(chance)).join(' ');
}

function word(chance: Chance): string {
  const kind = chance.next();
  if (kind < 0.6) return chance.pick(common);
  if (kind < 0.9) return chance.pick(middling);
  return Array.from({ length: 2 + chance.below(3) }, () => chance.pick(syllables)).join('');
}

/** What people type while they search: each word letter by letter, two words, and parts of texts without spaces. */
export function typedQueries(
  chance: Chance,
  count: number,
): { readonly words: readonly string[]; readonly spaceless: readonly string[] } {
  const words: string[] = [];
  const spaceless: string[] = [];
  while (words.length < count) {
    const typed = word(chance);
    for (let letters = 1; letters <= Math.min(8, typed.length); letters += 1) words.push(typed.slice(0, letters));
    words.push(typed, `${typed} ${chance.pick(middling)}`);
  }
  while (spaceless.length < count / 2) {
    const text = Array.from({ length: 3 }, () => chance.pick(chance.next() < 0.6 ? japanese : thai)).join('');
    const from = chance.below(Math.max(1, text.length - 4));
    // At least three characters, so that the floor's trigrams can answer.
    spaceless.push(text.slice(from, from + 3 + chance.below(3)));
  }
  return { words, spaceless };
}
