import * as z from 'zod';

export const topicSchema = z.enum([
  'pricing',
  'availability',
  'install_timing',
  'service_area',
  'product_fit',
  'consult_booking',
]);
export type Topic = z.infer<typeof topicSchema>;

/**
 * Words that show what a buyer asks about. A rule and not a model: it is instant, explains itself and costs nothing;
 * a wrong guess only mislabels a chip. Matched on lower-case text without accents, at the start of a word.
 */
const topicWords: Readonly<Record<Topic, readonly string[]>> = {
  pricing: [
    'price',
    'pricing',
    'cost',
    'how much',
    'quote',
    'estimate',
    'budget',
    'financ',
    'discount',
    'precio',
    'cuanto',
    'preis',
    'kostet',
    'prix',
    'combien',
    'pris',
    'koster',
    'السعر',
    'بكم',
  ],
  availability: [
    'available',
    'availability',
    'in stock',
    'stock',
    'lead time',
    'have any',
    'do you have',
    'disponible',
    'verfugbar',
    'lager',
    'pa lager',
    'متوفر',
  ],
  install_timing: [
    'install',
    'how soon',
    'how long',
    'deliver',
    'before christmas',
    'this week',
    'next week',
    'timeline',
    'schedule',
    'crane',
    'instala',
    'entrega',
    'lieferung',
    'montage',
    'levering',
    'تركيب',
    'التوصيل',
  ],
  service_area: [
    'do you serve',
    'do you cover',
    'do you deliver to',
    'do you install in',
    'service area',
    'my area',
    'zip',
    'postcode',
    'how far',
    'ship to',
    'zona',
    'منطقتي',
  ],
  product_fit: [
    'fit',
    'person',
    'people',
    'size',
    'dimension',
    '240v',
    '240 v',
    'voltage',
    'amp',
    'indoor',
    'outdoor',
    'infrared',
    'wood burning',
    'barrel',
    'cedar',
    'deck',
    'balcony',
    'garten',
    'medida',
    'barrel',
  ],
  consult_booking: [
    'book',
    'appointment',
    'consult',
    'visit',
    'showroom',
    'come by',
    'call me',
    'site visit',
    'stop by',
    'see it',
    'cita',
    'termin',
    'rendez',
    'زيارة',
  ],
};

const patterns = Object.entries(topicWords).map(([topic, words]) => ({
  topic: topic as Topic,
  pattern: new RegExp(`(?:^|[^\\p{L}\\p{N}])(?:${[...new Set(words)].map(escapePattern).join('|')})`, 'u'),
}));

/** The buyer topics that `text` mentions, in the order of `topicSchema`. Empty text has none. */
export function topicsOf(text: string): Topic[] {
  const plain = text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  return patterns.filter(({ pattern }) => pattern.test(plain)).map(({ topic }) => topic);
}

function escapePattern(word: string): string {
  return word
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
